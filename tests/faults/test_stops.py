"""Stops that race: with the end of an answer, with the next one, from an older draft, during a retry."""

import asyncio
from typing import Any

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import after_tap, made
from tests.handlers.test_stops import SLOW
from tests.town import Town, answered, forged_tap, last_question, settled, texts

SHORT = "{{pace: 0 15}} {{words: 60}}"


def _stopped(chat: int, draft_id: object) -> dict[str, Any]:
    private = {"id": chat, "type": "private", "first_name": "Ada"}
    return {"stopped_message_generation": {"chat": private, "draft_id": draft_id}}


async def _draft_id(telegram: TelegramClient, chat: int) -> int:
    draft = await telegram.wait_for_draft(chat, lambda draft: bool(draft and draft["text"]))
    assert draft is not None
    return int(draft["draft_id"])


@pytest.mark.parametrize("old_id", [12345, "12345"])
async def test_the_stop_of_an_older_draft_stops_nothing(
    bot: Parley, telegram: TelegramClient, old_id: object
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SHORT)
    await _draft_id(telegram, ada)

    await telegram.send_update(_stopped(ada, old_id))

    assert len((await telegram.next_reply(ada))["text"].split()) == 60
    await settled(bot, telegram)
    assert (await bot.inbox.counts()).set_aside == 0


@pytest.mark.parametrize("rendered", [int, str])
async def test_the_drafts_own_stop_works_as_number_and_as_string(
    telegram: TelegramClient, rendered: type
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SLOW)
    draft_id = await _draft_id(telegram, ada)

    await telegram.send_update(_stopped(ada, rendered(draft_id)))

    assert (await telegram.next_reply(ada))["text"].endswith("Stopped.")


async def test_the_stop_of_a_finished_draft_leaves_the_next_answer_alone(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SHORT)
    finished = await _draft_id(telegram, ada)
    first = await telegram.next_reply(ada)
    await telegram.say(ada, SHORT)
    await telegram.wait_for_draft(ada, lambda draft: bool(draft and int(draft["draft_id"]) != finished))

    await telegram.send_update(_stopped(ada, str(finished)))

    second = await telegram.next_reply(ada, after=first["message_id"])
    assert len(second["text"].split()) == 60


