"""The paid step: asks the engine, has its calls worked on, and shows the answer as it grows."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from conversation.asking import Asking, Audience
from conversation.calls import Calls
from conversation.draft import Draft
from conversation.running import RunningTurn
from domain.engine import Engine, Prompt
from domain.errors import AnswerBroken, PromptRefused, UserFacingError
from domain.texts import Sentence, Text
from domain.turn import Answer, ConversationKey, Ending

log = logging.getLogger(__name__)

LONGEST_ANSWER_SECONDS = 1800.0
MOST_ROUNDS: Final = 20  # of tool calls; then the model has to answer with what it knows
_SILENT = Text("The model gave no answer. Please try again.")


def _forgotten(_error_id: str, _error: UserFacingError) -> None:
    """Nobody writes it down."""


class Generation:
    """Turns a prompt into an `Answer`, whatever happens on the way; only cancellation gets out."""

    def __init__(
        self,
        engine: Engine,
        tell_admins: Callable[[Sentence], None],
        note_failure: Callable[[str, UserFacingError], None] = _forgotten,
    ) -> None:
        self._engine = engine
        self._note_failure = note_failure
        self._tell_admins = tell_admins
        self._told_blind: set[tuple[ConversationKey, str]] = set()

    async def run(self, prompt: Prompt, audience: Audience, running: RunningTurn, calls: Calls) -> Answer:
        """The answer, its notes in the reader's language. The steps of `calls` record what is finished."""
        draft, say = Draft(), audience.say
        asking = Asking(self._engine, draft, audience, calls.order.steps)
        try:
            async with asyncio.timeout(LONGEST_ANSWER_SECONDS):
                await running.stoppable(self._converse(prompt, asking, calls))
            self._tell_of_blindness(draft, running)
        except UserFacingError as error:
            return self.failed(error, say, draft)
        except TimeoutError:
            return self.failed(AnswerBroken("the answer took too long"), say, draft)
        except Exception as error:  # the edge: whatever it is, the person is told and the rest goes on
            log.exception("answering failed unexpectedly")
            return self.failed(UserFacingError(type(error).__name__), say, draft)
        if running.stopped and not draft.is_complete:
            await asking.cancel()
            return self.stopped(say, draft)
        if not (draft.text.strip() or draft.told or draft.problems):
            return self.failed(_silence(draft), say, draft)
        return _finished(draft, say)

    def stopped(self, say: Callable[[Sentence], str], draft: Draft | None = None) -> Answer:
        """What had come when the person stopped it."""
        return _answer(draft or Draft(), Ending.STOPPED, [Text("Stopped.")], say)

    def failed(
        self, error: UserFacingError, say: Callable[[Sentence], str], draft: Draft | None = None
    ) -> Answer:
        """What has come, with a note of what went wrong; the error's id is in the log, too."""
        error_id = secrets.token_hex(3)
        log.warning("answer failed, error %s: %s: %s", error_id, type(error).__name__, error)
        self._note_failure(error_id, error)
        if error.for_admin is not None:
            self._tell_admins(error.for_admin)
        notes: list[Sentence] = [error.text, Text("Error {id}", id=error_id)]
        failed = _answer(draft or Draft(), Ending.FAILED, notes, say)
        return replace(failed, can_be_retried=error.may_pass)

    def _tell_of_blindness(self, draft: Draft, running: RunningTurn) -> None:
        """Once per conversation: that another model looks at pictures is no news the second time."""
        event = draft.blind
        if event is None or (running.key, event.asked) in self._told_blind:
            return
        self._told_blind.add((running.key, event.asked))
        told = Text(
            "{asked} cannot look at this; {used} answers such questions.", asked=event.asked, used=event.used
        )
        draft.notes.append(told)

    async def _converse(self, prompt: Prompt, asking: Asking, calls: Calls) -> None:
        """Asks until the model calls nothing more, or all its calls have spoken for themselves."""
        draft = asking.draft
        for number in range(MOST_ROUNDS + 1):
            is_last = number == MOST_ROUNDS
            part, prompt = await asking.part(replace(prompt, may_call=not is_last), number)
            if is_last or not part.calls:
                break
            asking.audience.show(draft, calls.activity(part.calls))
            done = await calls.work(number, part.calls)
            draft.add(done)
            if all(one.told for one in done):
                break
            prompt = replace(prompt, rounds=(*prompt.rounds, part.as_round(done)))
        draft.is_complete = True


def _silence(draft: Draft) -> UserFacingError:
    if draft.part.ending is Ending.REFUSED:
        return PromptRefused("no text")
    return UserFacingError("no text", text=_SILENT)


def _finished(draft: Draft, say: Callable[[Sentence], str]) -> Answer:
    ending = draft.part.ending or Ending.INCOMPLETE
    if ending is Ending.INCOMPLETE:
        return _answer(draft, ending, [Text("The answer reached its length limit.")], say)
    return _answer(draft, ending, [], say)


def _answer(draft: Draft, ending: Ending, notes: list[Sentence], say: Callable[[Sentence], str]) -> Answer:
    text = draft.text if draft.text.strip() else "\n\n".join(draft.told)
    sentences = (*draft.problems, *(say(sentence) for sentence in (*draft.notes, *notes)))
    return Answer(
        text=text,
        ending=ending,
        model=next((part.model for part in reversed(draft.parts) if part.model), ""),
        usage=draft.usage,
        note=" · ".join(dict.fromkeys(sentences)),
        run=draft.run,
        citations=draft.citations,
        files=draft.files,
        fingerprint=next((part.fingerprint for part in reversed(draft.parts) if part.fingerprint), ""),
    )
