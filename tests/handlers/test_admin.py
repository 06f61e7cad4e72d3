"""What the bot's admins decide, where they say it, and what others may not."""

from collections.abc import AsyncGenerator

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, Town, answered, button, settled, texts

BOSS = 99
NOW = 1_790_000_000


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work, closed; one admin."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(allowed_user_ids=frozenset(), admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


async def test_allow_opens_a_whole_group_and_deny_closes_it(
    telegram: TelegramClient, model: ModelClient
) -> None:
    eve = await telegram.user("Eve")
    group = await telegram.group("Club", members=[BOSS, eve])
    await answered(telegram, group, "/allow", user=BOSS)
    inside = await answered(telegram, group, f"@{BOT_NAME} {{{{say: welcome}}}}", user=eve)

    await answered(telegram, group, "/deny", user=BOSS)
    outside = await answered(telegram, group, f"@{BOT_NAME} {{{{say: still?}}}}", user=eve)

    assert inside["text"] == "welcome"
    assert outside["text"].startswith("This bot is private.")
    assert len(await model.requests()) == 1


async def test_an_allowed_group_opens_no_private_chat(telegram: TelegramClient, model: ModelClient) -> None:
    eve = await telegram.user("Eve")
    group = await telegram.group("Club", members=[BOSS, eve])
    await answered(telegram, group, "/allow", user=BOSS)

    reply = await answered(telegram, eve, "and here?")

    assert reply["text"].startswith("This bot is private.")
    assert await model.requests() == []


async def test_a_person_denied_by_hand_is_shut_out_of_an_allowed_group(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    group = await telegram.group("Club", members=[BOSS, eve])
    await answered(telegram, group, "/allow", user=BOSS)
    await answered(telegram, BOSS, f"/deny {eve}")

    reply = await answered(telegram, group, f"@{BOT_NAME} hello", user=eve)

    assert reply["text"].startswith("This bot is private.")


async def test_allow_as_a_reply_lets_its_author_in(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    group = await telegram.group("Club", members=[BOSS, eve])
    said = await telegram.say(group, f"@{BOT_NAME} may I?", user=eve)
    refused = await telegram.next_reply(group)

    await answered(telegram, group, "/allow", user=BOSS, reply_to=said)
    reply = await answered(telegram, eve, "{{say: in}}")

    assert refused["text"].startswith("This bot is private.")
    assert reply["text"] == "in"


@pytest.mark.parametrize("given", ["", "Eve", "²", "12x", "9" * 40, "--5"])
async def test_allow_of_nobody_in_particular_asks_whom(
    bot: Parley, telegram: TelegramClient, given: str
) -> None:
    reply = await answered(telegram, BOSS, f"/allow {given}")

    assert reply["text"].startswith("Whom?")
    assert bot.access.allowed_people() == []


@pytest.mark.parametrize("command", ["/allow 5", "/deny 5", "/admin"])
async def test_only_admins_command(bot: Parley, telegram: TelegramClient, command: str) -> None:
    eve = await telegram.user("Eve")
    await answered(telegram, BOSS, f"/allow {eve}")

    reply = await answered(telegram, eve, command)

    assert reply["text"] == "Only this bot's admins can do that."
    assert bot.access.allowed_people() == [eve]


async def test_the_buttons_of_a_request_are_for_admins_only(bot: Parley, telegram: TelegramClient) -> None:
    eve, mallory = await telegram.user("Eve"), await telegram.user("Mallory")
    await answered(telegram, BOSS, f"/allow {mallory}")
    await answered(telegram, eve, "hello")
    knock = (await telegram.wait_for(BOSS, lambda messages: "Eve" in str(messages[-1])))[-1]
    person = {"id": mallory, "is_bot": False, "first_name": "Mallory"}
    tap = {"id": "7", "from": person, "chat_instance": "1", "message": knock, "data": button(knock, "/allow")}

    await telegram.send_update({"callback_query": tap})

    calls = await telegram.wait_for_calls(bool, method="answerCallbackQuery")
    assert calls[0]["params"]["text"] == "Only this bot's admins can do that."
    assert bot.access.allowed_people() == [mallory]


async def test_a_stranger_is_announced_once(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    await answered(telegram, eve, "hello")
    await telegram.say(eve, "hello?")
    await telegram.say(eve, "HELLO?")
    await telegram.all_confirmed()

    await answered(telegram, BOSS, "/help")

    assert sum("would like to use this bot" in text for text in texts(await telegram.messages(BOSS))) == 1
    assert len([message for message in await telegram.messages(eve) if message["from"]["is_bot"]]) == 1


async def test_a_denied_person_is_not_announced_again(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    await answered(telegram, BOSS, f"/deny {eve}")

    reply = await answered(telegram, eve, "please")
    await answered(telegram, BOSS, "/help")

    assert reply["text"] == "This bot is private. Its owner has not allowed you yet."
    assert not any("would like" in text for text in texts(await telegram.messages(BOSS)))


async def test_strangers_talk_in_a_group_is_left_alone(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    await telegram.configure(privacy=False)
    eve = await telegram.user("Eve")
    group = await telegram.group("Club", members=[eve])

    await telegram.say(group, "lunch?", user=eve)
    await telegram.say(group, "/weather", user=eve)
    await settled(bot, telegram)

    assert await telegram.calls("sendMessage") == []
    assert await model.requests() == []


async def test_an_allowed_group_stays_allowed_when_it_moves(telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    group = await telegram.group("Club", members=[BOSS, eve], kind="group")
    await answered(telegram, group, "/allow", user=BOSS)

    moved = await telegram.migrate(group)
    reply = await answered(telegram, moved, f"@{BOT_NAME} {{{{say: welcome}}}}", user=eve)

    assert reply["text"] == "welcome"


async def test_a_group_moved_by_an_anonymous_admin_moves_too(bot: Parley, telegram: TelegramClient) -> None:
    eve = await telegram.user("Eve")
    old = await telegram.group("Club", members=[BOSS, eve], kind="group")
    new = await telegram.group("Club", members=[BOSS, eve])
    await answered(telegram, old, "/allow", user=BOSS)
    chat = {"id": old, "type": "group", "title": "Club"}
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    message = {"message_id": 50, "date": NOW, "chat": chat, "from": anonymous, "sender_chat": chat}

    await telegram.send_update({"message": {**message, "migrate_to_chat_id": new}})
    await settled(bot, telegram)
    reply = await answered(telegram, new, f"@{BOT_NAME} {{{{say: welcome}}}}", user=eve)

    assert reply["text"] == "welcome"


async def test_the_menu_of_admin_commands_is_for_admins(telegram: TelegramClient) -> None:
    await telegram.wait_for_calls(lambda calls: len(calls) >= 9, method="setMyCommands")

    shown = await telegram.commands(scope_type="chat", chat_id=BOSS)
    to_all = await telegram.commands(scope_type="all_private_chats")

    assert {"allow", "deny", "admin"} <= {command["command"] for command in shown}
    assert "allow" not in {command["command"] for command in to_all}