async def test_an_older_answers_button_leaves_the_next_answer_alone(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    first = await answered(telegram, ada, "{{say: one}}")
    await telegram.say(ada, SHORT)
    await _draft_id(telegram, ada)

    told = await forged_tap(telegram, first, "stop:500000001", user=ada)

    assert told == "This answer is already finished."
    second = await telegram.next_reply(ada, after=first["message_id"])
    assert len(second["text"].split()) == 60


async def test_a_stop_at_the_very_end_loses_nothing(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await asyncio.gather(telegram.say(ada, "{{say: all of it}}"), telegram.say(ada, "/stop"))
    await telegram.say(ada, "{{say: next}}")

    seen = await telegram.wait_for(ada, lambda messages: "next" in "".join(texts(messages[-1:])))
    assert sum(text.startswith(("all of it", "Stopped.")) for text in texts(seen)) <= 1


async def test_two_stops_stop_once(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SLOW)
    await _draft_id(telegram, ada)

    await asyncio.gather(telegram.say(ada, "/stop"), telegram.stop_draft(ada))
    await telegram.wait_for(ada, lambda messages: any(text.endswith("Stopped.") for text in texts(messages)))
    await answered(telegram, ada, "{{say: next}}")

    assert sum(text.endswith("Stopped.") for text in texts(await telegram.messages(ada))) == 1


async def test_a_stop_before_the_first_word_stops_too(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{hang}}")
    await model.wait_for_requests(lambda requests: len(requests) == 1)

    await telegram.say(ada, "/stop")

    assert (await telegram.next_reply(ada))["text"] == "Stopped."
    await model.wait_for_requests(lambda requests: bool(requests[0]["cancelled"]))


async def test_a_stop_that_overtakes_the_question_stops_it(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.telegram.say(ada, "{{hang}}")
    asked = await town.telegram.say(ada, "/stop")

    async with town.bot() as bot:  # both come together
        await settled(bot, town.telegram)
        later = await answered(town.telegram, ada, "{{say: next}}")

    told = [one["text"] for one in await town.telegram.messages(ada) if one["message_id"] > asked]
    assert told[0] == "Stopped."
    assert later["text"] == "next"


async def test_what_waits_behind_a_stopped_answer_is_answered(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SLOW)
    await _draft_id(telegram, ada)
    await telegram.say(ada, "{{say: the next one}}")

    await telegram.say(ada, "/stop")

    seen = await telegram.wait_for(ada, lambda messages: "the next one" in texts(messages))
    assert any(text.endswith("Stopped.") for text in texts(seen))


async def test_a_stopped_answer_can_be_asked_again(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SHORT)
    await _draft_id(telegram, ada)
    await telegram.say(ada, "/stop")
    stopped = await telegram.next_reply(ada)

    await telegram.say(ada, "/retry")

    whole = await telegram.next_reply(ada, after=stopped["message_id"])
    assert len(whole["text"].split()) == 60


async def test_a_question_right_after_a_stop_is_one_of_its_own(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.telegram.say(ada, "{{hang}} first")
    await town.telegram.say(ada, "/stop")
    last = await town.telegram.say(ada, "{{say: second}}")

    async with town.bot() as bot:  # all three come together
        await settled(bot, town.telegram)

    told = [one["text"] for one in await town.telegram.messages(ada) if one["message_id"] > last]
    assert told == ["Stopped.", "second"]
    assert "first" not in await last_question(town.model)


async def test_a_question_right_after_a_stop_does_not_join_one_that_waits(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SLOW)
    await _draft_id(telegram, ada)

    await telegram.say(ada, "{{say: waited}}")
    await telegram.say(ada, "/stop")
    await telegram.say(ada, "{{say: after}}")

    await telegram.wait_for(ada, lambda messages: "after" in texts(messages))
    await settled(bot, telegram)
    told = [text for text in texts(await telegram.messages(ada)) if text in ("waited", "after")]
    assert told == ["waited", "after"]
    assert "waited" not in await last_question(model)


async def test_a_stop_ends_what_waits_for_a_place(town: Town) -> None:
    ada, bob = await town.telegram.user("Ada"), await town.telegram.user("Bob")
    async with town.bot(answers_at_once=1) as bot:
        await town.telegram.say(bob, "{{hang}}")
        await town.model.wait_for_requests(lambda requests: len(requests) == 1)
        await town.telegram.say(ada, "{{say: never}}")
        await town.telegram.say(ada, "/stop")
        await town.telegram.say(ada, "{{say: after}}")
        await town.telegram.all_confirmed()
        await town.telegram.say(bob, "/stop")

        await settled(bot, town.telegram)

    said = texts(await town.telegram.messages(ada))
    assert [text for text in said if text in ("Stopped.", "never", "after")] == ["Stopped.", "after"]


async def test_a_stop_ends_the_wait_for_a_rate_limit(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await model.fault(path="/v1/responses", status=429, code="rate_limit_exceeded", retry_after=60)
    await telegram.say(ada, "{{say: never}}")
    await telegram.wait_for_draft(ada, lambda draft: bool(draft and "busy" in draft["text"]))

    asked = await telegram.say(ada, "/stop")

    assert (await telegram.next_reply(ada, after=asked, timeout=3))["text"] == "Stopped."


async def test_a_stop_ends_the_wait_for_the_provider_before_the_question(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await after_tap(telegram, ada, await made(telegram, ada), "Use it here")
    await model.fault(path="/v1/conversations", status=429, code="rate_limit_exceeded", retry_after=50)
    await telegram.say(ada, "{{say: never}}")
    await model.wait_for_requests(lambda requests: any(one["path"] == "/v1/conversations" for one in requests))

    asked = await telegram.say(ada, "/stop")

    assert (await telegram.next_reply(ada, after=asked, timeout=5))["text"] == "Stopped."
