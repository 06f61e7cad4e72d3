"""The paid step: asks the engine, shows the answer as it grows, and says how it ended."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from conversation.running import RunningTurn
from domain.engine import Engine, Prompt
from domain.errors import AnswerBroken, PromptRefused, RateLimited, UserFacingError
from domain.events import Event, Finished, ModelReplaced, TextDelta, ToolCalled
from domain.reply import Preview
from domain.run import ToolCall
from domain.texts import Sentence, Text
from domain.turn import Answer, ConversationKey, Ending

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 120.0  # how long a rate limit is waited out before the person is told to try again
LONGEST_ANSWER_SECONDS = 1800.0
_WORTH_TELLING_SECONDS = 5.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 30.0
_SILENT = Text("The model gave no answer. Please try again.")


def _ignored(_markdown: str) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class _Draft:
    """What has come so far; `on_text` is told of it as it grows."""

    on_text: Callable[[str], None]
    text: str = ""
    finished: Finished | None = None
    blind: ModelReplaced | None = None
    calls: list[ToolCall] = field(default_factory=list[ToolCall])
    notes: list[Sentence] = field(default_factory=list[Sentence])


class Generation:
    """Turns a prompt into an `Answer`, whatever happens on the way; only cancellation gets out."""

    def __init__(self, engine: Engine, tell_admins: Callable[[Sentence], None]) -> None:
        self._engine = engine
        self._tell_admins = tell_admins
        self._told_blind: set[tuple[ConversationKey, str]] = set()

    async def run(
        self,
        prompt: Prompt,
        preview: Preview,
        running: RunningTurn,
        say: Callable[[Sentence], str],
        *,
        on_text: Callable[[str], None] = _ignored,
    ) -> Answer:
        """The answer, its notes in the reader's language through `say`. `on_text` hears the text grow."""
        draft = _Draft(on_text)
        try:
            async with asyncio.timeout(LONGEST_ANSWER_SECONDS):
                await running.stoppable(self._ask_patiently(prompt, draft, preview, say))
            self._tell_of_blindness(draft, running)
        except UserFacingError as error:
            return self.failed(error, say, draft)
        except TimeoutError:
            return self.failed(AnswerBroken("the answer took too long"), say, draft)
        except Exception as error:  # the edge: whatever it is, the person is told and the rest goes on
            log.exception("answering failed unexpectedly")
            return self.failed(UserFacingError(type(error).__name__), say, draft)
        if running.stopped and draft.finished is None:
            return self.stopped(say, draft)
        if not draft.text.strip() and not draft.calls:
            return self.failed(_silence(draft), say, draft)
        return _finished(draft, say)

    def stopped(self, say: Callable[[Sentence], str], draft: _Draft | None = None) -> Answer:
        """What had come when the person stopped it."""
        return _answer(draft or _Draft(_ignored), Ending.STOPPED, [Text("Stopped.")], say)

    def failed(
        self, error: UserFacingError, say: Callable[[Sentence], str], draft: _Draft | None = None
    ) -> Answer:
        """What has come, with a note of what went wrong; the error's id is in the log, too."""
        error_id = secrets.token_hex(3)
        log.warning("answer failed, error %s: %s: %s", error_id, type(error).__name__, error)
        if error.for_admin is not None:
            self._tell_admins(error.for_admin)
        return _answer(
            draft or _Draft(_ignored), Ending.FAILED, [error.text, Text("Error {id}", id=error_id)], say
        )

    def _tell_of_blindness(self, draft: _Draft, running: RunningTurn) -> None:
        """Once per conversation: that another model looks at pictures is no news the second time."""
        event = draft.blind
        if event is None or (running.key, event.asked) in self._told_blind:
            return
        self._told_blind.add((running.key, event.asked))
        told = Text(
            "{asked} cannot look at this; {used} answers such questions.", asked=event.asked, used=event.used
        )
        draft.notes.append(told)

    async def _ask_patiently(
        self, prompt: Prompt, draft: _Draft, preview: Preview, say: Callable[[Sentence], str]
    ) -> None:
        """Waits out a rate limit as long as nothing has been shown and patience lasts."""
        waited, pause = 0.0, _FIRST_PAUSE_SECONDS
        while True:
            try:
                return await self._ask(prompt, draft, preview)
            except RateLimited as busy:
                pause = busy.retry_after_seconds or min(pause * 2, _LONGEST_PAUSE_SECONDS)
                if draft.text or waited + pause > PATIENCE_SECONDS:
                    raise
                if pause > _WORTH_TELLING_SECONDS:
                    busy_text = Text(
                        "The AI service is busy. I will go on in {seconds} s…", seconds=round(pause)
                    )
                    preview.show(say(busy_text))
                waited += pause
                await asyncio.sleep(pause)

    async def _ask(self, prompt: Prompt, draft: _Draft, preview: Preview) -> None:
        async with aclosing(self._engine.stream(prompt)) as events:
            async for event in events:
                _take(event, draft, preview)


def _take(event: Event, draft: _Draft, preview: Preview) -> None:
    match event:
        case TextDelta(text):
            draft.text += text
            preview.show(draft.text)
            draft.on_text(draft.text)
        case ModelReplaced(_, _, "blind"):
            draft.blind = event
        case ModelReplaced(asked, used):
            draft.notes.append(Text("{asked} is no longer available; {used} answered.", asked=asked, used=used))
        case ToolCalled(call):
            draft.calls.append(call)
        case Finished():
            draft.finished = event
        case _:
            return


def _silence(draft: _Draft) -> UserFacingError:
    if draft.finished is not None and draft.finished.ending is Ending.REFUSED:
        return PromptRefused("no text")
    return UserFacingError("no text", text=_SILENT)


def _finished(draft: _Draft, say: Callable[[Sentence], str]) -> Answer:
    ending = draft.finished.ending if draft.finished else Ending.INCOMPLETE
    if ending is Ending.INCOMPLETE:
        return _answer(draft, ending, [Text("The answer reached its length limit.")], say)
    return _answer(draft, ending, [], say)


def _answer(draft: _Draft, ending: Ending, notes: list[Sentence], say: Callable[[Sentence], str]) -> Answer:
    note = " · ".join(say(sentence) for sentence in (*draft.notes, *notes))
    if draft.finished is None:
        return Answer(draft.text, ending, note=note)
    calls = tuple(draft.calls)
    return Answer(draft.text, ending, draft.finished.model, draft.finished.usage, note, calls)
