"""The provider's faults: waited out, explained in our words with an id, and told to who can mend them."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.service import Parley
from conversation import asking
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import EVERYBODY, Town, answered, button, forged_tap, texts

BOSS = 99
NO_WORDS_OF_OTHERS = re.compile(r"traceback|exception|status|quota|invalid|api key|code|\{|sandbox", re.I)


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    """The bot at work for everybody, with an admin. The provider does not list its models."""
    await town.telegram.user("Boss", id=BOSS)
    await town.model.fault(path="/v1/models", status=403)
    async with town.bot(allowed_user_ids=EVERYBODY, admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("{{fail: 429 rate_limit_exceeded retry_after=500}}", "The AI service is very busy right now."),
        ("{{fail: 429 insufficient_quota}}", "The owner's AI account has run out of credit."),
        ("{{fail: 401 invalid_api_key}}", "The AI service does not accept this bot's key."),
        ("{{fail: 403}}", "The AI service does not accept this bot's key."),
        ("{{fail: 400 content_filter}}", "The AI service's rules do not allow an answer to this."),
        ("{{fail: 400 odd_code param=input}}", "Something went wrong on my side."),
        ("{{fail: 500}}", "The AI service cannot be reached right now."),
    ],
)
async def test_a_failure_is_told_in_our_words_with_an_id(
    telegram: TelegramClient, script: str, told: str
) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, script)

    assert reply["text"].startswith(told)
    assert re.search(r" · Error [0-9a-f]{6}$", reply["text"])
    assert not NO_WORDS_OF_OTHERS.search(reply["text"].partition(" · ")[0])
    assert button(reply, "Try again").startswith("ask:retry:")


async def test_what_is_too_long_is_not_offered_again(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{fail: 400 context_length_exceeded}}")

    assert reply["text"].startswith("That is too long for me to read at once.")
    assert "Try again" not in str(reply.get("reply_markup"))


@pytest.mark.parametrize(
    "script",
    [
        "{{fail: 429 rate_limit_exceeded retry_after=0.2 times=2}}",
        "{{fail: 500 times=1}}",
        "{{fail: 503 server_is_overloaded retry_after=0.2 times=1}}",
        "{{fail: 400 unsupported_parameter param=truncation times=1}}",
    ],
)
async def test_what_passes_is_waited_out(telegram: TelegramClient, script: str) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, f"{script} {{{{say: here I am}}}}")

    assert reply["text"] == "here I am"


async def test_a_long_wait_is_announced(telegram: TelegramClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_WORTH_TELLING_SECONDS", 0.5)
    ada = await telegram.user("Ada")

    await telegram.say(ada, "{{fail: 429 rate_limit_exceeded retry_after=1 times=1}} {{say: done}}")

    await telegram.wait_for_draft(ada, lambda draft: "The AI service is busy." in str(draft))
    assert (await telegram.next_reply(ada))["text"] == "done"


async def test_a_wait_can_be_stopped(telegram: TelegramClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_WORTH_TELLING_SECONDS", 0.5)
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{fail: 429 rate_limit_exceeded retry_after=60}}")
    await telegram.wait_for_draft(ada, lambda draft: "The AI service is busy." in str(draft))

    await telegram.say(ada, "/stop")

    assert (await telegram.next_reply(ada))["text"] == "Stopped."


@pytest.mark.parametrize(
    ("script", "told"),
    [("{{fail: 429 insufficient_quota}}", "credit"), ("{{fail: 401 invalid_api_key}}", "OPENAI_API_KEY")],
)
async def test_the_admin_is_told_once_of_what_only_they_can_mend(
    telegram: TelegramClient, script: str, told: str
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")

    await answered(telegram, ada, script)
    await answered(telegram, bob, script)
    await answered(telegram, BOSS, "/help")

    messages = await telegram.wait_for(BOSS, lambda messages: any(told in text for text in texts(messages)))
    assert sum(told in text for text in texts(messages)) == 1


async def test_a_dead_model_is_replaced_and_all_are_told(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await town.model.kill_model("gpt-6-luna")

    reply = await answered(telegram, ada, "{{say: alive}}")

    assert reply["text"].startswith("alive")
    assert reply["text"].endswith("gpt-6-luna is no longer available; gpt-5.6-luna answered.")
    assert (await telegram.next_reply(BOSS))[
        "text"
    ] == "The model gpt-6-luna is gone; gpt-5.6-luna answers now."


async def test_a_dead_model_is_no_longer_offered(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    old_menu = await answered(telegram, ada, "/model")
    await town.model.kill_model("gpt-6-luna")
    await answered(telegram, ada, "{{say: alive}}")

    menu = await answered(telegram, ada, "/model")
    told = await forged_tap(telegram, old_menu, "model:gpt-6-luna", user=ada)

    assert "GPT-6 Luna" in old_menu["text"]
    assert "GPT-6 Luna" not in menu["text"]
    assert told == "This model is no longer offered. Send /model for those that are."


async def test_a_model_that_died_where_it_was_chosen_is_replaced(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/model")
    tap = await telegram.tap(ada, menu["message_id"], button(menu, "GPT-6.2 Astra"))
    await telegram.callback_answer(tap)
    await town.model.kill_model("gpt-6.2-astra")

    reply = await answered(telegram, ada, "{{say: alive}}")

    assert reply["text"].endswith("gpt-6.2-astra is no longer available; gpt-6-astra answered.")


async def test_without_any_model_left_the_admin_is_told(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await model.fault(path="/v1/responses", status=404, code="model_not_found", times=100)

    reply = await answered(telegram, ada, "anybody there?")

    assert reply["text"].startswith("No AI model is available right now. The owner has been told.")
    assert (await telegram.next_reply(BOSS))["text"].startswith("No chat model of the catalogue is available")


async def test_a_question_longer_than_the_model_reads_is_told_so(town: Town, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text('[models."gpt-6-luna"]\ncontext_tokens = 1000\n')  # three words
    async with town.bot(catalogue_file=catalogue):
        ada = await town.telegram.user("Ada")

        reply = await answered(town.telegram, ada, "why? " * 800)

        assert reply["text"].startswith("That is too long for me to read at once.")
        assert " · Error " in reply["text"]
        assert await town.model.requests() == []


async def test_after_a_failure_the_conversation_goes_on(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "first {{fail: 401}}")

    reply = await answered(telegram, ada, "second {{say: fine}}")

    assert reply["text"] == "fine"
    assert len((await model.requests())[-1]["body"]["input"]) == 1
