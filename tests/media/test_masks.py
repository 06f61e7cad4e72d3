"""Masks: painted over, transparent, or chosen from a grid; never nothing, never all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from media.errors import EverythingMarked, NothingMarked, OtherShape
from media.marks import marks_between
from media.masks import Mask, cell_box, grid, has_transparency, painted, transparent, write
from tests.media.doodles import Colour, Stroke, compressed, count, original, painted_copy, saved, truth

_KINDS = ("photo", "print", "white", "black", "teal")
_SIZE = (480, 360)
_RED = Stroke((0.2, 0.3), (0.7, 0.3), 24, "red")

kinds = st.sampled_from(_KINDS)
qualities = st.integers(55, 95)
scales = st.sampled_from([0.5, 0.75, 1.0, 1.3])
places = st.floats(0.08, 0.92)
points = st.tuples(places, places)
levels = st.integers(0, 255)
colours = st.tuples(levels, levels, levels)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _apart(one: Colour, other: Colour) -> int:
    """How far two colours are from each other where JPEG keeps them apart."""
    pixels = [Image.new("RGB", (1, 1), colour).convert("YCbCr").getpixel((0, 0)) for colour in (one, other)]
    return max(abs(a - b) for a, b in zip(*pixels, strict=True))  # pyright: ignore[reportArgumentType]  # tuples of RGB


@few
@given(kind=st.sampled_from((*_KINDS, "noise")), first=qualities, second=qualities)
def test_the_noise_of_jpeg_is_no_mark(kind: str, first: int, second: int) -> None:
    before = original(kind, _SIZE)

    marks = marks_between(before, compressed(compressed(before, first), second))

    assert count(marks) == 0


@few
@given(start=points, end=points, width=st.integers(12, 90), ground=colours, colour=colours, quality=qualities)
def test_a_thick_stroke_of_any_colour_is_found_whole_and_nothing_else(
    start: tuple[float, float],
    end: tuple[float, float],
    width: int,
    ground: Colour,
    colour: Colour,
    quality: int,
) -> None:
    assume(_apart(ground, colour) >= 70)
    stroke = Stroke(start, end, width, colour)
    assume(count(truth(_SIZE, [stroke])) > 400)
    before = Image.new("RGB", _SIZE, ground)

    marks = marks_between(before, painted_copy(before, [stroke], quality=quality))

    assert count(ImageChops.subtract(truth(_SIZE, [stroke], grown=-3), marks)) == 0
    assert count(ImageChops.subtract(marks, truth(_SIZE, [stroke], grown=8))) == 0


@few
@given(
    kind=kinds,
    start=points,
    end=points,
    width=st.integers(4, 9),
    colour=st.sampled_from(["red", "lime", "magenta", "yellow"]),
    quality=qualities,
)
def test_a_thin_stroke_in_a_strong_colour_is_found_on_anything(
    kind: str,
    start: tuple[float, float],
    end: tuple[float, float],
    width: int,
    colour: str,
    quality: int,
) -> None:
    assume(abs(start[0] - end[0]) + abs(start[1] - end[1]) > 0.15)
    stroke = Stroke(start, end, width, colour)
    before = original(kind, _SIZE)

    marks = marks_between(before, painted_copy(before, [stroke], quality=quality))

    line = truth(_SIZE, [stroke])
    missed = count(ImageChops.subtract(line, marks))
    assert missed <= 0.15 * count(line)


@few
@given(kind=kinds, scale=scales, quality=qualities, width=st.integers(20, 60))
def test_the_painted_copy_may_be_of_another_size(
    kind: str, scale: float, quality: int, width: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("scaled")
    stroke = Stroke((0.3, 0.4), (0.6, 0.5), width, "magenta")
    before = original(kind, _SIZE)
    copy = painted_copy(before, [stroke], quality=quality, scale=scale)

    mask = painted(saved(before, folder / "before"), saved(copy, folder / "after"))

    assert mask.shape.size == before.size
    assert count(ImageChops.subtract(truth(_SIZE, [stroke], grown=-5), mask.shape)) == 0
    assert count(ImageChops.subtract(mask.shape, truth(_SIZE, [stroke], grown=14))) == 0


def test_a_large_photo_is_compared_at_its_own_size(tmp_path: Path) -> None:
    before = original("photo", (2_000, 1_500))
    stroke = Stroke((0.1, 0.1), (0.4, 0.4), 120, "blue")
    copy = painted_copy(before, [stroke], quality=80, scale=0.64)

    mask = painted(saved(before, tmp_path / "before"), saved(copy, tmp_path / "after", "JPEG"))

    assert mask.shape.size == (2_000, 1_500)
    left, top, right, bottom = mask.box
    assert abs(left - 160) < 60
    assert abs(bottom - 640) < 60
    assert left < right
    assert top < bottom
    assert abs(mask.share - count(truth(before.size, [stroke])) / 3_000_000) < 0.02


def test_an_unpainted_copy_is_refused(tmp_path: Path) -> None:
    before = original("photo", _SIZE)

    with pytest.raises(NothingMarked):
        painted(saved(before, tmp_path / "before"), saved(before, tmp_path / "after", "JPEG"))


def test_a_copy_painted_all_over_is_refused(tmp_path: Path) -> None:
    before = original("photo", _SIZE)
    all_over = Image.new("RGB", _SIZE, "red")

    with pytest.raises(EverythingMarked):
        painted(saved(before, tmp_path / "before"), saved(all_over, tmp_path / "after", "JPEG"))


def test_a_turned_copy_is_refused(tmp_path: Path) -> None:
    before = original("photo", _SIZE)
    turned = painted_copy(before, [_RED], quality=80).transpose(Image.Transpose.ROTATE_90)

    with pytest.raises(OtherShape):
        painted(saved(before, tmp_path / "before"), saved(turned, tmp_path / "after"))


def test_a_ring_can_be_filled() -> None:
    shape = Image.new("L", (100, 100))
    ImageDraw.Draw(shape).ellipse((20, 20, 80, 80), outline=255, width=4)
    ring = Mask.of(shape)

    filled = ring.with_inside()

    assert ring.has_inside
    assert not filled.has_inside
    assert filled.shape.getpixel((50, 50)) == 255
    assert filled.box == ring.box


def test_the_transparent_part_of_a_png_is_its_mask(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (100, 80), "green")
    picture.paste((0, 0, 0, 0), (10, 20, 50, 60))
    path = saved(picture, tmp_path / "clear")

    mask = transparent(path)

    assert has_transparency(path)
    assert mask.box == (10, 20, 50, 60)
    assert mask.share == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("colour", "refusal"), [("green", NothingMarked), ((0, 0, 0, 0), EverythingMarked)], ids=["none", "all"]
)
def test_a_png_must_have_transparent_and_other_parts(
    colour: str | tuple[int, ...], refusal: type[Exception], tmp_path: Path
) -> None:
    path = saved(Image.new("RGBA", (100, 80), colour), tmp_path / "png")

    with pytest.raises(refusal):
        transparent(path)


def test_a_picture_without_transparency_is_no_mask(tmp_path: Path) -> None:
    path = saved(Image.new("RGB", (100, 80)), tmp_path / "png")

    assert not has_transparency(path)
    with pytest.raises(NothingMarked):
        transparent(path)


@given(st.sets(st.integers(0, 8), min_size=1, max_size=8), st.integers(9, 300), st.integers(9, 300))
@settings(max_examples=40, deadline=None)
def test_cells_of_the_grid_are_marked_and_others_are_not(cells: set[int], width: int, height: int) -> None:
    shape = grid((width, height), cells).shape

    for cell in range(9):
        inside = shape.crop(cell_box((width, height), cell)).getextrema()
        assert inside == ((255, 255) if cell in cells else (0, 0))


@pytest.mark.parametrize(("cells", "refusal"), [(set[int](), NothingMarked), (set(range(9)), EverythingMarked)])
def test_the_grid_needs_a_choice(cells: set[int], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        grid((90, 90), cells)


@given(width=st.integers(1, 2_048), height=st.integers(1, 2_048))
@settings(max_examples=8, deadline=None)
def test_a_written_mask_has_the_size_and_form_that_models_demand(
    width: int, height: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = tmp_path_factory.mktemp("mask") / "mask.png"
    shape = Image.new("L", (width, height))
    shape.paste(255, (0, 0, max(1, width // 2), max(1, height // 2)))
    assume(width * height > 3)

    written = write(Mask.of(shape), target)

    assert (written.width, written.height) == (width, height)
    assert written.bytes_ < 4_000_000
    with Image.open(target) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (width, height))
    assert transparent(target).shape.tobytes() == shape.tobytes()


def test_even_a_mask_of_shreds_stays_below_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.masks.MOST_MASK_BYTES", 300_000)  # a picture that needs 4 MB takes its time
    shreds = Image.effect_noise((1_200, 1_000), 100).point([255 if value > 128 else 0 for value in range(256)])  # pyright: ignore[reportUnknownMemberType]  # NumPy's types

    assert 150_000 < write(Mask.of(shreds), tmp_path / "mask.png").bytes_ < 300_000


def test_a_mask_fits_a_picture_of_the_same_proportions() -> None:
    mask = grid((90, 60), {4})

    assert mask.fitted((900, 600)).box == (300, 200, 600, 400)
    with pytest.raises(OtherShape):
        mask.fitted((600, 900))
