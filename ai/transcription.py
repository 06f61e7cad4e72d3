"""Recordings heard as text, each model told beforehand what it can make use of."""

import logging
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from ai.bodies import Body, Upload
from ai.errors import ParameterRefused, RouteMissing
from ai.healing import Healing
from ai.json_values import JsonObject, as_list, as_number, as_object, as_text
from ai.recordings import recording_at
from ai.source import Source
from domain.catalogue import Hearing, Model
from domain.characters import fit
from domain.errors import CannotHear, NothingHeard, PromptTooLong, Unreadable, UserFacingError
from domain.speech import Hints, Passage, Transcript

log = logging.getLogger(__name__)

MOST_BYTES: Final = 25 * 1024 * 1024 - 64 * 1024  # of the whole form, which has a few fields more

_CAPABILITY: Final = "transcription"
_LONGEST_CONTEXT = 800  # characters; Whisper reads 224 tokens, the last ones
_NEEDED = frozenset({"model", "file"})
# By what is said, because OpenAI has few codes for it and other servers have none.
_ABOUT_FILES: tuple[tuple[re.Pattern[str], type[UserFacingError]], ...] = (
    (re.compile("too short|is empty", re.I), NothingHeard),
    (re.compile("longer than|too long|maximum content size", re.I), PromptTooLong),
    (re.compile("file format|be decoded|failed to decode|corrupt", re.I), Unreadable),
)


class Transcription:
    """`domain.speech.Transcriber` on one source. `model` is the operator's choice, "" the default."""

    most_bytes = MOST_BYTES

    def __init__(self, source: Source, model: str = "") -> None:
        self._source = source
        self._asked = model
        self._healing = Healing(source.wire.upload, _NEEDED)
        self._translates = True

    async def transcribe(self, path: Path, hints: Hints, *, safety_key: str, times: bool = False) -> Transcript:
        # The call knows no safety identifier, so `safety_key` stays here.
        recording = await recording_at(path)
        try:
            transcript = await self._source.first_answer(
                self._models(times=times),
                self._asked,
                lambda model: self._hear(model, recording, hints, times=times),
            )
        except RouteMissing as error:
            raise CannotHear(str(error)) from None
        if transcript is None:
            raise CannotHear(f"no model for transcription is left, asked for {self._asked or 'the default'}")
        return transcript

    async def to_english(self, path: Path, hints: Hints) -> Transcript | None:
        models = [model for model in self._line() if _hearing(model).translates] if self._translates else []
        if not models:
            return None
        recording = await recording_at(path)
        try:
            return await self._source.first_answer(
                models, self._asked, lambda model: self._translate(model, recording, hints)
            )
        except RouteMissing as error:
            log.warning("the provider does not translate recordings: %s", error)
        except ParameterRefused as refusal:
            if refusal.parameter != "model":
                raise
            log.warning("the provider's model does not translate recordings: %s", refusal)
        self._translates = False
        return None

    def _line(self) -> Iterator[Model]:
        return self._source.availability.line(self._asked, _CAPABILITY)

    def _models(self, *, times: bool) -> list[Model]:
        telling = (model for model in self._line() if times and _hearing(model).times)
        return list(dict.fromkeys(chain(telling, self._line())))

    async def _hear(self, model: Model, recording: Upload, hints: Hints, *, times: bool) -> Transcript:
        tells_times = times and (_hearing(model).times or not self._source.provider.speaks_openai)
        body: Body = {
            "model": model.id,
            "file": recording,
            "response_format": "verbose_json" if tells_times else "json",
        }
        if self._source.provider.speaks_openai:
            body |= _told_beforehand(_hearing(model), hints)
            body |= {"timestamp_granularities": ["segment"]} if tells_times else {}
        elif len(hints.languages) == 1:
            body["language"] = hints.languages[0]
        return _transcript(await self._ask("/audio/transcriptions", body), model)

    async def _translate(self, model: Model, recording: Upload, hints: Hints) -> Transcript:
        body: Body = {"model": model.id, "file": recording, "response_format": "json"}
        if hints.keywords and self._source.provider.speaks_openai:
            body["prompt"] = ", ".join(hints.keywords)
        return _transcript(await self._ask("/audio/translations", body), model)

    async def _ask(self, path: str, body: Body) -> JsonObject:
        try:
            return await self._healing.ask(path, body)
        except ParameterRefused as refusal:
            raise _about_the_file(refusal) or refusal from None


def _told_beforehand(hearing: Hearing, hints: Hints) -> Body:
    told: Body = {}
    if hearing.languages == "many" and hints.languages:
        told["languages"] = list(hints.languages)
    elif hearing.languages == "one" and len(hints.languages) == 1:  # of several one would be forced upon it
        told["language"] = hints.languages[0]
    if hearing.keywords and hints.keywords:
        told["keywords"] = list(hints.keywords)
    if hearing.context and (prompt := _prompt(hearing, hints)):
        told["prompt"] = prompt
    return told


def _prompt(hearing: Hearing, hints: Hints) -> str:
    """The words to be expected where they cannot be told apart, and the end of what was said before."""
    words = "" if hearing.keywords else ", ".join(hints.keywords)
    return f"{words} {hints.context[-_LONGEST_CONTEXT:]}".strip()


def _transcript(answer: JsonObject, model: Model) -> Transcript:
    usage = as_object(answer.get("usage"))
    languages = (as_text(as_object(language).get("code")) for language in as_list(answer.get("languages")))
    passages = (as_object(segment) for segment in as_list(answer.get("segments")))
    return Transcript(
        text=fit(as_text(answer.get("text"))).strip(),
        model=model.id,
        seconds=as_number(usage.get("seconds")) or as_number(answer.get("duration")),
        languages=tuple(language for language in languages if language),
        passages=tuple(
            Passage(
                as_number(passage.get("start")),
                as_number(passage.get("end")),
                fit(as_text(passage.get("text"))).strip(),
            )
            for passage in passages
        ),
    )


def _about_the_file(refusal: ParameterRefused) -> UserFacingError | None:
    """What a refusal says about the recording, if it is that which is refused."""
    for fits, error in _ABOUT_FILES:
        if fits.search(refusal.hint):
            return error(str(refusal))
    return Unreadable(str(refusal)) if refusal.parameter == "file" else None


def _hearing(model: Model) -> Hearing:
    return model.hearing or Hearing()
