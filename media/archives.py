"""Archives: listed and unpacked without trusting what they say about themselves. All of it blocks."""

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from media.errors import Bomb, BrokenDocument, LockedDocument

MOST_MEMBERS: Final = 10_000
MOST_BYTES: Final = 300_000_000
_MOST_RATIO: Final = 150  # zeros pack 1:1000, text hardly 1:20
_NO_BOMB_BYTES: Final = 5_000_000  # whatever the ratio
_PIECE_BYTES: Final = 1 << 20
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name without folders that lead out, and the size that it claims."""

    name: str
    size_bytes: int


def check_zip(path: Path, *, most_bytes: int = MOST_BYTES) -> None:
    """Raises `Bomb` for a zip (an Office file is one, too) that would fill the memory or the disk."""
    with _opened(path), zipfile.ZipFile(path) as archive:
        sizes = [info.file_size for info in archive.infolist()]
        _weigh(path, len(sizes), sum(sizes), most_bytes)


def listing(path: Path) -> list[Member]:
    """Its files in order, without folders, links and what systems add. Raises `Bomb` and others."""
    with _opened(path):
        return [member for member, _ in _members(path)]


def unpack(path: Path, folder: Path, *, most: int, most_bytes: int) -> list[tuple[Member, Path]]:
    """The first files, up to `most` of at most `most_bytes` together, as `folder/0`, `folder/1` and so on.

    What is written is counted, whatever the archive says. Raises `Bomb`, `LockedDocument`, `BrokenDocument`.
    """
    written: list[tuple[Member, Path]] = []
    left = most_bytes
    with _opened(path):
        for member, read in _members(path):
            if len(written) == most or member.size_bytes > left:
                break
            target = folder / str(len(written))
            left -= _copied(read, target, left)
            written.append((member, target))
    return written


def _copied(read: Callable[[], IO[bytes]], target: Path, most_bytes: int) -> int:
    size_bytes = 0
    with read() as source, target.open("wb") as file:
        while piece := source.read(_PIECE_BYTES):
            size_bytes += len(piece)
            if size_bytes > most_bytes:
                raise Bomb("a member is larger than it claims")
            file.write(piece)
    return size_bytes


def _members(path: Path) -> Iterator[tuple[Member, Callable[[], IO[bytes]]]]:
    """Read one at a time, in order: a tar is a tape."""
    yield from _zipped(path) if zipfile.is_zipfile(path) else _taped(path)


def _zipped(path: Path) -> Iterator[tuple[Member, Callable[[], IO[bytes]]]]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        _weigh(path, len(infos), sum(info.file_size for info in infos))
        for info in infos:
            if not info.is_dir() and not _is_junk(info.filename):
                if info.flag_bits & 1:
                    raise LockedDocument("a zip with a password", text=LockedDocument.archive)
                yield Member(safe_name(info.filename), info.file_size), lambda info=info: archive.open(info)


def _taped(path: Path) -> Iterator[tuple[Member, Callable[[], IO[bytes]]]]:
    total = 0
    with tarfile.open(path, "r|*") as archive:
        for number, info in enumerate(archive, 1):
            total += info.size
            _weigh(path, number, total)
            if info.isreg() and not _is_junk(info.name):
                yield Member(safe_name(info.name), info.size), lambda info=info: _content(archive, info)


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(info)
    if content is None:
        raise BrokenDocument("a member without content")
    return content


def _weigh(path: Path, members: int, total: int, most_bytes: int = MOST_BYTES) -> None:
    if members > MOST_MEMBERS or total > most_bytes:
        raise Bomb(f"{members} members, {total} bytes")
    if total > _NO_BOMB_BYTES and total > path.stat().st_size * _MOST_RATIO:
        raise Bomb(f"{total} bytes out of {path.stat().st_size}")


def safe_name(name: str) -> str:
    """The name without what leads out of a folder; it is only shown, and never a path of ours."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join(parts) or "file"


def _is_junk(name: str) -> bool:
    return name.startswith(_JUNK[0]) or PurePosixPath(name).name in _JUNK[1:]


@contextmanager
def _opened(path: Path) -> Generator[None]:
    try:
        yield
    except RuntimeError as error:  # zipfile's for a password that is wanted
        raise LockedDocument("a zip with a password", text=LockedDocument.archive) from error
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BrokenDocument(f"{type(error).__name__} for an archive of {path.stat().st_size} bytes") from None
