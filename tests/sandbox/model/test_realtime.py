"""The Realtime API with the official SDK: a text is read aloud, and what is wrong is told as an event."""

import base64
from typing import Any

import pytest
from openai import AsyncOpenAI
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sandbox.model.client import ModelClient
from sandbox.model.sounds import encoded
from tests.sandbox.model.asker import Json, loosely

_MODEL = "gpt-realtime-2.1-mini"
_READ = "Read the user's text aloud verbatim. Do not answer, add, omit, translate or comment."


def _asked(text: str, **more: Any) -> Json:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    response = {"conversation": "none", "output_modalities": ["audio"], "instructions": _READ, "input": [item]}
    return response | more


async def _until(connection: Any, *kinds: str) -> list[Any]:
    events: list[Any] = []
    async for event in connection:
        events.append(event)
        if event.type in kinds:
            break
    return events


async def _events(client: AsyncOpenAI, response: Json) -> list[Any]:
    async with client.realtime.connect(model=_MODEL) as connection:
        await loosely(connection.response.create)(response=response)
        return await _until(connection, "response.done", "error")


def _sound(events: list[Any]) -> bytes:
    deltas = [event.delta for event in events if event.type == "response.output_audio.delta"]
    return b"".join(base64.b64decode(delta) for delta in deltas)


def _transcript(events: list[Any]) -> str:
    return next(event.transcript for event in events if event.type == "response.output_audio_transcript.done")


async def test_it_reads_aloud_word_for_word(client: AsyncOpenAI) -> None:
    events = await _events(client, _asked("What is two plus two? Tell me!"))

    recording = encoded(_sound(events), "opus")
    heard = await client.audio.transcriptions.create(model="gpt-transcribe", file=("a.ogg", recording))
    assert heard.text == _transcript(events) == "What is two plus two? Tell me!"
    assert [event.type for event in events][:3] == [
        "session.created", "response.created", "response.output_item.added",
    ]  # fmt: skip
    done = events[-1].response
    assert (done.status, done.conversation_id) == ("completed", None)
    assert done.usage.output_token_details.audio_tokens == 49
    assert done.usage.total_tokens == done.usage.input_tokens + done.usage.output_tokens


async def test_the_session_can_be_set(client: AsyncOpenAI) -> None:
    output = {"voice": "cedar", "format": {"type": "audio/pcm", "rate": 24_000}, "speed": 0.5}
    async with client.realtime.connect(model=_MODEL) as connection:
        session = {"type": "realtime", "output_modalities": ["audio"], "audio": {"output": output}}
        await loosely(connection.session.update)(session=session)
        updated = (await _until(connection, "session.updated"))[-1]
        await loosely(connection.response.create)(response=_asked("one two"))
        events = await _until(connection, "response.done")

    assert updated.session.audio.output.voice == "cedar"
    assert len(_sound(events)) == pytest.approx(2 * 0.7 * 48_000, rel=0.01)


async def test_a_script_makes_it_say_other_words(client: AsyncOpenAI) -> None:
    assert _transcript(await _events(client, _asked("one two {{reword}}"))) == "Put differently: two one"
    assert _transcript(await _events(client, _asked("well? {{answer: no idea}}"))) == "no idea"


async def test_it_answers_a_conversation_in_text(client: AsyncOpenAI) -> None:
    item = _asked("{{say: hello}}")["input"][0]
    async with client.realtime.connect(model=_MODEL) as connection:
        await loosely(connection.conversation.item.create)(item=item)
        await loosely(connection.response.create)(response={"output_modalities": ["text"]})
        events = await _until(connection, "response.done")

    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "hello"


async def test_what_is_too_long_is_cut(client: AsyncOpenAI) -> None:
    events = await _events(client, _asked("one two three four five six", max_output_tokens=14))

    done = events[-1].response
    assert (done.status, done.status_details.reason) == ("incomplete", "max_output_tokens")
    assert len(_sound(events)) == pytest.approx(14 / 20 * 48_000, rel=0.02)


