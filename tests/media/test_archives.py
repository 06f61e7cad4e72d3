"""Archives are looked into without trusting what they say of themselves."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.archives import check_zip, listing, safe_name, unpack
from media.errors import Bomb, BrokenDocument


def _zip(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _tar(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_no_file_is_written_outside_the_folder(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", **{"../../evil.txt": b"1", "/etc/passwd": b"2", "C:\\x\\y.txt": b"3"})
    (tmp_path / "out").mkdir()

    taken = unpack(archive, tmp_path / "out", most=10, most_bytes=1_000)

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0", "1", "2"]
    assert [member.name for member, _ in taken] == ["evil.txt", "etc/passwd", "C:/x/y.txt"]


@pytest.mark.parametrize("content", [bytes(60_000_000)])
def test_what_would_fill_the_disk_is_refused(tmp_path: Path, content: bytes) -> None:
    archive = _zip(tmp_path / "a.zip", zeros=content)

    with pytest.raises(Bomb):
        listing(archive)
    with pytest.raises(Bomb):
        check_zip(archive)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Bomb):
        listing(_zip(tmp_path / "a.zip", **{str(number): b"" for number in range(10_001)}))


def test_links_and_devices_in_a_tape_are_left_out(tmp_path: Path) -> None:
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"

    archive = _tar(tmp_path / "a.tgz", (link, b""), (tarfile.TarInfo("note.txt"), b"hello"))

    assert [member.name for member in listing(archive)] == ["note.txt"]


def test_only_so_many_files_and_bytes_are_taken_out(tmp_path: Path) -> None:
    archive = _zip(tmp_path / "a.zip", a=b"1" * 10, b=b"2" * 10, c=b"3" * 10)
    (tmp_path / "out").mkdir()

    assert len(unpack(archive, tmp_path / "out", most=2, most_bytes=1_000)) == 2
    assert len(unpack(archive, tmp_path / "out", most=9, most_bytes=15)) == 1


def test_a_damaged_archive_is_told_as_such(tmp_path: Path) -> None:
    broken = tmp_path / "a.zip"
    broken.write_bytes(b"PK\x03\x04 nothing more")

    with pytest.raises(BrokenDocument):
        listing(broken)


@given(st.text(max_size=60))
def test_names_never_lead_out(name: str) -> None:
    parts = safe_name(name).split("/")

    assert ".." not in parts
    assert all(parts)
