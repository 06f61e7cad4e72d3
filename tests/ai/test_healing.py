"""Healing: a parameter that is refused is left out or renamed, and that is remembered for the model."""

import asyncio

import pytest

from ai.engine import TextEngine
from ai.errors import ParameterRefused
from domain.catalogue import Model
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import LUNA, Api, catalogue_of, engine_at, told
from tests.town import the_same_day

_REFUSED = ["store", "prompt_cache_key"]


async def test_what_is_refused_is_left_out(engine: TextEngine, model: ModelClient) -> None:
    await model.refuse(LUNA, _REFUSED)

    answer = await told(engine, "{{say: healed}}")

    requests = await model.requests()
    assert answer.text == "healed"
    assert [request["status"] for request in requests] == [400, 400, 200]
    assert not any(name in requests[-1]["body"] for name in _REFUSED)


async def test_it_is_remembered_for_the_model(engine: TextEngine, model: ModelClient) -> None:
    await model.refuse(LUNA, _REFUSED)
    await told(engine, "one")
    await model.clear()

    await told(engine, "two")

    assert [request["status"] for request in await model.requests()] == [200]


async def test_another_model_is_asked_with_everything(engine: TextEngine, model: ModelClient) -> None:
    await model.refuse(LUNA, _REFUSED)
    await told(engine, "one")
    await model.clear()

    await told(engine, "two", model="gpt-6.1-terra")

    body = (await model.requests())[0]["body"]
    assert all(name in body for name in _REFUSED)


async def test_a_refused_effort_is_left_to_the_model(
    sandbox: ModelSandbox, model: ModelClient, api: Api
) -> None:
    sol = Model("gpt-6.2-sol", "chat", "Sol", efforts=("none",), effort="none")

    async with engine_at(sandbox, api, catalogue=catalogue_of(sol)) as engine:
        answer = await told(engine, "{{say: thought about}}", model=sol.id)

    assert answer.text == "thought about"
    assert answer.finished.usage.reasoning_tokens == 128
    assert len(await model.requests()) == 2


async def test_an_old_name_is_replaced_by_the_new_one(sandbox: ModelSandbox, model: ModelClient) -> None:
    async with engine_at(sandbox, "chat", dialect="plain") as engine:
        answer = await told(engine, "{{say: fine}}", max_output_tokens=500)

    bodies = [request["body"] for request in await model.requests()]
    assert answer.text == "fine"
    assert [body.get("max_tokens") for body in bodies] == [500, None]
    assert bodies[-1]["max_completion_tokens"] == 500


async def test_a_new_name_is_replaced_by_the_old_one() -> None:
    async with (
        ModelSandbox.open(today=the_same_day, dialect="plain") as local,
        engine_at(local, "chat") as engine,
    ):
        answer = await told(engine, "{{say: fine}}", model="llama4:8b")

        async with ModelClient.open(local.base_url) as model:
            body = (await model.requests())[-1]["body"]

    assert answer.text == "fine"
    assert body["messages"][0] == {"role": "system", "content": "Be kind."}
    assert set(body) == {"model", "messages", "max_tokens", "stream", "stream_options"}


async def test_of_several_options_only_the_refused_one_is_left_out() -> None:
    async with (
        ModelSandbox.open(today=the_same_day, dialect="plain") as local,
        engine_at(local, "chat") as engine,
    ):
        answer = await told(engine, "{{say: fine}}", model="llama4:8b")

    assert answer.finished.usage.output_tokens == 1


async def test_a_parameter_named_only_in_the_sentence_is_found(engine: TextEngine, model: ModelClient) -> None:
    await model.fault(status=422, message="Extra inputs are not permitted: safety_identifier")

    await told(engine, "hi")

    assert "safety_identifier" not in (await model.requests())[-1]["body"]


async def test_what_cannot_be_left_out_is_an_error(engine: TextEngine, model: ModelClient, api: Api) -> None:
    name = {"responses": "input", "chat": "model"}[api]
    await model.fault(status=400, code="invalid_value", param=name, times=5)

    with pytest.raises(ParameterRefused):
        await told(engine, "hi")

    assert len(await model.requests()) == 1


async def test_a_server_that_refuses_without_end_is_left(engine: TextEngine, model: ModelClient) -> None:
    await model.fault(status=400, code="unsupported_parameter", param="store", times=50)

    with pytest.raises(ParameterRefused):
        await told(engine, "hi")

    assert len(await model.requests()) == 2


async def test_two_that_heal_at_once_both_remember(engine: TextEngine, model: ModelClient) -> None:
    await model.refuse(LUNA, ["store"])
    await asyncio.gather(told(engine, "one"), told(engine, "two"))
    await model.refuse(LUNA, ["store", "safety_identifier"])
    await told(engine, "three")
    await model.clear()

    await told(engine, "four")

    assert [request["status"] for request in await model.requests()] == [200]
