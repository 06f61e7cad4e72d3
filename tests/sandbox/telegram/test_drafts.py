"""Drafts: private chats only, 30 seconds, one for each chat and topic, with a Stop button."""

from typing import Any

import pytest

from sandbox.telegram.client import SandboxRefused, TelegramClient
from sandbox.telegram.server import TelegramSandbox
from tests.sandbox.telegram.bot import Bot, Clock, bot_of


async def test_a_draft_is_shown_and_replaced(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He")
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="Hello", can_stop=True)

    draft = await people.draft(ada)

    assert draft is not None
    assert (draft["draft_id"], draft["text"], draft["can_stop"]) == (7, "Hello", True)
    assert await people.messages(ada) == []


async def test_an_empty_draft_says_that_the_bot_thinks(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot("sendMessageDraft", chat_id=ada, draft_id=7)

    draft = await people.draft(ada)

    assert draft is not None
    assert draft["text"] == ""


async def test_a_draft_lives_30_seconds_after_its_last_update(
    bot: Bot, people: TelegramClient, ada: int, clock: Clock
) -> None:
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He")
    clock.advance(20)
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He")
    clock.advance(29.9)
    alive = await people.draft(ada)
    clock.advance(0.1)

    assert alive is not None
    assert await people.draft(ada) is None


async def test_the_life_of_drafts_can_be_shortened_and_their_end_awaited() -> None:
    async with (
        TelegramSandbox.open() as telegram,
        TelegramClient.open(telegram.root) as people,
        bot_of(telegram) as bot,
    ):
        ada = await people.user()
        await people.configure(draft_seconds=0.05)

        await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He")

        assert await people.wait_for_draft(ada, lambda draft: draft is None) is None


async def test_a_real_message_takes_the_drafts_place(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He")

    await bot("sendMessage", chat_id=ada, text="Hello")

    assert await people.draft(ada) is None


async def test_each_topic_has_its_own_draft(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.configure(topics_in_private=True)
    topic = await people.topic(ada)
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="here", message_thread_id=topic)

    await bot("sendMessage", chat_id=ada, text="elsewhere")

    assert (await people.draft(ada, topic=topic) or {})["text"] == "here"
    assert await people.draft(ada) is None


async def test_groups_have_no_drafts(bot: Bot, people: TelegramClient, ada: int) -> None:
    club = await people.group(members=[ada])

    refusal = await bot.refused("sendMessageDraft", chat_id=club, draft_id=7, text="He")

    assert refusal == "TEXTDRAFT_PEER_INVALID"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"draft_id": 0}, "RANDOM_ID_INVALID"),
        ({"draft_id": "7"}, 'parameter "draft_id" must be an integer'),
        ({}, 'parameter "draft_id" is required'),
        ({"draft_id": 7, "text": "x" * 4097}, "message is too long"),
        ({"draft_id": 7, "message_thread_id": 3}, "message thread not found"),
        ({"draft_id": 7, "reply_markup": {}}, 'sendMessageDraft has no parameter "reply_markup"'),
    ],
)
async def test_unsound_drafts_are_refused(bot: Bot, ada: int, params: dict[str, Any], refusal: str) -> None:
    assert await bot.refused("sendMessageDraft", chat_id=ada, **params) == refusal


async def test_stop_reaches_the_bot_and_later_frames_are_ignored(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He", can_stop=True)

    await people.stop_draft(ada)
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="Hello", can_stop=True)

    [update] = await bot.updates()
    assert update["stopped_message_generation"]["chat"]["id"] == ada
    assert update["stopped_message_generation"]["draft_id"] == "7"
    assert await people.draft(ada) is None


async def test_a_draft_may_stay_when_it_is_stopped(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He", can_stop=True, keep_on_stop=True)

    await people.stop_draft(ada)

    draft = await people.draft(ada)
    assert draft is not None
    assert draft["stopped"] is True


async def test_what_has_no_stop_button_cannot_be_stopped(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot("sendMessageDraft", chat_id=ada, draft_id=7, text="He")

    with pytest.raises(SandboxRefused, match="no draft that can be stopped"):
        await people.stop_draft(ada)


async def test_a_rich_draft_may_think_aloud(bot: Bot, people: TelegramClient, ada: int) -> None:
    thought = {"blocks": [{"type": "thinking", "text": "Hm"}]}

    await bot("sendRichMessageDraft", chat_id=ada, draft_id=7, rich_message=thought)

    assert (await people.draft(ada) or {})["rich_message"] == thought
