"""What the provider remembers of an assistant's thread: only what is new is sent, and our history decides."""

import asyncio
from typing import Any

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import after_tap, shown, tapped, told
from tests.town import Town, settled, until


async def asked(model: ModelClient) -> list[dict[str, Any]]:
    """The bodies of the requests for answers in conversations, in order."""
    bodies = [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"]
    return [body for body in bodies if body.get("conversation")]


async def with_tutor(telegram: TelegramClient) -> int:
    """Somebody who has chosen an assistant."""
    ada = await telegram.user("Ada")
    menu = await told(telegram, ada, "/assistants")
    await tapped(telegram, ada, menu, "Maths tutor")
    card = await shown(telegram, ada, menu["message_id"], "Use it here")
    await after_tap(telegram, ada, card, "Use it here")
    return ada


async def test_only_the_question_is_sent_to_a_thread_that_is_remembered(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await with_tutor(telegram)

    await told(telegram, ada, "My number is 17 {{say: noted}}")
    await told(telegram, ada, "What was it? {{say: 17}}")

    first, second = await asked(model)
    assert first["conversation"] == second["conversation"]
    assert [item["content"] for item in second["input"]] == ["What was it? {{say: 17}}"]


async def test_general_chat_is_not_kept_at_the_provider(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    await told(telegram, ada, "Hello {{say: hi}}")

    bodies = [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"]
    assert [(body["store"], "conversation" in body) for body in bodies] == [(False, False)]


async def test_a_question_asked_again_is_asked_in_a_new_conversation(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await with_tutor(telegram)
    await told(telegram, ada, "My number is 17 {{say: noted}}")
    await told(telegram, ada, "Double it {{say: 34}}")

    await told(telegram, ada, "/retry")

    _, second, third = await asked(model)
    assert third["conversation"] != second["conversation"]
    assert "My number is 17" in str(third["input"])


async def test_after_a_stop_the_next_message_is_answered(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await with_tutor(telegram)
    await telegram.say(
        ada, '{{tool: read_web_page {"url": "http://127.0.0.1:9/"}}} {{words: 400}} {{pace: 0 50}}'
    )
    await model.wait_for_requests(lambda found: any(one["path"] == "/v1/responses" for one in found))
    await told(telegram, ada, "/stop")

    reply = await told(telegram, ada, "Are you there? {{say: yes}}")

    assert "yes" in reply["text"]


async def test_a_conversation_that_is_lost_is_rebuilt_unnoticed(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await with_tutor(telegram)
    await told(telegram, ada, "My number is 17 {{say: noted}}")
    (first,) = await asked(model)
    await model.fault(
        path="/v1/responses",
        status=404,
        message=f"Conversation with id '{first['conversation']}' not found.",
        times=1,
    )

    reply = await told(telegram, ada, "What was it? {{say: 17}}")

    assert reply["text"] == "17"
    assert "My number is 17" in str((await asked(model))[-1]["input"])


async def test_threads_of_two_people_survive_a_restart_each_for_itself(town: Town) -> None:
    async with town.bot() as bot:
        ada, ben = await with_tutor(town.telegram), await town.telegram.user("Ben")
        await told(town.telegram, ada, "My number is 17 {{say: noted}}")
        await told(town.telegram, ben, "My number is 23 {{say: noted}}")
        await settled(bot, town.telegram)
    async with town.bot():
        await told(town.telegram, ada, "What was it? {{say: 17}}")
        await told(town.telegram, ben, "What was mine? {{say: 23}}")

    bodies = [one["body"] for one in await town.model.requests() if one["path"] == "/v1/responses"]
    assert [item["content"] for item in bodies[-2]["input"]] == ["What was it? {{say: 17}}"]
    assert "17" not in str(bodies[-1]["input"])


async def test_a_forgotten_thread_leaves_nothing_behind(
    telegram: TelegramClient, model: ModelClient, bot: Parley
) -> None:
    ada = await with_tutor(telegram)
    await told(telegram, ada, "My number is 17 {{say: noted}}")
    await told(telegram, ada, "Double it {{say: 34}}")

    await asyncio.gather(*(bot.cabinet.forget(f"thread:{number}") for number in (1, 2)))

    async def is_gone() -> bool:
        return not any((await model.kept()).values())

    assert await until(is_gone)


async def test_the_responses_themselves_are_not_kept(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await with_tutor(telegram)

    await told(telegram, ada, "My number is 17 {{say: noted}}")

    async def is_gone() -> bool:
        return not (await model.kept())["responses"]

    assert await until(is_gone)
    assert (await model.kept())["items"]
