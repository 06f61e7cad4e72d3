"""Long recordings: cut at pauses, heard side by side, joined in order, and paid for once."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from ai.catalogue import load
from ai.transcription import Transcription
from conversation.gallery import Gallery
from conversation.listening import Asked, Listening
from domain.material import Recording
from domain.speech import Hints, Transcript
from domain.steps import Json
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from storage.files import Files
from tests.ai.recordings import hearing_at
from tests.media.made import Part, parts, recording

RATE = 8_000
PATH = "/v1/audio/transcriptions"
PART_SECONDS = 250


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
    async with ModelSandbox.open() as sandbox:
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
        yield _listening(gallery, ears)


Keep = Callable[[bytes | Sequence[bytes], float], Coroutine[Any, Any, Recording]]


@pytest.fixture
def kept(gallery: Gallery, tmp_path: Path) -> Keep:
    """Puts PCM into the media folder as a voice note."""

    async def keep(pcm: bytes | Sequence[bytes], seconds: float) -> Recording:
        path = await asyncio.to_thread(recording, tmp_path / "note.ogg", pcm, rate=RATE, bitrate=16_000)
        return Recording(await gallery.files.keep(path, ".ogg"), "note", seconds, is_speech=True)

    return keep


def _listening(
    gallery: Gallery, ears: Transcription, *, most_seconds: float = 7_200, model: str = ""
) -> Listening:
    return Listening(gallery, ears, lambda: load(None), most_seconds, model)


def _asked(steps: _Steps | None = None, **more: Any) -> Asked:
    return Asked(Hints(), steps or _Steps(), "user-hash", **more)


def _lecture() -> bytes:
    """Twelve and a half minutes in three parts, each a tone of its own with a pause before the next."""
    return b"".join(
        parts(Part(PART_SECONDS - 2, 0.3, hertz), Part(2, 0), rate=RATE) for hertz in (450, 550, 650)
    )


def _heard(transcript: Transcript | None) -> str:
    assert transcript is not None
    return transcript.text


LECTURE = (
    "a tone of 450 Hz lasting 248 seconds a tone of 550 Hz lasting 248 seconds "
    "a tone of 650 Hz lasting 248 seconds"
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
