"""Pictures for models that draw, and what comes back from them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from domain.errors import Unreadable
from media.canvas import as_input, as_square, gridded, marked, squared_mask, verified
from media.masks import grid
from media.pictures import PictureFile
from tests.media.doodles import saved
from tests.media.making import photo

_GPS = 0x8825


def _image(written: PictureFile) -> Image.Image:
    with Image.open(written.path) as image:
        image.load()
        return image


def test_a_photo_goes_as_a_jpeg_without_its_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[_GPS] = {1: "N"}
    photo(3_000, 2_000).save(tmp_path / "sent", "JPEG", exif=exif)

    ready = as_input(tmp_path / "sent", tmp_path / "ready")

    assert (ready.media_type, ready.width, ready.height) == ("image/jpeg", 1_365, 2_048)
    assert not _image(ready).getexif()


def test_a_png_stays_as_it_is_pixel_for_pixel(tmp_path: Path) -> None:
    drawing = photo(200, 100)

    ready = as_input(saved(drawing, tmp_path / "sent"), tmp_path / "ready")

    assert ready.media_type == "image/png"
    assert _image(ready).convert("RGB").tobytes() == drawing.tobytes()


def test_transparency_is_kept(tmp_path: Path) -> None:
    logo = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    logo.paste((0, 0, 255, 255), (10, 10, 20, 20))

    ready = as_input(saved(logo, tmp_path / "sent", "WEBP"), tmp_path / "ready")

    assert (ready.media_type, _image(ready).mode) == ("image/png", "RGBA")
    assert _image(ready).getchannel("A").getbbox() == (10, 10, 20, 20)


def test_the_first_models_get_a_square_png_below_4_mb(tmp_path: Path) -> None:
    sent = saved(Image.effect_noise((1_600, 1_200), 100).convert("RGB"), tmp_path / "sent")

    ready = as_square(sent, tmp_path / "ready")

    assert ready.width == ready.height
    assert ready.bytes_ < 4_000_000
    assert (_image(ready).format, _image(ready).mode) == ("PNG", "RGBA")


def test_a_mask_goes_along_into_the_square(tmp_path: Path) -> None:
    square = as_square(saved(photo(300, 150), tmp_path / "sent"), tmp_path / "ready")

    mask = squared_mask(grid((300, 150), {0}), square.width)

    assert mask.shape.size == (1_024, 1_024)
    left, top, right, bottom = mask.box
    assert (left, top) == (0, 256)
    assert right == pytest.approx(341, abs=2)
    assert bottom == pytest.approx(427, abs=2)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_what_a_model_drew_is_shown_as_a_photo(format_: str, tmp_path: Path) -> None:
    drawn = verified(saved(photo(1_024, 1_024), tmp_path / "drawn", format_))

    assert (drawn.width, drawn.height, drawn.is_photo, drawn.is_animated) == (1_024, 1_024, True, False)


def test_a_transparent_drawing_is_no_photo(tmp_path: Path) -> None:
    drawn = verified(saved(Image.new("RGBA", (512, 512), (255, 0, 0, 100)), tmp_path / "drawn"))

    assert not drawn.is_photo


def test_a_moving_drawing_is_an_animation(tmp_path: Path) -> None:
    stills = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    stills[0].save(tmp_path / "drawn", "GIF", save_all=True, append_images=stills[1:], duration=100)

    drawn = verified(tmp_path / "drawn")

    assert (drawn.media_type, drawn.is_animated, drawn.suffix) == ("image/gif", True, ".gif")


def _cut_png() -> bytes:
    buffer = io.BytesIO()
    photo(300, 300).save(buffer, "PNG")
    return buffer.getvalue()[:-2_000]


@pytest.mark.parametrize("content", [b"", b"<html>no picture</html>", _cut_png()], ids=["empty", "page", "cut"])
def test_what_is_no_picture_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "drawn").write_bytes(content)

    with pytest.raises(Unreadable):
        verified(tmp_path / "drawn")


def test_the_recognised_part_is_tinted_for_the_person(tmp_path: Path) -> None:
    sent = saved(Image.new("RGB", (300, 300), "white"), tmp_path / "sent")

    shown = _image(marked(sent, grid((600, 600), {0}), tmp_path / "shown"))

    inside, outside = shown.getpixel((30, 30)), shown.getpixel((250, 250))
    assert isinstance(inside, tuple)
    assert isinstance(outside, tuple)
    assert inside[1] < 150 < inside[0]
    assert min(outside) > 240


def test_the_grid_shows_what_is_chosen(tmp_path: Path) -> None:
    sent = saved(Image.new("RGB", (300, 300), "white"), tmp_path / "sent")

    shown = _image(gridded(sent, tmp_path / "shown", frozenset({8})))

    chosen, other = shown.getpixel((280, 280)), shown.getpixel((50, 80))
    assert isinstance(chosen, tuple)
    assert isinstance(other, tuple)
    assert chosen[1] < 150
    assert min(other) > 240