@pytest.mark.parametrize(
    ("response", "code", "param"),
    [
        ({"colour": "blue"}, "unknown_parameter", "response.colour"),
        ({"output_modalities": ["text", "audio"]}, "array_above_max_length", "response.output_modalities"),
        ({"audio": {"output": {"voice": "nova"}}}, "invalid_value", "response.audio.output.voice"),
        ({"max_output_tokens": 5_000}, "integer_above_max_value", "response.max_output_tokens"),
        ({"input": [{"type": "message", "role": "user"}]}, "missing_required_parameter",
         "response.input[0].content"),
    ],
)  # fmt: skip
async def test_what_it_does_not_know_is_an_error_event(
    client: AsyncOpenAI, response: Json, code: str, param: str
) -> None:
    error = (await _events(client, _asked("hello", **response)))[-1].error

    assert (error.type, error.code, error.param) == ("invalid_request_error", code, param)


async def test_after_an_error_the_connection_goes_on(client: AsyncOpenAI) -> None:
    async with client.realtime.connect(model=_MODEL) as connection:
        await connection.send_raw("no json")
        first = (await _until(connection, "error"))[-1]
        await loosely(connection.session.update)(
            session={"type": "realtime", "audio": {"output": {"speed": 2}}}
        )
        second = (await _until(connection, "error"))[-1]
        await loosely(connection.response.create)(response=_asked("still here"))
        events = await _until(connection, "response.done")

    assert (first.error.code, second.error.param) == ("invalid_json", "session.audio.output.speed")
    assert _transcript(events) == "still here"


async def test_a_response_can_be_cancelled(client: AsyncOpenAI, control: ModelClient) -> None:
    async with client.realtime.connect(model=_MODEL) as connection:
        await loosely(connection.response.create)(response=_asked("one two {{hang}}"))
        await _until(connection, "response.output_audio.delta")
        await loosely(connection.response.create)(response=_asked("another"))
        busy = (await _until(connection, "error"))[-1]
        await connection.response.cancel()
        done = (await _until(connection, "response.done"))[-1]

    assert busy.error.code == "conversation_already_has_active_response"
    assert done.response.status == "cancelled"
    assert (await control.requests())[0]["cancelled"]


async def test_whoever_goes_away_is_not_spoken_to(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.pace_speech(0.1)
    async with client.realtime.connect(model=_MODEL) as connection:
        await loosely(connection.response.create)(response=_asked("one two three four five six seven"))
        await _until(connection, "response.output_audio.delta")

    requests = await control.wait_for_requests(lambda requests: requests[0]["finished"])
    assert requests[0]["cancelled"]


async def test_a_failing_response_says_so(client: AsyncOpenAI) -> None:
    done = (await _events(client, _asked("{{fail: 429 rate_limit_exceeded}}")))[-1].response

    assert (done.status, done.status_details.error.code) == ("failed", "rate_limit_exceeded")


async def test_a_connection_can_be_cut(client: AsyncOpenAI) -> None:
    async with client.realtime.connect(model=_MODEL, max_retries=0) as connection:
        await loosely(connection.response.create)(response=_asked("one two three {{cut}}"))
        with pytest.raises(ConnectionClosed):
            await _drain(connection)


async def _drain(connection: Any) -> None:
    while True:
        await connection.recv()


async def test_an_unknown_model_is_told_and_the_door_closed(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.kill_model(_MODEL)

    async with client.realtime.connect(model=_MODEL, max_retries=0) as connection:
        first = await connection.recv()

    assert first.type == "error"
    assert first.error.code == "model_not_found"


async def test_a_fault_refuses_the_connection(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.fault(path="/v1/realtime", status=503)

    with pytest.raises(InvalidStatus):
        async with client.realtime.connect(model=_MODEL, max_retries=0):
            pass


async def test_the_journal_tells_each_response(client: AsyncOpenAI, control: ModelClient) -> None:
    await _events(client, _asked("hello"))

    request = (await control.requests())[0]
    assert (request["path"], request["status"]) == ("/v1/realtime", 200)
    assert request["body"]["model"] == _MODEL
    assert request["body"]["response"]["instructions"] == _READ
