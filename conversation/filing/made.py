"""What code has made: fetched before its container is gone, and shown below the answer."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import cast

from pydantic import TypeAdapter

from conversation.filing.links import without_links
from conversation.filing.workspace import Workspace
from conversation.gallery import Gallery
from conversation.moderation.guard import Guard
from domain.errors import FileTooLarge, Unreadable, UserFacingError
from domain.filing import thread_scope
from domain.hosting import ContainerFile
from domain.reply import Destination, Outgoing, Presenter
from domain.run import MadeFile
from domain.steps import Json, Steps
from domain.texts import Sentence, Text
from domain.turn import Answer
from media.kinds import kind_of
from media.pictures import size_of

log = logging.getLogger(__name__)

MADE = "made"
_SENDING = "made-media"
MOST_BYTES = 50_000_000  # what a bot may send
_MOST_FILES, _MOST_UNCITED = 20, 10
_LONGEST_PHOTO_SIDE = 2_560  # Telegram scales larger ones down
_PHOTO_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})
_BY_THE_WAY = (".pyc", ".log", ".cache", ".tmp", ".lock")


@dataclass(frozen=True, slots=True)
class Output:
    """A file as it is kept until it is shown. `is_large`: as a photo it would lose some of its detail."""

    file: str
    name: str
    media_type: str
    is_photo: bool
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class Outputs:
    """All of a turn; by name what could not be fetched, and what may not be shown."""

    files: tuple[Output, ...] = ()
    too_large: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()


_outputs = TypeAdapter(Outputs)


@dataclass(frozen=True, slots=True)
class Made:
    workspace: Workspace
    gallery: Gallery
    guard: Guard
    presenter: Presenter

    async def collect(self, answer: Answer, thread_id: int, steps: Steps) -> tuple[Answer, Sequence[Sentence]]:
        """The answer without links into containers, and what the person is told of files that are lost.

        What code made is fetched and recorded, once. It runs between `generate` and the delivery.
        """
        outputs = await self._recorded(steps)
        if outputs is None:
            containers = _containers(answer)
            if not containers and not _shown(answer):
                return without_links(answer), ()
            outputs = await self._fetched(answer, containers, thread_scope(thread_id))
            await steps.record(MADE, cast("Json", _outputs.dump_python(outputs, mode="json")))
        return without_links(answer), list(_told(outputs))

    async def send(self, to: Destination, steps: Steps) -> None:
        """Shows them, each recorded as it stands. Raises `ReaderGone`."""
        outputs = await self._recorded(steps)
        if outputs is None or not outputs.files:
            return
        media = [sent for output in outputs.files for sent in self._outgoing(output)]
        try:
            await self.presenter.send_media(to, media, steps=steps, step=_SENDING)
        except UserFacingError as error:
            log.warning("a file that code made cannot be sent: %s: %s", type(error).__name__, error)

    async def _recorded(self, steps: Steps) -> Outputs | None:
        recorded = await steps.result(MADE)
        return _outputs.validate_python(recorded) if recorded is not None else None

    def _outgoing(self, output: Output) -> Iterable[Outgoing]:
        path = self.gallery.files.path(output.file)
        if output.is_photo:
            yield Outgoing("photo", path, output.name, output.media_type)
        if output.is_large or not output.is_photo:
            yield Outgoing("document", path, output.name, output.media_type)

    async def _fetched(self, answer: Answer, containers: Sequence[str], scope: str) -> Outputs:
        outputs, seen = Outputs(), set[str]()
        for container_id in containers:
            await self.workspace.adopt(scope, container_id)
            wanted = await self._wanted(answer, container_id)
            for made in wanted:
                outputs = await self._with(outputs, made, seen)
            ids = [made.file_id for made in wanted]
            await self.workspace.filings.saw_outputs(container_id, ids)
        for made in _shown(answer)[:_MOST_UNCITED]:  # those that are files as well are there by now
            outputs = await self._with(outputs, made, seen)
        return outputs

    async def _wanted(self, answer: Answer, container_id: str) -> Sequence[MadeFile]:
        """What the answer links to, and what else is new in the container."""
        cited = {file.file_id: file for file in answer.files if file.container_id == container_id}
        shown = await self.workspace.filings.outputs(container_id)
        try:
            there = await self.workspace.hosting.container_files(container_id)
        except UserFacingError as error:
            log.warning("a container cannot be looked into: %s: %s", type(error).__name__, error)
            there = list[ContainerFile]()
        cited_names = {PurePath(file.name).name for file in cited.values()}
        others = [
            MadeFile(container_id, file.id, PurePath(file.path).name)
            for file in there
            if _is_worth_showing(file) and file.id not in shown and file.id not in cited
            if PurePath(file.path).name not in cited_names
        ]
        names = {file.id: PurePath(file.path).name for file in there}
        linked = [replace(file, name=file.name or names.get(file.file_id, "")) for file in cited.values()]
        return [*linked, *others[:_MOST_UNCITED]][:_MOST_FILES]

    async def _with(self, outputs: Outputs, made: MadeFile, seen: set[str]) -> Outputs:
        """One more; the same content is shown once."""
        name = PurePath(made.name).name or "file"
        try:
            output = await self._output(made, name)
        except FileTooLarge:
            return replace(outputs, too_large=(*outputs.too_large, name))
        except UserFacingError as error:
            log.warning("a file that code made is lost: %s: %s", type(error).__name__, error)
            return replace(outputs, lost=(*outputs.lost, name))
        if output.file in seen:
            return outputs
        seen.add(output.file)
        if await self._is_forbidden(output):
            return replace(outputs, held_back=(*outputs.held_back, name))
        return replace(outputs, files=(*outputs.files, output))

    async def _is_forbidden(self, output: Output) -> bool:
        if not output.media_type.startswith("image/"):
            return False
        categories = await self.guard.works([self.gallery.files.path(output.file)], "what code made")
        if categories:
            log.info("a picture that code made is not shown: %s", ", ".join(sorted(categories)))
        return bool(categories)

    async def _output(self, made: MadeFile, name: str) -> Output:
        if made.kept:
            return await self._as_output(self.gallery.files.path(made.kept), made.kept, name)
        async with self.gallery.files.workshop() as folder:
            path = folder / "made"
            await self.workspace.hosting.fetch(made.container_id, made.file_id, path, most_bytes=MOST_BYTES)
            file = await self.gallery.files.keep(path, PurePath(name).suffix.lower()[:10])
        return await self._as_output(self.gallery.files.path(file), file, name)

    async def _as_output(self, path: Path, file: str, name: str) -> Output:
        kind = await self.gallery.work(kind_of, path, name)
        is_still = kind.media_type in _PHOTO_TYPES and not kind.is_animated
        side = await self._long_side(path) if is_still else 0
        return Output(file, name, kind.media_type, side > 0, side > _LONGEST_PHOTO_SIDE)

    async def _long_side(self, path: Path) -> int:
        """In pixels; 0 for what only claims to be a picture, which is sent as it is."""
        try:
            return max(await self.gallery.work(size_of, path))
        except Unreadable:
            return 0


def _containers(answer: Answer) -> list[str]:
    """Those in which code ran for this answer, each once."""
    ran = [step.container for step in answer.run if step.container]
    return list(dict.fromkeys([*(file.container_id for file in answer.files if file.container_id), *ran]))


def _shown(answer: Answer) -> list[MadeFile]:
    """The pictures that came with the answer itself."""
    return [file for file in answer.files if file.kept]


def _is_worth_showing(file: ContainerFile) -> bool:
    name = PurePath(file.path).name
    return file.is_made and not name.startswith((".", "_")) and not name.endswith(_BY_THE_WAY)


def _told(outputs: Outputs) -> Iterable[Sentence]:
    for name in outputs.too_large:
        yield Text("{name} is too large to be sent: bots can send up to 50 MB.", name=name)
    for name in outputs.lost:
        yield Text("{name} is lost: the AI service cleared its workspace before I could fetch it.", name=name)
    for name in outputs.held_back:
        yield Text("I may not show {name}: the AI service's rules forbid it.", name=name)
