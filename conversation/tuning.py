"""How answers are made where a chat has chosen: effort, length, temperature, seed, and JSON."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from pydantic import TypeAdapter

from conversation.schemas import Schema
from domain.catalogue import Model
from domain.engine import Prompt
from domain.errors import UserFacingError
from domain.limits import HOTTEST, SEEDS, SHORTEST_ANSWER_TOKENS, VERBOSITIES, Limits
from domain.run import AnswerFormat, Tuning
from domain.steps import JsonValue
from domain.texts import Sentence, Text
from domain.turn import Answer, ConversationKey, Turn
from storage.preferences import Preferences, Scope

log = logging.getLogger(__name__)

OFF: Final = "off"
"""The word that takes a choice back."""

_TUNING, _JSON, _SCHEMA, _FINGERPRINTS = "tuning", "json", "schema", "fingerprints"
_MOST_FINGERPRINTS = 20
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 64  # of a format, as OpenAI takes it
_ASCII_NUMBER = re.compile(r"[+-]?[0-9]{1,30}")
_tuning = TypeAdapter(Tuning)


class NotOffered(UserFacingError):
    """A value that the model does not take; `text` says what it takes."""

    text = Text("The model here does not take that.")


@dataclass(frozen=True, slots=True)
class Tunings:
    """What each conversation chose, and what of it holds. `limits` says what a `model`, by its id, takes."""

    preferences: Preferences
    limits: Callable[[Model], Limits]
    model: Callable[[str], Model]

    def chosen(self, key: ConversationKey) -> Tuning:
        found = self.preferences.get(Scope.conversation(key), _TUNING)
        return _tuning.validate_python(found) if found else Tuning()

    async def choose(self, key: ConversationKey, tuning: Tuning) -> None:
        dumped = _tuning.dump_python(tuning, mode="json", exclude_none=True)
        await self.preferences.set(Scope.conversation(key), _TUNING, dumped)

    def is_json(self, key: ConversationKey) -> bool:
        """Whether every answer of the conversation is JSON."""
        return self.preferences.get(Scope.conversation(key), _JSON) is True

    async def choose_json(self, key: ConversationKey, *, is_json: bool) -> None:
        await self.preferences.set(Scope.conversation(key), _JSON, is_json)

    def schema(self, key: ConversationKey) -> Schema | None:
        found = self.preferences.get(Scope.conversation(key), _SCHEMA)
        return cast("Schema", found) if isinstance(found, Mapping) else None

    async def choose_schema(self, key: ConversationKey, schema: Schema | None) -> None:
        await self.preferences.set(Scope.conversation(key), _SCHEMA, cast("JsonValue", schema))

    def applied(self, prompt: Prompt, turn: Turn) -> Prompt:
        """The prompt with what holds for this turn. What it says already, an assistant's effort, wins."""
        chosen = self.chosen(turn.key)
        tuning = replace(chosen, effort=prompt.tuning.effort or chosen.effort)
        wants_json = turn.as_json or self.is_json(turn.key)
        return replace(prompt, tuning=tuning, format=self._format(turn.key) if wants_json else prompt.format)

    def _format(self, key: ConversationKey) -> AnswerFormat:
        schema = self.schema(key)
        title = str((schema or {}).get("title") or "")
        return AnswerFormat(schema, _NOT_IN_NAMES.sub("_", title)[:_LONGEST_NAME].strip("_") or "answer")

    async def noted(self, turn: Turn, prompt: Prompt, answer: Answer, say: Callable[[Sentence], str]) -> Answer:
        """The answer with what there is to say of its seed."""
        seed = prompt.tuning.seed
        if seed is None or not answer.model:
            return answer
        model = self.model(answer.model)
        if not self.limits(model).seed:
            sentences = [Text("{model} takes no seed: this answer cannot be repeated.", model=model.title)]
        else:
            sentences = await self._fingerprint(turn.key, seed, answer)
        note = " · ".join(filter(None, [answer.note, *map(say, sentences)]))
        return replace(answer, note=note)

    async def _fingerprint(self, key: ConversationKey, seed: int, answer: Answer) -> list[Text]:
        """Also remembers it: another one next time means that the same seed may say something else."""
        if not answer.fingerprint:
            return [Text("Seed {seed}, no fingerprint", seed=seed)]
        scope = Scope.conversation(key)
        found = self.preferences.get(scope, _FINGERPRINTS)
        known = dict(found) if isinstance(found, dict) else {}
        before = known.pop(answer.model, None)
        kept = list(known.items())[1 - _MOST_FINGERPRINTS :]
        await self.preferences.set(scope, _FINGERPRINTS, {**dict(kept), answer.model: answer.fingerprint})
        told = [Text("Seed {seed}, fingerprint {fingerprint}", seed=seed, fingerprint=answer.fingerprint)]
        if before is not None and before != answer.fingerprint:
            changed = Text(
                "⚠️ The model's set-up has changed (it was {before}): the same seed may give another answer.",
                before=before,
            )
            told.append(changed)
        return told


