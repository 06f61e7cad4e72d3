"""Chat with sound: spoken answers, spoken questions, a model that does not read what it is given."""

import base64
from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError

from tests.sandbox.model.asker import MODEL, Asker, Json, loosely
from tests.sandbox.model.samples import voice_note

_AUDIO = "gpt-audio-1.5"
_READ = "You are a text-to-speech engine. Read the user message aloud verbatim, in its language."
_VOICE = {"voice": "marin", "format": "opus"}


async def _spoken(client: AsyncOpenAI, text: str | list[Json], **more: Any) -> Any:
    messages = [{"role": "system", "content": _READ}, {"role": "user", "content": text}]
    given = {"model": _AUDIO, "modalities": ["text", "audio"], "audio": _VOICE, "messages": messages}
    return await loosely(client.chat.completions.create)(**given | more)


async def _heard(client: AsyncOpenAI, recording: bytes, name: str = "a.ogg") -> str:
    return (await client.audio.transcriptions.create(model="gpt-transcribe", file=(name, recording))).text


async def test_it_reads_aloud_word_for_word(client: AsyncOpenAI) -> None:
    answer = await _spoken(client, "What is two plus two? Tell me!")

    message = answer.choices[0].message
    assert message.content is None
    assert message.audio.transcript == "What is two plus two? Tell me!"
    assert message.audio.id.startswith("audio_")
    assert await _heard(client, base64.b64decode(message.audio.data)) == "What is two plus two? Tell me!"
    assert answer.usage.completion_tokens_details.audio_tokens == 49
    assert answer.usage.completion_tokens > 49


async def test_a_script_makes_it_say_other_words(client: AsyncOpenAI) -> None:
    reworded = (await _spoken(client, "one two three {{reword}}")).choices[0].message.audio
    own = (await _spoken(client, "one two three {{reword: something else}}")).choices[0].message.audio
    answered = (await _spoken(client, "how are you? {{answer}}")).choices[0].message.audio

    assert reworded.transcript == "Put differently: three two one"
    assert await _heard(client, base64.b64decode(reworded.data)) == reworded.transcript
    assert own.transcript == "something else"
    assert answered.transcript.startswith("What a good question!")


async def test_it_can_do_so_once(client: AsyncOpenAI) -> None:
    text = "one two {{reword: once}}"
    first, second = [(await _spoken(client, text)).choices[0].message.audio for _ in range(2)]

    assert (first.transcript, second.transcript) == ("Put differently: two one", text)


async def test_it_streams_sound(ask: Asker) -> None:
    reply = await ask.chat(
        "{{say: one two three}}",
        model=_AUDIO,
        modalities=["text", "audio"],
        audio={"voice": "cedar", "format": "pcm16"},
        reasoning_effort=None,
    )

    parts = [event["choices"][0]["delta"].get("audio", {}) for event in reply.events]
    sound = b"".join(base64.b64decode(part["data"]) for part in parts if "data" in part)
    assert "".join(part.get("transcript", "") for part in parts) == "one two three"
    assert len(sound) == pytest.approx(3 * 0.35 * 48_000, rel=0.01)
    assert sum("expires_at" in part for part in parts) == 1


async def test_it_hears_a_spoken_question(client: AsyncOpenAI) -> None:
    data = base64.b64encode(voice_note("{{say: I heard you}}", 2.0, kind="wav")).decode()
    question: list[Json] = [{"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}]

    answer = await _spoken(client, question, messages=[{"role": "user", "content": question}])
    in_text = await _spoken(
        client, question, messages=[{"role": "user", "content": question}], modalities=["text"], audio=None
    )

    assert answer.choices[0].message.audio.transcript == "I heard you"
    assert answer.usage.prompt_tokens_details.audio_tokens == 20
    assert in_text.choices[0].message.content == "I heard you"


_TEXT: Json = {"modalities": ["text"], "audio": None}


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"audio": None}, "audio"),
        ({"audio": _VOICE | {"voice": "bob"}}, "audio.voice"),
        ({"audio": _VOICE | {"format": "ogg"}}, "audio.format"),
        ({"audio": _VOICE | {"speed": 2}}, "audio.speed"),
        ({"audio": {"voice": "marin"}}, "audio.format"),
        ({"stream": True}, "audio.format"),
        ({"modalities": ["text"]}, "audio"),
        (_TEXT, "model"),
        ({"model": MODEL}, "modalities"),
        (_TEXT | {"messages": [{"role": "user", "content": [
            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        ]}]}, "messages[0].content[0].input_audio.data"),
        (_TEXT | {"messages": [{"role": "user", "content": [
            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "ogg"}},
        ]}]}, "messages[0].content[0].input_audio.format"),
    ],
)  # fmt: skip
async def test_what_does_not_go_together_is_refused(client: AsyncOpenAI, given: Json, param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _spoken(client, "hello", **given)

    assert refused.value.param == param


async def test_responses_does_not_speak(client: AsyncOpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.responses.create(model=_AUDIO, input="hello")

    assert refused.value.code == "unsupported_model"
