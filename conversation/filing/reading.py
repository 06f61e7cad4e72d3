"""Reading documents, texts, tables and archives: each gets its place, and a line for the model."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from conversation.filing.routing import (
    Abilities,
    data_type,
    is_data,
    kept_sentence,
    place_for,
    unpacked_sentence,
)
from conversation.found import Found, file_name, name_of, together, whose
from conversation.gallery import Gallery
from conversation.tokens import estimate_tokens
from conversation.wording import in_quotes, indented, one_line
from domain.assistant import Assistant
from domain.characters import has_cjk
from domain.errors import FileTooLarge, Unreadable
from domain.hosting import Place
from domain.material import Filed, Paper
from domain.media import Attachment
from domain.texts import Sentence, Text
from media import archives, documents, tables
from media.errors import BrokenDocument, EmptyArchive, LockedDocument, UnknownEncoding
from media.kinds import UNDECODED, Family, FileKind, kind_of

_MOST_PAGES = 10
_PAGE_SIDE = 1_600
_PAGE_TOKENS = 900
_BYTES_PER_TOKEN = 20  # of an Office file, packed and with its pictures
_TEXT_BYTES_PER_TOKEN = 4
_LONGEST_TEXT = 60_000
_BEGINNING = 800
_TABLE_ROWS = 6
_TABLE_ROWS_WITHOUT_CODE = 200
_MOST_PAPER_BYTES = 36_000_000  # in base64 some 48 MB; OpenAI takes 50 MB of files with a request
_MOST_UNPACKED, _MOST_UNPACKED_BYTES = 20, 60_000_000
_MOST_LISTED = 50
_OFFICE, _OPEN = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
# By these endings a provider tells what a file is, whatever the person has called it
_PAPER_ENDINGS = {
    "application/pdf": ".pdf",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    f"{_OPEN}text": ".odt",
    f"{_OPEN}spreadsheet": ".ods",
    f"{_OPEN}presentation": ".odp",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/rtf": ".rtf",
}
_TABLE_TYPES = {"text/csv": ".csv", "text/tab-separated-values": ".tsv"}
_TABLE_ENDINGS = (".csv", ".tsv", ".txt")
_PACKED = (_OFFICE, _OPEN)
_CLOSED_ARCHIVES = frozenset({"application/x-7z-compressed", "application/vnd.rar"})  # not opened here
_TOO_LARGE_TO_READ = Text("That file is too large for me.")
_NO_CODE = Text("I cannot run code here, so I can read that table but not calculate with all of it.")
_CODE_OFF = Text("Code is switched off here, so I can read that table but not calculate with all of it.")


@dataclass(frozen=True, slots=True)
class Reading:
    """`abilities` are those of the moment: what the provider turns out not to have is not promised."""

    gallery: Gallery
    abilities: Callable[[], Abilities]

    def by(self, assistant: Assistant) -> "Reading":
        """For this assistant, which may not be allowed everything that can be done with files."""
        return replace(self, abilities=lambda: self.abilities().within(assistant))

    async def read(self, attachment: Attachment, path: Path, kind: FileKind) -> Found:
        """What becomes of a file that is no picture, film or sound. Raises `Unreadable` and its like."""
        match kind.family:
            case Family.TEXT:
                return await self._text(attachment, path, kind)
            case Family.DOCUMENT:
                return await self._document(attachment, path, kind)
            case Family.ARCHIVE:
                return await self._archive(attachment, path, kind)
            case _ if (media_type := data_type(attachment.name)) and self.abilities().runs:
                filed = await self._filed(attachment, path, media_type, Place.CODE, 0)
                return _kept(filed, f"[File {filed.name}{whose(attachment)}: kept for code]")
            case _ if kind.media_type == UNDECODED:
                raise UnknownEncoding(f"{await _size(path)} bytes, announced as {attachment.media_type!r}")
            case _:
                raise Unreadable(f"{kind.media_type}, announced as {attachment.media_type!r}")

    async def _text(self, attachment: Attachment, path: Path, kind: FileKind) -> Found:
        if is_data(kind, attachment.name) and self.abilities().runs:
            return await self._table(attachment, path, kind)
        text = await self.gallery.work(documents.text_of, path, most_characters=_LONGEST_TEXT + 1)
        size_bytes = await _size(path)
        tokens = max(estimate_tokens(text), size_bytes // _TEXT_BYTES_PER_TOKEN)
        place = place_for(kind, attachment.name, tokens, self.abilities())
        name = name_of(attachment)
        filed = await self._filed(attachment, path, kind.media_type, place, tokens)
        if place is Place.KNOWLEDGE:
            beginning = f"It begins:]\n  {indented(text[:_BEGINNING])}…\n[End of the beginning of {name}]"
            return _kept(
                filed, f"[File {name}, {_about(tokens)}, is not shown but can be searched. {beginning}"
            )
        part = f", its first {_LONGEST_TEXT} characters" if len(text) > _LONGEST_TEXT else ""
        told = [self._no_code()] if is_data(kind, attachment.name) else _told_of_part(name) if part else []
        says = f"[File {name}{part}:]\n  {indented(text[:_LONGEST_TEXT])}\n[End of {name}]"
        return Found(says, filed=[filed], told=told)

    async def _document(self, attachment: Attachment, path: Path, kind: FileKind) -> Found:
        """A document with text is read as a file; a scan is looked at, page by page."""
        if kind.media_type == "application/encrypted":
            is_workbook = PurePath(attachment.name).suffix.lower().startswith(".xls")
            text = LockedDocument.workbook if is_workbook else LockedDocument.document
            raise LockedDocument("an Office file with a password", text=text)
        if kind.media_type not in _PAPER_ENDINGS:
            raise Unreadable(kind.media_type)
        if kind.media_type.startswith(_PACKED):
            await self.gallery.work(archives.check_zip, path)
        if kind.media_type in tables.SHEETS and (self.abilities().runs or not self.abilities().reads):
            return await self._table(attachment, path, kind)
        if kind.media_type != "application/pdf":
            return await self._paper(attachment, path, kind, await _size(path) // _BYTES_PER_TOKEN)
        pdf = await self.gallery.work_long(documents.survey, path)
        if pdf.has_text:
            return await self._paper(attachment, path, kind, pdf.pages * _PAGE_TOKENS)
        return await self._scan(attachment, path, pdf.pages)

    async def _scan(self, attachment: Attachment, path: Path, pages: int) -> Found:
        shown = await self.gallery.work_long(
            documents.render_pages, path, path.parent, most_pages=_MOST_PAGES, long_side=_PAGE_SIDE
        )
        kept = [await self.gallery.keep(page) for page in shown]
        says = f"{{pictures}}: the first {len(kept)} of {pages} pages of {name_of(attachment)}, a scan"
        return Found(says, kept)

    async def _paper(self, attachment: Attachment, path: Path, kind: FileKind, tokens: int) -> Found:
        place = place_for(kind, attachment.name, tokens, self.abilities())
        size_bytes = await _size(path)
        if place is Place.TURN and size_bytes > _MOST_PAPER_BYTES:
            raise FileTooLarge(f"a document of {size_bytes} bytes", text=_TOO_LARGE_TO_READ)
        filed = await self._filed(attachment, path, kind.media_type, place, tokens)
        if place is not Place.TURN:
            says = f"[File {filed.name}{whose(attachment)}, {_about(tokens)}, is not shown but can be searched]"
            return _kept(filed, says)
        paper = Paper(filed.file, filed.name, kind.media_type, tokens)
        return Found(f"[File: {filed.name}{whose(attachment)}]", papers=[paper], filed=[filed])

    async def _table(self, attachment: Attachment, path: Path, kind: FileKind) -> Found:
        """Its beginning is shown, so that the model knows what it calculates with."""
        runs = self.abilities().runs
        table = await self._beginning(path, kind, _TABLE_ROWS if runs else _TABLE_ROWS_WITHOUT_CODE)
        place = Place.CODE if runs else Place.TURN
        media_type = data_type(attachment.name) or kind.media_type
        filed = await self._filed(attachment, path, media_type, place, 0)
        size = f"{table.rows} rows with its head, {table.columns} columns"
        if table.sheets > 1:
            size += f" in {in_quotes(table.sheet)}, the first of {table.sheets} sheets"
        use = " It is kept for code." if runs else ""
        beginning = "\n".join(table.lines())
        filed = replace(filed, wants_font=table.has_cjk or has_cjk(filed.name))
        says = (
            f"[File {filed.name}{whose(attachment)}: {size}.{use} It begins:]\n  {indented(beginning)}\n"
            f"[End of the beginning of {filed.name}]"
        )
        return _kept(filed, says) if runs else Found(says, filed=[filed], told=[self._no_code()])

    def _no_code(self) -> Sentence:
        return _CODE_OFF if self.abilities().is_code_off else _NO_CODE

    async def _beginning(self, path: Path, kind: FileKind, rows: int) -> tables.Table:
        if kind.media_type in tables.SHEETS:
            return await self.gallery.work_long(tables.read_workbook, path, most_rows=rows)
        return await self.gallery.work(tables.read_delimited, path, most_rows=rows)

    async def _archive(self, attachment: Attachment, path: Path, kind: FileKind) -> Found:
        """A few files are taken out, each as if it were sent itself; else code gets the archive as it is."""
        runs = self.abilities().runs
        members = await self._members(path, kind, runs=runs)
        few = (
            0 < len(members) <= _MOST_UNPACKED and sum(one.size_bytes for one in members) < _MOST_UNPACKED_BYTES
        )
        if runs and not few:
            filed = await self._filed(attachment, path, kind.media_type, Place.CODE, 0)
            says = f"[Archive {filed.name}{whose(attachment)}, kept for code{_list(members)}]"
            return Found(says, filed=[filed], told=[unpacked_sentence(filed.name)])
        if not members:
            raise Unreadable(f"{kind.media_type} with nothing that can be taken out")
        return await self._unpacked(attachment, path, members)

    async def _members(self, path: Path, kind: FileKind, *, runs: bool) -> list[archives.Member]:
        """None of an archive that only code may open. Raises `EmptyArchive`."""
        if kind.media_type in _CLOSED_ARCHIVES:
            return []
        try:
            members = await self.gallery.work(archives.listing, path)
        except BrokenDocument:
            if not runs:
                raise
            return []  # of a kind that we do not open: code may
        if not members:
            raise EmptyArchive(f"{kind.media_type} of {await _size(path)} bytes")
        return members

    async def _unpacked(self, attachment: Attachment, path: Path, members: list[archives.Member]) -> Found:
        folder = path.with_name("unpacked")
        await asyncio.to_thread(folder.mkdir)
        taken = await self.gallery.work_long(
            archives.unpack, path, folder, most=_MOST_UNPACKED, most_bytes=_MOST_UNPACKED_BYTES
        )
        parts = [part for member, file in taken if (part := await self._member(attachment, member, file))]
        says = f"[Archive {name_of(attachment)}{_list(members)}]"
        return together(parts, "\n".join([says, *(part.says for part in parts)]))

    async def _member(self, attachment: Attachment, member: archives.Member, file: Path) -> Found | None:
        """What is in an archive inside, or cannot be read, is only listed."""
        name = PurePath(member.name).name
        inside = replace(attachment, name=name, file_id="", size_bytes=member.size_bytes, is_quoted=False)
        kind = await asyncio.to_thread(kind_of, file, name)
        if kind.family not in (Family.TEXT, Family.DOCUMENT, Family.UNKNOWN):
            return None
        try:
            found = await self.read(inside, file, kind)
        except Unreadable:
            return None
        return None if found.pictures else found

    async def _filed(
        self, attachment: Attachment, path: Path, media_type: str, place: Place, tokens: int
    ) -> Filed:
        """Keeps the file, texts in an encoding that everybody reads."""
        ending = _PAPER_ENDINGS.get(media_type, "")
        is_named_so = PurePath(attachment.name).suffix.lower() in _TABLE_ENDINGS
        table_ending = "" if is_named_so or place is not Place.CODE else _TABLE_TYPES.get(media_type, "")
        name = file_name(attachment.name or "file", ending or table_ending)
        source = path.with_name(f"{path.name}.utf-8")
        is_text = media_type.startswith("text/") or not ending
        if not (is_text and await self.gallery.work(documents.as_utf8, path, source)):
            source = path
        size_bytes = await _size(source)
        file = await self.gallery.files.keep(source, ending or PurePath(name).suffix.lower()[:10])
        return Filed(file, name, media_type, size_bytes, place, tokens, attachment.file_id)


def _kept(filed: Filed, says: str) -> Found:
    sentence = kept_sentence(filed.name, filed.place)
    return Found(says, filed=[filed], told=[sentence] if sentence is not None else [])


def _told_of_part(name: str) -> list[Sentence]:
    return [
        Text(
            "{name}: I read its first {count} characters, and cannot search the rest.",
            name=name,
            count=_LONGEST_TEXT,
        )
    ]


def _about(tokens: int) -> str:
    return f"about {max(tokens, 1)} tokens long"


def _list(members: list[archives.Member]) -> str:
    if not members:
        return ""
    names = "; ".join(f"{one_line(one.name)} ({one.size_bytes} bytes)" for one in members[:_MOST_LISTED])
    rest = f"; {len(members) - _MOST_LISTED} more" if len(members) > _MOST_LISTED else ""
    return f", {len(members)} files: {names}{rest}"


async def _size(path: Path) -> int:
    return (await asyncio.to_thread(path.stat)).st_size
