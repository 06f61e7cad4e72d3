"""What is kept from one response to the next: conversations, chains of responses, and their items."""

import asyncio
from typing import Any

import pytest
from openai import BadRequestError, NotFoundError

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Asker, Json

_NO_EFFORT: Json = {"effort": "none"}
_CLOCK: Json = {"type": "function", "name": "clock", "parameters": {"type": "object", "properties": {}}}


async def _ask(sdk: Any, text: str | list[Any], /, **more: Any) -> Any:
    return await sdk.responses.create(**{"model": MODEL, "input": text, "reasoning": _NO_EFFORT, **more})


async def test_a_conversation_is_made_changed_and_deleted(sdk: Any) -> None:
    made = await sdk.conversations.create(metadata={"chat": "7"})
    await sdk.conversations.update(made.id, metadata={"chat": "8"})

    assert (await sdk.conversations.retrieve(made.id)).metadata == {"chat": "8"}
    assert (await sdk.conversations.delete(made.id)).deleted
    with pytest.raises(NotFoundError):
        await sdk.conversations.retrieve(made.id)


async def test_items_are_added_listed_and_deleted(sdk: Any) -> None:
    made = await sdk.conversations.create(items=[{"role": "user", "content": "one"}])
    added = await sdk.conversations.items.create(made.id, items=[{"role": "assistant", "content": "two"}])

    listed: list[Any] = [item async for item in sdk.conversations.items.list(made.id, limit=1)]
    assert [item.content[0].text for item in listed] == ["two", "one"]
    assert (await sdk.conversations.items.retrieve(listed[0].id, conversation_id=made.id)).type == "message"
    await sdk.conversations.items.delete(added.data[0].id, conversation_id=made.id)
    left: list[Any] = [item async for item in sdk.conversations.items.list(made.id, order="asc")]
    assert [item.content[0].text for item in left] == ["one"]


async def test_at_most_twenty_items_come_at_once(sdk: Any) -> None:
    made = await sdk.conversations.create()
    with pytest.raises(BadRequestError) as refused:
        await sdk.conversations.items.create(made.id, items=[{"role": "user", "content": "x"}] * 21)

    assert (refused.value.param, refused.value.code) == ("items", "array_above_max_length")


async def test_a_response_reads_its_conversation_and_adds_to_it(sdk: Any) -> None:
    made = await sdk.conversations.create(items=[{"role": "user", "content": "my cat is Mia"}])

    first = await _ask(sdk, "{{say: nice}}", conversation=made.id)
    second = await _ask(sdk, "{{history}}", conversation={"id": made.id})

    assert first.conversation.id == made.id
    assert second.output_text.splitlines()[2:] == [
        "- user: my cat is Mia", "- user: {{say: nice}}", "- assistant: nice", "- user: {{history}}",
    ]  # fmt: skip
    assert len([item async for item in sdk.conversations.items.list(made.id)]) == 5


async def test_a_conversation_takes_one_response_at_a_time(sdk: Any, control: ModelClient) -> None:
    made = await sdk.conversations.create()
    await control.pace(20, 0)
    slow = asyncio.create_task(_ask(sdk, "{{say: hm}}", conversation=made.id, stream=True, background=True))
    await control.wait_for_requests(lambda all_of_them: all_of_them[-1]["response_status"] == "in_progress")

    with pytest.raises(BadRequestError) as refused:
        await _ask(sdk, "me too", conversation=made.id)

    assert (refused.value.code, refused.value.param) == ("conversation_locked", "conversation")
    await sdk.responses.cancel((await control.requests())[1]["response_id"])
    assert (await _ask(sdk, "{{say: now}}", conversation=made.id)).output_text == "now"
    await slow


async def test_a_call_that_nobody_answers_blocks_its_conversation(sdk: Any) -> None:
    made = await sdk.conversations.create()
    called = await _ask(sdk, "{{tool: clock}}", conversation=made.id, tools=[_CLOCK])
    with pytest.raises(BadRequestError, match="No tool output found for function call"):
        await _ask(sdk, "well?", conversation=made.id)

    output = {"type": "function_call_output", "call_id": called.output[0].call_id, "output": "12:30"}
    answered = await _ask(sdk, [output], conversation=made.id)
    assert answered.output_text == "`clock` answered: 12:30"


async def test_what_was_stopped_half_way_leaves_only_what_was_finished(sdk: Any, control: ModelClient) -> None:
    made = await sdk.conversations.create()
    asked = "{{tool: clock}} {{commentary: let me see}} {{hang}}"
    await _ask(sdk, asked, conversation=made.id, tools=[_CLOCK], background=True)
    request = (await control.wait_for_requests(lambda seen: seen[-1]["response_status"] == "in_progress"))[-1]

    stopped = await sdk.responses.cancel(request["response_id"])

    assert stopped.status == "cancelled"
    items: list[Any] = [item async for item in sdk.conversations.items.list(made.id, order="asc")]
    assert [item.type for item in items] == ["message", "message", "function_call"]
    with pytest.raises(BadRequestError, match="No tool output found"):
        await _ask(sdk, "well?", conversation=made.id)


