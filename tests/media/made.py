"""Media made for tests: tones, pauses, noise and moving colours, in every container the tests need."""

import math
import random
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import chain, pairwise, repeat
from pathlib import Path
from typing import Any, NamedTuple, cast

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image

from media import sound

RATE = 24_000
_FAST = {
    "libx264": {"preset": "veryfast"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}


class Part(NamedTuple):
    """A stretch of sound: a tone of that loudness (0 to 1), silence at 0."""

    seconds: float
    loudness: float = 0.3
    hertz: int = 440


def tone(seconds: float, loudness: float = 0.3, hertz: int = 440, rate: int = RATE) -> bytes:
    """Mono 16-bit PCM."""
    second = _second(loudness, hertz, rate)
    return (second * (int(seconds) + 1))[: int(seconds * rate) * 2]


@cache
def _second(loudness: float, hertz: int, rate: int) -> bytes:
    """Whole periods, which can be repeated."""
    step = 2 * math.pi * hertz / rate
    height = 32_767 * loudness
    return array("h", (int(height * math.sin(at * step)) for at in range(rate))).tobytes()


def hertz(pcm: bytes) -> float:
    """The pitch of a tone, by how often it crosses zero upwards."""
    samples = array("h", pcm)
    return sum(first < 0 <= second for first, second in pairwise(samples)) / len(samples) * RATE


def silence(seconds: float, rate: int = RATE) -> bytes:
    return bytes(int(seconds * rate) * 2)


def noise(seconds: float, loudness: float = 0.3, rate: int = RATE) -> bytes:
    source = random.Random(1)
    most = int(32_767 * loudness)
    return array("h", (source.randint(-most, most) for _ in range(int(seconds * rate)))).tobytes()


def parts(*stretches: Part, rate: int = RATE) -> bytes:
    return b"".join(tone(part.seconds, part.loudness, part.hertz, rate) for part in stretches)


def recording(
    path: Path,
    pcm: bytes | Iterable[bytes],
    *,
    codec: str = "libopus",
    rate: int = RATE,
    layout: str = "mono",
    codec_rate: int | None = None,
    bitrate: int | None = None,
    gaps_seconds: Sequence[float] = (),
) -> Path:
    """A recording of interleaved 16-bit PCM, in the container that the name says.

    Of several pieces, each begins so many seconds later than the one before ends, by the time stamps.
    """
    with av.open(str(path), "w") as container:
        stream = cast(Any, container).add_stream(
            codec, rate=codec_rate or (48_000 if codec == "libopus" else rate)
        )
        stream.codec_context.layout = layout
        if bitrate:
            stream.codec_context.bit_rate = bitrate
        for frame in frames_of(
            [pcm] if isinstance(pcm, bytes) else pcm, rate=rate, layout=layout, gaps_seconds=gaps_seconds
        ):
            cast(Any, container).mux(stream.encode(frame))
        cast(Any, container).mux(stream.encode(None))
    return path


def long_recording(path: Path, minutes: int) -> Path:
    """An ADTS stream of sentences and pauses, at low cost: one minute is encoded, and its frames repeated."""
    pcm = parts(Part(4), Part(1, 0), rate=8_000) * 12
    minute = recording(path, pcm, codec="aac", rate=8_000, bitrate=16_000).read_bytes()
    with path.open("wb") as file:
        for _ in range(minutes):
            file.write(minute)
    return path


def frames_of(
    pieces: Iterable[bytes], *, rate: int, layout: str = "mono", gaps_seconds: Sequence[float] = ()
) -> Iterator[AudioFrame]:
    """The PCM in frames of at most 100 ms, with time stamps."""
    at = 0
    for pcm, gap in zip(pieces, chain(gaps_seconds, repeat(0.0)), strict=False):
        at += int(gap * rate)
        view = memoryview(pcm)
        probe = AudioFrame(format="s16", layout=layout, samples=1)
        sample_bytes = 2 * probe.layout.nb_channels
        for start in range(0, len(view), sample_bytes * rate // 10):
            piece = bytes(view[start : start + sample_bytes * rate // 10])
            frame = AudioFrame(format="s16", layout=layout, samples=len(piece) // sample_bytes)
            frame.planes[0].update(piece)
            frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), at
            at += frame.samples
            yield frame


class Scene(NamedTuple):
    """Seconds of video in one colour, over which a small white square wanders."""

    colour: str
    seconds: float


def video(
    path: Path,
    scenes: Sequence[Scene],
    *,
    size: tuple[int, int] = (320, 180),
    fps: int = 10,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    pcm: bytes | None = None,
    rotated: float = 0.0,
    picture: Callable[[str, int], Image.Image] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A video of those scenes, with that sound (mono PCM at 24 kHz) if any."""
    with av.open(str(path), "w") as opened:
        container = cast(Any, opened)
        stream = container.add_stream(codec, rate=fps, options=options or _FAST.get(codec, {}))
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        if rotated:
            stream.set_display_rotation(rotated)
        sound = None
        if pcm is not None:
            sound = container.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=48_000)
            sound.codec_context.layout = "mono"
        number = 0
        for scene in scenes:
            for _ in range(round(scene.seconds * fps)):
                image = picture(scene.colour, number) if picture else _square(scene.colour, number, size)
                frame = VideoFrame.from_bytes(image.convert("RGBA").tobytes(), *image.size)
                frame = frame.reformat(format=pixels)
                frame.pts, frame.time_base = number, Fraction(1, fps)
                container.mux(stream.encode(frame))
                number += 1
        container.start_encoding()
        container.mux(stream.encode(None))
        if sound is not None and pcm is not None:
            for frame in frames_of([pcm], rate=RATE):
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    return path


def _square(colour: str, number: int, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, colour)
    side = size[1] // 10
    image.paste("white", (number * 3 % (size[0] - side), side, number * 3 % (size[0] - side) + side, 2 * side))
    return image


def declare_duration(path: Path, seconds: int) -> None:
    """Makes an MP4 file claim that it plays so long, in its header and in those of its streams."""
    content = bytearray(path.read_bytes())
    for box in (b"mvhd", b"mdhd", b"tkhd"):
        at = content.find(box)
        scale_at, duration_at = (at + 4 + 12, at + 4 + 16) if box != b"tkhd" else (0, at + 4 + 20)
        scale = int.from_bytes(content[scale_at : scale_at + 4], "big") if scale_at else 1_000
        content[duration_at : duration_at + 4] = min(seconds * scale, 2**32 - 2).to_bytes(4, "big")
    path.write_bytes(content)


def plain(colour: str, _number: int) -> Image.Image:
    return Image.new("RGB", (320, 180), colour)


def sky(_colour: str, _number: int) -> Image.Image:
    """Blue above, black below."""
    image = Image.new("RGB", (320, 180), "black")
    image.paste("#0000ff", (0, 0, 320, 90))
    return image


def see_through(colour: str, _number: int) -> Image.Image:
    """A square of that colour in the middle of nothing."""
    image = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    image.paste(colour, (32, 32, 96, 96))
    return image


def animation(path: Path, scenes: Sequence[Scene]) -> Path:
    """A GIF or a WebP of those scenes, four frames a second."""
    images = [
        _square(scene.colour, number, (96, 64))
        for scene in scenes
        for number in range(round(scene.seconds * 4))
    ]
    images[0].save(path, save_all=True, append_images=images[1:], duration=250, loop=0)
    return path


def moving(path: Path, scenes: Sequence[Scene]) -> Path:
    """A video or an animation, as the name says."""
    if path.suffix in {".gif", ".webp"}:
        return animation(path, scenes)
    return video(path, scenes, codec="libvpx-vp9" if path.suffix == ".webm" else "libx264")


def pixel(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    return cast(tuple[int, ...], image.getpixel(at))


def loudness_dbfs(path: Path) -> float:
    """The mean loudness, in decibels below the loudest there can be; minus infinity for digital silence."""
    squares = 0
    samples = 0
    for window in sound.decode(path):
        count = len(window) // sound.SAMPLE_BYTES
        squares += sound.rms(window) ** 2 * count
        samples += count
    return sound.dbfs((squares / samples) ** 0.5)
