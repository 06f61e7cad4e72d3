"""Text to speech: sound in every format, as long as its words need, and heard back as what was said."""

import base64
import io
from typing import Any

import av
import pytest
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, BadRequestError

from sandbox.model.client import ModelClient
from sandbox.model.sounds import decoded, encoded
from tests.sandbox.model.asker import Asker, loosely

_MODEL = "gpt-4o-mini-tts"
_TEXT = "The quick brown fox jumps, and 你好 to you!\n\nIt sleeps, the quick fox."


async def _spoken(client: AsyncOpenAI, text: str, **more: Any) -> bytes:
    create = loosely(client.audio.speech.create)
    given = {"model": _MODEL, "voice": "marin", "input": text, "response_format": "opus"} | more
    return (await create(**given)).content


async def _heard(client: AsyncOpenAI, recording: bytes, name: str = "a.ogg") -> str:
    return (await client.audio.transcriptions.create(model="gpt-transcribe", file=(name, recording))).text


@pytest.mark.parametrize("kind", ["mp3", "opus", "aac", "flac", "wav"])
@pytest.mark.parametrize("speed", [0.25, 1, 4])
async def test_what_is_spoken_is_heard_again(client: AsyncOpenAI, kind: str, speed: float) -> None:
    recording = await _spoken(client, _TEXT, response_format=kind, speed=speed)
    packed = recording if kind != "aac" else encoded(decoded(recording, 24_000).samples.tobytes(), "m4a")

    assert await _heard(client, packed, {"aac": "a.m4a", "opus": "a.ogg"}.get(kind, f"a.{kind}")) == _TEXT


async def test_it_is_heard_again_after_it_was_packed_anew_and_joined(client: AsyncOpenAI) -> None:
    first, second = [await _spoken(client, text, response_format="mp3") for text in ("one two", "three four")]
    joined = b"".join(decoded(recording, 24_000).samples.tobytes() for recording in (first, second))
    once = encoded(joined, "opus", {"title": "A title"})
    twice = encoded(decoded(once, 24_000).samples.tobytes(), "mp3")

    assert await _heard(client, twice, "a.mp3") == "one twothree four"


async def test_it_takes_as_long_as_its_words(client: AsyncOpenAI) -> None:
    short, long, slow = [
        len(await _spoken(client, text, response_format="pcm", speed=speed)) / 48_000
        for text, speed in [("one two", 1), ("one two three four", 1), ("one two", 0.5)]
    ]

    assert short == pytest.approx(0.7, abs=0.01)
    assert (long, slow) == (pytest.approx(2 * short, abs=0.01), pytest.approx(2 * short, abs=0.01))


async def test_opus_is_what_a_voice_message_needs(client: AsyncOpenAI) -> None:
    with loosely(av.open(io.BytesIO(await _spoken(client, "hello there")))) as container:
        assert (container.format.name, container.streams.audio[0].codec.name) == ("ogg", "opus")


async def test_mp3_is_the_default(client: AsyncOpenAI) -> None:
    answer = await client.audio.speech.create(model="tts-1", voice="nova", input="hello")

    assert answer.response.headers["Content-Type"] == "audio/mpeg"


async def test_it_streams_events(ask: Asker) -> None:
    given = {"model": _MODEL, "voice": "cedar", "input": "one two three", "stream_format": "sse"}
    reply = await ask.post("audio/speech", given | {"response_format": "pcm"})

    sound = b"".join(base64.b64decode(event["audio"]) for event in reply.events[:-1])
    assert len(sound) == pytest.approx(3 * 0.35 * 48_000, rel=0.01)
    assert reply.last["type"] == "speech.audio.done"
    assert reply.last["usage"]["output_tokens"] == 21


async def test_its_pace_can_be_set(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.pace_speech(0.1)

    async with client.audio.speech.with_streaming_response.create(
        model=_MODEL, voice="marin", input="one two three"
    ) as response:
        chunks = [chunk async for chunk in response.iter_bytes()]

    request = (await control.requests())[0]
    assert len(chunks) > 1
    assert request["finished_at"] - request["at"] >= 0.1


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"voice": "bob"}, "voice"),
        ({"voice": {"id": "voice_1"}}, "voice"),
        ({"model": "tts-1", "voice": "marin"}, "voice"),
        ({"model": "tts-1", "voice": "nova", "instructions": "slowly"}, "instructions"),
        ({"model": "tts-1", "voice": "nova", "stream_format": "sse"}, "stream_format"),
        ({"model": "gpt-6-luna"}, "model"),
        ({"input": ""}, "input"),
        ({"input": "x" * 4_097}, "input"),
        ({"speed": 5}, "speed"),
        ({"speed": "fast"}, "speed"),
        ({"response_format": "ogg"}, "response_format"),
        ({"extra_body": {"colour": "blue"}}, "colour"),
    ],
)
async def test_what_it_cannot_speak_is_refused(client: AsyncOpenAI, given: dict[str, Any], param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _spoken(client, "hello", **given)

    assert refused.value.param == param


async def test_when_its_models_are_gone_nothing_speaks(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.kill_model(_MODEL)

    with pytest.raises(APIStatusError) as gone:
        await _spoken(client, "hello")

    assert (gone.value.status_code, gone.value.code) == (404, "model_not_found")


async def test_it_can_be_cut_in_the_middle(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.fault(path="/v1/audio/speech", kind="cut", tokens=3)

    with pytest.raises(APIConnectionError):
        await _spoken(client, "one two three")

    assert await _heard(client, await _spoken(client, "one two three")) == "one two three"
