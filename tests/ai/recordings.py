"""Recordings for the tests of hearing and speaking, with the words in their tags."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ai.source import Source
from ai.transcription import Transcription
from domain.catalogue import Catalogue
from sandbox.model.server import ModelSandbox
from tests.ai.asking import OURS, provider
from tests.sandbox.model.samples import voice_note


def recording(folder: Path, words: str, *, seconds: float = 1.0, kind: str = "opus") -> Path:
    path = folder / f"{abs(hash(words))}.bin"  # the name says nothing, as Telegram's often do
    path.write_bytes(voice_note(words, seconds, kind=kind))
    return path


@asynccontextmanager
async def source_at(
    sandbox: ModelSandbox, *, catalogue: Catalogue | None = None, **given: Any
) -> AsyncGenerator[Source]:
    """`on_model_gone` and `today` are for the source, the rest for the provider."""
    options = {name: given.pop(name) for name in ("on_model_gone", "today") if name in given}
    async with Source.open(provider(sandbox, **given), catalogue or OURS, **options) as source:
        yield source


@asynccontextmanager
async def hearing_at(sandbox: ModelSandbox, model: str = "", **given: Any) -> AsyncGenerator[Transcription]:
    async with source_at(sandbox, **given) as source:
        yield Transcription(source, model)
