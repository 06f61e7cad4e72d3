"""Texts are embedded: in order, in requests that are not refused, by whichever model is there."""

import asyncio
from array import array
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from ai.embeddings import MOST_BYTES, MOST_BYTES_IN_ALL, MOST_TEXTS, EmbeddingEngine, batches
from ai.provider import Provider
from ai.source import Source
from domain.embedding import NoEmbeddings, Space
from domain.errors import AnswerBroken, CreditExhausted
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from storage.vectors import cosine_distance
from tests.ai.asking import OURS, Reports, catalogue_of, noting, provider
from tests.town import the_same_day

SMALL, LARGE, ADA = "text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"
PATH = "/v1/embeddings"
_EVEN_IF_SLOW = settings(derandomize=True, deadline=None, database=None)


@asynccontextmanager
async def embedding_at(
    sandbox: ModelSandbox, *, model: str = "", reports: Reports | None = None, **given: Any
) -> AsyncGenerator[EmbeddingEngine]:
    on_model_gone = noting([] if reports is None else reports)
    async with Source.open(
        provider(sandbox, **given), OURS, on_model_gone=on_model_gone, today=the_same_day
    ) as source:
        yield EmbeddingEngine(source, model)


@asynccontextmanager
async def plain(answer: dict[str, Any], status: int = 200) -> AsyncGenerator[tuple[EmbeddingEngine, list[Any]]]:
    """At a server that is not OpenAI's and says this, whose model the operator named; and what it was asked."""
    asked: list[Any] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        asked.append(await request.json())
        return web.json_response(answer, status=status)

    async with RawTestServer(serve) as server:
        there = Provider(str(server.make_url("/v1")), "sk-x", dialect="plain")
        async with Source.open(
            there, catalogue_of(replace(OURS.models[SMALL], is_own=True)), today=the_same_day
        ) as source:
            yield EmbeddingEngine(source), asked


async def test_texts_alike_are_near(sandbox: ModelSandbox) -> None:
    async with embedding_at(sandbox) as engine:
        embedded = await engine.embed(["the cat sleeps", "the cats sleep", "money in the bank"])

    cat, cats, money = embedded.vectors
    assert cosine_distance(cat, cats) < cosine_distance(cat, money)
    assert embedded.space == Space(SMALL, 512)
    assert embedded.input_tokens > 0
    assert all(len(vector) == 4 * 512 for vector in embedded.vectors)


async def test_many_texts_go_in_several_requests(sandbox: ModelSandbox, model: ModelClient) -> None:
    texts = [f"text {number}" for number in range(MOST_TEXTS + 1)]

    async with embedding_at(sandbox) as engine:
        embedded = await engine.embed(texts)
        (last,) = (await engine.embed(texts[-1:])).vectors

    assert embedded.vectors[-1] == last
    assert len(embedded.vectors) == len(texts)
    assert [len(request["body"]["input"]) for request in await model.requests()] == [MOST_TEXTS, 1, 1]


@_EVEN_IF_SLOW
@given(st.lists(st.text(min_size=1, max_size=50).map(lambda text: text * 400), max_size=40))
def test_no_request_is_too_large_and_no_text_is_lost(texts: list[str]) -> None:
    cut = list(batches(texts))

    flat = [text for batch in cut for text in batch]
    assert all(sum(len(text.encode()) for text in batch) <= MOST_BYTES_IN_ALL for batch in cut)
    assert all(len(text.encode()) <= MOST_BYTES for text in flat)
    assert [text.startswith(part) for text, part in zip(_sayable(texts), flat, strict=True)] == [True] * len(
        flat
    )


def _sayable(texts: list[str]) -> list[str]:
    return [text.encode("utf-8", "replace").decode() for text in texts]


async def test_what_is_too_long_is_embedded_by_its_beginning(sandbox: ModelSandbox) -> None:
    async with embedding_at(sandbox) as engine:
        assert (await engine.embed(["汉字" * 20_000])).vectors


async def test_a_model_that_keeps_its_length_is_taken_as_it_is(
    sandbox: ModelSandbox, model: ModelClient
) -> None:
    async with embedding_at(sandbox, model=ADA) as engine:
        embedded = await engine.embed(["hello"])

        assert engine.space == embedded.space == Space(ADA, 1_536)

    assert [request["status"] for request in await model.requests()] == [400, 200]


async def test_when_the_model_is_gone_another_embeds(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.kill_model(SMALL)
    reports: Reports = []

    async with embedding_at(sandbox, reports=reports) as engine:
        embedded = await engine.embed(["hello"])

        assert engine.space == embedded.space == Space(LARGE, 1_024)
    assert reports == [(SMALL, LARGE)]


async def test_another_server_gets_model_and_texts_only() -> None:
    data = [{"index": 1, "embedding": [0.0, 2.0]}, {"index": 0, "embedding": [1, 0.5]}]

    async with plain({"data": data, "usage": {"prompt_tokens": 7}}) as (engine, asked):
        embedded = await engine.embed(["one", "two"])

        assert engine.space == Space(SMALL, 2)
    assert embedded.vectors == (array("f", [1, 0.5]).tobytes(), array("f", [0, 2]).tobytes())
    assert embedded.input_tokens == 7
    assert asked == [{"model": SMALL, "input": ["one", "two"]}]


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"index": 1, "embedding": [1.0]}],
        [{"index": 0, "embedding": [0.0, 0.0]}],
        [{"index": 0, "embedding": ["many"]}],
        [{"index": 0, "embedding": "not base64!"}],
        [{"index": 0, "embedding": "AAAA"}],
        [{"index": 0}],
        "nothing",
    ],
)
async def test_vectors_that_are_none_are_not_taken(data: object) -> None:
    async with plain({"data": data}) as (engine, _):
        with pytest.raises(AnswerBroken):
            await engine.embed(["one"])


async def test_vectors_of_several_lengths_are_not_taken() -> None:
    data = [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]

    async with plain({"data": data}) as (engine, _):
        with pytest.raises(AnswerBroken):
            await engine.embed(["one", "two"])


async def test_a_server_that_embeds_nothing_is_asked_once(caplog: pytest.LogCaptureFixture) -> None:
    async with plain({"detail": "Not Found"}, 404) as (engine, asked):
        for _ in range(2):
            with pytest.raises(NoEmbeddings):
                await engine.embed(["one"])

        assert engine.space is None
    assert len(asked) == 1
    assert len([line for line in caplog.messages if "embeds nothing" in line]) == 1


async def test_a_server_that_lists_embeddings_later_is_asked_then(
    sandbox: ModelSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with Source.open(provider(sandbox, dialect="plain"), OURS, today=the_same_day) as source:
        engine = EmbeddingEngine(source)
        for _ in range(2):
            with pytest.raises(NoEmbeddings):
                await engine.embed(["one"])
        await source.learn()

        assert (await engine.embed(["one"])).space.model == SMALL
    assert len([line for line in caplog.messages if "embeds nothing" in line]) == 1


async def test_what_is_refused_for_want_of_money_is_not_asked_again(
    sandbox: ModelSandbox, model: ModelClient
) -> None:
    await model.fault(path=PATH, status=429, code="insufficient_quota")

    async with embedding_at(sandbox) as engine:
        with pytest.raises(CreditExhausted):
            await engine.embed(["hello"])

    assert len(await model.requests()) == 1


async def test_several_may_embed_at_once(sandbox: ModelSandbox) -> None:
    async with embedding_at(sandbox) as engine:
        one, two = await asyncio.gather(engine.embed(["one"]), engine.embed(["two"]))

    assert one.vectors != two.vectors
