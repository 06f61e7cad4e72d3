"""A file with what is said below it, as the Bot API wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from domain.reply import MediaForm, SentMedia
from domain.steps import JsonValue
from replies.content import MOST_ENTITIES, TextContent
from replies.markdown import CAPTION_LIMITS, parse, split, to_entities
from replies.parts import text_content, utf16_length
from replies.uploads import Files, Upload

LONGEST_CAPTION: Final = 1024
_METHODS: Final[Mapping[MediaForm, str]] = {
    "photo": "sendPhoto",
    "document": "sendDocument",
    "audio": "sendAudio",
    "voice": "sendVoice",
    "video": "sendVideo",
    "animation": "sendAnimation",
}
# An animation's message has a `document`, too.
_FOUND_IN_THIS_ORDER: Final[tuple[MediaForm, ...]] = (
    "photo",
    "animation",
    "video",
    "voice",
    "audio",
    "document",
)
_WITH_DURATION: Final = {"audio", "voice", "video", "animation"}
_WITH_SPOILER: Final = {"photo", "video", "animation"}
_PLACE_OF_FILE: Final = "file"


@dataclass(frozen=True, slots=True)
class MediaContent:
    """`file` is one on our disk, or Telegram's `file_id` of one that has been sent before."""

    form: MediaForm
    file: Upload | str
    caption: TextContent
    title: str = ""
    duration_seconds: int = 0
    has_spoiler: bool = False


def caption(markdown: str) -> TextContent:
    """What fits below a file; "…" stands for the rest."""
    document = parse(markdown)
    styled = to_entities(document)
    if utf16_length(styled.text) <= LONGEST_CAPTION and len(styled.entities) <= MOST_ENTITIES:
        return text_content(styled)
    first = text_content(to_entities(split(document, CAPTION_LIMITS)[0]))
    return TextContent(f"{first.text}…", first.entities)


def sending(content: MediaContent) -> tuple[str, dict[str, JsonValue], Files]:
    """The method, what it is told of the file, and the file."""
    files = _files([content])
    params = _described(content) | {content.form: _mentioned(content, 0)}
    return _METHODS[content.form], params, files


def in_album(contents: Sequence[MediaContent]) -> tuple[list[JsonValue], Files]:
    """The `InputMedia` of several files, and the files. Voice messages have none."""
    media: list[JsonValue] = [
        {"type": content.form, "media": _mentioned(content, position), **_described(content)}
        for position, content in enumerate(contents)
    ]
    return media, _files(contents)


def sent_media(message: Mapping[str, Any]) -> SentMedia:
    """The file in a message; Telegram may have put it there in another form than it was sent in."""
    form: MediaForm = "document"
    for form in _FOUND_IN_THIS_ORDER:
        if form in message:
            break
    found: Any = message.get(form) or {}
    file = cast(
        "Mapping[str, Any]", found[-1] if isinstance(found, list) else found
    )  # the largest of a photo's
    return SentMedia(
        int(message["message_id"]), str(file.get("file_id", "")), form, has_buttons="reply_markup" in message
    )


def caption_params(text: TextContent) -> dict[str, JsonValue]:
    params: dict[str, JsonValue] = {"caption": text.text}
    if text.entities:
        params["caption_entities"] = text.entities
    return params


def _described(content: MediaContent) -> dict[str, JsonValue]:
    """All that is said of the file besides which it is."""
    params = caption_params(content.caption) if content.caption.text else {}
    if content.form == "audio" and content.title:
        params["title"] = content.title
    if content.form in _WITH_DURATION and content.duration_seconds:
        params["duration"] = content.duration_seconds
    if content.form in _WITH_SPOILER and content.has_spoiler:
        params["has_spoiler"] = True
    if content.form == "video":
        params["supports_streaming"] = True
    if content.form == "document":  # a file that is asked for as a file shall not become something else
        params["disable_content_type_detection"] = True
    return params


def _files(contents: Sequence[MediaContent]) -> Files:
    return {
        f"{_PLACE_OF_FILE}{position}": content.file
        for position, content in enumerate(contents)
        if isinstance(content.file, Upload)
    }


def _mentioned(content: MediaContent, position: int) -> str:
    return content.file if isinstance(content.file, str) else f"attach://{_PLACE_OF_FILE}{position}"
