"""Fetching what a turn brought: downloaded, told apart by content, and made ready for a model."""

import asyncio
import itertools
import logging
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from conversation.filing.reading import Reading
from conversation.found import Found, name_of
from conversation.gallery import Gallery
from conversation.wording import in_quotes
from domain.assistant import Assistant
from domain.catalogue import Vision
from domain.errors import FileTooLarge, NoSound, Unreadable, UserFacingError
from domain.material import Brought, Material, Picture, Recording
from domain.media import Attachment, LinkedPictures, MediaKind
from domain.texts import Sentence, Text
from domain.turn import Said, Turn
from media import documents, encoding, pictures, sound, video
from media.errors import EmptyFile
from media.kinds import Family, FileKind, kind_of

log = logging.getLogger(__name__)

LinkMode = Literal["fetch", "provider", "off"]

_AT_ONCE = 4
_FRAMES_SIDE = 768
_LONG_TEXT = 1_000
_READY = ("audio/ogg", "opus")  # what transcription takes as it is
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_MOST_HOSTED_BYTES = 512_000_000
_TOO_LARGE_TO_READ = Text("That file is too large for me.")
_TOO_LARGE_TO_HOST = Text("That file is too large for me. The AI service takes files of up to 512 MB.")
_VECTOR_STICKER = "application/x-tgsticker"
_NUMBERED = re.compile(r"\A\[Pictures? (\d+)(?: to (\d+))?:")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings allow: bytes of a file, frames of a video, and who fetches pictures behind links."""

    most_bytes: int = 20 * 1024 * 1024
    most_frames: int = 8
    links: LinkMode = "fetch"

    @property
    def too_large(self) -> Sentence:
        if self.most_bytes < 1_000_000_000:
            return FileTooLarge.text
        return Text("That file is too large for me. I can fetch files of up to 2 GB.")


@dataclass(frozen=True, slots=True)
class Fetching:
    gallery: Gallery
    links: LinkedPictures
    limits: Limits
    reading: Reading

    def by(self, assistant: Assistant) -> "Fetching":
        """For this assistant, which may not be allowed everything that can be done with files."""
        return replace(self, reading=self.reading.by(assistant))

    async def fetch(
        self, turn: Turn, known: Material, vision: Vision, say: Callable[[Sentence], str]
    ) -> Material:
        """What can be used of all that was brought, and a sentence for each thing that cannot.

        What is `known` from an earlier answer to the same is not fetched again. Raises the first problem where
        nothing is left: no words, no picture, nothing.
        """
        numbers = itertools.count(1)
        brought: list[Brought] = []
        problems: list[UserFacingError] = []
        told: list[Sentence] = []
        for said in turn.said:
            said = replace(said, attachments=tuple(_worth_fetching(said)))
            if not said.attachments:
                continue
            before = known.of(said.message_id)
            if before.sources and before.sources == said.sources:
                brought.append(_renumbered(before, numbers))
            else:
                one, failed, news = await self._brought(said, vision, numbers)
                brought.append(one)
                problems += failed
                told += news
        has_something = any(said.text.strip() for said in turn.said) or any(map(_is_something, brought))
        if problems and not has_something:
            raise problems[0]
        sentences = tuple(dict.fromkeys(map(say, (*(problem.text for problem in problems), *told))))
        kept = tuple(one for one in brought if _is_something(one))
        return Material(kept, sentences)

    async def _brought(
        self, said: Said, vision: Vision, numbers: Iterator[int]
    ) -> tuple[Brought, list[UserFacingError], list[Sentence]]:
        together = asyncio.Semaphore(_AT_ONCE)

        async def one(attachment: Attachment) -> Found | UserFacingError:
            async with together:
                return await self._tried(attachment, vision)

        results = await asyncio.gather(*(one(attachment) for attachment in said.attachments))
        found = [result for result in results if isinstance(result, Found)]
        failed = [result for result in results if isinstance(result, UserFacingError)]
        lines = [line for one_found in found if (line := _line(one_found, numbers))]
        brought = Brought(
            said.message_id,
            () if failed else said.sources,
            tuple(lines),
            tuple(picture for one_found in found for picture in one_found.pictures),
            tuple(recording for one_found in found for recording in one_found.recordings),
            tuple(paper for one_found in found for paper in one_found.papers),
            tuple(filed for one_found in found for filed in one_found.filed),
        )
        return brought, failed, [sentence for one_found in found for sentence in one_found.told]

    async def _tried(self, attachment: Attachment, vision: Vision) -> Found | UserFacingError:
        try:
            return await self._found(attachment, vision)
        except UserFacingError as error:
            log.info("an attachment cannot be used: %s: %s", type(error).__name__, error)
            return error

    async def _found(self, attachment: Attachment, vision: Vision) -> Found:
        if attachment.kind is MediaKind.LINK:
            return await self._linked(attachment, vision)
        async with self._downloaded(attachment) as path:
            return await self._sorted(attachment, path, vision)

    async def sound_of(self, attachment: Attachment) -> Recording:
        """The sound of a recording or a film, and nothing else of it. Raises `NoSound` and others."""
        async with self._downloaded(attachment) as path:
            kind = await asyncio.to_thread(kind_of, path, attachment.name)
            if kind.family is Family.EMPTY:
                raise EmptyFile(name_of(attachment))
            if kind.family not in (Family.SOUND, Family.VIDEO) and attachment.kind is not MediaKind.SOUND:
                raise NoSound(kind.media_type)
            heard = await self.gallery.work(sound.measure, path)
            if not heard.has_sound:
                raise NoSound(f"{kind.media_type} without sound")
            is_ready = (kind.media_type, heard.codec) == _READY
            return await self._recording(attachment, path, heard.duration_seconds, is_ready)

    async def text_of(self, attachment: Attachment, *, most_bytes: int) -> str:
        """What is written in a text file of at most so many bytes. Raises `FileTooLarge`, `Unreadable`."""
        async with self._downloaded(attachment) as path:
            if (await asyncio.to_thread(path.stat)).st_size > most_bytes:
                raise FileTooLarge(f"a text of more than {most_bytes} bytes", text=_too_long(most_bytes))
            return await self.gallery.work(documents.text_of, path, most_characters=most_bytes)

    @asynccontextmanager
    async def _downloaded(self, attachment: Attachment) -> AsyncGenerator[Path]:
        if attachment.size_bytes > self.limits.most_bytes:
            raise FileTooLarge(f"{attachment.size_bytes} bytes", text=self.limits.too_large)
        if attachment.kind is MediaKind.DOCUMENT and attachment.size_bytes > _MOST_HOSTED_BYTES:
            raise FileTooLarge(f"{attachment.size_bytes} bytes", text=_TOO_LARGE_TO_HOST)
        async with self.gallery.files.workshop() as folder:
            await self.gallery.downloads.download(attachment.file_id, folder / "file")
            yield folder / "file"

    async def _linked(self, attachment: Attachment, vision: Vision) -> Found:
        """A picture behind an address; a page, or anything else, is left to its words."""
        says = f"{{pictures}}: from {in_quotes(attachment.url)}"
        if self.limits.links == "provider" and _looks_like_a_picture(attachment.url):
            return Found(says, [Picture("", "", 0, 0, url=attachment.url)])
        if self.limits.links != "fetch":
            return Found()
        async with self.gallery.files.workshop() as folder:
            if not await self.links.fetch(attachment.url, folder / "file"):
                return Found()
            return Found(says, [await self.gallery.take(folder / "file", vision)])

    async def _sorted(self, attachment: Attachment, path: Path, vision: Vision) -> Found:
        kind = await asyncio.to_thread(kind_of, path, attachment.name)
        match kind.family:
            case Family.PICTURE if kind.is_animated:
                return await self._animated(attachment, path, vision)
            case Family.PICTURE:
                return await self._picture(attachment, path, vision)
            case Family.VIDEO | Family.SOUND:
                return await self._played(attachment, path, kind)
            case Family.EMPTY:
                raise EmptyFile(name_of(attachment))
            case _ if kind.media_type == _VECTOR_STICKER:
                return Found(f"[{name_of(attachment)}]")
            case _:
                return await self.reading.read(attachment, path, kind)

    async def _picture(self, attachment: Attachment, path: Path, vision: Vision) -> Found:
        picture = await self.gallery.take(path, vision, file_id=attachment.file_id)
        return Found(f"{{pictures}}: {name_of(attachment)}", [picture])

    async def _animated(self, attachment: Attachment, path: Path, vision: Vision) -> Found:
        frames = await self.gallery.work_long(
            pictures.frames,
            path,
            path.parent,
            most=self.limits.most_frames,
            short_side=vision.short_side,
            long_side=_FRAMES_SIDE,
        )
        kept = [await self.gallery.keep(frame.picture) for frame in frames]
        times = [frame.at_seconds for frame in frames]
        return Found(_frames_line(attachment, times, times[-1]), kept)

    async def _played(self, attachment: Attachment, path: Path, kind: FileKind) -> Found:
        """A video as frames and sound, a recording as sound: only the streams tell one from the other."""
        if attachment.kind is MediaKind.SOUND or kind.family is Family.SOUND:
            heard = await self.gallery.work_long(sound.measure, path)
            if not heard.has_sound:
                raise Unreadable("announced as sound, without any")
            is_ready = (kind.media_type, heard.codec) == _READY
            recording = await self._recording(attachment, path, heard.duration_seconds, is_ready)
            return Found(recordings=[replace(recording, is_speech=True)])
        looked = await self.gallery.work_long(video.measure, path)
        found = await self._watched(attachment, path, looked) if looked.width else Found()
        if looked.has_sound:
            found.recordings = [
                await self._recording(attachment, path, looked.duration_seconds, is_ready=False)
            ]
        return found

    async def _watched(self, attachment: Attachment, path: Path, looked: video.VideoFile) -> Found:
        frames = await self.gallery.work_long(
            video.frames, path, path.parent, most=self.limits.most_frames, long_side=_FRAMES_SIDE
        )
        kept = [
            await self.gallery.keep(
                pictures.PictureFile(frame.path, "image/jpeg", frame.width, frame.height, 0)
            )
            for frame in frames
        ]
        times = [frame.at_seconds for frame in frames]
        return Found(_frames_line(attachment, times, looked.duration_seconds), kept)

    async def _recording(self, attachment: Attachment, path: Path, seconds: float, is_ready: bool) -> Recording:
        """Kept as it is where transcription takes it, else as small Ogg/Opus."""
        target = path if is_ready else path.with_name("sound.ogg")
        if not is_ready:
            await self.gallery.work_long(encoding.extract, path, target)
        file = await self.gallery.files.keep(target, ".ogg")
        return Recording(file, name_of(attachment), seconds, attachment.is_voice, attachment.is_quoted)


def _too_long(most_bytes: int) -> Text:
    return Text("That file is too long: at most {most} KB, please.", most=most_bytes // 1024)


def _worth_fetching(said: Said) -> Iterator[Attachment]:
    """All, but of the links in a long text, a log or an article, only those that look like pictures."""
    is_long = len(said.text) > _LONG_TEXT
    for one in said.attachments:
        if one.kind is not MediaKind.LINK or not is_long or _looks_like_a_picture(one.url):
            yield one


def _is_something(brought: Brought) -> bool:
    return bool(brought.lines or brought.pictures or brought.recordings or brought.papers or brought.filed)


def _line(found: Found, numbers: Iterator[int]) -> str:
    """What the model reads of it, with the numbers its pictures have in this turn."""
    own = list(itertools.islice(numbers, len(found.pictures)))
    if not own:
        return found.says
    return f"[{found.says.replace('{pictures}', _label(own), 1)}]"


def _label(numbers: Sequence[int]) -> str:
    return f"Picture {numbers[0]}" if len(numbers) == 1 else f"Pictures {numbers[0]} to {numbers[-1]}"


def _renumbered(brought: Brought, numbers: Iterator[int]) -> Brought:
    """What is known already, with the numbers that its pictures have this time."""

    def again(found: re.Match[str]) -> str:
        first, last = int(found[1]), int(found[2] or found[1])
        return f"[{_label(list(itertools.islice(numbers, last - first + 1)))}:"

    return replace(brought, lines=tuple(_NUMBERED.sub(again, line) for line in brought.lines))


def _frames_line(attachment: Attachment, times: Sequence[float], duration_seconds: float) -> str:
    shown = ", ".join(_moments(times))
    return f"{{pictures}}: frames of {name_of(attachment)}, {_clock(duration_seconds)} long, at {shown}"


def _moments(times: Sequence[float]) -> list[str]:
    """Full seconds where they tell the moments apart, else hundredths."""
    full = list(map(_clock, times))
    if len(set(full)) == len(full):
        return full
    return [f"{_clock(int(time))}.{int(time % 1 * 100):02}" for time in times]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _looks_like_a_picture(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(_PICTURE_ENDINGS)
