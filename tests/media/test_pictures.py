"""Pictures are made ready for a model, whatever they were, or refused with a sentence."""

import io
import os
import struct
import threading
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from domain.errors import Unreadable
from media.errors import BrokenPicture, EmptyFile, TooManyPixels, UnknownPicture
from media.pictures import PictureFile, frames, low, prepare
from tests.media.heic import heic
from tests.media.making import corner_names, four_corners, noise, photo
from tests.pictures import picture

_ORIENTATION = 0x0112
_GPS = 0x8825


def _saved(folder: Path, image: Image.Image, format_: str, **options: Any) -> Path:
    path = folder / "sent"
    image.save(path, format_, **options)
    return path


def _ready(path: Path, *, short_side: int = 768, long_side: int = 2_000, **limits: int) -> PictureFile:
    return prepare(path, path.with_name("ready"), short_side=short_side, long_side=long_side, **limits)


def _pixel(ready: PictureFile, at: tuple[int, int] = (5, 5)) -> tuple[int, ...]:
    with Image.open(ready.path) as image:
        seen = image.convert("RGB").getpixel(at)
    assert isinstance(seen, tuple)
    return seen


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_every_kind_is_made_ready(format_: str, tmp_path: Path) -> None:
    sent = _saved(tmp_path, photo(1_600, 1_200), format_)

    ready = _ready(sent)

    assert (ready.media_type, ready.width, ready.height) == ("image/jpeg", 1_024, 768)
    assert ready.bytes_ == ready.path.stat().st_size
    with Image.open(ready.path) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1_024, 768))


