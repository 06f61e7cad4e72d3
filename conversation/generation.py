"""The paid step: asks the engine, has its calls worked on, and shows the answer as it grows."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, cast

from pydantic import TypeAdapter

from conversation.calls import Calls
from conversation.draft import Draft, Part
from conversation.running import RunningTurn
from domain.engine import Engine, Prompt
from domain.errors import AnswerBroken, PromptRefused, RateLimited, UserFacingError
from domain.events import Event, TextDelta, Working
from domain.reply import Preview
from domain.run import RunStepKind
from domain.steps import Json
from domain.texts import Sentence, Text
from domain.turn import Answer, ConversationKey, Ending

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 120.0  # how long a rate limit is waited out before the person is told to try again
LONGEST_ANSWER_SECONDS = 1800.0
MOST_ROUNDS: Final = 20  # of tool calls; then the model has to answer with what it knows
_WORTH_TELLING_SECONDS = 5.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 30.0
_SILENT = Text("The model gave no answer. Please try again.")
_DOING: Final[dict[RunStepKind, Sentence]] = {
    "code": Text("Running code…"),
    "web_search": Text("Searching the web…"),
    "file_search": Text("Searching the files…"),
}
_part = TypeAdapter(Part)


def _ignored(_markdown: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who follows the answer: its preview, the person's language through `say`, and who hears the text grow."""

    preview: Preview
    say: Callable[[Sentence], str]
    on_text: Callable[[str], None] = _ignored

    def show(self, draft: Draft, activity: str = "") -> None:
        doing = f"_{activity}_" if activity else ""
        self.preview.show("\n\n".join(part for part in (draft.text, doing) if part))


class Generation:
    """Turns a prompt into an `Answer`, whatever happens on the way; only cancellation gets out."""

    def __init__(self, engine: Engine, tell_admins: Callable[[Sentence], None]) -> None:
        self._engine = engine
        self._tell_admins = tell_admins
        self._told_blind: set[tuple[ConversationKey, str]] = set()

    async def run(self, prompt: Prompt, audience: Audience, running: RunningTurn, calls: Calls) -> Answer:
        """The answer, its notes in the reader's language. The steps of `calls` record what is finished."""
        draft, say = Draft(), audience.say
        try:
            async with asyncio.timeout(LONGEST_ANSWER_SECONDS):
                await running.stoppable(self._converse(prompt, draft, audience, calls))
            self._tell_of_blindness(draft, running)
        except UserFacingError as error:
            return self.failed(error, say, draft)
        except TimeoutError:
            return self.failed(AnswerBroken("the answer took too long"), say, draft)
        except Exception as error:  # the edge: whatever it is, the person is told and the rest goes on
            log.exception("answering failed unexpectedly")
            return self.failed(UserFacingError(type(error).__name__), say, draft)
        if running.stopped and not draft.is_complete:
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
        if error.for_admin is not None:
            self._tell_admins(error.for_admin)
        return _answer(draft or Draft(), Ending.FAILED, [error.text, Text("Error {id}", id=error_id)], say)

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

    async def _converse(self, prompt: Prompt, draft: Draft, audience: Audience, calls: Calls) -> None:
        """Asks until the model calls nothing more, or all its calls have spoken for themselves."""
        for number in range(MOST_ROUNDS + 1):
            is_last = number == MOST_ROUNDS
            asked = replace(prompt, may_call=False) if is_last else prompt
            part = await self._part(asked, number, draft, audience, calls)
            if is_last or not part.calls:
                break
            audience.show(draft, calls.activity(part.calls))
            done = await calls.work(number, part.calls)
            draft.add(done)
            if all(one.told for one in done):
                break
            prompt = replace(prompt, rounds=(*prompt.rounds, part.as_round(done)))
        draft.is_complete = True

    async def _part(self, prompt: Prompt, number: int, draft: Draft, audience: Audience, calls: Calls) -> Part:
        """One request. If it calls tools it is recorded, since their work shall not be paid for nothing."""
        steps, step = calls.order.steps, f"round:{number}"
        if (recorded := await steps.result(step)) is not None:
            draft.parts.append(_part.validate_python(recorded))
            audience.show(draft)
            return draft.part
        await self._ask_patiently(prompt, draft, audience)
        if draft.part.calls:
            await steps.record(step, cast("Json", _part.dump_python(draft.part, mode="json")))
        return draft.part

    async def _ask_patiently(self, prompt: Prompt, draft: Draft, audience: Audience) -> None:
        """Waits out a rate limit as long as nothing has been shown and patience lasts."""
        waited, pause = 0.0, _FIRST_PAUSE_SECONDS
        part = draft.begin_part()
        while True:
            try:
                return await self._ask(prompt, draft, audience)
            except RateLimited as busy:
                pause = busy.retry_after_seconds or min(pause * 2, _LONGEST_PAUSE_SECONDS)
                if part.text or waited + pause > PATIENCE_SECONDS:
                    raise
                if pause > _WORTH_TELLING_SECONDS:
                    busy_text = Text(
                        "The AI service is busy. I will go on in {seconds} s…", seconds=round(pause)
                    )
                    audience.show(draft, audience.say(busy_text))
                waited += pause
                await asyncio.sleep(pause)

    async def _ask(self, prompt: Prompt, draft: Draft, audience: Audience) -> None:
        async with aclosing(self._engine.stream(prompt)) as events:
            async for event in events:
                draft.take(event)
                _follow(event, draft, audience)


def _follow(event: Event, draft: Draft, audience: Audience) -> None:
    match event:
        case TextDelta():
            audience.show(draft)
            audience.on_text(draft.text)
        case Working(kind) if kind in _DOING:
            audience.show(draft, audience.say(_DOING[kind]))
        case _:
            return


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
