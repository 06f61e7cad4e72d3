"""Stopping: whoever does not listen any more ends the answer at the provider, at once."""

import asyncio
from contextlib import aclosing

from ai.engine import TextEngine
from domain.events import TextDelta
from sandbox.model.client import ModelClient
from tests.ai.asking import prompt, told

_SLOW = "{{pace: 0 20}} {{words: 900}}"


async def test_closing_the_events_closes_the_stream(engine: TextEngine, model: ModelClient) -> None:
    async with aclosing(engine.stream(prompt(_SLOW))) as events:
        assert isinstance(await anext(events), TextDelta)

    requests = await model.wait_for_requests(lambda requests: requests[0]["finished"], timeout=2)
    assert requests[0]["cancelled"]


async def test_cancelling_the_listener_closes_the_stream(engine: TextEngine, model: ModelClient) -> None:
    listening = asyncio.create_task(told(engine, _SLOW))
    await model.wait_for_requests(lambda requests: requests[0]["first_token_at"] is not None)

    listening.cancel()

    requests = await model.wait_for_requests(lambda requests: requests[0]["finished"], timeout=2)
    assert requests[0]["cancelled"]


async def test_a_stream_that_says_nothing_can_be_left(engine: TextEngine, model: ModelClient) -> None:
    listening = asyncio.create_task(told(engine, "{{hang}}"))
    await model.wait_for_requests(lambda requests: requests[0]["status"] == 200)

    listening.cancel()

    requests = await model.wait_for_requests(lambda requests: requests[0]["finished"], timeout=2)
    assert requests[0]["cancelled"]


async def test_a_request_nobody_answers_yet_can_be_left(engine: TextEngine, model: ModelClient) -> None:
    await model.fault(kind="hang")
    listening = asyncio.create_task(told(engine, "hi"))
    await model.wait_for_requests(lambda requests: len(requests) == 1)

    listening.cancel()

    requests = await model.wait_for_requests(lambda requests: requests[0]["finished"], timeout=2)
    assert requests[0]["cancelled"]


async def test_one_that_is_left_disturbs_no_other(engine: TextEngine, model: ModelClient) -> None:
    left = asyncio.create_task(told(engine, _SLOW))
    await model.wait_for_requests(lambda requests: requests[0]["first_token_at"] is not None)
    staying = asyncio.create_task(told(engine, "{{pace: 0 1}} {{words: 50}}"))

    left.cancel()

    assert len((await staying).text.split()) == 50
