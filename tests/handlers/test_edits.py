"""Edited messages: questions and commands, in words and in turn, known to the bot or never seen."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, Town, answered, texts

NOW = 1_790_000_000


async def test_an_edited_ask_is_answered_anew_in_place(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "/ask one {{say: first}}")
    await telegram.next_reply(ada)

    await telegram.edit(ada, question, "/ask two {{say: second}}")
    seen = await telegram.wait_for(ada, lambda messages: "second" in texts(messages))

    assert "first" not in texts(seen)
    assert (await model.requests())[-1]["body"]["input"][-1]["content"].startswith("two")


async def test_a_question_edited_into_a_command_is_left_alone(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "one {{say: first}}")
    first = await telegram.next_reply(ada)

    await telegram.edit(ada, question, "/new")
    reply = await answered(telegram, ada, "{{say: second}}")

    assert reply["message_id"] > first["message_id"]
    assert texts(await telegram.messages(ada)) == ["/new", "first", "{{say: second}}", "second"]


async def test_an_edited_command_is_not_obeyed_again(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    start = await telegram.say(ada, "/start")
    await telegram.next_reply(ada)

    await telegram.edit(ada, start, "/help")
    await answered(telegram, ada, "{{say: done}}")

    assert len(await telegram.calls("sendMessage")) == 2


async def test_an_edited_message_that_was_never_seen_is_left_alone(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    person = {"id": ada, "is_bot": False, "first_name": "Ada"}
    message = {"message_id": 77, "date": NOW, "edit_date": NOW, "from": person, "text": "old"}

    await telegram.send_update({"edited_message": {**message, "chat": {"id": ada, "type": "private"}}})
    reply = await answered(telegram, ada, "{{say: new}}")

    assert reply["text"] == "new"
    assert len(await model.requests()) == 1


async def test_a_question_edited_while_it_is_answered_is_answered_anew(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "{{pace: 0 10}} {{words: 30}}")
    await model.wait_for_requests(lambda requests: len(requests) == 1)

    await telegram.edit(ada, question, "{{say: short}}")
    seen = await telegram.wait_for(ada, lambda messages: "short" in texts(messages))

    assert texts(seen) == ["{{say: short}}", "short"]


async def test_an_edit_that_makes_a_long_answer_short_leaves_nothing_behind(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "{{chars: 5000}}")
    await telegram.wait_for(ada, lambda messages: len(messages) == 3)

    await telegram.edit(ada, question, "{{say: short}}")
    seen = await telegram.wait_for(ada, lambda messages: len(messages) == 2)

    assert texts(seen) == ["{{say: short}}", "short"]


async def test_an_edit_to_nothing_visible_says_so(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "{{say: first}}")
    first = await telegram.next_reply(ada)

    await telegram.edit(ada, question, "\u2060\u3164\u2800")

    told = await telegram.next_reply(ada, after=first["message_id"])
    assert told["text"] == "That message has no words I can see. Write me something."


async def test_in_a_group_an_edited_call_is_answered_in_place(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    call = f"@{BOT_NAME}"
    question = await telegram.say(group, f"{call} {{{{say: first}}}}", user=ada)
    answer = await telegram.next_reply(group)

    await telegram.edit(group, question, f"{call} {{{{say: second}}}}", user=ada)
    seen = await telegram.wait_for(group, lambda messages: "second" in texts(messages))

    assert [message["message_id"] for message in seen if message["text"] == "second"] == [answer["message_id"]]
