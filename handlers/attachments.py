"""What a message brings besides words, as attachments: its own media, and those of the message it answers."""

from collections.abc import Iterable
from dataclasses import replace

from telegram import ExternalReplyInfo, Message, MessageEntity, Sticker, TelegramObject, User

from domain.media import Attachment, MediaKind

_MOST_LINKS = 5
_ADDRESSES: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
_PICTURES, _VIDEOS, _SOUNDS = "image/", "video/", "audio/"

Bearer = Message | ExternalReplyInfo
"""What media hang on: a message, or what is told of one in another chat."""


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
        live = message.live_photo
        return Attachment(
            MediaKind.VIDEO,
            live.file_id,
            live.file_unique_id,
            name="live photo",
            media_type=live.mime_type or "",
            size_bytes=live.file_size or 0,
            duration_seconds=_seconds(live),
        )
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Attachment(
            MediaKind.PICTURE,
            largest.file_id,
            largest.file_unique_id,
            name="photo",
            size_bytes=largest.file_size or 0,
        )
    return _sticker(message.sticker) if message.sticker is not None else None


def _sticker(sticker: Sticker) -> Attachment:
    """A vector animation cannot be drawn here: its still picture stands for it."""
    shown = sticker.thumbnail if sticker.is_animated and sticker.thumbnail is not None else sticker
    return Attachment(
        MediaKind.VIDEO if sticker.is_video else MediaKind.PICTURE,
        shown.file_id,
        shown.file_unique_id,
        name=f"sticker {sticker.emoji or ''}".strip(),
        size_bytes=shown.file_size or 0,
    )


def _video(message: Bearer) -> Attachment | None:
    # An animation has a `document` of the same file beside it, so it is looked for first.
    for video, name in ((message.animation, "animation"), (message.video, "video")):
        if video is not None:
            return Attachment(
                MediaKind.VIDEO,
                video.file_id,
                video.file_unique_id,
                name=video.file_name or name,
                media_type=video.mime_type or "",
                size_bytes=video.file_size or 0,
                duration_seconds=_seconds(video),
            )
    note = message.video_note
    if note is None:
        return None
    return Attachment(
        MediaKind.VIDEO,
        note.file_id,
        note.file_unique_id,
        name="video message",
        size_bytes=note.file_size or 0,
        duration_seconds=_seconds(note),
        is_voice=True,
    )


def _sound(message: Bearer) -> Attachment | None:
    if message.voice is not None:
        voice = message.voice
        return Attachment(
            MediaKind.SOUND,
            voice.file_id,
            voice.file_unique_id,
            name="voice message",
            media_type=voice.mime_type or "",
            size_bytes=voice.file_size or 0,
            duration_seconds=_seconds(voice),
            is_voice=True,
        )
    audio = message.audio
    if audio is None:
        return None
    return Attachment(
        MediaKind.SOUND,
        audio.file_id,
        audio.file_unique_id,
        name=audio.title or audio.file_name or "audio",
        media_type=audio.mime_type or "",
        size_bytes=audio.file_size or 0,
        duration_seconds=_seconds(audio),
    )


def _document(message: Bearer) -> Attachment | None:
    document = message.document
    if document is None:
        return None
    media_type = document.mime_type or ""
    kinds = {_PICTURES: MediaKind.PICTURE, _VIDEOS: MediaKind.VIDEO, _SOUNDS: MediaKind.SOUND}
    kind = next((kind for prefix, kind in kinds.items() if media_type.startswith(prefix)), MediaKind.DOCUMENT)
    return Attachment(
        kind,
        document.file_id,
        document.file_unique_id,
        name=document.file_name or "file",
        media_type=media_type,
        size_bytes=document.file_size or 0,
    )


def _links(message: Message) -> Iterable[Attachment]:
    """The addresses a message names, each once; whether one is a picture is found out when it is asked."""
    texts = {**message.parse_entities(_ADDRESSES), **message.parse_caption_entities(_ADDRESSES)}
    urls = (entity.url if entity.type == MessageEntity.TEXT_LINK else text for entity, text in texts.items())
    found = dict.fromkeys(url for url in urls if url and url.lower().startswith(("http://", "https://")))
    return (Attachment(MediaKind.LINK, url=url) for url in list(found)[:_MOST_LINKS])


def _seconds(played: TelegramObject) -> int:
    """As Telegram wrote it: PTB's own `duration` is being changed from a number to a timedelta."""
    return int(played.to_dict().get("duration", 0))
