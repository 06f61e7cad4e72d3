"""Long recordings: cut at pauses, heard side by side, joined in order, and paid for once."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from ai.catalogue import load
from conversation.gallery import Gallery
from conversation.listening import Asked, Listening, RecordingTooLong
from domain.catalogue import Catalogue, Model
from domain.errors import Unreadable
from domain.material import Recording
from domain.speech import Hints, Transcriber, Transcript
from domain.steps import Json
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from storage.files import Files
from tests.ai.recordings import hearing_at
from tests.media.made import Part, long_recording, parts, recording, silence
from tests.town import the_same_day

RATE = 8_000
PATH = "/v1/audio/transcriptions"
PART_SECONDS = 5


class _Steps:
    """Steps in memory: what a database would keep."""

    def __init__(self) -> None:
        self.recorded: dict[str, Json] = {}

    async def result(self, step: str) -> Json | None:
        return self.recorded.get(step)

    async def record(self, step: str, result: Json) -> None:
        self.recorded[step] = result


class _NoDownloads:
    async def download(self, file_id: str, to: Path) -> None:
        raise AssertionError("nothing is to be fetched")


@pytest.fixture
async def sandbox() -> AsyncGenerator[ModelSandbox]:
    async with ModelSandbox.open(today=the_same_day) as sandbox:
        yield sandbox


@pytest.fixture
async def model(sandbox: ModelSandbox) -> AsyncGenerator[ModelClient]:
    async with ModelClient.open(sandbox.base_url) as model:
        yield model


@pytest.fixture
async def gallery(tmp_path: Path) -> Gallery:
    return Gallery(await Files.open(tmp_path / "media"), _NoDownloads())


@pytest.fixture
async def listening(sandbox: ModelSandbox, gallery: Gallery) -> AsyncGenerator[Listening]:
    async with hearing_at(sandbox) as ears:
        yield replace(_listening(gallery, ears), whole_seconds=PART_SECONDS, piece_seconds=PART_SECONDS + 1)


Keep = Callable[[bytes | Sequence[bytes], float], Coroutine[Any, Any, Recording]]


@pytest.fixture
def kept(gallery: Gallery, tmp_path: Path) -> Keep:
    """Puts PCM into the media folder as a voice note."""

    async def keep(pcm: bytes | Sequence[bytes], seconds: float) -> Recording:
        path = await asyncio.to_thread(recording, tmp_path / "note.ogg", pcm, rate=RATE, bitrate=16_000)
        return Recording(await gallery.files.keep(path, ".ogg"), "note", seconds, is_speech=True)

    return keep


def _listening(
    gallery: Gallery,
    ears: Transcriber,
    *,
    most_seconds: float = 7_200,
    catalogue: Callable[[], Catalogue] = load,
) -> Listening:
    return Listening(gallery, ears, catalogue, most_seconds)


def _asked(steps: _Steps | None = None, **more: Any) -> Asked:
    return Asked(Hints(), steps or _Steps(), "user-hash", **more)


def _lecture() -> bytes:
    """Fifteen seconds in three parts, each a tone of its own with a pause before the next."""
    return b"".join(
        parts(Part(PART_SECONDS - 1, 0.3, hertz), Part(1, 0), rate=RATE) for hertz in (450, 550, 650)
    )


def _heard(transcript: Transcript | None) -> str:
    assert transcript is not None
    return transcript.text


LECTURE = (
    "a tone of 450 Hz lasting 4 seconds a tone of 550 Hz lasting 4 seconds a tone of 650 Hz lasting 4 seconds"
)


async def test_a_long_recording_is_heard_whole_and_in_order(listening: Listening, kept: Keep) -> None:
    lecture = await kept(_lecture(), 3 * PART_SECONDS)

    heard = await listening.listen(lecture, _asked())

    assert _heard(heard) == LECTURE


async def test_its_later_pieces_know_what_was_said_before(
    listening: Listening, model: ModelClient, kept: Keep
) -> None:
    await listening.listen(await kept(_lecture(), 3 * PART_SECONDS), _asked())

    prompts = [request["body"].get("prompt", "") for request in await model.requests()]
    assert prompts[0] == ""
    assert all(prompt.startswith("a tone of 450 Hz") for prompt in prompts[1:])


async def test_its_progress_is_told(listening: Listening, kept: Keep) -> None:
    told: list[tuple[int, int]] = []

    def on_progress(done: int, all_: int) -> None:
        told.append((done, all_))

    await listening.listen(await kept(_lecture(), 3 * PART_SECONDS), _asked(on_progress=on_progress))

    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


async def test_a_piece_that_was_heard_is_not_paid_for_again(
    listening: Listening, model: ModelClient, kept: Keep
) -> None:
    lecture, steps = await kept(_lecture(), 3 * PART_SECONDS), _Steps()
    await listening.listen(lecture, _asked(steps))
    steps.recorded = {name: steps.recorded[name] for name in list(steps.recorded)[:3]}  # cuts and two pieces

    again = await listening.listen(lecture, _asked(steps))

    assert _heard(again) == LECTURE
    assert len(await model.requests()) == 3 + 1


async def test_after_a_failure_no_more_is_begun_and_what_was_heard_is_kept(
    listening: Listening, model: ModelClient, kept: Keep
) -> None:
    lecture, steps = await kept(_lecture(), 3 * PART_SECONDS), _Steps()
    await model.fault(path=PATH, times=1, status=400, code="invalid_value", message="Audio file is corrupt.")

    with pytest.raises(Unreadable):
        await listening.listen(lecture, _asked(steps))

    assert len(await model.requests()) == 1
    assert _heard(await listening.listen(lecture, _asked(steps))) == LECTURE


async def test_a_silent_recording_is_not_paid_for(listening: Listening, model: ModelClient, kept: Keep) -> None:
    heard = await listening.listen(await kept(silence(5, RATE), 5), _asked())

    assert _heard(heard) == ""
    assert await model.requests() == []


async def test_the_silent_part_of_a_long_recording_is_not_paid_for(
    listening: Listening, model: ModelClient, kept: Keep
) -> None:
    pcm = parts(Part(4, 0.3, 450), Part(7, 0), Part(4, 0.3, 650), rate=RATE)

    heard = await listening.listen(await kept(pcm, 15), _asked())

    assert "450" in _heard(heard)
    assert "650" in _heard(heard)
    assert len(await model.requests()) == 2


async def test_times_are_those_of_the_whole_recording(listening: Listening, kept: Keep) -> None:
    heard = await listening.listen(await kept(_lecture(), 3 * PART_SECONDS), _asked(wanted="times"))

    assert heard is not None
    starts = [passage.start_seconds for passage in heard.passages]
    assert starts == pytest.approx([0, 4.5, 9.5], abs=0.6)


async def test_a_model_that_repeats_its_hints_has_heard_nothing(
    listening: Listening, kept: Keep, model: ModelClient
) -> None:
    told = "a tone of 450 Hz lasting 2 seconds"
    asked = Asked(Hints(context=f"Before: {told}"), _Steps(), "user-hash")

    heard = await listening.listen(await kept(parts(Part(2, 0.3, 450), rate=RATE), 2), asked)

    assert _heard(heard) == ""


async def test_where_nobody_translates_there_is_no_english(
    listening: Listening, model: ModelClient, kept: Keep
) -> None:
    await model.kill_model("whisper-1")

    note = await kept(parts(Part(2), rate=RATE), 2)

    assert await listening.listen(note, _asked(wanted="english")) is None


async def test_a_whole_lecture_is_put_into_english(
    listening: Listening, model: ModelClient, kept: Keep
) -> None:
    heard = await listening.listen(await kept(_lecture(), 3 * PART_SECONDS), _asked(wanted="english"))

    assert _heard(heard).count("[English]") == 3


def test_more_than_the_limit_is_refused_before_anything_is_paid(gallery: Gallery) -> None:
    note = Recording("note.ogg", "note", 100, is_speech=True)
    listening = _listening(gallery, _Ear(), most_seconds=150)

    listening.gate(note)
    with pytest.raises(RecordingTooLong):
        listening.gate(note, before_seconds=100)


def test_an_unknown_price_is_not_told(gallery: Gallery) -> None:
    unknown = Model("of-a-server-of-my-own", "transcription", "Mine")
    listening = _listening(gallery, _Ear(), catalogue=lambda: Catalogue({unknown.id: unknown}))

    assert listening.price_microdollars(60) is None


class _Ear:
    """Hears one word in anything, and notes how large it was."""

    most_bytes = 25_000_000

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def transcribe(self, path: Path, hints: Hints, *, safety_key: str, times: bool = False) -> Transcript:
        self.sizes.append((await asyncio.to_thread(path.stat)).st_size)
        return Transcript("word", "ear")

    async def to_english(self, path: Path, hints: Hints) -> Transcript | None:
        return None


async def test_a_long_recording_takes_little_memory(gallery: Gallery, tmp_path: Path) -> None:
    path = await asyncio.to_thread(long_recording, tmp_path / "talk.aac", 20)
    talk = Recording(await gallery.files.keep(path, ".aac"), "talk", 1_200, is_speech=True)
    ear, watch = _Ear(), _Watch()

    async with watch.running():
        heard = await _listening(gallery, ear).listen(talk, _asked())

    assert _heard(heard).split() == ["word"] * len(ear.sizes)
    assert len(ear.sizes) >= 4
    assert max(ear.sizes) < 2_000_000
    assert watch.grown_bytes < 100_000_000


class _Watch:
    """How much memory this process takes on at most."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.grown_bytes = 0

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        before = self._taken()
        task = asyncio.create_task(self._look(before))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _look(self, before: int) -> None:
        while True:
            self.grown_bytes = max(self.grown_bytes, await asyncio.to_thread(self._taken) - before)
            await asyncio.sleep(0.05)

    def _taken(self) -> int:
        return self._process.memory_info().rss