def with_effort(tuning: Tuning, limits: Limits, word: str) -> Tuning:
    """All of these raise `NotOffered`, and take the word `OFF`."""
    return replace(tuning, effort=_one_of(limits.efforts, word))


def with_verbosity(tuning: Tuning, limits: Limits, word: str) -> Tuning:
    return replace(tuning, verbosity=_one_of(VERBOSITIES if limits.verbosity else (), word))


def with_temperature(tuning: Tuning, limits: Limits, word: str) -> Tuning:
    if word == OFF:
        return replace(tuning, temperature=None)
    if not limits.takes_temperature(tuning):
        raise NotOffered("temperature", text=no_temperature(limits))
    number = re.fullmatch(r"[0-9](?:[.,][0-9]{1,4})?", word)
    temperature = float(word.replace(",", ".")) if number else -1.0
    if not 0 <= temperature <= HOTTEST:
        raise NotOffered("temperature", text=Text("A temperature is a number from 0 to 2, such as 0.7."))
    return replace(tuning, temperature=temperature)


def with_length(tuning: Tuning, limits: Limits, word: str) -> Tuning:
    if word == OFF:
        return replace(tuning, max_output_tokens=None)
    most = int(word) if re.fullmatch(r"[0-9]{1,9}", word) else 0
    if not SHORTEST_ANSWER_TOKENS <= most <= limits.max_output_tokens:
        raise NotOffered(
            "length",
            text=Text(
                "The longest answer is a number of tokens from {fewest} to {most}.",
                fewest=f"{SHORTEST_ANSWER_TOKENS:,}",
                most=f"{limits.max_output_tokens:,}",
            ),
        )
    return replace(tuning, max_output_tokens=most)


def with_seed(tuning: Tuning, limits: Limits, word: str) -> Tuning:
    if word == OFF:
        return replace(tuning, seed=None)
    if not limits.seed:
        raise NotOffered(
            "seed",
            text=Text(
                "The model here takes no seed, so its answers cannot be repeated. Models that are asked "
                "through Chat Completions take one."
            ),
        )
    seed = int(word) if _ASCII_NUMBER.fullmatch(word) else None
    if seed is None or not SEEDS[0] <= seed <= SEEDS[1]:
        raise NotOffered(
            "seed",
            text=Text(
                "A seed is a whole number from {least} to {most}, such as 10086.", least=SEEDS[0], most=SEEDS[1]
            ),
        )
    return replace(tuning, seed=seed)


def no_temperature(limits: Limits) -> Text:
    """Why none can be chosen."""
    if limits.sampling == "without_effort":
        return Text("The model here takes a temperature with the effort “none” only.")
    return Text("The model here takes no temperature.")


def _one_of(offered: tuple[str, ...], word: str) -> str | None:
    if word == OFF:
        return None
    if not offered:
        raise NotOffered("nothing to choose")
    if word not in offered:
        raise NotOffered("not offered", text=Text("Choose one of: {values}.", values=", ".join(offered)))
    return word
