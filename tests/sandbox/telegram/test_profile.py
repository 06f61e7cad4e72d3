"""The bot's commands, names and descriptions, per scope and language."""

from typing import Any

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot

NEW = [{"command": "new", "description": "Start anew"}]


async def test_commands_are_kept_per_scope_and_language(bot: Bot, people: TelegramClient, ada: int) -> None:
    german = [{"command": "new", "description": "Von vorn"}]
    own = {"type": "chat", "chat_id": ada}
    await bot("setMyCommands", commands=NEW)
    await bot("setMyCommands", commands=german, language_code="de")
    await bot("setMyCommands", commands=[], scope=own)

    assert await people.commands() == NEW
    assert await bot("getMyCommands", language_code="de") == german
    assert await people.commands(scope_type="chat", chat_id=ada) == []


async def test_commands_can_be_taken_back(bot: Bot, people: TelegramClient) -> None:
    await bot("setMyCommands", commands=NEW, scope={"type": "all_private_chats"})

    await bot("deleteMyCommands", scope={"type": "all_private_chats"})

    assert await people.commands(scope_type="all_private_chats") == []


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"commands": [{"command": "/new", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "New", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "n" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "new", "description": " "}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "new", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": NEW * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": NEW, "language_code": "zh-hans"}, "invalid language code specified"),
        ({"commands": NEW, "scope": {"type": "everywhere"}}, "must be one of"),
        ({"commands": NEW, "scope": {"type": "chat"}}, '"scope.chat_id" is required'),
        ({"commands": NEW, "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ],
)
async def test_unsound_commands_are_refused(bot: Bot, params: dict[str, Any], refusal: str) -> None:
    assert refusal in await bot.refused("setMyCommands", **params)


async def test_the_bot_can_be_renamed_and_described(bot: Bot) -> None:
    await bot("setMyName", name="Parlez", language_code="fr")
    await bot("setMyDescription", description="Ask me")
    await bot("setMyShortDescription", short_description="Ask")

    assert await bot("getMyName") == {"name": "Parley"}
    assert await bot("getMyName", language_code="fr") == {"name": "Parlez"}
    assert await bot("getMyDescription", language_code="fr") == {"description": "Ask me"}
    assert await bot("getMyShortDescription") == {"short_description": "Ask"}


async def test_a_name_can_be_too_long(bot: Bot) -> None:
    assert await bot.refused("setMyName", name="x" * 65) == "bot name is too long"


async def test_a_chat_describes_itself(bot: Bot, people: TelegramClient) -> None:
    ada = await people.user("Ada", last_name="Lovelace", username="ada")
    club = await people.group("Club", members=[ada])

    private = await bot("getChat", chat_id=ada)
    group = await bot("getChat", chat_id=club)

    assert (private["type"], private["last_name"], private["username"]) == ("private", "Lovelace", "ada")
    assert (group["type"], group["title"]) == ("supergroup", "Club")
    assert group["permissions"]["can_send_messages"] is True
