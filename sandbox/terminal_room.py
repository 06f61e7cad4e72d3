"""A chat as one person sees it in the terminal: shows what is new, and says, taps, edits and stops there."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sandbox.telegram.client import SandboxRefused, TelegramClient
from sandbox.telegram.client_media import Posting
from sandbox.terminal_screen import Screen
from sandbox.terminal_text import Json, Painter, Run, buttons_of, runs_of

_FIRST_NEWS_SECONDS = 10.0
_ANSWER_SECONDS = 300.0
_QUIET_SECONDS = 0.5
_QUIET_GROUP_SECONDS = 6.0  # a group's answer grows by edits that are this far apart at most
_FOREVER_SECONDS = 86_400.0
_DRAFT = "draft"
_CARRIED = ("video", "animation", "voice", "audio", "document", "sticker", "location")


@dataclass
class Room:
    """`shown` maps messages to what was last shown of them."""

    client: TelegramClient
    screen: Screen
    painter: Painter
    bot_name: str
    chat: int
    user: int
    topic: int | None = None
    _shown: dict[int, str] = field(default_factory=dict[int, str])
    _taps: list[tuple[int, Json]] = field(default_factory=list[tuple[int, Json]])
    _growing: Json | None = None

    def as_user(self, user: int) -> "Room":
        """The same place as somebody else sees it."""
        return Room(self.client, self.screen, self.painter, self.bot_name, self.chat, user, self.topic)

    def elsewhere(self, chat: int, topic: int | None = None) -> "Room":
        """The same person in another chat."""
        return Room(self.client, self.screen, self.painter, self.bot_name, chat, self.user, topic)

    async def open(self) -> None:
        """What stands there already counts as seen."""
        messages = await self._messages()
        self._shown = {message["message_id"]: _state(message) for message in messages}
        self._number_buttons(messages)

    async def say(self, text: str, *, reply_to: int | None = None) -> None:
        async def send() -> None:
            await self.client.say(self.chat, text, user=self.user, topic=self.topic, reply_to=reply_to)

        await self._and_wait(send)

    async def send(self, kind: str, content: bytes, name: str, caption: str) -> None:
        """Sends a file as a photo, a voice message, or as it is."""
        where: Posting = {"user": self.user, "topic": self.topic, "caption": caption}

        async def post() -> None:
            if kind == "photo":
                await self.client.send_photo(self.chat, content, **where)
            elif kind == "voice":
                await self.client.send_voice(self.chat, content, **where)
            else:
                await self.client.send_document(self.chat, content, name=name, **where)

        await self._and_wait(post)

    async def reply(self, text: str) -> None:
        said = [message for message in await self._messages() if not self._is_mine(message)]
        if not said:
            raise SandboxRefused("there is no message of the bot yet")
        await self.say(text, reply_to=said[-1]["message_id"])

    async def edit(self, text: str) -> None:
        mine = [message for message in await self._messages() if self._is_mine(message)]
        if not mine:
            raise SandboxRefused("there is no message of yours yet")
        await self._and_wait(lambda: self.client.edit(self.chat, mine[-1]["message_id"], text, user=self.user))

    async def stop(self) -> None:
        await self.client.stop_draft(self.chat, topic=self.topic)

    async def tap(self, number: int) -> str:
        """Presses a button; what the bot says to it in a bubble, if anything."""
        if not 1 <= number <= len(self._taps):
            raise SandboxRefused(f"there is no button {number}")
        message_id, button = self._taps[number - 1]
        if "callback_data" not in button:
            return f"This button opens {button.get('url', 'something else')}"
        query: list[str] = []

        async def press() -> None:
            query.append(await self.client.tap(self.chat, message_id, button["callback_data"], user=self.user))

        await self._and_wait(press)
        try:
            told = await self.client.callback_answer(query[0])
        except TimeoutError:
            return "The bot did not answer the tap."
        return told.get("text") or ""

    async def show_everything(self) -> None:
        messages = await self._messages()
        for message in messages:
            self.screen.say(self._message_lines(message))
        self._number_buttons(messages)

    async def watch(self) -> None:
        """Shows everything as it comes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_messages())
            group.create_task(self._watch_draft())

    async def _watch_messages(self) -> None:
        while True:
            messages = await self.client.wait_for(
                self.chat, self._has_news, topic=self.topic, timeout=_FOREVER_SECONDS
            )
            self._show_news(messages)
            self.screen.prompt()

    async def _watch_draft(self) -> None:
        while True:
            draft = await self.client.wait_for_draft(
                self.chat, lambda draft: draft != self._growing, topic=self.topic, timeout=_FOREVER_SECONDS
            )
            self._growing = draft
            if draft is not None and (draft.get("text") or draft.get("rich_message")):
                stop = " (!stop)" if draft.get("can_stop") else ""
                self.screen.grow(_DRAFT, self._lines(draft, f"{self.bot_name} is writing{stop}"))
                self.screen.prompt()
            elif self.screen.is_last(_DRAFT):
                self.screen.grow(_DRAFT, [])
                self.screen.prompt()

    async def _and_wait(self, act: Callable[[], Awaitable[None]]) -> None:
        """Where nothing is watched (in a pipe), waits for what comes of it and shows that."""
        await act()
        if self.screen.is_live:
            return
        with suppress(TimeoutError):  # not everything is answered, least of all in groups
            await self.client.wait_for(self.chat, self._has_news, topic=self.topic, timeout=_FIRST_NEWS_SECONDS)
        self._show_news(await self._settled())

    async def _settled(self) -> list[Json]:
        """The messages when nothing is being written and nothing has changed for a moment."""
        await self.client.wait_for_draft(
            self.chat, lambda draft: draft is None, topic=self.topic, timeout=_ANSWER_SECONDS
        )
        messages = await self._messages()
        quiet = _QUIET_GROUP_SECONDS if self.chat < 0 else _QUIET_SECONDS
        try:
            await self.client.wait_for(self.chat, lambda now: now != messages, topic=self.topic, timeout=quiet)
        except TimeoutError:
            return messages
        return await self._settled()

    async def _messages(self) -> list[Json]:
        return await self.client.messages(self.chat, topic=self.topic)

    def _has_news(self, messages: list[Json]) -> bool:
        return any(self._is_news(message) for message in messages)

    def _is_news(self, message: Json) -> bool:
        """One's own words are on the screen already."""
        return not self._is_mine(message) and self._shown.get(message["message_id"]) != _state(message)

    def _show_news(self, messages: list[Json]) -> None:
        for message in messages:
            if self._is_news(message):
                self._show(message)
                self._shown[message["message_id"]] = _state(message)
        self._number_buttons(messages)

    def _show(self, message: Json) -> None:
        """In place of its older self where that is possible, else below with a word that it changed."""
        is_known = message["message_id"] in self._shown
        if is_known and not self.screen.is_last(message["message_id"]):
            self.screen.say([self.painter.one("[changed]", "note")])
        self.screen.show(message["message_id"], self._message_lines(message))

    def _message_lines(self, message: Json) -> list[str]:
        return [*self._lines(message, message["from"]["first_name"]), *self._button_lines(message)]

    def _lines(self, message: Json, name: str) -> list[str]:
        head: Run = (f"{name}: ", frozenset({"name"}))
        return self.painter.lines([head, *runs_of(message)])

    def _button_lines(self, message: Json) -> list[str]:
        number = 0
        lines: list[str] = []
        for row in buttons_of(message):
            labels: list[str] = []
            for button in row:
                number += 1
                labels.append(f"!{number} {button['text']}")
            lines.append("   ".join(["  ", *labels]))
        return lines

    def _number_buttons(self, messages: list[Json]) -> None:
        """The numbers are those of the newest message that has buttons."""
        for message in reversed(messages):
            if rows := buttons_of(message):
                self._taps = [(message["message_id"], button) for row in rows for button in row]
                return
        self._taps = []

    def _is_mine(self, message: Json) -> bool:
        return message["from"]["id"] == self.user


def _state(message: Json) -> str:
    """What of a message can be seen."""
    seen = ("text", "caption", "rich_message", "photo", *_CARRIED)
    return repr([*(message.get(name) for name in seen), buttons_of(message)])
