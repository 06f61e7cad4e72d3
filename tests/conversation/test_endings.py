"""How answers end, through every protocol: complete, cut by a limit, refused, silent, broken on the way."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from typing import Any

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, button

RESPONSES, CHAT, PLAIN = ("responses", "openai"), ("chat", "openai"), ("chat", "plain")


@pytest.fixture(params=[RESPONSES, CHAT, PLAIN], ids="-".join)
async def bot(request: pytest.FixtureRequest, town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, once through each protocol."""
    api, dialect = request.param
    async with town.bot(openai_api=api, openai_dialect=dialect) as parley:
        yield parley


def _conversation(request: dict[str, Any]) -> list[dict[str, Any]]:
    """What was said, without our instructions."""
    body = request["body"]
    return body["input"] if "input" in body else body["messages"][1:]


async def test_an_answer_and_its_history(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    first = await answered(telegram, ada, "one {{say: 1}}")

    second = await answered(telegram, ada, "two {{say: 2}}")

    assert (first["text"], second["text"]) == ("1", "2")
    asked = _conversation((await model.requests())[-1])
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]


async def test_an_answer_cut_by_the_limit_can_go_on(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    cut = await answered(telegram, ada, "{{incomplete}} {{words: 40}}")

    await telegram.tap(ada, cut["message_id"], button(cut, "Continue"))
    await telegram.next_reply(ada, after=cut["message_id"])

    assert cut["text"].endswith("The answer reached its length limit.")
    assert len(cut["text"]) > 60
    assert _conversation((await model.requests())[-1])[-1]["content"] == "Please go on."


async def test_an_answer_goes_on_once(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    cut = await answered(telegram, ada, "{{incomplete}} {{words: 40}}")
    first = await telegram.tap(ada, cut["message_id"], button(cut, "Continue"))
    second = await telegram.tap(ada, cut["message_id"], button(cut, "Continue"))

    await telegram.callback_answer(first)
    told = (await telegram.callback_answer(second))["text"]

    assert told == "The conversation has gone on since. Send /retry for its last question."
    asked = [_conversation(request)[-1]["content"] for request in await model.requests()]
    assert asked.count("Please go on.") == 1


async def test_a_refusal_is_shown_as_it_is(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{refuse}}")

    assert reply["text"].startswith("I cannot help with that.")
    assert "reply_markup" not in reply


async def test_a_silent_model_is_a_failure_with_an_id(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{silent}}")

    assert reply["text"].startswith("The model gave no answer. Please try again. · Error ")
    assert button(reply, "Try again").startswith("ask:retry:")


async def test_a_stream_that_breaks_keeps_what_came(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{cut: 4}} {{say: one two three four five six}}")

    assert reply["text"].startswith("one")
    assert "six" not in reply["text"]
    assert "The answer broke off on the way." in reply["text"]
    assert button(reply, "Try again").startswith("ask:retry:")


async def test_a_broken_answer_is_whole_when_tried_again(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    broken = await answered(telegram, ada, "{{cut: 2 once}} {{say: one two three four}}")

    await telegram.tap(ada, broken["message_id"], button(broken, "Try again"))

    whole = await telegram.next_reply(ada, after=broken["message_id"])
    assert whole["text"] == "one two three four"


async def test_an_error_in_mid_stream_is_told_in_our_words(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{say: so far}} {{stream_error: server_error}}")

    assert reply["text"].startswith("so")
    assert "server_error" not in reply["text"]
    assert " · Error " in reply["text"]


@pytest.mark.parametrize(("api", "dialect"), [RESPONSES, CHAT, PLAIN], ids="-".join)
async def test_what_an_answer_cost_is_in_the_books(town: Town, api: str, dialect: str) -> None:
    ada = await town.telegram.user("Ada")

    async with town.bot(openai_api=api, openai_dialect=dialect):
        await answered(town.telegram, ada, "{{words: 30}}")

    ((ending, model, input_tokens, output_tokens),) = await asyncio.to_thread(_books, town)
    assert (ending, model) == ("completed", "gpt-6-luna")
    assert input_tokens > 10
    assert output_tokens >= 30


def _books(town: Town) -> list[tuple[str, str, int, int]]:
    with closing(sqlite3.connect(town.settings().database_path)) as connection:
        query = "SELECT ending, model, input_tokens, output_tokens FROM turns WHERE state = 'closed'"
        return connection.execute(query).fetchall()
