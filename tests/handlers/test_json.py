"""`/json` and `/schema`: answers are JSON that has been checked, shown as code or as a file."""

import json
from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.servers import CompatibleServer, compatible
from tests.town import Town, answered, button, texts

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
}


def _code(message: dict[str, Any]) -> Any:
    """What stands in the message's one block of highlighted code."""
    (entity,) = message["entities"]
    assert (entity["type"], entity["language"]) == ("pre", "json")
    return json.loads(message["text"][entity["offset"] : entity["offset"] + entity["length"]])


async def _asked_at(town: Town, server: CompatibleServer, words: str, **given: Any) -> dict[str, Any]:
    """What a bot at this server answers."""
    ada = await town.telegram.user("Ada")
    async with town.bot(**server.settings, **given):
        return await answered(town.telegram, ada, words)


async def test_one_question_is_answered_in_json(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "/json what is 2 + 2? {{say: 4}}")
    after = await answered(telegram, ada, "and now? {{say: words}}")

    assert _code(reply) == {"answer": "4"}
    assert after["text"] == "words"
    first = (await model.requests())[0]["body"]
    assert first["text"]["format"] == {"type": "json_object"}
    assert "JSON" in first["input"][-1]["content"]


async def test_a_chat_is_switched_to_json_and_back(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/json")
    await telegram.callback_answer(
        await telegram.tap(ada, menu["message_id"], button(menu, "JSON from now on"))
    )
    reply = await answered(telegram, ada, "{{say: 4}}")
    menu = await answered(telegram, ada, "/json")
    await telegram.callback_answer(await telegram.tap(ada, menu["message_id"], button(menu, "Words as usual")))

    after = await answered(telegram, ada, "{{say: words}}")

    assert _code(reply) == {"answer": "4"}
    assert after["text"] == "words"


async def test_a_chat_is_switched_to_json_in_words(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    switched = await answered(telegram, ada, "/json on")
    reply = await answered(telegram, ada, "{{say: 4}}")
    await answered(telegram, ada, "/json off")

    after = await answered(telegram, ada, "{{say: words}}")

    assert switched["text"].startswith("Answers here are JSON.")
    assert _code(reply) == {"answer": "4"}
    assert after["text"] == "words"


async def test_a_schema_as_text_is_obeyed(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    told = await answered(telegram, ada, f"/schema {json.dumps(PERSON)}")
    reply = await answered(telegram, ada, "who? {{say: Ada}}")

    assert told["text"].startswith("From now on answers here are JSON that obeys this schema.")
    assert _code(reply) == {"name": "Ada", "age": 1}
    assert (await model.requests())[-1]["body"]["text"]["format"]["strict"] is True


async def test_a_schema_in_a_file_is_obeyed(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    sent = await telegram.send_document(ada, json.dumps(PERSON).encode(), name="person.json", caption="/schema")
    told = await telegram.next_reply(ada, after=sent)
    reply = await answered(telegram, ada, "{{say: Ada}}")

    assert told["text"].startswith("From now on")
    assert _code(reply) == {"name": "Ada", "age": 1}


async def test_a_reply_to_a_schema_takes_it(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    said = await telegram.say(ada, json.dumps(PERSON))
    first = await telegram.next_reply(ada, after=said)

    told = await telegram.next_reply(ada, after=await telegram.say(ada, "/schema", reply_to=said))

    assert first["text"]
    assert told["text"].startswith("From now on")


async def test_a_schema_is_forgotten(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, f"/schema {json.dumps(PERSON)}")

    await answered(telegram, ada, "/schema off")
    reply = await answered(telegram, ada, "{{say: 4}}")

    assert _code(reply) == {"answer": "4"}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ('{"type": "objekt"}', "That is no JSON Schema: look at type."),
        ('{"type": }', "That is no JSON: look at line 1, column 10."),
        ('{"$ref": "http://example.com/a"}', "The schema points at something that is not in it: look at $ref."),
    ],
)
async def test_a_schema_that_cannot_be_used_is_explained(
    telegram: TelegramClient, model: ModelClient, schema: str, told: str
) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, f"/schema {schema}")

    assert reply["text"].startswith(told)
    assert "reply_markup" not in reply  # the same schema would be refused again
    assert await model.requests() == []


async def test_a_huge_schema_is_refused(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    sent = await telegram.send_document(ada, b" " * 70_000, name="big.json", caption="/schema")

    assert "too" in (await telegram.next_reply(ada, after=sent))["text"]


async def test_a_schema_command_alone_says_how(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    assert (await answered(telegram, ada, "/schema"))["text"].startswith("Write a JSON Schema behind")


async def test_a_long_answer_is_a_file(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/json {{words: 900}}")
    messages = await telegram.wait_for(
        ada, lambda messages: any("The answer is a file of" in text for text in texts(messages))
    )

    (document,) = [message["document"] for message in messages if "document" in message]
    content = await telegram.download(document["file_id"])
    assert document["file_name"] == "answer.json"
    assert len(json.loads(content)["answer"]) > 3_000


async def test_a_broken_answer_is_asked_for_once_more(town: Town) -> None:
    async with compatible(answers=["Sure! Here it is.", '{"ok": true}']) as server:
        reply = await _asked_at(town, server, "/json please")

    assert _code(reply) == {"ok": True}
    assert len(server.asked) == 2
    assert "this is no JSON" in server.asked[1]["messages"][-1]["content"]


async def test_an_answer_that_stays_broken_is_shown_with_a_note(town: Town) -> None:
    async with compatible(answers=["Sure! Here it is."]) as server:
        reply = await _asked_at(town, server, "/json please")

    assert reply["text"].startswith("Sure! Here it is.")
    assert "it is not valid" in reply["text"]
    assert len(server.asked) == 2


async def test_an_answer_against_the_schema_is_told_where(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with (
        compatible(answers=['{"name": "Ada", "age": "old"}'], refuses=frozenset({"response_format"})) as server,
        town.bot(**server.settings),
    ):
        await answered(town.telegram, ada, f"/schema {json.dumps(PERSON)}")
        reply = await answered(town.telegram, ada, "who?")

    assert "does not obey the schema, even after a second try: look at age." in reply["text"]
    assert all("response_format" not in asked for asked in server.asked[1:])


async def test_an_answer_in_a_fence_is_json(town: Town) -> None:
    async with compatible(answers=['```json\n{"ok": true}\n```']) as server:
        reply = await _asked_at(town, server, "/json please")

    assert _code(reply) == {"ok": True}
    assert len(server.asked) == 1


async def test_code_fences_inside_json_stay_inside(town: Town) -> None:
    async with compatible(answers=['{"code": "```\\nhi\\n```"}']) as server:
        reply = await _asked_at(town, server, "/json please")

    assert _code(reply) == {"code": "```\nhi\n```"}


async def test_a_cut_answer_is_not_asked_for_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "/json {{say: one two three}} {{incomplete}}")

    assert "The answer reached its length limit." in reply["text"]
    assert len(await model.requests()) == 1


async def test_an_edited_json_question_stays_one(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    said = await telegram.say(ada, "/json {{say: 4}}")
    first = await telegram.next_reply(ada, after=said)

    await telegram.edit(ada, said, "/json {{say: 5}}")

    def is_changed(messages: list[dict[str, Any]]) -> bool:
        return any('"answer": "5"' in text for text in texts(messages))

    messages = await telegram.wait_for(ada, is_changed)
    (again,) = [message for message in messages if message["message_id"] == first["message_id"]]
    assert _code(again) == {"answer": "5"}


async def test_retry_asks_for_json_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "/json {{say: 4}}")

    reply = await answered(telegram, ada, "/retry")

    assert _code(reply) == {"answer": "4"}


async def test_only_admins_of_a_group_change_its_answers(telegram: TelegramClient) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")
    group = await telegram.group("Club", members=[ada, eve])

    refused = await answered(telegram, group, f"/schema {json.dumps(PERSON)}", user=eve)

    assert refused["text"] == "Only this group's admins can change that."
