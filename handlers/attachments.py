"""What a message brings besides words, as attachments: its own media, and those of the message it answers."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Protocol

from telegram import ExternalReplyInfo, Message, MessageEntity, Sticker, User

from domain.media import Attachment, MediaKind

_MOST_LINKS = 5
_ADDRESSES: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
_PICTURES, _VIDEOS, _SOUNDS = "image/", "video/", "audio/"

Bearer = Message | ExternalReplyInfo
"""What media hang on: a message, or what is told of one in another chat."""


class Medium(Protocol):
    """What all files of a message have in common."""

    @property
    def file_id(self) -> str: ...
    @property
    def file_unique_id(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...


def attachments(message: Message, me: User) -> tuple[Attachment, ...]:
    """The message's own media and links, then the media of the message it replies to.

    What the bot itself has spoken is not listened to: its words are in the history.
    """
    answered = message.reply_to_message
    pointed_at = answered or message.external_reply  # the second one is in another chat
    quoted = _media(pointed_at) if pointed_at is not None else ()
    if answered is not None and answered.from_user is not None and answered.from_user.id == me.id:
        quoted = tuple(one for one in quoted if one.kind is not MediaKind.SOUND)
    return (*own_attachments(message), *(replace(one, is_quoted=True) for one in quoted))


def own_attachments(message: Message) -> tuple[Attachment, ...]:
    return (*_media(message), *_links(message))


def _media(message: Bearer) -> tuple[Attachment, ...]:
    found = _picture(message) or _video(message) or _sound(message) or _document(message)
    return (found,) if found is not None else ()


def _picture(message: Bearer) -> Attachment | None:
    if message.live_photo is not None:  # before `photo`, its still: core.telegram.org/bots/api#message
        return _attachment(MediaKind.VIDEO, message.live_photo, "live photo")
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return _attachment(MediaKind.PICTURE, largest, "photo")
    return _sticker(message.sticker) if message.sticker is not None else None


def _sticker(sticker: Sticker) -> Attachment:
    """A vector animation cannot be drawn here: its still picture stands for it."""
    shown = sticker.thumbnail if sticker.is_animated and sticker.thumbnail is not None else sticker
    kind = MediaKind.VIDEO if sticker.is_video else MediaKind.PICTURE
    return _attachment(kind, shown, f"sticker {sticker.emoji or ''}".strip())


def _video(message: Bearer) -> Attachment | None:
    # An animation has a `document` of the same file beside it, so it is looked for first.
    for video, name in ((message.animation, "animation"), (message.video, "video")):
        if video is not None:
            return _attachment(MediaKind.VIDEO, video, video.file_name or name)
    note = message.video_note
    return _attachment(MediaKind.VIDEO, note, "video message", is_voice=True) if note is not None else None


def _sound(message: Bearer) -> Attachment | None:
    if message.voice is not None:
        return _attachment(MediaKind.SOUND, message.voice, "voice message", is_voice=True)
    audio = message.audio
    if audio is None:
        return None
    return _attachment(MediaKind.SOUND, audio, audio.title or audio.file_name or "audio")


def _document(message: Bearer) -> Attachment | None:
    document = message.document
    if document is None:
        return None
    kinds = {_PICTURES: MediaKind.PICTURE, _VIDEOS: MediaKind.VIDEO, _SOUNDS: MediaKind.SOUND}
    media_type = document.mime_type or ""
    kind = next((kind for prefix, kind in kinds.items() if media_type.startswith(prefix)), MediaKind.DOCUMENT)
    return _attachment(kind, document, document.file_name or "file")


def _attachment(kind: MediaKind, medium: Medium, name: str, *, is_voice: bool = False) -> Attachment:
    # As Telegram wrote it: not every medium has these fields, and PTB's own `duration` is being changed from a
    # number to a timedelta.
    told = medium.to_dict()
    return Attachment(
        kind,
        medium.file_id,
        medium.file_unique_id,
        name=name,
        media_type=told.get("mime_type", ""),
        size_bytes=told.get("file_size", 0),
        duration_seconds=int(told.get("duration", 0)),
        is_voice=is_voice,
    )


def _links(message: Message) -> Iterable[Attachment]:
    """The addresses a message names, each once; whether one is a picture is found out when it is asked."""
    texts = {**message.parse_entities(_ADDRESSES), **message.parse_caption_entities(_ADDRESSES)}
    urls = (entity.url if entity.type == MessageEntity.TEXT_LINK else text for entity, text in texts.items())
    found = dict.fromkeys(url for url in urls if url and url.lower().startswith(("http://", "https://")))
    return (Attachment(MediaKind.LINK, url=url) for url in list(found)[:_MOST_LINKS])
