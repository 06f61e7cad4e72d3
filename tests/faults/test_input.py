"""Whatever people send: nothing, far too much, what cannot be seen, what cannot be understood."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.intake.attempts import Attempts
from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import EVERYBODY, Town, answered, forged_tap, last_question, settled, texts

BOSS = 99
NOW = 1_790_000_000
Raw = dict[str, Any]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """An update is given up sooner than in earnest, after as many tries."""
    defaults = {**(Attempts.__init__.__kwdefaults__ or {}), "backoff_seconds": 0.01}
    monkeypatch.setattr(Attempts.__init__, "__kwdefaults__", defaults)


@pytest.fixture
async def bot(town: Town, hurried: None) -> AsyncGenerator[Parley]:
    """The bot at work for everybody, with an admin."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(allowed_user_ids=EVERYBODY, admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


def _message(user: int, **fields: object) -> Raw:
    """A message of a private chat, with whatever it holds."""
    person = {"id": user, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    chat = {"id": user, "type": "private", "first_name": "Ada"}
    return {"message": {"message_id": 500, "date": NOW, "from": person, "chat": chat, **fields}}


# What can be read, and is unusual


async def test_a_hundred_thousand_characters_in_25_messages_are_one_question(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    parts = [f"{number:02}:" + "x" * 3_997 for number in range(25)]

    for part in parts:
        await telegram.say(ada, part)

    def asked(requests: list[Raw]) -> str:
        return str(requests[-1]["body"]["input"])

    requests = await model.wait_for_requests(lambda requests: parts[-1] in asked(requests))
    assert all(part in asked(requests) for part in parts)
    assert len(requests) == 1
    assert (await telegram.next_reply(ada))["text"]


@pytest.mark.parametrize(
    "text", ["", " \n ", "\u200b\u200c\u2060", "\ufe0f\u200d", "\u202e\u202c", "\u3164\u2800"]
)
async def test_a_text_without_anything_to_see_is_explained(
    telegram: TelegramClient, model: ModelClient, text: str
) -> None:
    ada = await telegram.user("Ada")

    await telegram.send_update(_message(ada, text=text))

    assert (await telegram.next_reply(ada))["text"].startswith("That message has no words I can see.")
    assert await model.requests() == []


@pytest.mark.parametrize(
    "text",
    ["😀", "👩‍👩‍👧‍👦🏳️‍🌈", "❤️", "1️⃣", "?", "\u202eabc\u202c", "א\u200f", "\u200bword\u200b", "\U000e0041x"],
)
async def test_whatever_can_be_seen_is_asked(telegram: TelegramClient, model: ModelClient, text: str) -> None:
    ada = await telegram.user("Ada")

    await telegram.send_update(_message(ada, text=text))

    assert (await telegram.next_reply(ada))["text"]
    assert await last_question(model) == text


@pytest.mark.parametrize(
    "text", ["\u202eevil\u202c ⟵ **bold**", "👩‍👩‍👧‍👦 `x`", "a\u0000b", "e" + "\u0301" * 500]
)
async def test_any_characters_of_an_answer_arrive(telegram: TelegramClient, text: str) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, f"{{{{say: {text}}}}} {{{{say: }}}}")

    assert reply["text"]


async def test_an_answer_of_nothing_to_see_says_so(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{say: \u200b\u2060}}")

    assert reply["text"].startswith("The model gave no answer. Please try again.")


# What cannot be understood


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "hi", "entities": 7},
        {"text": "hi", "entities": [{"type": "bold"}]},
        {"text": "hi", "date": "never"},
        {"poll": {"question": "?"}},
        {"text": {"is": "no text"}, "entities": [{"type": "bot_command", "offset": 0, "length": 3}]},
    ],
)
async def test_a_malformed_message_is_set_aside_and_both_sides_are_told(
    bot: Parley, telegram: TelegramClient, fields: Raw
) -> None:
    ada = await telegram.user("Ada")

    update_id = await telegram.send_update(_message(ada, **fields))

    told = (await telegram.next_reply(ada))["text"]
    assert told == f"Something went wrong on my side. Please try again with /retry. · Error {update_id}"
    heard = (await telegram.next_reply(BOSS))["text"]
    assert heard.startswith(f"Update {update_id} failed five times and was set aside (")
    assert (await bot.inbox.counts()).set_aside == 1


@pytest.mark.parametrize(
    "raw",
    [
        {"message": 5},
        {"message": [1, 2]},
        {"message": {"message_id": 1}},
        {"message": {"message_id": 1, "date": NOW, "chat": {"id": "x"}}},
        {"callback_query": {"id": "1"}},
        {"stopped_message_generation": {"chat": "x"}},
        {"edited_message": {"message_id": 1, "chat": {"id": 7}}},
    ],
)
async def test_a_malformed_update_is_set_aside_after_five_tries_and_reported(
    telegram: TelegramClient, caplog: pytest.LogCaptureFixture, raw: Raw
) -> None:
    update_id = await telegram.send_update(raw)

    heard = (await telegram.next_reply(BOSS))["text"]

    assert heard.startswith(f"Update {update_id} failed five times and was set aside (")
    assert caplog.text.count(f"update {update_id} failed: ") == 5


