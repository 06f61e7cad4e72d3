"""`/export`: all that is kept of a person as archives, small enough for Telegram, each sent once."""

import csv
import io
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar, cast

from pydantic import TypeAdapter

from conversation.assistants.desk import AssistantDesk
from conversation.exporting import as_json, as_markdown
from conversation.privacy.packing import Listing, Pack
from conversation.tasks import Done, Order
from conversation.thread_desk import heading
from domain.errors import UserFacingError
from domain.media import Downloads
from domain.reply import Destination, Keyboard, Outgoing, SentMedia
from domain.steps import Json, JsonValue, Steps
from domain.texts import Plural, Sentence, Text
from domain.turn import Answer, ConversationKey, Ending
from storage.archive import Archive, Thread
from storage.belongings.estate import Estate, Found
from storage.files import Files

log = logging.getLogger(__name__)

T = TypeVar("T")

TASK = "takeout"
VERSION = 1
"""Of `data.json`: grows when something in it means something else than before."""

_ROOM_BYTES = 1_000_000  # of an archive, for its directory, and for what estimates miss
_UNKNOWN_BYTES = 20_000_000  # of a file that Telegram has to be asked for: no bot gets a larger one
_AT_ONCE = 32
_OWN_FILES = ("assistants", "reminders", "memories", "settings")
_README = """\
# Your data

This is what the bot keeps of you, part {part} of {parts}.

- `data.json`: everything, for machines (format `parley-export`, version {version}). With more than one part,
  further conversations are in `data.json` of the other parts.
- `threads/`: your conversations, to be read.
- `media/`: the files that belong to them. `data.json` names them with a folder before their name, as
  `ab/abc….jpg`; here it is `media/abc….jpg`. What could not be had any more is listed in `missing.txt`.
- `assistants.json`, `reminders.json`, `memories.json`, `settings.json`, `usage.csv`: the same, kind by kind.

Of groups there are your own words, and the answers to them. Deleting it: /forget.
"""


class Carrier(Protocol):
    """How files and news of them reach the person."""

    async def say(self, key: ConversationKey, words: str, keyboard: Keyboard = ()) -> int: ...

    async def edit(
        self, key: ConversationKey, message_id: int, words: str, keyboard: Keyboard = ()
    ) -> None: ...

    async def send_media(
        self, to: Destination, media: Sequence[Outgoing], *, steps: Steps, step: str, keyboard: Keyboard = ()
    ) -> tuple[SentMedia, ...]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """What one archive holds; the first one also has all that is no conversation and no medium."""

    threads: tuple[int, ...] = ()
    media: tuple[Found, ...] = ()


_parts = TypeAdapter(tuple[Part, ...])


@dataclass(frozen=True, slots=True)
class Takeout:
    """`conversation.tasks.Task`. `most_bytes` is what Telegram takes as one file."""

    estate: Estate
    archive: Archive
    assistants: AssistantDesk
    files: Files
    downloads: Downloads
    carrier: Carrier
    most_bytes: Callable[[], int]

    async def work(self, order: Order) -> Done:
        packing = _Packing(self, order)
        sent = await order.running.stoppable(packing.run())
        if sent is None:
            await packing.tell(Text("The export was stopped."))
            return Done(answer=Answer("", Ending.STOPPED))
        return Done(sent)


