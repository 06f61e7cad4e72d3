"""Answers that do not arrive: cut, hung, reset, delayed, or not waited for."""

import asyncio
from contextlib import suppress

import aiohttp
import pytest

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Asker


async def test_a_cut_answer_dies_after_so_many_tokens(ask: Asker) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        await ask.responses("{{words: 9}} {{cut: 3}}")


async def test_a_cut_stream_still_brings_what_came_before(ask: Asker) -> None:
    body = {"model": MODEL, "input": "{{words: 9}} {{cut: 3}}", "stream": True}
    headers = {"Authorization": f"Bearer {ask.sandbox.api_key}"}
    received = b""

    async with ask.session.post(f"{ask.sandbox.base_url}/responses", json=body, headers=headers) as response:
        with suppress(aiohttp.ClientPayloadError):
            async for chunk in response.content.iter_any():
                received += chunk

    assert received.count(b"event: response.output_text.delta") == 3


async def test_cut_once_cuts_a_text_only_the_first_time(ask: Asker) -> None:
    message = "{{say: whole again}} {{cut: 1 once}}"
    with pytest.raises(aiohttp.ClientPayloadError):
        await ask.responses(message)

    assert (await ask.responses(message)).said == "whole again"


async def test_a_hung_answer_says_nothing_until_the_client_goes(ask: Asker, control: ModelClient) -> None:
    asking = asyncio.create_task(ask.responses("{{hang}}"))
    hung = await control.wait_for_requests(lambda requests: requests[0]["status"] == 200)

    asking.cancel()
    gone = await control.wait_for_requests(lambda requests: requests[0]["finished"])

    assert not hung[0]["finished"]
    assert gone[0]["cancelled"]
    assert gone[0]["first_token_at"] is None


async def test_a_client_that_leaves_in_the_middle_is_seen(ask: Asker, control: ModelClient) -> None:
    asking = asyncio.create_task(ask.chat("{{pace: 0 20}} {{words: 900}}"))
    await control.wait_for_requests(lambda requests: requests[0]["first_token_at"] is not None)

    asking.cancel()

    requests = await control.wait_for_requests(lambda requests: requests[0]["finished"])
    assert requests[0]["cancelled"]


async def test_a_fault_of_the_control_side_strikes_its_path_only(ask: Asker, control: ModelClient) -> None:
    await control.fault(path="/v1/responses", times=1, status=429, code="slow_down", retry_after=1.5)

    chat, first, second = await ask.chat("hi"), await ask.responses("hi"), await ask.responses("hi")

    assert [chat.status, first.status, second.status] == [200, 429, 200]
    assert first.headers["Retry-After"] == "1.5"


async def test_a_reset_closes_the_connection_without_a_word(ask: Asker, control: ModelClient) -> None:
    await control.fault(kind="reset")

    with pytest.raises((aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)):
        await ask.responses("hi")


async def test_a_proxy_may_answer_in_its_place(ask: Asker, control: ModelClient) -> None:
    await control.fault(kind="html", status=502)

    reply = await ask.chat("hi")

    assert (reply.status, reply.text[:6]) == (502, "<html>")


async def test_a_delayed_answer_comes_all_the_same(ask: Asker, control: ModelClient) -> None:
    await control.fault(kind="delay", seconds=0.05)

    reply = await ask.responses("{{say: late}}")

    request = (await control.requests())[0]
    assert reply.said == "late"
    assert request["first_token_at"] - request["at"] >= 0.05