def test_heic_is_turned_as_it_says(tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(heic(four_corners(640, 480), quarter_turns=1))

    ready = _ready(sent)

    assert (ready.width, ready.height, corner_names(ready.path)) == (480, 640, "gbwr")


@pytest.mark.parametrize(
    ("orientation", "corners"),
    [(1, "rgbw"), (2, "grwb"), (3, "bwrg"), (4, "wbgr"), (5, "rwbg"), (6, "wrgb"), (7, "bgrw"), (8, "gbwr")],
)
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_pictures_are_turned_upright(orientation: int, corners: str, format_: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    sent = _saved(tmp_path, four_corners(320, 200), format_, exif=exif)

    ready = _ready(sent, long_side=160)

    assert corner_names(ready.path) == corners
    assert (ready.width, ready.height) == ((160, 100) if orientation < 5 else (100, 160))


def test_position_and_all_other_metadata_are_removed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MAKER-SECRET"
    exif.get_ifd(_GPS)[1] = "N"
    exif.get_ifd(_GPS)[29] = "2026:11:24-SECRET"
    profile = _profile()
    sent = _saved(
        tmp_path, photo(64, 64), "JPEG", exif=exif, comment=b"SECRET", xmp=b"<SECRET/>", icc_profile=profile
    )
    assert sent.read_bytes().count(b"SECRET") == 4

    ready = _ready(sent)

    assert b"SECRET" not in ready.path.read_bytes()
    assert _metadata(ready) == set()


def _profile() -> bytes:
    create = cast("Callable[[str], ImageCms.ImageCmsProfile]", getattr(ImageCms, "createProfile"))  # noqa: B009  # untyped
    return ImageCms.ImageCmsProfile(create("sRGB")).tobytes()


def test_texts_in_a_png_are_removed(tmp_path: Path) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SECRET")
    sent = _saved(tmp_path, Image.new("RGB", (64, 64), "red"), "PNG", pnginfo=texts, dpi=(300, 300))

    ready = _ready(sent)

    assert ready.media_type == "image/png"
    assert _metadata(ready) == set()


def _metadata(ready: PictureFile) -> set[str]:
    with Image.open(ready.path) as image:
        image.load()
        return {str(key) for key in image.info} - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's words about it
def test_crafted_exif_does_not_make_a_bad_picture(tmp_path: Path) -> None:
    broken = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", _ORIENTATION, 2, 0xFFFFFFFF, 0xFFFFFFF0)
    sent = _saved(tmp_path, four_corners(64, 64), "JPEG", exif=broken)

    ready = _ready(sent)

    assert corner_names(ready.path) == "rgbw"


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    sent = _saved(tmp_path, four_corners(64, 64), "JPEG", exif=exif)

    assert corner_names(_ready(sent).path) == "rgbw"


def test_print_colours_become_screen_colours(tmp_path: Path) -> None:
    sent = _saved(tmp_path, Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG")

    assert _pixel(_ready(sent)) == pytest.approx((255, 0, 0), abs=6)


@pytest.mark.parametrize("format_", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(format_: str, tmp_path: Path) -> None:
    sent = _saved(tmp_path, Image.new("I;16", (64, 64), 0x8000), format_)

    assert _pixel(_ready(sent)) == pytest.approx((128, 128, 128), abs=2)


def test_measurements_as_numbers_are_stretched(tmp_path: Path) -> None:
    image = Image.new("F", (64, 64), -3.5)
    image.paste(7.25, (32, 0, 64, 64))
    sent = _saved(tmp_path, image, "TIFF")

    ready = _ready(sent)

    assert _pixel(ready, (5, 5)) == (0, 0, 0)
    assert _pixel(ready, (60, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P"])
def test_dark_writing_on_nothing_stands_on_white(mode: str, tmp_path: Path) -> None:
    ready = _ready(_saved(tmp_path, _logo("black").convert(mode), "PNG" if mode != "PA" else "TIFF"))

    assert (_pixel(ready), _pixel(ready, (50, 50))) == ((255, 255, 255), (0, 0, 0))


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_white_writing_on_nothing_does_not_vanish(format_: str, tmp_path: Path) -> None:
    ready = _ready(_saved(tmp_path, _logo("white"), format_))

    assert sum(_pixel(ready)) < 150
    assert sum(_pixel(ready, (50, 50))) > 700


def _logo(colour: str) -> Image.Image:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((30, 30, 70, 70), fill=colour)
    return image


def test_a_picture_without_anything_to_see_is_white(tmp_path: Path) -> None:
    assert _pixel(_ready(_saved(tmp_path, Image.new("RGBA", (20, 20)), "PNG"))) == (255, 255, 255)


def test_a_drawing_stays_sharp_and_small(tmp_path: Path) -> None:
    image = Image.new("1", (600, 600), 1)
    ImageDraw.Draw(image).text((20, 20), "It is a scan with two colours.", fill=0)

    ready = _ready(_saved(tmp_path, image, "PNG"))

    assert ready.media_type == "image/png"
    assert ready.bytes_ < 2_000


def test_quality_is_lowered_until_it_fits(tmp_path: Path) -> None:
    grain = Image.frombytes("RGB", (800, 600), noise(800 * 600 * 3))

    ready = _ready(_saved(tmp_path, grain, "PNG"), most_bytes=250_000)

    assert 100_000 < ready.bytes_ <= 250_000


def test_nothing_is_scaled_up(tmp_path: Path) -> None:
    ready = _ready(_saved(tmp_path, photo(31, 17), "JPEG"))

    assert (ready.width, ready.height) == (31, 17)


def test_a_line_of_pixels_stays_a_picture(tmp_path: Path) -> None:
    ready = _ready(_saved(tmp_path, Image.new("L", (20_000, 1)), "PNG"))

    assert (ready.width, ready.height) == (2_000, 1)


def test_low_detail_fits_a_square(tmp_path: Path) -> None:
    sent = _saved(tmp_path, photo(1_200, 900), "JPEG")

    ready = low(sent, sent)

    assert (ready.path, ready.width, ready.height) == (sent, 512, 384)


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    _ready(_saved(tmp_path, photo(100, 100), "JPEG"))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["ready", "sent"]


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(format_: str, tmp_path: Path) -> None:
    assert _pixel(_ready(_animation(tmp_path, format_, 3))) == pytest.approx((0, 0, 0), abs=3)


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG"])
def test_frames_of_an_animation_are_chosen_evenly(format_: str, tmp_path: Path) -> None:
    sent = _animation(tmp_path, format_, 9)

    found = frames(sent, tmp_path, most=3, short_side=768, long_side=2_000)

    assert [frame.at_seconds for frame in found] == pytest.approx([0, 0.8, 1.6])
    reds = [_pixel(frame.picture)[0] for frame in found]
    assert reds == pytest.approx([0, 100, 200], abs=6)


def test_a_picture_that_stands_still_has_one_frame(tmp_path: Path) -> None:
    sent = _saved(tmp_path, photo(64, 64), "JPEG")

    assert [frame.at_seconds for frame in frames(sent, tmp_path, most=5, short_side=64, long_side=64)] == [0]


def test_an_animation_with_a_broken_end_keeps_its_beginning(tmp_path: Path) -> None:
    sent = _animation(tmp_path, "GIF", 9)
    content = sent.read_bytes()
    sent.write_bytes(content[: len(content) // 2])

    assert frames(sent, tmp_path, most=9, short_side=64, long_side=64)


def _animation(folder: Path, format_: str, count: int) -> Path:
    first, *others = [Image.new("RGB", (64, 48), (25 * number, 0, 0)) for number in range(count)]
    return _saved(folder, first, format_, save_all=True, append_images=others, duration=200, loop=0)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.touch()

    with pytest.raises(EmptyFile):
        _ready(sent)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's words about it
def test_truncated_pictures_are_refused(format_: str, share: float, tmp_path: Path) -> None:
    sent = _saved(tmp_path, photo(320, 240), format_)
    content = sent.read_bytes()
    sent.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(BrokenPicture):
        _ready(sent)
    assert not (tmp_path / "ready").exists()


def test_a_truncated_heic_is_refused(tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    content = heic(photo(320, 240))
    sent.write_bytes(content[: len(content) // 2])

    with pytest.raises(BrokenPicture):
        _ready(sent)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file",
        b"%PDF-1.7\n",
        b"<html></html>",
        b"P6 9 9 255\n" + bytes(243),
        noise(1_000),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    sent = tmp_path / "sent.png"
    sent.write_bytes(content)

    with pytest.raises(UnknownPicture):
        _ready(sent)


def test_an_archive_called_png_is_no_picture(tmp_path: Path) -> None:
    sent = tmp_path / "holiday.png"
    with zipfile.ZipFile(sent, "w") as archive:
        archive.writestr("holiday.png", b"\x89PNG\r\n\x1a\n")

    with pytest.raises(UnknownPicture):
        _ready(sent)


def test_of_a_picture_that_is_an_archive_too_only_the_picture_goes_on(tmp_path: Path) -> None:
    sent = _saved(tmp_path, photo(64, 64), "JPEG")
    with zipfile.ZipFile(sent, "a") as archive:
        archive.writestr("smuggled.txt", "SECRET")

    ready = _ready(sent)

    assert not zipfile.is_zipfile(ready.path)


def _png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


@pytest.mark.parametrize(
    ("width", "height"), [(10_001, 10_000), (15_000, 10_000), (60_000, 60_000), (2**31 - 1, 1)]
)
def test_a_bomb_is_refused_before_it_is_opened(width: int, height: int, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(_png(width, height, (b"IDAT", zlib.compress(bytes(1_000)))))

    with pytest.raises(TooManyPixels):
        _ready(sent)


def test_a_hundred_megapixels_that_exist_are_refused_in_a_moment(tmp_path: Path) -> None:
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(bytes(10_101)) for _ in range(10_100)) + packer.flush()
    sent = tmp_path / "sent"
    sent.write_bytes(_png(10_100, 10_100, (b"IDAT", rows)))
    began = time.process_time()

    with pytest.raises(TooManyPixels):
        _ready(sent)
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_the_limit_of_pixels_holds_for_every_kind(format_: str, tmp_path: Path) -> None:
    sent = _saved(tmp_path, photo(400, 300), format_)

    with pytest.raises(TooManyPixels):
        _ready(sent, most_pixels=119_999)


def test_a_text_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    packed = b"Comment\0\0" + zlib.compress(bytes(80_000_000))
    image = zlib.compress(bytes((64 + 1) * 64))
    sent = tmp_path / "sent"
    sent.write_bytes(_png(64, 64, (b"zTXt", packed), (b"IDAT", image)))

    with pytest.raises(BrokenPicture):
        _ready(sent)


def test_a_jpeg_with_thousands_of_scans_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("L", (2_000, 2_000)).save(buffer, "JPEG", progressive=True)
    content = buffer.getvalue()
    last_scan = content[content.rindex(b"\xff\xda") : -2]
    sent = tmp_path / "sent"
    sent.write_bytes(content[:-2] + last_scan * 5_000 + content[-2:])

    with pytest.raises(TooManyPixels):
        _ready(sent)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "HEIC"])
def test_a_picture_with_gigabytes_behind_it_is_refused_unread(format_: str, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(picture(format_=format_))
    os.truncate(sent, 2_000_000_000)

    tracemalloc.start()
    with pytest.raises(TooManyPixels):
        _ready(sent)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 10_000_000


def test_a_heic_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(heic(four_corners(640, 480), claims=(64, 64)))

    with pytest.raises(BrokenPicture):
        _ready(sent)


def test_many_at_once_all_get_their_turn(tmp_path: Path) -> None:
    sent = _saved(tmp_path, Image.new("L", (9_000, 9_000)), "PNG")
    threads = [
        threading.Thread(
            target=prepare, args=(sent, tmp_path / f"{number}"), kwargs={"short_side": 9, "long_side": 9}
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("error", [EmptyFile, UnknownPicture, TooManyPixels, BrokenPicture])
def test_each_refusal_has_its_own_sentence(error: type[Unreadable]) -> None:
    assert error.text != Unreadable.text