class _Packing:
    """One export at work. What its parts hold is settled once; after a crash it goes on with the next part."""

    def __init__(self, takeout: Takeout, order: Order) -> None:
        self._takeout = takeout
        self._order = order
        self._user_id = order.turn.asker.user_id

    async def run(self) -> tuple[int, ...]:
        await self.tell(Text("Collecting what I keep of you…"))
        parts, missing = await self._parts(), 0
        message_ids: list[int] = []
        for number, part in enumerate(parts, 1):
            if await self._order.steps.result(f"{_step(number)}:0") is None:
                await self.tell(Text("Packing part {part} of {parts}…", part=number, parts=len(parts)))
            sent, lost = await self._sent(part, number, len(parts))
            message_ids += [one.message_id for one in sent]
            missing += lost
        await self.tell(Plural("Your data, in {count} file.", "Your data, in {count} files.", len(parts)))
        log.info("export %s: %s parts, %s media missing", self._order.turn.id, len(parts), missing)
        return tuple(message_ids)

    async def tell(self, sentence: Sentence) -> None:
        """In one message, which is edited."""
        carrier, key, words = self._takeout.carrier, self._order.turn.key, self._order.say(sentence)
        known = await self._order.steps.result("told")
        if known is None:
            message_id = await carrier.say(key, words)
            await self._order.steps.record("told", {"message_id": message_id})
        else:
            await carrier.edit(key, int(str(known["message_id"])), words)

    async def _parts(self) -> Sequence[Part]:
        known = await self._order.steps.result("parts")
        if known is not None:
            return _parts.validate_python(known["parts"])
        estate, room = self._takeout.estate, self._takeout.most_bytes() - _ROOM_BYTES
        threads = await estate.thread_sizes(self._user_id)
        media = [(one, await self._size(one)) for one in await estate.media(self._user_id)]
        parts = [Part(threads=tuple(some)) for some in _shared(threads, room)] or [Part()]
        parts += [Part(media=tuple(some)) for some in _shared(media, room)]
        if len(parts) == 2 and sum(size for _, size in (*threads, *media)) < room // 2:
            parts = [Part(parts[0].threads, parts[1].media)]
        recorded = {"parts": _parts.dump_python(tuple(parts), mode="json")}
        await self._order.steps.record("parts", cast("Json", recorded))
        return parts

    async def _size(self, found: Found) -> int:
        return await self._takeout.files.size(found.file) or (_UNKNOWN_BYTES if found.file_id else 0)

    async def _sent(self, part: Part, number: int, parts: int) -> tuple[Sequence[SentMedia], int]:
        async with self._takeout.files.workshop() as folder:
            pack, missing = Pack(folder), 0
            if await self._order.steps.result(f"{_step(number)}:0") is None:
                missing = await self._packed(pack, part, number, parts)
            name = "parley-export.zip" if parts == 1 else f"parley-export-{number}-of-{parts}.zip"
            media = [Outgoing("document", pack.path, name, "application/zip")]
            sent = await self._takeout.carrier.send_media(
                self._order.to, media, steps=self._order.steps, step=_step(number)
            )
        return sent, missing

    async def _packed(self, pack: Pack, part: Part, number: int, parts: int) -> int:
        """Returns how many media could not be had."""
        await pack.add_text("README.md", _README.format(part=number, parts=parts, version=VERSION))
        threads = await self._takeout.archive.get(part.threads)
        names = self._takeout.estate.names if number == 1 else []
        if threads or names:
            await self._pack_data(pack, threads, names, {"part": number, "parts": parts})
        for thread in threads:
            entries = await self._takeout.archive.entries(thread.id)
            await pack.add_text(_file_name(thread), as_markdown(thread, entries, self._order.say))
        if number == 1:
            await self._pack_kinds(pack)
        return await self._pack_media(pack, part.media)

    async def _pack_data(
        self, pack: Pack, threads: Sequence[Thread], names: Sequence[str], place: Mapping[str, JsonValue]
    ) -> None:
        person = self._order.turn.asker
        head: dict[str, JsonValue] = {
            "format": "parley-export",
            "version": VERSION,
            "exported": datetime.now(UTC).isoformat(timespec="seconds"),
            "person": {"user_id": person.user_id, "name": person.name, "language": person.language},
            **place,
        }
        lists = [Listing("threads", self._threads(threads))]
        lists += [Listing(name, self._rows(name)) for name in names]
        await pack.add_json("data.json", head, lists)

    async def _threads(self, threads: Sequence[Thread]) -> AsyncIterator[str]:
        for thread in threads:
            assistant = await self._takeout.assistants.known(thread.assistant)
            yield as_json(thread, assistant, await self._takeout.archive.entries(thread.id, with_replaced=True))

    async def _rows(self, name: str) -> AsyncIterator[str]:
        for row in await self._takeout.estate.rows(name, self._user_id):
            yield json.dumps(row, ensure_ascii=False)

    async def _pack_kinds(self, pack: Pack) -> None:
        """The same kind by kind, for people."""
        estate = self._takeout.estate
        for name in _OWN_FILES:
            if name in estate.names:
                rows = await estate.rows(name, self._user_id)
                await pack.add_text(f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=2))
        await pack.add_text("usage.csv", _table(await estate.rows("spending", self._user_id)))

    async def _pack_media(self, pack: Pack, media: Sequence[Found]) -> int:
        missing: list[str] = []
        for start in range(0, len(media), _AT_ONCE):
            some = media[start:][:_AT_ONCE]
            found = {one.file: await self._path(pack, one) for one in some}
            await pack.add_files(
                {f"media/{PurePosixPath(file).name}": path for file, path in found.items() if path is not None}
            )
            missing += [one.file for one in some if found[one.file] is None]
        if missing:
            await pack.add_text("missing.txt", "\n".join(missing) + "\n")
        return len(missing)

    async def _path(self, pack: Pack, found: Found) -> Path | None:
        """Our copy, or a new one from Telegram."""
        if await self._takeout.files.size(found.file):
            return self._takeout.files.path(found.file)
        if not found.file_id:
            return None
        path = pack.folder / PurePosixPath(found.file).name
        try:
            await self._takeout.downloads.download(found.file_id, path)
        except UserFacingError as error:
            log.info("export %s: a file is gone: %s", self._order.turn.id, type(error).__name__)
            return None
        return path


def _step(number: int) -> str:
    return f"zip{number}"


def _shared(things: Iterable[tuple[T, int]], room: int) -> list[list[T]]:
    """In their order, in as few shares as have room for them; one that is larger has its own."""
    shares: list[list[T]] = []
    left = 0
    for thing, size in things:
        if not shares or size > left:
            shares.append([])
            left = room
        shares[-1].append(thing)
        left -= size
    return shares


def _file_name(thread: Thread) -> str:
    title = "".join(sign if sign.isalnum() or sign in " -_" else " " for sign in heading(thread))
    return f"threads/{thread.id}-{'-'.join(title.split())[:60] or 'untitled'}.md"


def _table(rows: Iterable[JsonValue]) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(("time", "purpose", "model", "state", "dollars"))
    for row in rows:
        entry = cast("Mapping[str, JsonValue]", row)
        when = datetime.fromtimestamp(int(str(entry["created_ms"])) / 1_000, UTC)
        cost = entry["cost_microdollars"]
        dollars = "" if cost is None else f"{int(str(cost)) / 1_000_000:.6f}"
        table.writerow(
            (when.isoformat(timespec="seconds"), entry["purpose"], entry["model"], entry["state"], dollars)
        )
    return written.getvalue()
