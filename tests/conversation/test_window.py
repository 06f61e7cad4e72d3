"""The history window: what no longer fits is summarised by the cheap model, and the prefix stays stable."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, button

CHEAP, CHOSEN = "gpt-6-luna", "gpt-6.1-terra"
LONG = "{{chars: 900}}"  # more than 200 tokens


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, with the smallest window there is."""
    async with town.bot(history_tokens=500) as parley:
        yield parley


def _is_summary(request: dict[str, Any]) -> bool:
    return str(request["body"]["instructions"]).startswith("Summarise")


def _prompts(requests: list[dict[str, Any]]) -> list[list[dict[str, str]]]:
    return [request["body"]["input"] for request in requests if not _is_summary(request)]


async def _filled(telegram: TelegramClient, ada: int) -> None:
    """A conversation that has just outgrown the window."""
    for word in ("apple", "pear", "plum"):
        await answered(telegram, ada, f"{word} {LONG}")


async def test_the_oldest_turns_become_a_summary(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await _filled(telegram, ada)
    await model.wait_for_requests(lambda requests: _is_summary(requests[-1]) and requests[-1]["finished"])

    await answered(telegram, ada, "and now? {{say: well}}")

    first, *_, last = _prompts(await model.requests())[-1]
    assert first["content"].startswith("[Summary of our conversation so far]")
    assert last["content"].startswith("and now?")


async def test_the_cheap_model_writes_the_summary(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/model")
    tap = await telegram.tap(ada, menu["message_id"], button(menu, "GPT-6.1 Terra"))
    await telegram.callback_answer(tap)

    await _filled(telegram, ada)

    requests = await model.wait_for_requests(lambda requests: _is_summary(requests[-1]))
    assert [request["body"]["model"] for request in requests] == [CHOSEN, CHOSEN, CHOSEN, CHEAP]


async def test_the_summary_speaks_of_the_oldest_turns_only(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await _filled(telegram, ada)

    requests = await model.wait_for_requests(lambda requests: _is_summary(requests[-1]))
    transcript = str(requests[-1]["body"]["input"])
    assert "apple" in transcript
    assert "plum" not in transcript


async def test_after_a_summary_the_prefix_is_stable(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await _filled(telegram, ada)
    await model.wait_for_requests(lambda requests: _is_summary(requests[-1]) and requests[-1]["finished"])

    await answered(telegram, ada, "one {{say: 1}}")
    await answered(telegram, ada, "two {{say: 2}}")

    before, after = _prompts(await model.requests())[-2:]
    assert after[: len(before)] == before


async def test_a_summary_that_fails_loses_nothing(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/model")
    tap = await telegram.tap(ada, menu["message_id"], button(menu, "GPT-6.1 Terra"))
    await telegram.callback_answer(tap)
    await model.refuse(CHEAP, ["input"])

    await _filled(telegram, ada)
    reply = await answered(telegram, ada, "still there? {{say: yes}}")

    assert reply["text"] == "yes"
    assert _prompts(await model.requests())[-1][0]["content"].startswith("apple")


async def test_a_summary_that_failed_is_tried_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/model")
    tap = await telegram.tap(ada, menu["message_id"], button(menu, "GPT-6.1 Terra"))
    await telegram.callback_answer(tap)
    await model.refuse(CHEAP, ["input"])
    await _filled(telegram, ada)
    await model.wait_for_requests(lambda requests: requests[-1]["status"] == 400)

    await model.refuse(CHEAP, [])
    await answered(telegram, ada, "again {{say: ok}}")

    await model.wait_for_requests(lambda requests: _is_summary(requests[-1]) and requests[-1]["status"] == 200)