async def test_deleting_a_conversation_leaves_its_items(sdk: Any, control: ModelClient) -> None:
    made = await sdk.conversations.create(items=[{"role": "user", "content": "secret"}])
    item_id = (await control.kept())["items"][0]

    await sdk.conversations.delete(made.id)

    assert (await control.kept())["left"] == [item_id]


async def test_a_chain_of_responses_knows_what_was_said(sdk: Any) -> None:
    first = await _ask(sdk, "{{say: one}}", instructions="be kind")
    second = await _ask(sdk, "{{say: two}}", previous_response_id=first.id)

    said = await _ask(sdk, "{{history}}", previous_response_id=second.id)

    assert "5 messages" in said.output_text
    assert "- assistant: two" in said.output_text
    assert said.previous_response_id == second.id
    assert said.instructions is None


async def test_outputs_of_functions_go_on_a_chain(sdk: Any) -> None:
    called = await _ask(sdk, "{{tool: clock}}", tools=[_CLOCK])
    output = {"type": "function_call_output", "call_id": called.output[0].call_id, "output": "12:30"}

    answered = await _ask(sdk, [output], previous_response_id=called.id)

    assert answered.output_text == "`clock` answered: 12:30"


async def test_a_response_is_kept_until_it_is_deleted(sdk: Any) -> None:
    made = await _ask(sdk, "{{say: one}}")

    assert (await sdk.responses.retrieve(made.id)).output_text == "one"
    items: list[Any] = [item async for item in sdk.responses.input_items.list(made.id)]
    assert [item.content[0].text for item in items] == ["{{say: one}}"]
    await sdk.responses.delete(made.id)
    with pytest.raises(NotFoundError):
        await sdk.responses.retrieve(made.id)


async def test_nothing_is_kept_that_should_not_be(sdk: Any, control: ModelClient) -> None:
    made = await _ask(sdk, "{{say: one}}", store=False)

    with pytest.raises(NotFoundError):
        await sdk.responses.retrieve(made.id)
    assert (await control.kept())["responses"] == []


async def test_a_response_has_one_past(sdk: Any) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _ask(sdk, "hi", previous_response_id="resp_1", conversation="conv_1")

    assert refused.value.code == "mutually_exclusive_parameters"


async def test_an_unknown_conversation_is_not_found(sdk: Any) -> None:
    with pytest.raises(NotFoundError):
        await _ask(sdk, "hi", conversation="conv_1")


async def test_an_item_can_be_referred_to(sdk: Any) -> None:
    made = await _ask(sdk, "{{say: one}}")
    reference = {"type": "item_reference", "id": made.output[0].id}

    said = await _ask(sdk, [reference, {"role": "user", "content": "{{history}}"}])

    assert "- assistant: one" in said.output_text
    with pytest.raises(NotFoundError):
        await _ask(sdk, [{"type": "item_reference", "id": "msg_1"}])


async def test_thoughts_come_back_sealed_and_whole(sdk: Any) -> None:
    made = await _ask(sdk, "{{say: one}}", store=False, reasoning={"effort": "low", "summary": "auto"})
    thought = made.output[0].to_dict()
    answer = made.output[1].to_dict()
    more = {"role": "user", "content": "{{say: two}}"}

    assert thought["summary"][0]["text"].startswith("**Thinking")
    assert (await _ask(sdk, [thought, answer, more], store=False)).output_text == "two"
    with pytest.raises(BadRequestError, match="required following item"):
        await _ask(sdk, [thought, more])
    with pytest.raises(BadRequestError, match="could not be verified"):
        await _ask(sdk, [thought | {"encrypted_content": "gAAAAABx"}, answer, more])
    with pytest.raises(NotFoundError, match="not persisted"):
        await _ask(sdk, [thought | {"encrypted_content": None}, answer, more])


async def test_the_summary_of_thoughts_streams(ask: Asker) -> None:
    reply = await ask.responses("{{say: hm}}", reasoning={"effort": "low", "summary": "auto"})

    deltas = [one["delta"] for one in reply.events if one["type"] == "response.reasoning_summary_text.delta"]
    assert "".join(deltas) == reply.last["response"]["output"][0]["summary"][0]["text"]
    assert [event["sequence_number"] for event in reply.events] == list(range(len(reply.events)))


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("conversations", {"title": "x"}, "title"),
        ("conversations", {"metadata": {"a": 1}}, "metadata.a"),
        ("conversations", {"items": [{"role": "user"}]}, "items[0].content"),
        ("conversations/conv_1", {}, "metadata"),
    ],
)
async def test_what_a_conversation_does_not_take_is_refused(
    ask: Asker, path: str, body: Json, param: str
) -> None:
    reply = await ask.post(path, body)

    assert (reply.status, reply.error["param"]) == (400, param)
