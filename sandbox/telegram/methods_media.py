"""Methods that send media, alone or as an album, and change it or the words under it."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.telegram import messages
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import bad
from sandbox.telegram.keyboards import inline_keyboard
from sandbox.telegram.media import MEDIA, Piece
from sandbox.telegram.methods_send import NOT_MODIFIED, own, post, refuse_what_is_not_here
from sandbox.telegram.sorting import Unprocessable, sorted_and_described
from sandbox.telegram.text import captioned
from sandbox.telegram.uploads import Upload, Uploads, handed_over, thumbnail
from sandbox.telegram.values import Json
from sandbox.telegram.world import File, World

FEWEST_IN_ALBUM, MOST_IN_ALBUM = 2, 10
MediaMethod = Callable[[World, Json, Uploads], Awaitable[Any]]
_SAID = (
    "duration",
    "width",
    "height",
    "length",
    "title",
    "performer",
    "emoji",
    "start_timestamp",
    "disable_content_type_detection",
)
_ALONE = ("document", "audio")  # in an album only with their own kind
_EDITABLE = {"photo", "live_photo", "video", "animation", "audio", "document", "text", "rich_message"}
_WITHOUT_CAPTION = {"sticker", "video_note"}
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")
_WORDS = ("text", "entities", "rich_message", "link_preview_options")
_SHOWN = (*MEDIA, *_CAPTION, "has_media_spoiler", "reply_markup")


def send_as(kind: str) -> MediaMethod:
    """The method that sends one file as that kind."""

    async def method(world: World, params: Json, uploads: Uploads) -> Json:
        refuse_what_is_not_here(params)
        words = _words(params)
        chat = world.chat_for_bot(params["chat_id"])
        _refuse_forbidden_voice(world, chat, kind)
        missing = f"there is no {kind.replace('_', ' ')} in the request"
        try:
            content = await _shown(world, uploads, kind, params[kind], params, missing=missing)
        except Unprocessable as error:
            raise bad(str(error)) from None
        return post(world, params, content | words)

    return method


def _refuse_forbidden_voice(world: World, chat: Chat, kind: str) -> None:
    """The privacy setting is one for voice and video messages."""
    if kind in {"voice", "video_note"} and chat.is_private and chat.id in world.forbid_voice:
        raise bad("VOICE_MESSAGES_FORBIDDEN")


def _words(wanted: Json) -> Json:
    """Caption and flags of a call or of an item in an album."""
    words = captioned(wanted)
    if words and wanted.get("show_caption_above_media"):
        words["show_caption_above_media"] = True
    if wanted.get("has_spoiler"):
        words["has_media_spoiler"] = True
    return words


async def _shown(world: World, uploads: Uploads, kind: str, value: str, wanted: Json, *, missing: str) -> Json:
    """What a message shows of a file; one that the server has already stays what it is."""
    found = handed_over(world, uploads, value, kind, missing=missing)
    if isinstance(found, File) and found.shown:
        return dict(found.shown)
    return await sorted_and_described(world, kind, _piece(world, uploads, found, kind, wanted))


def _piece(world: World, uploads: Uploads, found: Upload | File, kind: str, wanted: Json) -> Piece:
    said = {name: wanted[name] for name in _SAID if wanted.get(name)}
    small = thumbnail(uploads, wanted.get("thumbnail"))
    beside = wanted.get("photo" if kind == "live_photo" else "cover")
    still: bytes | None = None
    if beside is not None and kind in {"live_photo", "video"}:
        still = handed_over(world, uploads, beside, "photo", missing="there is no photo in the request").content
    return Piece(found.content, found.name, said=said, thumbnail=small, photo=still)


async def send_media_group(world: World, params: Json, uploads: Uploads) -> list[Json]:
    """All of it or nothing."""
    refuse_what_is_not_here(params)
    items: list[Json] = params["media"]
    _check_album(items)
    words = [_words(item) for item in items]
    world.chat_for_bot(params["chat_id"])
    contents = [await _shown_in_album(world, uploads, item, number) for number, item in enumerate(items, 1)]
    group = {"media_group_id": str(secrets.randbits(62))}
    common = {name: value for name, value in params.items() if name != "media"}
    return [
        post(world, common, content | below | group) for content, below in zip(contents, words, strict=True)
    ]


def _check_album(items: list[Json]) -> None:
    if not items:
        raise bad("there are no messages to send")
    if len(items) < FEWEST_IN_ALBUM:
        raise bad(f"an album has {FEWEST_IN_ALBUM} to {MOST_IN_ALBUM} items")
    if len(items) > MOST_IN_ALBUM:
        raise bad("too many messages to send as an album")
    kinds = {str(item["type"]) for item in items}
    for kind in _ALONE:
        if kind in kinds and len(kinds) > 1:
            raise bad(f"{kind} can't be mixed with other media types")
    if len({bool(item.get("show_caption_above_media")) for item in items}) > 1:
        raise bad("parameter show_caption_above_media must be the same for all messages")


async def _shown_in_album(world: World, uploads: Uploads, item: Json, number: int) -> Json:
    missing = "can't parse InputMedia: media not found"
    wanted = item | {"disable_content_type_detection": True}
    try:
        return await _shown(world, uploads, item["type"], item["media"], wanted, missing=missing)
    except Unprocessable as error:
        raise bad(f'failed to send message #{number} with the error message "{error}"') from None


async def edit_message_media(world: World, params: Json, uploads: Uploads) -> Json:
    """Another file in place of the old one, or in place of text."""
    refuse_what_is_not_here(params)
    item: Json = params["media"]
    words = _words(item)
    chat, message = own(world, params)
    _check_editable(message, item["type"])
    missing = "can't parse InputMedia: media not found"
    try:
        content = await _shown(world, uploads, item["type"], item["media"], item, missing=missing)
    except Unprocessable as error:
        raise bad(str(error)) from None
    return _changed(world, chat, message, content | words, params, names=(*_SHOWN, *_WORDS))


def _check_editable(message: Json, kind: str) -> None:
    if not message.keys() & _EDITABLE:
        raise bad("message media can't be edited")
    if "media_group_id" not in message:
        return
    old = next((one for one in _ALONE if one in message), "")
    new = kind if kind in _ALONE else ""
    if old != new or kind == "animation":
        raise bad("can't change media type in the album")


async def edit_message_caption(world: World, params: Json, _uploads: Uploads) -> Json:
    refuse_what_is_not_here(params)
    words = _words(params)
    chat, message = own(world, params)
    kinds = message.keys() & set(MEDIA)
    if not kinds or kinds & _WITHOUT_CAPTION:
        raise bad("there is no caption in the message to edit")
    return _changed(world, chat, message, words, params, names=(*_CAPTION, "reply_markup"))


def _changed(
    world: World, chat: Chat, message: Json, content: Json, params: Json, *, names: tuple[str, ...]
) -> Json:
    """The message with this content in place of what it had under these names; refused if it is the same."""
    keyboard = inline_keyboard(params.get("reply_markup"))
    if keyboard is not None:
        content["reply_markup"] = keyboard
    current = chat.messages.get(message["message_id"])
    if current is None:
        raise bad("message to edit not found")
    if all(current.get(name) == content.get(name) for name in names):
        raise bad(NOT_MODIFIED)
    return messages.change(world, chat, current, content, dropped=names)


MEDIA_METHODS: dict[str, MediaMethod] = {
    "sendPhoto": send_as("photo"),
    "sendLivePhoto": send_as("live_photo"),
    "sendAudio": send_as("audio"),
    "sendDocument": send_as("document"),
    "sendVideo": send_as("video"),
    "sendAnimation": send_as("animation"),
    "sendVoice": send_as("voice"),
    "sendVideoNote": send_as("video_note"),
    "sendSticker": send_as("sticker"),
    "sendMediaGroup": send_media_group,
    "editMessageMedia": edit_message_media,
    "editMessageCaption": edit_message_caption,
}
