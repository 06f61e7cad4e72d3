"""Titles: made once by the cheap model, beside the conversation; a private topic is called like it."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service import Parley
from conversation.titles import cleaned
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import labels, told
from tests.town import Town

Request = dict[str, Any]


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot, which entitles conversations."""
    async with town.bot(thread_titles=True) as parley:
        yield parley


def naming(requests: list[Request]) -> list[Request]:
    return [one for one in requests if str(one["body"].get("instructions", "")).startswith("Name the conv")]


async def listed(telegram: TelegramClient, chat: int, title: str) -> None:
    """Waits until a list shows this title."""
    for _ in range(50):
        if title in "\n".join(labels(await told(telegram, chat, "/threads"))):
            return
    raise AssertionError(f"no conversation is called {title}")


async def test_after_its_first_answer_a_conversation_has_a_title(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await told(telegram, ada, "Why is the sky blue? {{say: Air.}}")
    [request] = naming(await model.wait_for_requests(lambda found: bool(naming(found))))
    await told(telegram, ada, "And the sea? {{say: Sky.}}")

    await listed(telegram, ada, "✓ Why is the sky blue?")
    assert request["body"]["model"] == "gpt-6-luna"
    assert len(naming(await model.requests())) == 1


async def test_a_failed_title_is_tried_again_after_the_next_answer(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "Why is the sky blue? {{pace: 0 100}} {{words: 20}}")
    await telegram.wait_for_calls(bool, method="sendMessageDraft")
    await model.fault(path="/v1/responses", status=403)
    await telegram.next_reply(ada, after=question)
    await model.wait_for_requests(lambda found: len(naming(found)) == 1)

    await told(telegram, ada, "And the sea? {{say: Sky.}}")

    await model.wait_for_requests(lambda found: len(naming(found)) == 2)
    await listed(telegram, ada, "✓ Why is the sky blue?")


async def test_a_topic_without_a_name_is_called_like_its_conversation(
    telegram: TelegramClient, model: ModelClient
) -> None:
    await telegram.configure(topics_in_private=True)
    ada = await telegram.user("Ada")
    topic = await telegram.topic(ada, "New chat", is_implicit=True)

    await told(telegram, ada, "Why is the sky blue? {{say: Air.}}", topic=topic)

    [call] = await telegram.wait_for_calls(lambda calls: bool(calls), method="editForumTopic")
    assert call["params"] == {"chat_id": ada, "message_thread_id": topic, "name": "Why is the sky blue?"}


async def test_a_name_that_a_person_gave_stays(telegram: TelegramClient, model: ModelClient) -> None:
    await telegram.configure(topics_in_private=True)
    ada = await telegram.user("Ada")
    topic = await telegram.topic(ada, "Sky")

    await told(telegram, ada, "Why is the sky blue? {{say: Air.}}", topic=topic)
    await model.wait_for_requests(lambda found: bool(naming(found)))
    await told(telegram, ada, "{{say: on}}", topic=topic)

    assert await telegram.calls("editForumTopic") == []


async def test_new_in_a_topic_opens_another(telegram: TelegramClient, model: ModelClient) -> None:
    await telegram.configure(topics_in_private=True)
    ada = await telegram.user("Ada")
    topic = await telegram.topic(ada, "Sky")
    await told(telegram, ada, "The sky. {{say: ok}}", topic=topic)

    aside = await told(telegram, ada, "/new", topic=topic)
    [call] = await telegram.calls("createForumTopic")
    opened = max(one.get("message_thread_id", 0) for one in await telegram.messages(ada))
    await told(telegram, ada, "Why the sea? {{say: water}}", topic=opened)

    assert aside["text"] == "I have opened a new topic for it: New conversation"
    assert call["params"]["name"] == "New conversation"
    assert opened != topic
    assert "The sky." not in str((await model.requests())[-1]["body"]["input"])
    await telegram.wait_for_calls(
        lambda calls: any(one["params"]["name"] == "Why the sea?" for one in calls), method="editForumTopic"
    )


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("“Blue skies.”\n\nor another", "Blue skies"),
        ("# **Blue** skies", "Blue** skies"),
        ("a" * 60, "a" * 39 + "…"),
        ("Planning a weekend in Lisbon with children", "Planning a weekend in Lisbon with…"),
        ("为什么天空是蓝色的。", "为什么天空是蓝色的"),
        (" \n", ""),
        ("\u202eevil", "evil"),
    ],
)
def test_a_title_is_one_short_line(said: str, title: str) -> None:
    assert cleaned(said) == title


@given(st.text(max_size=300))
def test_whatever_the_model_says_a_title_fits(said: str) -> None:
    title = cleaned(said)

    assert len(title) <= 40
    assert title.splitlines() in ([], [title])
