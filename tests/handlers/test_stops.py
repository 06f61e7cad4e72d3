"""Stopping: by command, by button, by Telegram's own Stop on a draft; what was written stays."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, Town, button, forged_tap

SLOW = "{{pace: 0 50}} {{words: 400}}"


async def _draft_with_text(telegram: TelegramClient, chat: int) -> None:
    await telegram.wait_for_calls(
        lambda calls: any(call["params"].get("text") for call in calls), method="sendMessageDraft"
    )


async def test_stop_ends_the_answer_and_keeps_what_is_written(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SLOW)
    await _draft_with_text(telegram, ada)

    await telegram.say(ada, "/stop")

    reply = await telegram.next_reply(ada)
    assert reply["text"].endswith("Stopped.")
    assert len(reply["text"]) > len("Stopped.")
    assert button(reply, "Try again").startswith("ask:retry:")
    await model.wait_for_requests(lambda requests: bool(requests[0]["cancelled"]))


async def test_the_stop_of_a_draft_ends_the_answer(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, SLOW)
    await _draft_with_text(telegram, ada)

    await telegram.stop_draft(ada)

    assert (await telegram.next_reply(ada))["text"].endswith("Stopped.")


async def test_in_a_group_a_button_stops_the_answer(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    await telegram.say(group, f"@{BOT_NAME} {SLOW}", user=ada)
    growing = await telegram.next_reply(group)

    tap = await telegram.tap(group, growing["message_id"], button(growing, "Stop"), user=ada)

    assert (await telegram.callback_answer(tap))["text"] == "Stopping…"
    await telegram.wait_for(
        group, lambda messages: any(str(message.get("text")).endswith("Stopped.") for message in messages)
    )


async def test_stop_with_nothing_running_says_so(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/stop")

    assert (await telegram.next_reply(ada))["text"] == "Nothing is being answered right now."


async def test_the_button_of_a_finished_answer_says_so(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{say: done}}")
    reply = await telegram.next_reply(ada)

    told = await forged_tap(telegram, reply, "stop:1", user=ada)

    assert told == "This answer is already finished."
