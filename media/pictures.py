"""Pictures made ready for a model: upright, small, without metadata. All of it blocks: call it in a thread."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import UserFacingError
from media.errors import BrokenPicture, EmptyFile, TooManyPixels, UnknownPicture
from media.kinds import Family, kind_of
from media.libraries import ExifTags, Image, ImageMath, ImageStat, pillow

if TYPE_CHECKING:
    from PIL import ImageFile

log = logging.getLogger(__name__)

MOST_PIXELS = 100_000_000
MOST_BYTES = 1_000_000

_PIXELS_AT_ONCE = 120_000_000  # over all threads; some 4 bytes each while they are worked on
_MOST_FILE_BYTES = 200_000_000  # some decoders read the file as a whole
_PIECE_BYTES = 1 << 20
_WEIGHTS = {"WEBP": 3, "AVIF": 3, "HEIF": 3}  # these hold a picture several times while they decode it
_QUALITIES = (85, 75, 60, 45, 30)
_PALETTE = 256
_FEW_COLOURS = 4_096  # a drawing scaled down, with the shades at its edges; photos have many more
# The JPEG decoder may shrink by 2, 4 or 8 on its own, for a third of the time, as long as this much is left to
# the better filter.
_REDUCING_GAP = 1.5
# A progressive JPEG goes over the whole picture once a scan, and a scan takes ten bytes: few files of ours have
# more than twelve scans.
_MOST_SCANS = 100
_MOST_SCANNED_PIXELS = 1_500_000_000  # some 5 s
_MOST_FRAMES = 1_000
_MOST_FRAME_PIXELS = 400_000_000
_BRIGHT = 180
_WHITE = (255, 255, 255)
_DARK = (32, 32, 32)

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png"}
"""Of the files that are written here, by media type."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture on disk: `image/jpeg` or `image/png`, in pixels as it is looked at, and its size in bytes."""

    path: Path
    media_type: str
    width: int
    height: int
    bytes_: int


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """A frame of an animated picture, and when it is shown."""

    at_seconds: float
    picture: PictureFile


def scaled_size(width: int, height: int, short_side: int, long_side: int) -> tuple[int, int]:
    """The largest size with the same aspect whose sides fit; never larger than given, never 0."""
    factor = min(1.0, short_side / min(width, height), long_side / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def prepare(
    source: Path,
    target: Path,
    *,
    short_side: int,
    long_side: int,
    most_pixels: int = MOST_PIXELS,
    most_bytes: int = MOST_BYTES,
) -> PictureFile:
    """Writes `source` to `target` (which may be the same) as a model should get it.

    Turned as EXIF says, without any metadata, in RGB or grey with 8 bits, scaled down to fit the sides. On a
    plain background where it was transparent: white, or dark behind something bright, for models flatten
    transparency, too, and white writing must not vanish. A PNG where few colours make that the smaller file,
    else a JPEG of the best quality that stays within `most_bytes`, or of the lowest one. Of an animated picture
    the first frame. Colour profiles are dropped unread. The suffix of `target` does not matter.

    Raises `EmptyFile`, `UnknownPicture`, `TooManyPixels` (before decoding) or `BrokenPicture`, also for
    truncated ones.
    """
    with opened(source, most_pixels) as image:
        small = _flat(upright(image, short_side, long_side))
    return _written(small, target, most_bytes)


def low(source: Path, target: Path, side: int = 512) -> PictureFile:
    """Like `prepare`, fit into a square of that many pixels: what a model is shown with low detail."""
    return prepare(source, target, short_side=side, long_side=side)


def frames(source: Path, folder: Path, *, most: int, short_side: int, long_side: int) -> list[PictureFrame]:
    """At most so many frames of an animated picture, evenly chosen, the first included; files in `folder`.

    One that stands still gives one. A broken end is tolerated once there is a frame. Raises like `prepare`.
    """
    found: list[PictureFrame] = []
    with opened(source, MOST_PIXELS) as image:
        count = min(
            int(getattr(image, "n_frames", 1)), _MOST_FRAMES, max(1, _MOST_FRAME_PIXELS // _pixels(image))
        )
        steps = min(most, count)
        wanted = {round(number * (count - 1) / max(1, steps - 1)) for number in range(steps)}
        at_seconds = 0.0
        for number in range(count):
            try:
                image.seek(number)
                image.load()
                small = _flat(upright(image, short_side, long_side)) if number in wanted else None
            except Exception as error:
                if not found:
                    raise
                log.info("an animated picture broke off at frame %d: %s", number, type(error).__name__)
                break
            if small is not None:
                written = _written(small, folder / f"frame{number:04}", MOST_BYTES)
                found.append(PictureFrame(at_seconds, written))
            at_seconds += _shown_seconds(image)
    return found


def _shown_seconds(image: Image.Image) -> float:
    milliseconds = image.info.get("duration", 0)
    return milliseconds / 1000 if isinstance(milliseconds, int | float) and milliseconds > 0 else 0.1


@contextmanager
def opened(source: Path, most_pixels: int) -> Generator[ImageFile.ImageFile]:
    """The picture, its size checked, nothing decoded yet. What goes wrong inside becomes `BrokenPicture`."""
    decoder = _decoder(source)
    if (size_bytes := source.stat().st_size) > _MOST_FILE_BYTES:
        raise TooManyPixels(f"{decoder} of {size_bytes} bytes")
    try:
        with Image.open(source, formats=[decoder]) as image:
            _check(image, source, most_pixels)
            with _memory.taken(_pixels(image) * _WEIGHTS.get(decoder, 1)):
                yield image
    except UserFacingError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise TooManyPixels(f"{decoder}: {type(error).__name__}") from error
    except Exception as error:  # decoders of broken files raise almost anything
        raise BrokenPicture(f"{decoder}: {type(error).__name__}: {error}") from error


def _decoder(source: Path) -> str:
    kind = kind_of(source)
    if kind.family is Family.EMPTY:
        raise EmptyFile("0 bytes")
    decoder = pillow.DECODERS.get(kind.media_type)
    if decoder is None:
        raise UnknownPicture(kind.media_type)
    return decoder


def _pixels(image: Image.Image) -> int:
    return image.width * image.height


def _check(image: Image.Image, source: Path, most_pixels: int) -> None:
    pixels = _pixels(image)
    if pixels > most_pixels:
        raise TooManyPixels(f"{image.width} x {image.height}")
    if image.format in ("JPEG", "MPO"):
        scans = _scans(source)
        if scans > _MOST_SCANS or scans * pixels > _MOST_SCANNED_PIXELS:
            raise TooManyPixels(f"{scans} scans of {image.width} x {image.height}")


def _scans(source: Path) -> int:
    """How many scans a JPEG has: the marker cannot occur inside of one. Thumbnails' are counted, too."""
    count, last = 0, b""
    with source.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            count += (last + piece).count(b"\xff\xda")
            last = piece[-1:]
    return count


class _Memory:
    """Pixels being worked on by all threads together: whoever would be too many waits. One alone never does."""

    def __init__(self, pixels: int) -> None:
        self._free = self._all = pixels
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, pixels: int) -> Generator[None]:
        pixels = min(pixels, self._all)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= pixels)
            self._free -= pixels
        try:
            yield
        finally:
            with self._changed:
                self._free += pixels
                self._changed.notify_all()


