"""Telegram's faults: lost polls, a second instance, floods, sends of unknown outcome."""

import logging
from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, failed, lines, texts

POLL = "getUpdates"


# Receiving


@pytest.mark.parametrize("fault", [{"status": 500}, {"kind": "reset_before"}, {"kind": "html_502"}], ids=str)
async def test_lost_polls_lose_nothing_and_are_told_once(
    telegram: TelegramClient, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    caplog.set_level(logging.INFO)
    ada = await telegram.user("Ada")
    await telegram.fault(method=POLL, times=2, **fault)

    first = await answered(telegram, ada, "{{say: one}}")
    second = await answered(telegram, ada, "{{say: two}}")

    assert (first["text"], second["text"]) == ("one", "two")
    assert len(lines(caplog, "no updates from Telegram")) == 1
    assert len(lines(caplog, "receiving updates again after 2 failed tries")) == 1
    assert len(await telegram.messages(ada)) == 4


async def test_updates_whose_delivery_was_lost_are_worked_once(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "{{say: one}}")
    await telegram.fault(method=POLL, kind="reset_after")

    await telegram.say(ada, "{{say: two}}")
    await telegram.say(ada, "{{say: three}}")
    await telegram.wait_for(ada, lambda messages: any("three" in text for text in texts(messages[-1:])))
    await telegram.all_confirmed()

    asked = [request["body"]["input"][-1]["content"] for request in await model.requests()]
    assert sum("two" in question for question in asked) == 1


async def test_a_second_instance_is_told_of_once_and_outlived(
    telegram: TelegramClient, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await telegram.user("Ada")
    await telegram.fault(method=POLL, status=409, times=2)

    await answered(telegram, ada, "{{say: one}}")
    reply = await answered(telegram, ada, "{{say: two}}")

    assert reply["text"] == "two"
    assert len(lines(caplog, "another instance is receiving the updates")) == 1


# Sending


@pytest.mark.parametrize("chat_kind", ["private", "group"])
async def test_a_flooded_answer_waits_and_arrives(telegram: TelegramClient, chat_kind: str) -> None:
    ada = await telegram.user("Ada")
    chat = {"private": ada, "group": await telegram.group("Club", members=[ada])}[chat_kind]
    await telegram.fault(method="sendMessage", chat_id=chat, status=429, retry_after=1)

    reply = await answered(telegram, chat, "/ask {{say: in the end}}", user=ada)

    assert reply["text"] == "in the end"
    assert await telegram.violations() == []


async def test_a_flooded_edit_waits_and_arrives(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    await telegram.say(group, "/ask {{pace: 0 10}} {{words: 50}}", user=ada)
    growing = await telegram.next_reply(group)
    await telegram.fault(method="editMessageText", chat_id=group, status=429, retry_after=1)

    def whole(messages: list[dict[str, Any]]) -> bool:
        return any(len(text.split()) == 50 for text in texts(messages))

    seen = await telegram.wait_for(group, whole)
    assert [message["message_id"] for message in seen if message["from"]["is_bot"]] == [growing["message_id"]]
    assert await telegram.violations() == []


async def test_a_flooded_chat_holds_no_other_up(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await telegram.fault(method="sendMessage", chat_id=ada, status=429, retry_after=1)
    await telegram.say(ada, "{{say: later}}")
    await telegram.wait_for_calls(failed(1, 429), method="sendMessage")

    reply = await answered(telegram, bob, "{{say: at once}}")

    assert reply["text"] == "at once"
    assert "later" not in texts(await telegram.messages(ada))
    assert (await telegram.next_reply(ada))["text"] == "later"


@pytest.mark.parametrize("kind", ["reset_after", "html_502"])
async def test_an_answer_whose_sending_is_uncertain_stands_once_or_twice(
    telegram: TelegramClient, kind: Any
) -> None:
    ada = await telegram.user("Ada")
    await telegram.fault(method="sendMessage", chat_id=ada, kind=kind)

    await telegram.say(ada, "{{say: certain}}")
    await telegram.wait_for_calls(
        lambda calls: any(call["status"] == 200 for call in calls), method="editMessageText"
    )
    await answered(telegram, ada, "{{say: next}}")

    said = texts(await telegram.messages(ada))
    assert 1 <= said.count("certain") <= 2
    assert said[-1] == "next"


@pytest.mark.parametrize("fault", [{"status": 500}, {"kind": "reset_before"}], ids=str)
async def test_an_answer_outlives_telegrams_absence(telegram: TelegramClient, fault: dict[str, Any]) -> None:
    ada = await telegram.user("Ada")
    await telegram.fault(method="sendMessage", chat_id=ada, times=2, **fault)

    await telegram.say(ada, "{{say: patience}}")
    seen = await telegram.wait_for(ada, lambda messages: "patience" in texts(messages))

    assert texts(seen).count("patience") <= 2


async def test_a_server_without_webhooks_and_commands_is_polled_all_the_same(town: Town) -> None:
    await town.telegram.configure(supports={"deleteWebhook": False, "setMyCommands": False})
    ada = await town.telegram.user("Ada")

    async with town.bot():
        await town.telegram.say(ada, "{{say: hello}}")

        assert (await town.telegram.next_reply(ada))["text"] == "hello"


async def test_without_drafts_an_answer_grows_by_edits(telegram: TelegramClient) -> None:
    await telegram.configure(supports={"sendMessageDraft": False})
    ada = await telegram.user("Ada")

    await telegram.say(ada, "{{pace: 0 15}} {{words: 60}}")

    growing = await telegram.next_reply(ada)
    assert len(growing["text"].split()) < 60
    seen = await telegram.wait_for(ada, lambda messages: len(messages[-1]["text"].split()) == 60)
    assert seen[-1]["message_id"] == growing["message_id"]


async def test_a_refused_rich_answer_comes_as_text(telegram: TelegramClient) -> None:
    await telegram.configure(supports={"sendRichMessage": False})
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{say: | a | b |\n|---|---|\n| 1 | 2 |}}")

    assert "rich_message" not in reply
    assert "1" in reply["text"]


async def test_logs_hold_no_secrets_and_no_words(
    town: Town, telegram: TelegramClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada = await telegram.user("Ada", last_name="Lovelace")
    await telegram.fault(method="sendMessage", chat_id=ada, kind="reset_before")
    await telegram.fault(method="sendMessageDraft", chat_id=ada, status=400, description="odd")
    await telegram.fault(method=POLL, kind="reset_after")

    await answered(telegram, ada, "swordfish {{say: halibut}} {{fail: 500 times=1}}")
    await answered(telegram, ada, "swordfish {{fail: 401}}")

    assert town.telegram_server.token not in caplog.text
    assert town.model_server.api_key not in caplog.text
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("sandbox", "openai"))
    )
    assert not [word for word in ("swordfish", "halibut", "Lovelace") if word in logged]
