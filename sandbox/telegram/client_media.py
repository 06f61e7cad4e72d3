"""What people do with media, over HTTP: photos, albums, voice messages and files, sent and looked at."""

import base64
from collections.abc import Iterable
from typing import Any, Literal, TypedDict, Unpack

from sandbox.telegram.files import largest
from sandbox.telegram.values import Json

Kind = Literal[
    "photo", "live_photo", "video", "animation", "voice", "audio", "document", "video_note", "sticker"
]


class Posting(TypedDict, total=False):
    """What every `send_…` takes besides its file. `fields` of the message are added as they are."""

    user: int | None
    topic: int | None
    reply_to: int | None
    quote: str | None
    forward_from: int | str | None
    caption: str
    caption_entities: list[Json] | None
    album: str | None
    """A media_group_id."""
    fields: Json


class MediaClient:
    """Every `send_…` answers with the message's id.

    Files are sent as they are, whatever is in them; only a photo has to be a picture: as an app does, it is
    made a JPEG of at most 2560 pixels.
    """

    async def _ask(self, action: str, **asked: Any) -> Any:
        raise NotImplementedError

    async def _load(self, path: str) -> bytes:
        raise NotImplementedError

    async def send_photo(self, chat_id: int, data: bytes, **wanted: Unpack[Posting]) -> int:
        return await self._send(chat_id, "photo", data, wanted)

    async def send_album(
        self, chat_id: int, pieces: Iterable[bytes], *, kind: Kind = "photo", **wanted: Unpack[Posting]
    ) -> list[int]:
        """Several at once, each an update of its own in this order; the caption belongs to the first."""
        items = [_item(kind, data, name=f"{number}.bin") for number, data in enumerate(pieces, 1)]
        return await self._send_items(chat_id, items, wanted)

    async def send_document(
        self, chat_id: int, data: bytes, *, name: str = "file.bin", mime: str = "", **wanted: Unpack[Posting]
    ) -> int:
        return await self._send(chat_id, "document", data, wanted, name=name, mime=mime)

    async def send_voice(
        self,
        chat_id: int,
        data: bytes,
        *,
        duration: int | None = None,
        mime: str = "",
        **wanted: Unpack[Posting],
    ) -> int:
        """`duration` in seconds; measured if it is not given."""
        return await self._send(chat_id, "voice", data, wanted, mime=mime, duration=duration)

    async def send_audio(
        self,
        chat_id: int,
        data: bytes,
        *,
        name: str = "audio.mp3",
        title: str | None = None,
        performer: str | None = None,
        duration: int | None = None,
        mime: str = "",
        **wanted: Unpack[Posting],
    ) -> int:
        said = {"title": title, "performer": performer, "duration": duration}
        return await self._send(chat_id, "audio", data, wanted, name=name, mime=mime, **said)

    async def send_video(
        self,
        chat_id: int,
        data: bytes,
        *,
        name: str = "video.mp4",
        duration: int | None = None,
        mime: str = "",
        **wanted: Unpack[Posting],
    ) -> int:
        return await self._send(chat_id, "video", data, wanted, name=name, mime=mime, duration=duration)

    async def send_video_note(
        self, chat_id: int, data: bytes, *, duration: int | None = None, **wanted: Unpack[Posting]
    ) -> int:
        return await self._send(chat_id, "video_note", data, wanted, duration=duration)

    async def send_animation(
        self, chat_id: int, data: bytes, *, name: str = "animation.mp4", **wanted: Unpack[Posting]
    ) -> int:
        """A GIF becomes the film that Telegram makes of it."""
        return await self._send(chat_id, "animation", data, wanted, name=name)

    async def send_sticker(
        self,
        chat_id: int,
        data: bytes,
        *,
        emoji: str = "🙂",
        is_animated: bool = False,
        is_video: bool = False,
        **wanted: Unpack[Posting],
    ) -> int:
        said: Json = {"emoji": emoji, "is_animated": is_animated, "is_video": is_video}
        return await self._send(chat_id, "sticker", data, wanted, **said)

    async def send_live_photo(
        self, chat_id: int, film: bytes, photo: bytes | None = None, **wanted: Unpack[Posting]
    ) -> int:
        """A short film behind a still picture; without one, behind its own first."""
        still = None if photo is None else base64.b64encode(photo).decode()
        return (await self._send_items(chat_id, [_item("live_photo", film) | {"photo": still}], wanted))[0]

    async def _send(
        self,
        chat_id: int,
        kind: Kind,
        data: bytes,
        wanted: Posting,
        *,
        name: str = "",
        mime: str = "",
        **said: Any,
    ) -> int:
        return (await self._send_items(chat_id, [_item(kind, data, name=name, mime=mime, **said)], wanted))[0]

    async def _send_items(self, chat_id: int, items: list[Json], wanted: Posting) -> list[int]:
        if unknown := wanted.keys() - Posting.__annotations__.keys():
            raise TypeError(f"a message is not sent with {', '.join(sorted(unknown))}")
        return await self._ask("send", chat_id=chat_id, items=items, **wanted)

    async def edit_caption(
        self,
        chat_id: int,
        message_id: int,
        caption: str,
        *,
        caption_entities: list[Json] | None = None,
        user: int | None = None,
    ) -> None:
        """A person changes the words under their own photo or file; none takes them away."""
        asked = {"chat_id": chat_id, "message_id": message_id, "user": user}
        await self._ask("edit_caption", **asked, caption=caption, caption_entities=caption_entities)

    async def upload(self, content: bytes, name: str = "file.bin") -> str:
        """A file that a message can name and the bot download; its id."""
        return await self._ask("file", name=name, content=base64.b64encode(content).decode())

    async def file(self, message: Json) -> bytes:
        """What a message carries, as a person saves it: of a photo the largest size."""
        return await self.download(largest(message))

    async def download(self, file_id: str) -> bytes:
        return await self._load(f"sandbox/files/{file_id}")

    async def lose_file(self, file_id: str) -> None:
        """From now on the bot can neither download nor send it."""
        await self._ask("lose_file", file_id=file_id)

    async def forbid_voice(self, user: int, *, forbidden: bool = True) -> None:
        """The person takes no voice and video messages, as Premium lets them choose."""
        await self._ask("forbid_voice", user=user, forbidden=forbidden)


def _item(kind: Kind, data: bytes, *, name: str = "", mime: str = "", **said: Any) -> Json:
    content = base64.b64encode(data).decode()
    return {"kind": kind, "content": content, "name": name, "mime": mime, "said": said}
