"""Talking: a message gets an answer, with history, and in place of an older one where it was edited."""

import asyncio
from typing import Any

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, Town, button, texts


async def test_a_message_gets_an_answer(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "{{say: Hello **Ada**}}")

    reply = await telegram.next_reply(ada)
    assert reply["text"] == "Hello Ada"
    assert reply["entities"] == [{"type": "bold", "offset": 6, "length": 3}]


async def test_the_model_knows_what_was_said_before(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "my cat is called Mia {{say: nice}}")
    first = await telegram.next_reply(ada)

    await telegram.say(ada, "what is she called? {{say: Mia}}")
    await telegram.next_reply(ada, after=first["message_id"])

    asked = (await model.requests())[-1]["body"]["input"]
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]
    assert "my cat is called Mia" in asked[0]["content"]


async def test_messages_that_come_meanwhile_are_answered_together(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{pace: 0 20}} {{words: 40}}")
    await model.wait_for_requests(lambda requests: len(requests) == 1)

    await telegram.say(ada, "second")
    await telegram.say(ada, "third {{say: both}}")
    await telegram.wait_for(ada, lambda messages: "both" in texts(messages))

    asked = (await model.requests())[-1]["body"]["input"][-1]["content"]
    assert asked.startswith("second\n\nthird")


async def test_new_forgets(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "remember 42 {{say: ok}}")
    first = await telegram.next_reply(ada)
    await telegram.say(ada, "/new")
    second = await telegram.next_reply(ada, after=first["message_id"])

    await telegram.say(ada, "what did I say? {{say: nothing}}")
    await telegram.next_reply(ada, after=second["message_id"])

    assert second["text"] == "A new conversation. What is on your mind?"
    assert len((await model.requests())[-1]["body"]["input"]) == 1


async def test_retry_asks_the_last_question_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "why? {{say: because}}")
    first = await telegram.next_reply(ada)

    await telegram.say(ada, "/retry")
    second = await telegram.next_reply(ada, after=first["message_id"])

    assert second["text"] == "because"
    asked = [request["body"]["input"] for request in await model.requests()]
    assert asked[0] == asked[1]


async def test_retry_without_a_question_says_so(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/retry")

    assert (await telegram.next_reply(ada))["text"] == "There is nothing to answer again yet."


async def test_a_failed_answer_offers_to_try_again(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "hm {{fail: 400 content_filter times=1}} {{say: fine now}}")
    failed = await telegram.next_reply(ada)

    await telegram.tap(ada, failed["message_id"], button(failed, "Try again"))

    assert "rules do not allow" in failed["text"]
    assert (await telegram.next_reply(ada, after=failed["message_id"]))["text"] == "fine now"


async def test_an_edited_question_is_answered_anew_in_place(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "one {{say: first}}")
    answer = await telegram.next_reply(ada)

    await telegram.edit(ada, question, "two {{say: second}}")
    seen = await telegram.wait_for(ada, lambda messages: "second" in texts(messages))

    assert "first" not in texts(seen)
    assert [message["message_id"] for message in seen if message["text"] == "second"] == [answer["message_id"]]


async def test_an_edited_older_message_changes_nothing(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "one {{say: first}}")
    first = await telegram.next_reply(ada)
    await telegram.say(ada, "two {{say: second}}")
    second = await telegram.next_reply(ada, after=first["message_id"])

    await telegram.edit(ada, question, "three {{say: third}}")
    await telegram.say(ada, "four {{say: fourth}}")
    await telegram.next_reply(ada, after=second["message_id"])

    assert len(await model.requests()) == 3


async def test_a_reply_tells_the_model_what_it_answers(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{say: The earth is flat.}}")
    answer = await telegram.next_reply(ada)

    await telegram.say(ada, "really? {{say: no}}", reply_to=answer["message_id"])
    await telegram.next_reply(ada, after=answer["message_id"])

    asked = (await model.requests())[-1]["body"]["input"][-1]["content"]
    assert asked.startswith("[In reply to your earlier message: «The earth is flat.»]\nreally?")


async def test_a_message_without_visible_words_is_explained(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "\u2060\u2064\ufe0f\u2060")

    assert "no words I can see" in (await telegram.next_reply(ada))["text"]
    assert await model.requests() == []


async def test_only_emoji_is_a_message_like_any_other(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "👩‍👩‍👧‍👦🏳️‍🌈")

    assert (await telegram.next_reply(ada))["text"]


async def test_a_location_reaches_the_model_as_text(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "", location={"latitude": 38.72, "longitude": -9.14})
    await telegram.next_reply(ada)

    asked = (await model.requests())[-1]["body"]["input"][-1]["content"]
    assert asked == "[Location: latitude 38.72, longitude -9.14]"


async def _reply_in(telegram: TelegramClient, chat: int, topic: int | None, *, after: int) -> dict[str, Any]:
    """The bot's next message in this topic only; `None` is the General one."""

    def found(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            message
            for message in messages
            if message.get("message_thread_id") == topic
            and message["message_id"] > after
            and message["from"]["is_bot"]
            and "stop:" not in str(message.get("reply_markup"))  # a placeholder has a Stop button
        ]

    return found(await telegram.wait_for(chat, lambda messages: bool(found(messages))))[0]


async def test_two_people_and_two_topics_never_share_history(town: Town, telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob", username="bob")
    group = await telegram.group("Club", members=[ada, bob], is_forum=True)
    topics = [await telegram.topic(group, name) for name in ("Red", "Blue")]
    bot = BOT_NAME
    places = [
        (ada, None, ada),
        (bob, None, bob),
        (group, None, ada),
        *((group, topic, bob) for topic in topics),
    ]

    async def talk(number: int, chat: int, topic: int | None, user: int) -> str:
        mention = f"@{bot} " if chat == group else ""
        word = f"secret{number}"
        await telegram.say(chat, f"{mention}{word} {{{{say: noted}}}}", user=user, topic=topic)
        first = await _reply_in(telegram, chat, topic, after=0)
        await telegram.say(chat, f"{mention}{{{{sent}}}}", user=user, topic=topic)
        return str((await _reply_in(telegram, chat, topic, after=first["message_id"]))["text"])

    told = await asyncio.gather(*(talk(number, *place) for number, place in enumerate(places)))

    found = [[number for number in range(len(places)) if f"secret{number}" in text] for text in told]
    assert found == [[number] for number in range(len(places))]
