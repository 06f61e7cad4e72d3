"""The first meeting: a greeting in one's language, and examples that can be tapped."""

from sandbox.telegram.client import TelegramClient
from tests.town import button


async def test_start_greets_by_name_with_three_examples(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/start")

    reply = await telegram.next_reply(ada)
    assert reply["text"].startswith("Hello Ada!")
    assert len(reply["reply_markup"]["inline_keyboard"]) == 3


async def test_a_tapped_example_is_answered(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/start")
    greeting = await telegram.next_reply(ada)

    await telegram.tap(ada, greeting["message_id"], button(greeting, "haiku"))

    assert (await telegram.next_reply(ada, after=greeting["message_id"]))["text"]


async def test_the_greeting_is_in_the_language_of_ones_telegram(telegram: TelegramClient) -> None:
    li = await telegram.user("Li", language_code="zh-hans")

    await telegram.say(li, "/start")

    assert (await telegram.next_reply(li))["text"].startswith("你好，Li！")


async def test_help_lists_the_commands(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/help")

    told = (await telegram.next_reply(ada))["text"]
    assert "/model" in told
    assert "/allow" not in told


async def test_commands_are_registered_in_every_language(telegram: TelegramClient) -> None:
    await telegram.wait_for_calls(lambda calls: len(calls) >= 6, method="setMyCommands")

    chinese = await telegram.commands(scope_type="all_private_chats", language_code="zh")
    english = await telegram.commands(scope_type="all_private_chats")

    assert [command["command"] for command in chinese] == [command["command"] for command in english]
    assert chinese != english
