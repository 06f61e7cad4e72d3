"""Speech through Chat Completions with a model that answers in sound."""

import base64
import binascii
from typing import Final

from ai.bodies import Body
from ai.errors import ModelGone, RouteMissing
from ai.healing import Healing
from ai.json_values import JsonObject, as_count, as_list, as_object, as_text
from ai.speaking.task import Task
from ai.wire import Wire
from domain.errors import CannotSpeak, PromptRefused
from domain.speech import SoundFormat, Speech

_PATH: Final = "/chat/completions"
_NEEDED = frozenset({"model", "messages", "modalities", "audio"})


class ChatAudio:
    """`Backend` whose models may say something else: `Speech.words` is what they say they said."""

    def __init__(self, wire: Wire, *, speaks_openai: bool) -> None:
        self._speaks_openai = speaks_openai
        self._healing = Healing(wire.post, _NEEDED)

    async def speak(self, task: Task) -> Speech:
        wanted = task.speaking.formats[0]
        try:
            answer = await self._healing.ask(_PATH, self._body(task, wanted))
        except RouteMissing as error:
            raise ModelGone(str(error)) from None
        choice = as_object(next(iter(as_list(answer.get("choices"))), None))
        audio = as_object(as_object(choice.get("message")).get("audio"))
        if choice.get("finish_reason") == "content_filter":
            raise PromptRefused("the speaking model's rules")
        usage = as_object(answer.get("usage"))
        written = as_count(usage.get("completion_tokens"))
        spoken = as_count(as_object(usage.get("completion_tokens_details")).get("audio_tokens"))
        return Speech(
            _decoded(audio),
            wanted,
            task.model.id,
            as_text(audio.get("transcript")),
            spoken,
            input_tokens=as_count(usage.get("prompt_tokens")),
            text_tokens=max(0, written - spoken),
        )

    def _body(self, task: Task, wanted: SoundFormat) -> Body:
        body: Body = {
            "model": task.model.id,
            "modalities": ["text", "audio"],
            "audio": {"voice": task.voice_parameter, "format": "pcm16" if wanted == "pcm" else wanted},
            "messages": [
                {"role": "system", "content": task.instructions},
                {"role": "user", "content": task.text},
            ],
            "max_completion_tokens": task.most_tokens,
        }
        if self._speaks_openai:
            body |= {"store": False, "safety_identifier": task.safety_key}
        return body


def _decoded(audio: JsonObject) -> bytes:
    try:
        sound = base64.b64decode(as_text(audio.get("data")), validate=True)
    except (binascii.Error, ValueError):
        sound = b""
    if not sound:
        raise CannotSpeak("an answer without sound")
    return sound
