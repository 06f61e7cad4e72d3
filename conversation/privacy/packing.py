"""Packing: an archive on the disk that grows entry by entry, so that it never is in memory."""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.steps import JsonValue


@dataclass(frozen=True, slots=True)
class Pack:
    """A zip in a folder of its own. Every call leaves a whole archive: one that is cancelled harms nothing."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "export.zip"

    async def add_text(self, name: str, text: str) -> None:
        await asyncio.to_thread(self._add_text, name, text)

    async def add_files(self, files: Mapping[str, Path]) -> None:
        """By the names that they get. Media are packed already by their own formats."""
        await asyncio.to_thread(self._add_files, files, zipfile.ZIP_STORED)

    async def add_json(self, name: str, head: Mapping[str, JsonValue], lists: Sequence["Listing"]) -> None:
        """An object of `head` and of the lists, written one element after the other."""
        path = self.folder / "data.json"
        await asyncio.to_thread(path.write_text, _opening(head), "utf-8")
        for listing in lists:
            await asyncio.to_thread(_append, path, f",\n{json.dumps(listing.name)}: [")
            comma = "\n"
            async for element in listing.elements:
                await asyncio.to_thread(_append, path, comma + element)
                comma = ",\n"
            await asyncio.to_thread(_append, path, "\n]")
        await asyncio.to_thread(_append, path, "\n}\n")
        await asyncio.to_thread(self._add_files, {name: path}, zipfile.ZIP_DEFLATED)
        await asyncio.to_thread(path.unlink)

    def _add_text(self, name: str, text: str) -> None:
        with zipfile.ZipFile(self.path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, text)

    def _add_files(self, files: Mapping[str, Path], compression: int) -> None:
        with zipfile.ZipFile(self.path, "a", compression) as archive:
            for name, path in files.items():
                archive.write(path, name)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the object, its elements as JSON."""

    name: str
    elements: AsyncIterable[str]


def _opening(head: Mapping[str, JsonValue]) -> str:
    return json.dumps(dict(head), ensure_ascii=False, indent=1).rstrip().removesuffix("}").rstrip()


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
