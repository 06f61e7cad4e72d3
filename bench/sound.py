"""What sound costs: an answer that is spoken, and an hour that is listened to."""

import asyncio
import math
import statistics
import sys
import tempfile
import time
from array import array
from contextlib import AsyncExitStack
from pathlib import Path

from bench.measures import Row
from bench.world import World, running
from media.encoding import SoundWriter, encode
from media.joining import Joiner
from media.sound import RATE

_SENTENCES = 12
_SENTENCE_SECONDS = 5
_PIECE_SECONDS = 900
_MINUTE = 60
_MIB = 1024.0 * 1024.0
_SPEECH_PACE = 0.3  # seconds for a second of speech, as the real models take
_GROWING, _AT_ONCE = "{{pace: 300 100}}", "{{pace: 0 0}}"
# The stand-in speaks a word in 0.35 s.
_MINUTE_OF_WORDS = " ".join(f"Sentence {number} goes on with a few more words to it." for number in range(17))


async def spoken(times: int) -> list[Row]:
    """An answer of a minute, which comes sentence by sentence: joined and encoded while it does."""
    wholes, lasts = zip(*[await asyncio.to_thread(_speak) for _ in range(times)], strict=True)
    return [
        Row("a spoken answer of 60 s joined and encoded, all of it", f"{statistics.median(wholes):.0f} ms"),
        Row("what is left of it after the last sentence", f"{statistics.median(lasts):.0f} ms"),
    ]


async def answered_by_voice(times: int) -> list[Row]:
    """How long after an answer's last token its voice message of a minute stands, in both orders."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-bench-"))
        world = await stack.enter_async_context(running(Path(folder)))
        await world.model.pace_speech(_SPEECH_PACE)
        waits = [await _wait_for_voice(world, number, _GROWING) for number in range(times)]
        after = [await _wait_for_voice(world, times + number, _AT_ONCE) for number in range(times)]
    along, behind = statistics.median(waits), statistics.median(after)
    return [
        Row("last token to voice message, 60 s of speech, answer streamed", f"{along:.1f} s"),
        Row("the same, spoken when all is written", f"{behind:.1f} s"),
        Row("the first as a part of the second", f"{along / behind:.2f}", "0.50"),
    ]


async def _wait_for_voice(world: World, number: int, pace: str) -> float:
    person = await world.telegram.user(f"P{number}")
    await world.telegram.say(person, "/voice")
    menu = await world.telegram.next_reply(person)
    await world.telegram.tap(person, menu["message_id"], "voice:when:always")
    await world.model.clear()
    await world.telegram.say(person, f"{pace} {{{{say: {_MINUTE_OF_WORDS}}}}}")
    calls = await world.telegram.wait_for_calls(
        lambda made: any(call["params"].get("chat_id") in (person, str(person)) for call in made),
        method="sendVoice",
        timeout=120,
    )
    sent = next(call for call in calls if call["params"].get("chat_id") in (person, str(person)))
    written = next(one for one in await world.model.requests() if one["path"] == "/v1/responses")
    return float(sent["at"]) - float(written["finished_at"])


async def listened(hours: int) -> list[Row]:
    """A long recording cut at pauses, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        recording = await asyncio.to_thread(_recorded, Path(folder) / "lecture.mp3", hours)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.peak", str(recording), str(_PIECE_SECONDS)),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
    pieces, seconds, grown_bytes = told.split()
    return [
        Row(f"a recording of {hours} h cut at pauses into {pieces.decode()}", f"{float(seconds):.1f} s"),
        Row("memory that takes", f"{int(grown_bytes) / _MIB:.0f} MB", "300 MB"),
    ]


def _speak() -> tuple[float, float]:
    """Milliseconds for the whole, and for the last sentence and the end of the file."""
    sentence = _tone(_SENTENCE_SECONDS) + bytes(RATE)
    joiner = Joiner()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        began = last = time.perf_counter()
        with SoundWriter(Path(folder) / "answer.ogg", "opus") as writer:
            for _ in range(_SENTENCES):
                last = time.perf_counter()
                writer.write(joiner.add(sentence))
        ended = time.perf_counter()
    return (ended - began) * 1_000, (ended - last) * 1_000


def _recorded(path: Path, hours: int) -> Path:
    """One minute is encoded; an MP3 may be repeated."""
    encode((_tone(_SENTENCE_SECONDS) + bytes(RATE)) * (_MINUTE // _SENTENCE_SECONDS), path, "mp3")
    path.write_bytes(path.read_bytes() * (hours * _MINUTE))
    return path


def _tone(seconds: int) -> bytes:
    step = 2 * math.pi * 220 / RATE
    return array("h", (int(9_000 * math.sin(at * step)) for at in range(RATE))).tobytes() * seconds
