"""Sounds in a chat, and answers that are spoken: what gpt-audio does with `input_audio` and `modalities`."""

import asyncio
import base64
import binascii
from dataclasses import replace

from sandbox.model import hearing
from sandbox.model.answers import Answer, Sound
from sandbox.model.asked import Asked, Message
from sandbox.model.errors import ApiError, invalid, missing, unsupported_value
from sandbox.model.models import Served
from sandbox.model.shown import Shown
from sandbox.model.sounds import Unreadable, decoded, encoded, seconds_of
from sandbox.model.values import as_object, as_text
from sandbox.model.vocabulary import Vocabulary
from sandbox.model.voices import VOICES, check_voice

HEARD_TOKENS_PER_SECOND = 10


def check_audio(asked: Asked, model: Served) -> None:
    """Raises for sound where a model knows none, and for what does not go together."""
    sounds = [one for message in asked.messages for one in message.shown if one.kind == "audio"]
    wished = as_object(asked.body.get("audio"))
    if model.kind != "audio":
        for one in sounds:
            message = "Invalid content type. input_audio is only supported by certain models."
            raise ApiError(400, message, None, one.path)
        if asked.speaks or wished:
            message = f"'audio' is not supported with the '{model.id}' model. Supported values are: 'text'."
            raise unsupported_value("modalities" if asked.speaks else "audio", message)
        return
    if asked.speaks and not wished:
        raise missing("audio")
    if wished and not asked.speaks:
        raise invalid("audio", "The 'audio' parameter is only allowed when 'modalities' contains 'audio'.")
    if not asked.speaks and not sounds:
        message = "This model requires that either input content or output modality contain audio."
        raise invalid("model", message)
    if asked.speaks:
        check_voice(wished["voice"], VOICES, "audio.voice")
    if asked.speaks and asked.streams and wished["format"] != "pcm16":
        message = f"'audio.format' does not support '{wished['format']}' when stream=true."
        raise unsupported_value("audio.format", f"{message} Supported values are: 'pcm16'.")


async def listen(asked: Asked, vocabulary: Vocabulary) -> Asked:
    """The same request with what its sounds say put into the messages. Raises for what cannot be heard."""
    shown = [one for message in asked.messages for one in message.shown if one.kind == "audio"]
    if not shown:
        return asked
    heard = await asyncio.to_thread(lambda: {one.path: _heard(one, vocabulary) for one in shown})

    def with_words(message: Message) -> Message:
        words = [heard[one.path][0] for one in message.shown if one.path in heard]
        return replace(message, text="\n".join([message.text, *words]).strip())

    seconds = sum(seconds for _, seconds in heard.values())
    messages = tuple(with_words(message) for message in asked.messages)
    return replace(asked, messages=messages, heard_tokens=round(seconds * HEARD_TOKENS_PER_SECOND))


async def spoken(asked: Asked, answer: Answer, vocabulary: Vocabulary) -> Answer:
    """The answer with its sound and what that costs."""
    kind = as_text(as_object(asked.body.get("audio"))["format"])

    def speak() -> Sound:
        pcm = vocabulary.spoken(answer.text)
        return Sound(encoded(pcm, kind.removesuffix("16")), answer.text, seconds_of(pcm))

    sound = await asyncio.to_thread(speak)
    usage = replace(
        answer.usage,
        output_tokens=answer.usage.output_tokens + sound.tokens,
        spoken_tokens=sound.tokens,
    )
    return replace(answer, usage=usage, sound=sound)


def _heard(one: Shown, vocabulary: Vocabulary) -> tuple[str, float]:
    try:
        recording = decoded(base64.b64decode(one.source, validate=True), hearing.RATE)
    except (binascii.Error, ValueError) as error:
        raise invalid(one.path, "The data is not valid base64.") from error
    except Unreadable as error:
        message = "The audio file could not be decoded or its format is not supported."
        raise invalid(one.path, message) from error
    return hearing.heard(recording, vocabulary), recording.seconds
