"""Text spoken: by whichever of the three ways of speaking is there, in the voice asked for or the nearest."""

import asyncio
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ai.errors import ParameterRefused
from ai.source import Source
from ai.speaking.chat_audio import ChatAudio
from ai.speaking.endpoint import SpeechEndpoint
from ai.speaking.realtime import NoSocket, Realtime
from ai.speaking.task import Backend, Task
from ai.speaking.voices import nearest
from ai.speaking.words import ALIKE, likeness
from domain.catalogue import Model, Speaking
from domain.errors import CannotSpeak, SpokeOtherwise
from domain.speech import Manner, Speech

log = logging.getLogger(__name__)

_CAPABILITY: Final = "speech"
_WITHOUT_SOCKETS_SECONDS = 300.0


class SpeechEngine:
    """`domain.speech.Speaker` on one source. `model` is the operator's choice, "" the catalogue's default.

    Safe for a few texts at once. What was paid for a first attempt is in the tokens of the `Speech`, too.
    """

    def __init__(self, source: Source, model: str = "") -> None:
        self._source = source
        self._asked = model
        speaks_openai = source.provider.speaks_openai
        self._backends: dict[str, Backend] = {
            "speech": SpeechEndpoint(source.wire, speaks_openai=speaks_openai),
            "chat_audio": ChatAudio(source.wire, speaks_openai=speaks_openai),
            "realtime": Realtime(source.provider),
        }
        self._refused_voices: set[tuple[str, str]] = set()
        self._no_sockets_until = 0.0

    @property
    def model(self) -> Model | None:
        """The model that speaks now; None if there is none."""
        return next(self._line(), None)

    @property
    def most_characters(self) -> int:
        return _speaking(self.model).most_characters

    def voices(self) -> tuple[str, ...]:
        model = self.model
        return _speaking(model).voices if model else ()

    async def speak(self, text: str, manner: Manner, *, safety_key: str) -> Speech:
        """Raises `SpokeOtherwise` when a generative model says other words twice."""
        if not text.strip():
            raise CannotSpeak("nothing to say")
        try:
            speech = await self._first(text, manner, safety_key)
        except NoSocket as error:
            log.warning("the Realtime API cannot be had, speaking in other ways for a while: %s", error)
            self._no_sockets_until = time.monotonic() + _WITHOUT_SOCKETS_SECONDS
            speech = await self._first(text, manner, safety_key)
        if speech is None:
            raise CannotSpeak(f"no model for speech is left, asked for {self._asked or 'the default'}")
        return speech

    async def _first(self, text: str, manner: Manner, safety_key: str) -> Speech | None:
        return await self._source.first_answer(
            self._line(), self._asked, lambda model: self._faithfully(_task(model, text, manner, safety_key))
        )

    def _line(self) -> Iterator[Model]:
        return self._source.availability.line(self._asked, _CAPABILITY, able=self._is_likely)

    def _is_likely(self, model: Model) -> bool:
        """Compatible servers speak through one call only, unless an operator chose otherwise."""
        backend = _speaking(model).backend
        if backend == "realtime" and time.monotonic() < self._no_sockets_until:
            return False
        chosen = (self._asked, self._source.availability.preferred(_CAPABILITY))
        return self._source.provider.speaks_openai or backend == "speech" or model.id in chosen

    async def _faithfully(self, task: Task) -> Speech:
        """Once more when other words were spoken."""
        first = await self._in_some_voice(task)
        if await _is_faithful(first, task):
            return first
        log.warning("%s spoke other words than it was given: asking once more", task.model.id)
        second = await self._in_some_voice(task)
        second = replace(
            second,
            output_tokens=first.output_tokens + second.output_tokens,
            input_tokens=first.input_tokens + second.input_tokens,
            text_tokens=first.text_tokens + second.text_tokens,
        )
        if await _is_faithful(second, task):
            return second
        log.warning("%s spoke other words than it was given, again", task.model.id)
        raise SpokeOtherwise(f"{task.model.id}, {len(task.text)} characters", speech=second)

    async def _in_some_voice(self, task: Task) -> Speech:
        """In the default one where the voice is refused, which is remembered."""
        backend = self._backends[task.speaking.backend]
        default = replace(task, voice=task.speaking.voices[0])
        if (task.model.id, task.voice) in self._refused_voices:
            task = default
        try:
            return await backend.speak(task)
        except ParameterRefused as refusal:
            if "voice" not in (refusal.parameter or refusal.hint).lower() or task == default:
                raise
            log.warning("%s does not have the voice %s: %s", task.model.id, task.voice, refusal)
            self._refused_voices.add((task.model.id, task.voice))
        return await backend.speak(default)


def _task(model: Model, text: str, manner: Manner, safety_key: str) -> Task:
    voice = nearest(manner.voice, _speaking(model).voices)
    return Task(model, text, voice, manner.speed, manner.style, safety_key)


def _speaking(model: Model | None) -> Speaking:
    return (model.speaking if model else None) or Speaking()


async def _is_faithful(speech: Speech, task: Task) -> bool:
    if speech.words is None:
        return True
    return await asyncio.to_thread(likeness, task.text, speech.words) >= ALIKE
