"""Hearing: the recordings of a turn become words, each paid for once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from domain.errors import NothingHeard, UserFacingError
from domain.material import Brought, Material, Recording
from domain.speech import Hints, Transcriber
from domain.texts import Sentence
from domain.turn import Turn
from storage.files import Files

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hearing:
    files: Files
    transcriber: Transcriber

    async def hear(
        self,
        turn: Turn,
        material: Material,
        hints: Hints,
        *,
        safety_key: str,
        say: Callable[[Sentence], str],
    ) -> Material:
        """The material with the words of its recordings.

        Raises `NothingHeard`, or what went wrong, where nothing else is left to be answered.
        """
        problems: list[UserFacingError] = []

        async def heard(recording: Recording) -> Recording:
            try:
                transcript = await self.transcriber.transcribe(
                    self.files.path(recording.file), hints, safety_key=safety_key
                )
            except UserFacingError as error:
                log.warning("a recording could not be heard: %s: %s", type(error).__name__, error)
                problems.append(error)
                return replace(recording, words="")
            if recording.is_speech and not transcript.text.strip():
                problems.append(NothingHeard())
            return replace(recording, words=transcript.text.strip())

        brought: list[Brought] = []
        for one in material.brought:
            recordings = tuple([await heard(recording) for recording in one.recordings])
            brought.append(replace(one, recordings=recordings))
        done = Material(tuple(brought), material.problems)
        if problems and not _has_more(turn, done):
            raise problems[0]
        sentences = dict.fromkeys(say(problem.text) for problem in problems)
        return replace(done, problems=(*done.problems, *sentences))


def _has_more(turn: Turn, material: Material) -> bool:
    words = any(said.text.strip() for said in turn.said)
    heard = any(recording.words for recording in material.recordings)
    return words or heard or bool(material.pictures or material.papers)
