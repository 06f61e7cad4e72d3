"""Answers that take long are made in the background: whatever becomes of the bot, they arrive once."""

from typing import Any

import pytest

from bot import service
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, until

SLOW = "{{words: 60}} {{pace: 0 50}}"


async def thoughtful(telegram: TelegramClient) -> int:
    """Somebody whose answers take much thought."""
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "/settings effort high")
    return ada


async def asked(model: ModelClient) -> list[dict[str, Any]]:
    return [one for one in await model.requests() if one["path"] == "/v1/responses"]


async def test_much_thought_goes_to_the_background(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await thoughtful(telegram)

    reply = await answered(telegram, ada, "Think {{say: thought}}")

    (request,) = await asked(model)
    assert reply["text"] == "thought"
    assert (request["body"]["background"], request["body"]["store"]) == (True, True)


async def test_a_short_answer_is_not_made_there(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "Hi {{say: hello}}")

    (request,) = await asked(model)
    assert "background" not in request["body"]


async def test_after_a_restart_it_is_followed_and_not_asked_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_DRAIN_SECONDS", 0.0)
    async with town.bot():
        ada = await thoughtful(town.telegram)
        sent = await town.telegram.say(ada, SLOW)
        await town.telegram.wait_for_calls(bool, method="sendMessageDraft")
    async with town.bot():
        reply = await town.telegram.next_reply(ada, after=sent, timeout=30)

    assert len(await asked(town.model)) == 1
    assert len(reply["text"].split()) >= 60


async def test_a_lost_connection_is_made_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await thoughtful(telegram)
    await model.fault(path="/v1/responses", kind="cut", tokens=5)

    reply = await answered(telegram, ada, SLOW)

    assert len(await asked(model)) == 1
    assert len(reply["text"].split()) >= 60


async def test_a_stop_ends_it_at_the_provider(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await thoughtful(telegram)
    await telegram.say(ada, "{{words: 400}} {{pace: 0 50}}")
    await telegram.wait_for_calls(bool, method="sendMessageDraft")

    await telegram.say(ada, "/stop")

    async def is_cancelled() -> bool:
        return [one["response_status"] for one in await asked(model)] == ["cancelled"]

    assert await until(is_cancelled)


async def test_what_the_provider_has_lost_is_asked_for_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_DRAIN_SECONDS", 0.0)
    async with town.bot():
        ada = await thoughtful(town.telegram)
        sent = await town.telegram.say(ada, SLOW)
        await town.telegram.wait_for_calls(bool, method="sendMessageDraft")
    await town.model.fault(path="/v1/responses/*", status=404, message="Response not found.")
    async with town.bot():
        reply = await town.telegram.next_reply(ada, after=sent, timeout=30)

    assert len(await asked(town.model)) == 2
    assert len(reply["text"].split()) >= 60
