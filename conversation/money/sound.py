"""Recordings heard and texts spoken that are paid for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conversation.money.ledger import Bill, Entry, Paying
from conversation.tokens import estimate_tokens
from domain.catalogue import Catalogue, Model
from domain.errors import SpokeOtherwise
from domain.money import Consumed, Purpose, cost
from domain.speech import Hints, Manner, Speaker, Speech, Transcriber, Transcript
from domain.turn import Usage
from media import containers
from media.sound import BYTES_A_SECOND

_TOKENS_A_SECOND: Final = 20
_SECONDS_A_LETTER, _SECONDS_A_WIDE_LETTER = 1 / 12, 1 / 4  # a slow reader; Chinese has more in a character
_FIRST_WIDE_LETTER = "\u2e80"
_INSTRUCTION_TOKENS = 100
_DOUBT = 1.34


@dataclass(frozen=True, slots=True)
class PaidTranscriber:
    """`domain.speech.Transcriber` around another one. `model` is the operator's choice, "" the default."""

    transcriber: Transcriber
    paying: Paying
    catalogue: Callable[[], Catalogue]
    model: str = ""

    @property
    def most_bytes(self) -> int:
        return self.transcriber.most_bytes

    async def transcribe(self, path: Path, hints: Hints, *, safety_key: str, times: bool = False) -> Transcript:
        seconds = await asyncio.to_thread(containers.duration_seconds, path)
        async with self.paying.paying(self._bill(seconds, times=times)) as entry:
            heard = await self.transcriber.transcribe(path, hints, safety_key=safety_key, times=times)
            await self._settle(entry, heard, seconds)
        return heard

    async def to_english(self, path: Path, hints: Hints) -> Transcript | None:
        seconds = await asyncio.to_thread(containers.duration_seconds, path)
        async with self.paying.paying(self._bill(seconds, times=False)) as entry:
            heard = await self.transcriber.to_english(path, hints)
            if heard is None:
                await entry.release()
            else:
                await self._settle(entry, heard, seconds)
        return heard

    def _bill(self, seconds: float, *, times: bool) -> Bill:
        """By the dearest of the models that may be asked."""
        catalogue = self.catalogue()
        known = [model for model in catalogue.models.values() if model.capability == "transcription"]
        asked = self.model or (catalogue.default("transcription").id if catalogue.of("transcription") else "")
        telling = [model for model in known if times and model.hearing and model.hearing.times]
        costs = [cost(model, _heard(seconds)) for model in known if model.id == asked or model in telling]
        expected = None if None in costs or not costs else max(price or 0 for price in costs)
        return Bill(Purpose.TRANSCRIPTION, asked, expected)

    async def _settle(self, entry: Entry, heard: Transcript, seconds: float) -> None:
        model = self.catalogue().models.get(heard.model)
        await entry.settle(model, _heard(heard.seconds or seconds), is_known=heard.seconds > 0)


@dataclass(frozen=True, slots=True)
class PaidSpeaker:
    """`domain.speech.Speaker` around another one. `model` tells which one speaks now, None if there is none."""

    speaker: Speaker
    paying: Paying
    catalogue: Callable[[], Catalogue]
    model: Callable[[], Model | None]

    @property
    def most_characters(self) -> int:
        return self.speaker.most_characters

    def voices(self) -> tuple[str, ...]:
        return self.speaker.voices()

    async def speak(self, text: str, manner: Manner, *, safety_key: str) -> Speech:
        model = self.model()
        expected = cost(model, _spoken(text, manner, doubt=_DOUBT)) if model else None
        async with self.paying.paying(Bill(Purpose.SPEECH, model.id if model else "", expected)) as entry:
            try:
                speech = await self.speaker.speak(text, manner, safety_key=safety_key)
            except SpokeOtherwise as error:
                await self._settle(entry, text, manner, error.speech)
                raise
            await self._settle(entry, text, manner, speech)
        return speech

    async def _settle(self, entry: Entry, text: str, manner: Manner, speech: Speech) -> None:
        """By the provider's numbers; the call that only reads has none, so there the sound is measured."""
        model = self.catalogue().models.get(speech.model)
        if speech.output_tokens:
            usage = Usage(input_tokens=speech.input_tokens, output_tokens=speech.text_tokens)
            used = Consumed(usage, audio_output_tokens=speech.output_tokens, characters=len(text))
            await entry.settle(model, used)
            return
        used = _spoken(text, manner, seconds=_length(speech))
        await entry.settle(model, used, is_known=model is not None and model.characters_price is not None)


def _heard(seconds: float) -> Consumed:
    return Consumed(heard_milliseconds=round(seconds * 1_000))


def _length(speech: Speech) -> float:
    """In seconds, 0 where it is not plain to see."""
    return len(speech.sound) / BYTES_A_SECOND if speech.format == "pcm" else 0.0


def _spoken(text: str, manner: Manner, *, seconds: float = 0.0, doubt: float = 1.0) -> Consumed:
    """About what it takes to speak a text, which may be known to last so long."""
    wide = sum(letter >= _FIRST_WIDE_LETTER for letter in text)
    slow = wide * _SECONDS_A_WIDE_LETTER + (len(text) - wide) * _SECONDS_A_LETTER
    lasts = seconds or max(1.0, slow / manner.speed) * doubt
    asked = estimate_tokens(text) + estimate_tokens(manner.style) + _INSTRUCTION_TOKENS
    return Consumed(
        Usage(input_tokens=asked), audio_output_tokens=round(lasts * _TOKENS_A_SECOND), characters=len(text)
    )
