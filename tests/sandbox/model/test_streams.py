"""Streams: the events of both protocols, in OpenAI's order and with OpenAI's fields."""

from itertools import pairwise

import pytest
from openai import AsyncOpenAI

from sandbox.model.server import ModelSandbox
from tests.sandbox.model.asker import Asker


async def test_responses_stream_in_the_order_of_openai(ask: Asker) -> None:
    reply = await ask.responses("{{say: hello}}")

    assert reply.names == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


async def test_events_are_numbered_without_gaps_and_bear_their_names(ask: Asker) -> None:
    reply = await ask.responses("{{commentary: hm}} {{words: 20}}", reasoning={"effort": "high"})

    assert [event["sequence_number"] for event in reply.events] == list(range(len(reply.events)))
    assert [event["type"] for event in reply.events] == reply.names


async def test_deltas_add_up_to_the_text(ask: Asker) -> None:
    reply = await ask.responses("{{words: 50}}")

    done = next(event for event in reply.events if event["type"] == "response.output_text.done")
    assert reply.said == done["text"]
    assert len(reply.events) > 50


async def test_the_completed_response_holds_the_whole_answer(ask: Asker) -> None:
    response = (await ask.responses("{{say: hello}}", store=False)).last["response"]

    assert response["status"] == "completed"
    assert response["store"] is False
    assert response["output"][0]["content"][0]["text"] == "hello"
    assert response["output"][0]["phase"] == "final_answer"


async def test_thought_comes_before_the_answer(ask: Asker) -> None:
    response = (await ask.responses("{{say: hello}}", reasoning={"effort": "high"})).last["response"]

    assert [item["type"] for item in response["output"]] == ["reasoning", "message"]


async def test_commentary_is_a_message_of_its_own(ask: Asker) -> None:
    response = (await ask.responses("{{commentary: let me see}} {{say: hello}}")).last["response"]

    assert [item["phase"] for item in response["output"]] == ["commentary", "final_answer"]


async def test_obfuscation_is_sent_unless_it_is_declined(ask: Asker) -> None:
    padded = await ask.responses("{{say: hello}}")
    bare = await ask.responses("{{say: hello}}", stream_options={"include_obfuscation": False})

    assert "obfuscation" in padded.text
    assert "obfuscation" not in bare.text


async def test_without_stream_the_response_comes_whole(ask: Asker) -> None:
    reply = await ask.responses("{{say: hello}}", stream=None)

    assert reply.json["object"] == "response"
    assert reply.said == "hello"


async def test_chat_streams_role_text_reason_and_done(ask: Asker) -> None:
    reply = await ask.chat("{{say: hello}}")

    deltas = [event["choices"][0]["delta"] for event in reply.events]
    assert deltas == [{"role": "assistant", "content": "", "refusal": None}, {"content": "hello"}, {}]
    assert reply.last["choices"][0]["finish_reason"] == "stop"
    assert reply.text.endswith("data: [DONE]\n\n")


async def test_chat_tells_usage_in_a_last_chunk_only_if_asked(ask: Asker) -> None:
    without = await ask.chat("{{say: hello}}")
    with_usage = await ask.chat("{{say: hello}}", stream_options={"include_usage": True})

    assert "usage" not in without.text
    assert with_usage.last["choices"] == []
    assert with_usage.last["usage"]["completion_tokens"] == 1
    assert all(event["usage"] is None for event in with_usage.events[:-1])


async def test_chat_without_stream_comes_whole(ask: Asker) -> None:
    reply = await ask.chat("{{say: hello}}", stream=None)

    assert reply.json["object"] == "chat.completion"
    assert reply.said == "hello"


@pytest.mark.parametrize("text", ["{{emoji}}", "{{long}}", "{{say: \ud83d lone \u0000 odd \u2028 breaks}}"])
async def test_both_protocols_stream_the_same(ask: Asker, text: str) -> None:
    assert (await ask.responses(text)).said == (await ask.chat(text)).said


async def test_the_sdk_reads_both(sandbox: ModelSandbox) -> None:
    async with AsyncOpenAI(base_url=sandbox.base_url, api_key=sandbox.api_key) as client:
        response = await client.responses.create(model="gpt-6-luna", input="{{say: hello}}")
        chat = await client.chat.completions.create(
            model="gpt-6-luna", messages=[{"role": "user", "content": "{{say: hello}}"}]
        )

    assert response.output_text == "hello"
    assert chat.choices[0].message.content == "hello"


async def test_every_answer_has_a_request_id_of_its_own(ask: Asker) -> None:
    replies = [await ask.responses("hi"), await ask.chat("hi"), await ask.responses("{{fail: 500}}")]

    ids = [reply.headers["X-Request-Id"] for reply in replies]
    assert all(one != other for one, other in pairwise(ids))
