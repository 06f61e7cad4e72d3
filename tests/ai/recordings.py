"""Recordings for the tests of hearing and speaking, with the words in their tags."""

import io
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ai.source import Source
from ai.speech import SpeechEngine
from ai.transcription import Transcription
from domain.catalogue import Catalogue
from domain.speech import Hints, Speech
from sandbox.model.server import ModelSandbox
from tests.ai.asking import OURS, provider
from tests.sandbox.model.samples import voice_note
from tests.town import the_same_day


def recording(folder: Path, words: str, *, seconds: float = 1.0, kind: str = "opus") -> Path:
    path = folder / f"{abs(hash(words))}.bin"  # the name says nothing, as Telegram's often do
    path.write_bytes(voice_note(words, seconds, kind=kind))
    return path


@asynccontextmanager
async def source_at(
    sandbox: ModelSandbox, *, catalogue: Catalogue | None = None, **given: Any
) -> AsyncGenerator[Source]:
    """`on_model_gone` and `today` are for the source, the rest for the provider."""
    options: dict[str, Any] = {"today": the_same_day}
    options |= {name: given.pop(name) for name in ("on_model_gone", "today") if name in given}
    async with Source.open(provider(sandbox, **given), catalogue or OURS, **options) as source:
        yield source


@asynccontextmanager
async def hearing_at(sandbox: ModelSandbox, model: str = "", **given: Any) -> AsyncGenerator[Transcription]:
    async with source_at(sandbox, **given) as source:
        yield Transcription(source, model)


@asynccontextmanager
async def voice_at(sandbox: ModelSandbox, model: str = "", **given: Any) -> AsyncGenerator[SpeechEngine]:
    async with source_at(sandbox, **given) as source:
        yield SpeechEngine(source, model)


async def heard(sandbox: ModelSandbox, speech: Speech, folder: Path) -> str:
    """What the stand-in understands when it listens to what was spoken."""
    path = folder / f"{len(speech.sound)}.bin"
    path.write_bytes(wrapped(speech))
    async with hearing_at(sandbox) as ears:
        return (await ears.transcribe(path, Hints(), safety_key="x")).text


def wrapped(speech: Speech) -> bytes:
    """With a header, which PCM lacks."""
    if speech.format != "pcm":
        return speech.sound
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(speech.sound)
    return written.getvalue()
