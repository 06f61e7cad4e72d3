"""The tool loop: the model calls, what comes of it goes back, and it answers."""

import re
from typing import Any

import pytest

from bot import service
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, button

_SUM = '{{tool: calculate {"expression": "6*7"}}}'


async def requests(model: ModelClient) -> list[dict[str, Any]]:
    """The bodies of the requests for answers, in order."""
    return [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"]


def outputs(body: dict[str, Any]) -> list[str]:
    """What a request tells of calls."""
    return [str(item["output"]) for item in body["input"] if item.get("type") == "function_call_output"]


async def test_what_a_call_comes_to_goes_back_to_the_model(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, f"{_SUM} {{{{outputs}}}}")

    first, second = await requests(model)
    assert outputs(first) == []
    assert "42" in outputs(second)[0]
    assert "42" in reply["text"]


async def test_calls_made_together_are_answered_together(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, _SUM + '{{tool: calculate {"expression": "1+1"}}}')

    _, second = await requests(model)
    assert [output.strip() for output in outputs(second)] == ["6*7 = 42", "1+1 = 2"]


async def test_a_tool_that_does_not_exist_is_told_to_the_model_alone(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(
        telegram, ada, "{{unknown_tool: summon_demons {}}} {{then}} {{say: I cannot do that.}}"
    )

    _, second = await requests(model)
    assert "There is no tool of that name" in outputs(second)[0]
    assert reply["text"] == "I cannot do that."


async def test_arguments_that_are_no_json_are_told_to_the_model(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, '{{tool: calculate {"expression": }}')

    _, second = await requests(model)
    assert "JSON" in outputs(second)[0]


async def test_rounds_without_end_are_ended(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, '{{endless_tool: calculate {"expression": "1+1"}}}')

    asked = await requests(model)
    assert len(asked) == 21
    assert [body.get("tool_choice") for body in asked[-2:]] == [None, "none"]
    assert reply["text"]


async def test_a_reader_can_look_at_the_steps(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    reply = await answered(telegram, ada, _SUM)

    await telegram.tap(ada, reply["message_id"], button(reply, "Steps"))
    steps = await telegram.next_reply(ada, after=reply["message_id"])

    assert re.search(r"1\. 🔧 Calculating · after \d+\.\d s, took \d+\.\d s", steps["text"])
    assert "6*7" in steps["text"]
    assert "42" in steps["text"]


async def test_a_restart_repeats_neither_requests_nor_calls(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_DRAIN_SECONDS", 0.0)
    ada = await town.telegram.user("Ada")
    async with town.bot():
        await town.telegram.say(ada, f"{_SUM} {{{{then}}}} {{{{words: 400}}}} {{{{pace: 0 50}}}}")
        await town.model.wait_for_requests(lambda found: len(_answers(found)) == 2)
    async with town.bot():
        await town.model.wait_for_requests(lambda found: len(_answers(found)) == 3)

    bodies = [one["body"] for one in _answers(await town.model.requests())]
    assert [outputs(body) for body in bodies][1] == [outputs(body) for body in bodies][2]


def _answers(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if one["path"] == "/v1/responses"]
