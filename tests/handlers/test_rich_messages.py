"""Rich messages of Premium users: read as Markdown, with the commands and mentions inside them obeyed."""

from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.handlers.test_stops import SLOW
from tests.town import BOT_NAME, Town, answered, last_question


def paragraph(*runs: object) -> dict[str, Any]:
    return {"type": "paragraph", "text": list(runs)}


def command(name: str) -> dict[str, Any]:
    return {"type": "bot_command", "text": f"/{name}", "bot_command": f"/{name}"}


def rich(*blocks: dict[str, Any]) -> dict[str, Any]:
    """The fields of a message as Premium apps send it."""
    return {"rich_message": {"blocks": list(blocks)}}


CELL = {"align": "left", "valign": "top"}
MENTION = {"type": "mention", "text": f"@{BOT_NAME}", "username": BOT_NAME}


async def test_a_rich_message_is_read_as_markdown(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada", is_premium=True)
    table = {
        "type": "table",
        "cells": [[{"text": "a", **CELL}, {"text": {"type": "bold", "text": "b"}, **CELL}]],
    }
    blocks = (
        {"type": "heading", "size": 2, "text": "Plan"},
        paragraph("see ", {"type": "url", "text": "this", "url": "https://example.org/"}),
        table,
        {"type": "mathematical_expression", "expression": "x^2"},
        {"type": "pre", "text": "print(1)", "language": "python"},
    )

    await answered(telegram, ada, "", **rich(*blocks))

    read = "## Plan\n\nsee [this](https://example.org/)\n\n| a | **b** |\n\n$$x^2$$\n\n```python\nprint(1)\n```"
    assert await last_question(model) == read


async def test_a_command_in_a_rich_message_is_a_command(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada", is_premium=True)

    reply = await answered(telegram, ada, "", **rich(paragraph("\u200b"), paragraph(command("help"))))

    assert reply["text"].startswith("What I understand:")
    assert await model.requests() == []


@pytest.mark.parametrize(
    "blocks",
    [[paragraph(command("stop"))], [paragraph("\u200b"), paragraph(" ", command(f"stop@{BOT_NAME}"))]],
)
async def test_a_rich_stop_passes_the_queue(telegram: TelegramClient, blocks: list[dict[str, Any]]) -> None:
    ada = await telegram.user("Ada", is_premium=True)
    await telegram.say(ada, SLOW)
    await telegram.wait_for_draft(ada, lambda draft: bool(draft and draft["text"]))

    await telegram.say(ada, "", **rich(*blocks))

    assert (await telegram.next_reply(ada))["text"].endswith("Stopped.")


@pytest.mark.parametrize(
    "block",
    [
        paragraph({"type": "bold", "text": command("stop")}),
        {"type": "heading", "size": 1, "text": [command("stop")]},
        paragraph("please ", command("stop")),
    ],
)
async def test_a_stop_inside_other_words_is_a_question_in_its_turn(
    telegram: TelegramClient, model: ModelClient, block: dict[str, Any]
) -> None:
    ada = await telegram.user("Ada", is_premium=True)
    await telegram.say(ada, "{{pace: 0 10}} {{words: 40}}")
    await model.wait_for_requests(lambda requests: len(requests) == 1)

    await telegram.say(ada, "", **rich(block))

    requests = await model.wait_for_requests(lambda requests: len(requests) == 2)
    assert not requests[0]["cancelled"]
    assert requests[0]["finished_at"] <= requests[1]["at"]


async def test_a_mention_in_a_rich_message_calls_the_bot(
    town: Town, telegram: TelegramClient, model: ModelClient
) -> None:
    await telegram.configure(privacy=False)
    ada = await telegram.user("Ada", is_premium=True)
    group = await telegram.group("Club", members=[ada])

    await answered(telegram, group, "", user=ada, **rich(paragraph(MENTION, " how late is it? {{say: late}}")))

    assert (await last_question(model)).startswith("Ada: how late is it?")


async def test_a_rich_answer_replied_to_is_read_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    answer = await answered(telegram, ada, "{{say: | a | b |\n|---|---|\n| 1 | 2 |}}")

    await answered(telegram, ada, "which? {{say: this}}", reply_to=answer["message_id"])

    assert "rich_message" in answer
    assert "| 1 | 2 |" in await last_question(model)
