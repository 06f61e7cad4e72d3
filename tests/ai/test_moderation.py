"""Moderation: long texts in pieces, pictures one by one, and what is wrong is said as our own errors."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai.moderation import LONGEST_PIECE, ModerationEngine, pieces
from ai.source import Source
from domain.engine import PromptPicture
from domain.errors import NoModelLeft, ProviderUnreachable, Unreadable
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import OURS, provider
from tests.pictures import picture
from tests.town import the_same_day

PATH = "/v1/moderations"


@asynccontextmanager
async def _engine(sandbox: ModelSandbox) -> AsyncGenerator[ModerationEngine]:
    async with Source.open(provider(sandbox), OURS, today=the_same_day) as source:
        yield ModerationEngine(source)


async def _photo(folder: Path, colour: str) -> PromptPicture:
    path = folder / f"{colour}.jpg"
    await asyncio.to_thread(path.write_bytes, picture(colour))
    return PromptPicture(path, "image/jpeg", 640, 480)


async def test_what_breaks_the_rules_is_named(sandbox: ModelSandbox) -> None:
    async with _engine(sandbox) as engine:
        assert await engine.judge(["you idiot", "good morning"], ()) == {"harassment"}
        assert await engine.judge(["good morning"], ()) == frozenset()


async def test_the_end_of_a_long_text_is_read_too(sandbox: ModelSandbox) -> None:
    async with _engine(sandbox) as engine:
        assert await engine.judge([f"{'good morning ' * 5_000} you idiot"], ()) == {"harassment"}


async def test_every_picture_is_a_request_of_its_own(
    sandbox: ModelSandbox, model: ModelClient, tmp_path: Path
) -> None:
    await model.flag("mostly green", "violence/graphic")
    photos = [await _photo(tmp_path, colour) for colour in ("red", "green")]

    async with _engine(sandbox) as engine:
        categories = await engine.judge(["what is this?"], photos)

    assert categories == {"violence/graphic"}
    assert [request["path"] for request in await model.requests()] == [PATH] * 3


async def test_a_picture_that_is_gone_is_said_to_be(sandbox: ModelSandbox, tmp_path: Path) -> None:
    gone = PromptPicture(tmp_path / "gone.jpg", "image/jpeg", 1, 1)

    async with _engine(sandbox) as engine:
        with pytest.raises(Unreadable):
            await engine.judge(["hello"], [gone])


async def test_a_provider_that_fails_cannot_tell(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.fault(path=PATH, times=10, status=500)

    async with _engine(sandbox) as engine:
        with pytest.raises(ProviderUnreachable):
            await engine.judge(["hello"], ())


async def test_without_a_model_it_says_so(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.kill_model("omni-moderation-latest")

    async with _engine(sandbox) as engine:
        with pytest.raises(NoModelLeft):
            await engine.judge(["hello"], ())


@given(st.text(max_size=3 * LONGEST_PIECE))
def test_pieces_leave_nothing_out(text: str) -> None:
    cut = list(pieces(text))

    assert all(len(piece) <= LONGEST_PIECE for piece in cut)
    assert bool(cut) == bool(text.strip())
    assert not cut or (text.startswith(cut[0]) and text.endswith(cut[-1]))