async def test_many_updates_with_the_same_trouble_are_one_message_to_the_admins(
    bot: Parley, telegram: TelegramClient
) -> None:
    for _ in range(3):
        await telegram.send_update({"message": 5})
    await telegram.next_reply(BOSS)
    await settled(bot, telegram)

    await answered(telegram, BOSS, "/help")

    assert sum("set aside" in text for text in texts(await telegram.messages(BOSS))) == 1
    assert (await bot.inbox.counts()).set_aside == 3


@pytest.mark.usefixtures("hurried")
async def test_a_stranger_hears_nothing_of_what_is_set_aside(town: Town) -> None:
    boss, eve = await town.telegram.user("Boss"), await town.telegram.user("Eve")
    async with town.bot(allowed_user_ids=frozenset(), admin_user_ids=frozenset({boss})) as bot:
        await town.telegram.send_update(_message(eve, text="hi", entities=7))
        heard = (await town.telegram.next_reply(boss))["text"]
        await settled(bot, town.telegram)

    assert "was set aside" in heard
    assert await town.telegram.messages(eve) == []


async def test_a_malformed_update_holds_nobody_up(town: Town) -> None:
    async with town.bot():  # which is as patient as in earnest
        ada, bob = await town.telegram.user("Ada"), await town.telegram.user("Bob")
        await town.telegram.send_update({"message": {"message_id": 1}})
        await town.telegram.send_update(_message(ada, text="hi", entities=7))

        reply = await answered(
            town.telegram,
            bob,
            "{{say: at once}}",
        )

        assert reply["text"] == "at once"
        assert await town.telegram.messages(ada) == []


async def test_what_comes_behind_a_malformed_update_is_worked(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.send_update(_message(ada, text="hi", entities=7))

    await telegram.say(ada, "{{say: after it}}")

    await telegram.wait_for(ada, lambda messages: "after it" in texts(messages))


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"something_of_next_year": {"id": 1}},
        {
            "inline_query": {
                "id": "1",
                "from": {"id": 1, "is_bot": False, "first_name": "A"},
                "query": "",
                "offset": "",
            }
        },
        {"message_reaction": {"chat": {"id": 5, "type": "private"}, "message_id": 1, "date": NOW}},
    ],
    ids=lambda raw: next(iter(raw), "nothing"),
)
async def test_an_update_of_no_known_kind_is_done_quietly(
    bot: Parley, telegram: TelegramClient, raw: Raw
) -> None:
    await telegram.send_update(raw)
    await settled(bot, telegram)

    assert await telegram.calls("sendMessage") == []


async def test_an_answer_that_is_always_refused_is_set_aside(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.fault(
        method="sendMessage", chat_id=ada, status=400, description="something new", times=1_000
    )
    await telegram.say(ada, "{{say: never seen}}")
    heard = (await telegram.next_reply(BOSS))["text"]
    await telegram.calm()

    await telegram.say(ada, "{{say: seen}}")

    await telegram.wait_for(ada, lambda messages: "seen" in texts(messages))
    assert "was set aside (TelegramRefusal)" in heard


# Taps


async def test_a_button_under_a_deleted_message_gets_an_answer(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    gone = {"chat": {"id": ada, "type": "private"}, "message_id": 3, "date": 0}

    told = [
        await forged_tap(telegram, gone, data, user=ada) for data in ("rich:never", "ask:continue", "stop:1")
    ]

    assert told == ["This button no longer works."] * 3
    await settled(bot, telegram)
    assert (await bot.inbox.counts()).set_aside == 0


@pytest.mark.parametrize(
    "data",
    [
        "",
        "?",
        "stop:",
        "stop:one",
        "ask:example:9",
        "language:xx",
        "rich:",
        "model:",
        "allow:" + "9" * 40,
        "ask:retry:²",
    ],
)
async def test_a_tap_of_an_unknown_shape_gets_an_answer(
    bot: Parley, telegram: TelegramClient, data: str
) -> None:
    menu = await answered(telegram, BOSS, "/rich")

    told = await forged_tap(telegram, menu, data, user=BOSS)

    assert told in {
        "This button no longer works.",
        "This model is no longer offered. Send /model for those that are.",
    }
    await settled(bot, telegram)
    assert (await bot.inbox.counts()).set_aside == 0


@pytest.mark.parametrize("fields", [{"game_short_name": "chess"}, {}, {"inline_message_id": "7"}])
async def test_a_tap_without_data_holds_nobody_up(bot: Parley, telegram: TelegramClient, fields: Raw) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/rich")
    person = {"id": ada, "is_bot": False, "first_name": "Ada"}
    tap = {"id": "9", "from": person, "chat_instance": "1", "message": menu}

    await telegram.send_update({"callback_query": {**tap, **fields}})

    calls = await telegram.wait_for_calls(lambda calls: bool(calls), method="answerCallbackQuery")
    assert calls[0]["params"]["text"] == "This button no longer works."


async def test_a_tap_that_can_no_longer_be_answered_still_works(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/rich")
    await telegram.fault(method="answerCallbackQuery", status=400, description="query is too old")

    await telegram.tap(ada, menu["message_id"], "rich:never")

    await telegram.wait_for(ada, lambda messages: "✓ Never" in str(messages))


async def test_a_menu_deleted_meanwhile_holds_nobody_up(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/rich")
    await telegram.delete(ada, menu["message_id"])

    told = await forged_tap(telegram, menu, "rich:never", user=ada)

    assert told == "Done."
    await settled(bot, telegram)
    assert (await bot.inbox.counts()).set_aside == 0
