"""Readers who leave in mid-answer: they block the bot, kick it, move elsewhere, are denied, lose a topic."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, EVERYBODY, Town, answered, button, settled, texts

SLOW = "{{pace: 0 15}} {{words: 60}}"
FOREVER = "{{pace: 0 50}} {{words: 400}}"


async def _growing(telegram: TelegramClient, group: int) -> int:
    """Waits for the growing answer in a group; its message id."""
    return (await telegram.next_reply(group))["message_id"]


async def test_who_blocks_the_bot_in_mid_answer_can_come_back(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, f"unseen {SLOW}")
    await telegram.wait_for_draft(ada, lambda draft: bool(draft and draft["text"]))
    await telegram.block(ada)
    await telegram.wait_for_calls(
        lambda calls: any(call["status"] == 403 for call in calls), method="sendMessage"
    )

    await telegram.unblock(ada)
    reply = await answered(telegram, ada, "back {{say: hello again}}")

    assert reply["text"] == "hello again"
    assert "unseen" not in str((await model.requests())[-1]["body"]["input"])
    await settled(bot, telegram)
    assert (await bot.inbox.counts()).set_aside == 0


async def test_nothing_more_is_paid_for_who_has_blocked_the_bot(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, FOREVER)
    await telegram.wait_for_draft(ada, lambda draft: bool(draft and draft["text"]))

    await telegram.block(ada)

    await model.wait_for_requests(lambda requests: bool(requests[0]["cancelled"]), timeout=10)
    await settled(bot, telegram)


async def test_nothing_more_is_paid_for_a_group_that_has_thrown_the_bot_out(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    await telegram.say(group, f"@{BOT_NAME} {FOREVER}", user=ada)
    await _growing(telegram, group)

    await telegram.kick(group)

    await model.wait_for_requests(lambda requests: bool(requests[0]["cancelled"]), timeout=15)
    await settled(bot, telegram)


async def test_what_an_unread_answer_cost_is_in_the_books(town: Town) -> None:
    async with town.bot():
        ada = await town.telegram.user("Ada")
        await town.telegram.fault(method="sendMessage", chat_id=ada, status=403)
        await town.telegram.say(ada, SLOW)
        await town.telegram.wait_for_calls(
            lambda calls: any(call["status"] == 403 for call in calls), method="sendMessage"
        )

    ((ending, answer, output_tokens),) = await asyncio.to_thread(_books, town)
    assert (ending, answer) == ("failed", "")
    assert output_tokens >= 60


def _books(town: Town) -> list[tuple[str, str, int]]:
    with closing(sqlite3.connect(town.settings().database_path)) as connection:
        return connection.execute("SELECT ending, answer, output_tokens FROM turns").fetchall()


async def test_a_group_that_kicks_the_bot_in_mid_answer_can_take_it_back(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    await telegram.say(group, f"@{BOT_NAME} {SLOW}", user=ada)
    await _growing(telegram, group)
    await telegram.kick(group)
    await telegram.wait_for_calls(
        lambda calls: any(call["status"] == 403 for call in calls), method="editMessageText"
    )

    await telegram.bot_status(group, "member")
    await telegram.say(group, f"@{BOT_NAME} {{{{say: back}}}}", user=ada)

    await telegram.wait_for(group, lambda messages: "back" in texts(messages))
    await settled(bot, telegram)
    assert (await bot.inbox.counts()).set_aside == 0


async def test_an_answer_follows_its_group_to_the_new_id(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], kind="group")
    await telegram.say(group, f"@{BOT_NAME} first {SLOW}", user=ada)
    await _growing(telegram, group)

    moved = await telegram.migrate(group)

    whole = (await telegram.next_reply(moved))["text"]
    assert len(whole.split()) == 60
    reply = await answered(telegram, moved, f"@{BOT_NAME} second {{{{say: here}}}}", user=ada)
    assert reply["text"] == "here"
    assert "first" in str((await model.requests())[-1]["body"]["input"])


async def test_in_the_new_group_a_stop_finds_what_began_in_the_old(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], kind="group")
    await telegram.say(group, f"@{BOT_NAME} {FOREVER}", user=ada)
    await _growing(telegram, group)
    moved = await telegram.migrate(group)
    await telegram.all_confirmed()

    await telegram.say(moved, f"/stop@{BOT_NAME}", user=ada)

    await telegram.wait_for(moved, lambda messages: any(text.endswith("Stopped.") for text in texts(messages)))
    await model.wait_for_requests(lambda requests: bool(requests[0]["cancelled"]))


async def test_a_moved_group_holds_nobody_up(
    bot: Parley, telegram: TelegramClient, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], kind="group")

    await telegram.migrate(group)
    await settled(bot, telegram)

    assert "failed" not in caplog.text


async def test_choices_follow_a_group(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], admins=[ada], kind="group")
    menu = await answered(telegram, group, "/model", user=ada)
    tap = await telegram.tap(group, menu["message_id"], button(menu, "GPT-6.1 Terra"), user=ada)
    await telegram.callback_answer(tap)

    moved = await telegram.migrate(group)
    menu = await answered(telegram, moved, "/model", user=ada)

    assert button(menu, "✓") == "model:gpt-6.1-terra"


async def test_who_is_denied_in_mid_answer_gets_it_and_then_no_more(town: Town) -> None:
    boss, eve = await town.telegram.user("Boss"), await town.telegram.user("Eve")
    async with town.bot(allowed_user_ids=EVERYBODY, admin_user_ids=frozenset({boss})):
        await town.telegram.say(eve, SLOW)
        await town.telegram.wait_for_draft(eve, lambda draft: bool(draft and draft["text"]))
        await answered(town.telegram, boss, f"/deny {eve}")

        first = await town.telegram.next_reply(eve)
        second = await answered(town.telegram, eve, "more!")

        assert len(first["text"].split()) == 60
        assert second["text"] == "This bot is private. Its owner has not allowed you yet."
        assert len(texts(await town.telegram.messages(boss))) == 2


async def test_an_answer_whose_topic_is_deleted_still_arrives(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], is_forum=True)
    topic = await telegram.topic(group, "Red")
    await telegram.fault(
        method="sendMessage", chat_id=group, status=400, description="message thread not found"
    )

    await telegram.say(group, f"@{BOT_NAME} {{{{say: red}}}}", user=ada, topic=topic)

    reply = await telegram.next_reply(group)
    assert (reply["text"], reply.get("message_thread_id")) == ("red", None)
