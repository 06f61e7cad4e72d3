"""The control side: what was asked and when, models that come and go, how fast answers are."""

import asyncio
from datetime import date

import aiohttp
import pytest

from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.sandbox.model.asker import Asker


async def test_requests_are_told_in_order_with_body_status_and_times(ask: Asker, control: ModelClient) -> None:
    await ask.responses("{{say: one}}")
    await ask.chat("{{fail: 500}}")

    first, second = await control.requests()

    assert (first["path"], second["path"]) == ("/v1/responses", "/v1/chat/completions")
    assert (first["status"], second["status"]) == (200, 500)
    assert first["body"]["input"] == "{{say: one}}"
    assert first["at"] <= first["first_token_at"] <= first["finished_at"] <= second["at"]
    assert (first["finished"], first["cancelled"]) == (True, False)


async def test_refused_requests_are_told_too(ask: Asker, control: ModelClient) -> None:
    await ask.responses("hi", colour="blue")

    assert [request["status"] for request in await control.requests()] == [400]


async def test_looking_at_models_is_no_request_for_an_answer(ask: Asker, control: ModelClient) -> None:
    await ask.get("models")

    assert await control.requests() == []


async def test_clear_forgets_them(ask: Asker, control: ModelClient) -> None:
    await ask.responses("one")
    await control.clear()
    await ask.responses("two")

    assert [request["body"]["input"] for request in await control.requests()] == ["two"]


async def test_waiting_ends_when_the_request_comes(ask: Asker, control: ModelClient) -> None:
    waiting = asyncio.create_task(control.wait_for_requests(lambda requests: len(requests) == 2))
    await ask.responses("one")
    await ask.responses("two")

    assert len(await waiting) == 2


async def test_waiting_in_vain_ends_too(control: ModelClient) -> None:
    with pytest.raises(TimeoutError):
        await control.wait_for_requests(lambda requests: bool(requests), timeout=0.05)


async def test_two_clients_see_the_same(ask: Asker, control: ModelClient, sandbox: ModelSandbox) -> None:
    await ask.responses("one")
    await control.requests()

    async with ModelClient.open(sandbox.base_url) as other:
        await other.clear()
        await ask.responses("two")

        assert await other.requests() == await control.requests()


async def test_a_killed_model_is_neither_listed_nor_asked(ask: Asker, control: ModelClient) -> None:
    await control.kill_model("gpt-6-luna")

    listed = [model["id"] for model in (await ask.get("models")).json["data"]]
    assert "gpt-6-luna" not in listed
    assert (await ask.get("models/gpt-6-luna")).status == 404
    assert (await ask.responses("hi")).error["code"] == "model_not_found"


async def test_a_revived_model_answers_again(ask: Asker, control: ModelClient) -> None:
    await control.kill_model("gpt-6-luna")
    await control.revive_model("gpt-6-luna")

    assert (await ask.responses("{{say: back}}")).said == "back"


async def test_models_tell_their_last_day(ask: Asker, control: ModelClient) -> None:
    await control.set_shutdown("gpt-6-luna", "2999-01-01")

    assert (await ask.get("models/gpt-6-luna")).json["shutdown_date"] == "2999-01-01"
    assert (await ask.get("models/gpt-6.1-terra")).json["shutdown_date"] is None


async def test_on_its_last_day_a_model_vanishes() -> None:
    async with (
        ModelSandbox.open(today=lambda: date(2027, 1, 14)) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        ask = Asker(sandbox, session)

        assert (await ask.get("models/gpt-4.1")).status == 404
        assert (await ask.get("models/gpt-5.1")).status == 200


async def test_the_pace_can_be_set_for_all(ask: Asker, control: ModelClient) -> None:
    await control.pace(0.03, 0.0)

    await ask.responses("{{say: slow}}")

    request = (await control.requests())[0]
    assert request["first_token_at"] - request["at"] >= 0.03


async def test_nonsense_is_refused(ask: Asker, sandbox: ModelSandbox) -> None:
    root = sandbox.base_url.removesuffix("/v1")
    async with ask.session.post(f"{root}/sandbox/faults", json={"no": "such field"}) as response:
        assert response.status == 400