_memory = _Memory(_PIXELS_AT_ONCE)


def size_of(source: Path) -> tuple[int, int]:
    """Width and height as they are stored, read from the header. Raises like `prepare`."""
    with opened(source, MOST_PIXELS) as image:
        return image.size


def upright(image: Image.Image, short_side: int, long_side: int) -> Image.Image:
    """An opened picture decoded, turned and scaled down to fit, with 8 bits; its transparency is kept."""
    width, height = scaled_size(image.width, image.height, short_side, long_side)
    image.draft(None, (round(width * _REDUCING_GAP), round(height * _REDUCING_GAP)))
    image.load()
    # TIFF turns itself while it is loaded, so both come after that
    turn = pillow.TURNS.get(_orientation(image))
    width, height = scaled_size(image.width, image.height, short_side, long_side)
    small = _in_eight_bits(image)
    if small.size != (width, height):
        small = small.resize(  # pyright: ignore[reportUnknownMemberType]  # names NumPy's types, which are not here
            (width, height), Image.Resampling.LANCZOS, reducing_gap=2.0
        )
    return small if turn is None else small.transpose(turn)


def _orientation(image: Image.Image) -> int:
    """As EXIF has it, 1 where it says nothing or nonsense: bad metadata does not make a bad picture."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception as error:  # noqa: BLE001  # parsers of broken metadata raise almost anything
        log.info("a picture's EXIF cannot be read: %s", type(error).__name__)
        return 1
    return orientation if isinstance(orientation, int) else 1


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """One of the modes that can be scaled: L, RGB, RGBA, CMYK."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _toned(image)
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _toned(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits: 16 are cut to 8, anything else is stretched from its darkest to its brightest."""
    if image.mode.startswith("I;16"):
        darkest, brightest = 0.0, 65_535.0
    else:
        darkest, brightest = _range(image)
    factor = 255.0 / ((brightest - darkest) or 1.0)
    toned = ImageMath.lambda_eval(lambda given: (given["grey"] - darkest) * factor, grey=image.convert("F"))
    return toned.convert("L")


def _range(image: Image.Image) -> tuple[float, float]:
    low_, high = image.getextrema()
    assert isinstance(low_, int | float)
    assert isinstance(high, int | float)
    return float(low_), float(high)


def _flat(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image if image.mode in ("L", "RGB") else image.convert("RGB")
    alpha = image.getchannel("A")
    colours = image.convert("RGB")
    darkest_alpha, _ = alpha.getextrema()
    if darkest_alpha == 255:
        return colours
    visible = ImageStat.Stat(colours.convert("L"), mask=alpha)
    is_bright = bool(visible.count[0]) and visible.mean[0] > _BRIGHT
    background = Image.new("RGB", image.size, _DARK if is_bright else _WHITE)
    background.paste(colours, mask=alpha)
    return background


def _written(image: Image.Image, target: Path, most_bytes: int) -> PictureFile:
    encoded, media_type = _encoded(image, most_bytes)
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(encoded)
    part.replace(target)
    return PictureFile(target, media_type, image.width, image.height, len(encoded))


def _encoded(image: Image.Image, most_bytes: int) -> tuple[bytes, str]:
    plain = Image.new(image.mode, image.size)
    plain.paste(image)  # a new picture has no comment, text or profile that a writer could pick up
    if colours := plain.getcolors(_FEW_COLOURS):
        drawing = _drawing(plain, len(colours))
        if len(drawing) <= min(most_bytes, len(_saved(plain, "JPEG", quality=_QUALITIES[0]))):
            return drawing, "image/png"
    encoded = b""
    for quality in _QUALITIES:
        encoded = _saved(plain, "JPEG", quality=quality)
        if len(encoded) <= most_bytes:
            break
    return encoded, "image/jpeg"


def _drawing(image: Image.Image, colours: int) -> bytes:
    has_palette = image.mode == "RGB" and colours <= _PALETTE
    exact = image.convert("P", palette=Image.Palette.ADAPTIVE) if has_palette else image
    return _saved(exact, "PNG", optimize=True)


def _saved(image: Image.Image, format_: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()
