"""Every method of the Bot API that we use, typed, governed, and with Telegram's quirks ironed out."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from domain.reply import Keyboard, SentMedia
from domain.steps import JsonValue
from domain.turn import ConversationKey
from replies.chat_calls import Call, ChatCalls, OnMigrated
from replies.content import Content, Frame, RichContent, TextContent, in_topic, markup, message_params
from replies.downloads import MOST_BYTES, Download
from replies.errors import Flood, MethodMissing, TelegramError, TelegramRefusal
from replies.governor import Governor, Kind
from replies.media_content import MediaContent, in_album, sending, sent_media
from replies.retries import until_done
from replies.uploads import Files, Params, patience_seconds
from replies.wire import DEFAULT_TIMEOUT_SECONDS, Wire

log = logging.getLogger(__name__)

RICH, RICH_EDIT, DRAFT = "sendRichMessage", "editMessageText.rich_message", "sendMessageDraft"
_NO_CHAT = 0
_POLL_GRACE_SECONDS = 10.0
# A preview holds its final message up while it is on its way, so it may not be there for long.
_DRAFT_TIMEOUT_SECONDS, _PREVIEW_TIMEOUT_SECONDS = 5.0, 10.0
_CALLBACK_TRIES, _CALLBACK_PATIENCE_SECONDS = 3, 10.0
_LONGEST_CALLBACK_TEXT = 200
_MOST_UPLOAD_BYTES = 50_000_000  # core.telegram.org/bots/api#sending-files


class Gateway:
    """Raises `TelegramError`s, and `ReaderGone` when nobody is left to read."""

    def __init__(self, wire: Wire, governor: Governor, on_migrated: OnMigrated) -> None:
        self.governor = governor
        self._wire = wire
        self._chats = ChatCalls(wire, governor, on_migrated)

    # The bot itself

    async def get_me(self) -> Mapping[str, Any]:
        return _mapping(await self._own("getMe", {}))

    async def get_updates(
        self, offset: int | None, *, timeout_seconds: int, kinds: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        """Raw updates from that offset on, waiting so long for the first; asking confirms all earlier ones."""
        params: dict[str, JsonValue] = {"timeout": timeout_seconds, "allowed_updates": list(kinds)}
        if offset is not None:
            params["offset"] = offset
        patience = timeout_seconds + _POLL_GRACE_SECONDS
        return _sequence(await self._wire.call("getUpdates", params, timeout_seconds=patience))

    async def set_webhook(self, url: str, *, secret: str, kinds: Sequence[str]) -> None:
        await self._own("setWebhook", {"url": url, "secret_token": secret, "allowed_updates": list(kinds)})

    async def delete_webhook(self) -> None:
        await self._own("deleteWebhook", {})

    async def get_webhook_info(self) -> Mapping[str, Any]:
        return _mapping(await self._wire.call("getWebhookInfo", {}))

    async def set_my_commands(
        self,
        commands: Sequence[tuple[str, str]],
        *,
        scope: Mapping[str, JsonValue],
        language_code: str | None = None,
    ) -> None:
        """Registers a command list, however long it takes: no one waits for it."""
        listed: list[JsonValue] = [{"command": name, "description": text} for name, text in commands]
        params: dict[str, JsonValue] = {"commands": listed, "scope": dict(scope)}
        if language_code is not None:
            params["language_code"] = language_code

        async def once() -> None:
            await self._own("setMyCommands", params)

        await until_done(once, self.governor.clock, repeatable=True)

    # People and chats

    async def get_chat_member(self, chat_id: int, user_id: int) -> Mapping[str, Any]:
        return _mapping(await self._chats.read(chat_id, "getChatMember", {"user_id": user_id}))

    # Topics. In private chats no rights are needed: core.telegram.org/bots/api#createforumtopic

    async def create_topic(self, chat_id: int, name: str) -> ConversationKey:
        """Opens a topic of that name (1 to 128 characters)."""
        call: Call = ("createForumTopic", {"name": name})
        made = _mapping(await self._chats.make(chat_id, Kind.FINAL, lambda: call))
        return ConversationKey(chat_id, int(made["message_thread_id"]))

    async def name_topic(self, key: ConversationKey, name: str) -> None:
        """Gives a topic another name. One that is gone, or has it already, is left alone."""
        call: Call = ("editForumTopic", {"message_thread_id": key.topic_id, "name": name})
        try:
            await self._chats.make(key.chat_id, Kind.FINAL, lambda: call)
        except (TelegramRefusal, MethodMissing) as refusal:
            log.info("topic %s keeps its name: %s", key.topic_id, refusal)

    async def answer_callback(self, query_id: str, text: str = "") -> None:
        """Ends the waiting on a tapped button. One that cannot be answered any more is nobody's trouble."""
        params: Params = {"callback_query_id": query_id, "text": text[:_LONGEST_CALLBACK_TEXT]}
        for _ in range(_CALLBACK_TRIES):
            try:
                await self._own("answerCallbackQuery", params)
            except Flood as flood:
                if flood.retry_after_seconds > _CALLBACK_PATIENCE_SECONDS:
                    break
            except TelegramRefusal as refusal:
                log.info("a tap could not be answered: %s", refusal)
                return
            except TelegramError as error:
                log.warning("a tap could not be answered: %s", error)
            else:
                return
        log.warning("a tap was left unanswered")

    # Files

    async def download(self, file_id: str, to: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """Writes Telegram's file there. Raises `FileTooLarge`, `FileGone`, `TelegramUnreachable`."""

        async def ask() -> Mapping[str, Any]:
            return _mapping(await self._own("getFile", {"file_id": file_id}))

        await Download(self._wire, self.governor.clock, to, most_bytes=most_bytes).run(ask)

    @property
    def most_upload_bytes(self) -> int:
        return MOST_BYTES if self._wire.is_local else _MOST_UPLOAD_BYTES

    async def send_media(
        self,
        key: ConversationKey,
        content: MediaContent,
        *,
        reply_to: int | None = None,
        keyboard: Keyboard = (),
    ) -> SentMedia:
        """Sends a file in a message that is to stay."""
        method, params, files = sending(content)
        call: Call = (method, {**params, **_buttons(keyboard), **_where(key, reply_to)})
        return sent_media(_mapping(await self._uploaded(key, call, files)))

    async def send_album(
        self, key: ConversationKey, contents: Sequence[MediaContent], *, reply_to: int | None = None
    ) -> tuple[SentMedia, ...]:
        """Sends 2 to 10 files of one kind (photos and videos are one) together; albums have no buttons."""
        media, files = in_album(contents)
        call: Call = ("sendMediaGroup", {"media": media, **_where(key, reply_to)})
        sent = await self._uploaded(key, call, files, messages=len(contents))
        return tuple(sent_media(message) for message in _sequence(sent))

    async def edit_media(
        self,
        key: ConversationKey,
        message_id: int,
        content: MediaContent,
        *,
        keyboard: Keyboard = (),
        is_preview: bool = False,
    ) -> SentMedia:
        """Puts another file, caption and buttons into a message, also into one of text; never a voice message.

        A preview gives way to what is to stay. Raises `MessageGone`.
        """
        (media,), files = in_album([content])
        call: Call = ("editMessageMedia", {"message_id": message_id, "media": media, **_buttons(keyboard)})
        kind = Kind.PREVIEW if is_preview else Kind.FINAL
        try:
            return sent_media(_mapping(await self._uploaded(key, call, files, kind=kind)))
        except TelegramRefusal as refusal:
            if not refusal.says("message is not modified"):
                raise
            file_id = content.file if isinstance(content.file, str) else ""
            return SentMedia(message_id, file_id, content.form, has_buttons=bool(keyboard))

    async def _uploaded(
        self, key: ConversationKey, call: Call, files: Files, *, kind: Kind = Kind.FINAL, messages: int = 1
    ) -> JsonValue:
        return await self._chats.make(
            key.chat_id,
            kind,
            lambda: call,
            timeout_seconds=patience_seconds(files),
            files=files,
            messages=messages,
        )

    # Messages

    def can_send_rich(self) -> bool:
        return self._chats.supports(RICH) and self._chats.supports(RICH_EDIT)

    def can_draft(self) -> bool:
        return self._chats.supports(DRAFT)

    async def send(
        self, key: ConversationKey, content: Content, *, reply_to: int | None = None, keyboard: Keyboard = ()
    ) -> int:
        """Sends a message that is to stay; returns its id."""
        call = _sending(key, content, reply_to, keyboard)
        return _message_id(await self._chats.make(key.chat_id, Kind.FINAL, lambda: call))

    async def edit(
        self, key: ConversationKey, message_id: int, content: Content, *, keyboard: Keyboard = ()
    ) -> None:
        """Puts this content, and these buttons only, into the message. Raises `MessageGone`."""
        call = _editing(message_id, content, keyboard)
        try:
            await self._edited(key, Kind.FINAL, lambda: call)
        except TelegramRefusal as refusal:
            # A server from before rich messages ignores the field, and sees a message without text.
            if isinstance(content, RichContent) and refusal.says("text is empty"):
                self._chats.latch_off(RICH_EDIT)
                raise MethodMissing(RICH_EDIT) from refusal
            raise

    async def edit_keyboard(self, key: ConversationKey, message_id: int, keyboard: Keyboard) -> None:
        call: Call = ("editMessageReplyMarkup", {"message_id": message_id, "reply_markup": markup(keyboard)})
        await self._edited(key, Kind.FINAL, lambda: call)

    async def delete(self, key: ConversationKey, message_id: int) -> None:
        """Raises `MessageGone` when it is not there, or too old to be deleted."""
        call: Call = ("deleteMessage", {"message_id": message_id})
        await self._chats.make(key.chat_id, Kind.FINAL, lambda: call)

    # Previews: each `frame` is asked for when there is room to send it

    async def send_preview(
        self, key: ConversationKey, frame: Frame, *, reply_to: int | None = None, keyboard: Keyboard = ()
    ) -> int | None:
        """Sends a message that will be edited; its id, or None if the frame was called off."""

        def call() -> Call | None:
            content = frame()
            return _sending(key, content, reply_to, keyboard) if content else None

        sent = await self._chats.make(key.chat_id, Kind.PREVIEW, call, timeout_seconds=_PREVIEW_TIMEOUT_SECONDS)
        return _message_id(sent) if sent is not None else None

    async def edit_preview(
        self, key: ConversationKey, message_id: int, frame: Frame, *, keyboard: Keyboard = ()
    ) -> None:
        """Raises `MessageGone`."""

        def call() -> Call | None:
            content = frame()
            return _editing(message_id, content, keyboard) if content else None

        await self._edited(key, Kind.PREVIEW, call, timeout_seconds=_PREVIEW_TIMEOUT_SECONDS)

    async def draft(self, key: ConversationKey, draft_id: int, frame: Frame) -> None:
        """Shows text that is still being written, with Telegram's own Stop button. Private chats only."""

        def call() -> Call | None:
            content = frame()
            return _drafting(key, draft_id, content) if content else None

        await self._chats.make(key.chat_id, Kind.DRAFT, call, timeout_seconds=_DRAFT_TIMEOUT_SECONDS)

    async def chat_action(
        self, key: ConversationKey, action: str = "typing", *, wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Shows for 5 s that the bot is at work, if that is still wanted when there is room."""
        call: Call = ("sendChatAction", {"action": action, **in_topic(key.topic_id)})
        await self._chats.make(
            key.chat_id,
            Kind.DRAFT,
            lambda: call if wanted() else None,
            timeout_seconds=_DRAFT_TIMEOUT_SECONDS,
        )

    async def _edited(
        self,
        key: ConversationKey,
        kind: Kind,
        call: Callable[[], Call | None],
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> None:
        try:
            await self._chats.make(key.chat_id, kind, call, timeout_seconds=timeout_seconds)
        except TelegramRefusal as refusal:
            if not refusal.says("message is not modified"):
                raise

    async def _own(self, method: str, params: Params) -> JsonValue:
        async with self.governor.aside(_NO_CHAT):
            return await self._wire.call(method, params)


def _sending(key: ConversationKey, content: Content, reply_to: int | None, keyboard: Keyboard) -> Call:
    params = {**message_params(content, keyboard), **_where(key, reply_to)}
    return (RICH if isinstance(content, RichContent) else "sendMessage"), params


def _where(key: ConversationKey, reply_to: int | None) -> Params:
    if reply_to is None:
        return in_topic(key.topic_id)
    reply: dict[str, JsonValue] = {"message_id": reply_to, "allow_sending_without_reply": True}
    return {"reply_parameters": reply, **in_topic(key.topic_id)}


def _buttons(keyboard: Keyboard) -> Params:
    return {"reply_markup": markup(keyboard)} if keyboard else {}


def _editing(message_id: int, content: Content, keyboard: Keyboard) -> Call:
    return "editMessageText", {"message_id": message_id, **message_params(content, keyboard)}


def _drafting(key: ConversationKey, draft_id: int, content: TextContent) -> Call:
    # keep_on_stop: what is there stays on the screen until the message that says the same
    options: Params = {"draft_id": draft_id, "can_stop": True, "keep_on_stop": True}
    return DRAFT, {**options, **content.params(), **in_topic(key.topic_id)}


def _mapping(value: JsonValue) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: JsonValue) -> Sequence[Mapping[str, Any]]:
    return cast("Sequence[Mapping[str, Any]]", value) if isinstance(value, list) else ()


def _message_id(message: JsonValue) -> int:
    return int(_mapping(message)["message_id"])
