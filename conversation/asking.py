"""One request of an answer: asked patiently, shown as it comes, gone on with if it outlives our listening."""

import asyncio
import itertools
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, cast

from pydantic import TypeAdapter

from conversation.draft import Draft, Part
from domain.engine import Engine, Prompt
from domain.errors import (
    AnswerBroken,
    AnswerFailed,
    AnswerLost,
    HostedGone,
    ProviderUnreachable,
    RateLimited,
    UserFacingError,
)
from domain.events import Begun, Event, FileMade, PictureShown, TextDelta, Working
from domain.reply import Preview
from domain.run import MadeFile, Remote, RunStepKind
from domain.steps import Json, Steps
from domain.texts import Sentence, Text

log = logging.getLogger(__name__)

FORGOTTEN: Final = "forgotten"
"""The step that says that the provider's conversation does not hold the whole answer."""

PATIENCE_SECONDS = 120.0  # how long a rate limit is waited out before the person is told to try again
_WORTH_TELLING_SECONDS = 5.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 30.0
_MOST_RECONNECTIONS: Final = 2  # then the provider may have forgotten it: known to stay "queued" for good
_DOING: Final[dict[RunStepKind, Sentence]] = {
    "code": Text("Running code…"),
    "web_search": Text("Searching the web…"),
    "file_search": Text("Searching the files…"),
}
_part = TypeAdapter(Part)


def _ignored(_markdown: str) -> None:
    """Nobody listens."""


async def _as_it_was(prompt: Prompt) -> Prompt:
    return prompt


async def _not_kept(_url: str) -> MadeFile | None:
    return None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who follows the answer: its preview, the person's language through `say`, and who hears the text grow.

    `renew` gives the prompt with what the provider has lost made again; `keep` makes a file of a picture that
    comes as a `data:` address.
    """

    preview: Preview
    say: Callable[[Sentence], str]
    on_text: Callable[[str], None] = _ignored
    renew: Callable[[Prompt], Awaitable[Prompt]] = _as_it_was
    keep: Callable[[str], Awaitable[MadeFile | None]] = _not_kept

    def show(self, draft: Draft, activity: str = "") -> None:
        doing = f"_{activity}_" if activity else ""
        self.preview.show("\n\n".join(part for part in (draft.text, doing) if part))


@dataclass(frozen=True, slots=True)
class Asking:
    """The requests of one answer. Its `steps` know which have ended, and which the provider works on."""

    engine: Engine
    draft: Draft
    audience: Audience
    steps: Steps

    async def part(self, prompt: Prompt, number: int) -> tuple[Part, Prompt]:
        """What the request with that number brings, and the prompt, with what was lost of it made again.

        If it calls tools it is recorded: it has been paid for.
        """
        if (recorded := await self.steps.result(_round(number))) is not None:
            self.draft.parts.append(_part.validate_python(recorded))
            self.audience.show(self.draft)
            return self.draft.part, await self._without_memory(prompt)
        prompt = await self._asked_or_followed(prompt, number)
        part = self.draft.part
        if part.calls:
            await self.steps.record(_round(number), cast("Json", _part.dump_python(part, mode="json")))
        return part, prompt

    async def cancel(self) -> None:
        """The person has stopped it; so shall the provider, if it works on it in the background."""
        number = 0
        while (begun := await self.steps.result(_begun(number))) is not None:
            if await self.steps.result(_round(number)) is None:
                await self._tell_to_end(str(begun["id"]))
            number += 1

    async def _asked_or_followed(self, prompt: Prompt, number: int) -> Prompt:
        """What is made in the background goes on without us: after a restart, or when a connection is lost."""
        self.draft.begin_part()
        if await self.steps.result(_begun(number)) is None:
            try:
                return await self._ask_patiently(prompt, number)
            except (AnswerBroken, ProviderUnreachable) as error:
                if isinstance(error, AnswerFailed) or await self.steps.result(_begun(number)) is None:
                    raise
                log.info("the connection to an answer in the background is lost: %s", type(error).__name__)
        if not await self._followed(prompt, number):
            self.draft.begin_part_anew()
            return await self._ask_patiently(prompt, number)
        return await self._without_memory(prompt)

    async def _without_memory(self, prompt: Prompt) -> Prompt:
        """Once it was interrupted, nobody knows what the provider's conversation holds: all is sent along."""
        if prompt.remote.conversation:
            await self.steps.record(FORGOTTEN, {})
        return replace(prompt, remote=Remote(in_background=prompt.remote.in_background))

    async def _followed(self, prompt: Prompt, number: int) -> bool:
        """False if it has to be asked for anew: the provider has lost it, or says nothing of it."""
        begun = await self.steps.result(_begun(number))
        response_id = str(begun["id"]) if begun is not None else ""
        for _ in range(_MOST_RECONNECTIONS):
            self.draft.begin_part_anew()
            try:
                await self._listen(self.engine.resume(prompt, response_id), number)
            except (AnswerLost, HostedGone) as error:
                log.warning("an answer in the background is lost: %s", error)
                return False
            except AnswerFailed:
                raise
            except (AnswerBroken, ProviderUnreachable) as error:
                log.info("the connection to an answer in the background is lost: %s", type(error).__name__)
            else:
                return True
        await self._tell_to_end(response_id)
        return False

    async def _tell_to_end(self, response_id: str) -> None:
        try:
            await self.engine.cancel(response_id)
        except UserFacingError as error:
            log.info("an answer in the background could not be cancelled: %s", type(error).__name__)

    async def _ask_patiently(self, prompt: Prompt, number: int) -> Prompt:
        """Waits out a rate limit as long as nothing has been shown and patience lasts.

        What the provider kept for the prompt and has lost is made again, once.
        """
        waited, pause, is_renewed = 0.0, _FIRST_PAUSE_SECONDS, False
        while True:
            try:
                await self._listen(self.engine.stream(prompt), number)
                return replace(
                    prompt, remote=replace(prompt.remote, is_current=bool(prompt.remote.conversation))
                )
            except HostedGone as gone:
                if is_renewed:
                    raise
                log.info("what the provider kept is gone: %s", gone)
                self.draft.begin_part_anew()
                prompt, is_renewed = await self.audience.renew(prompt), True
            except RateLimited as busy:
                pause = busy.retry_after_seconds or min(pause * 2, _LONGEST_PAUSE_SECONDS)
                if self.draft.part.text or waited + pause > PATIENCE_SECONDS:
                    raise
                if pause > _WORTH_TELLING_SECONDS:
                    busy_text = Text(
                        "The AI service is busy. I will go on in {seconds} s…", seconds=round(pause)
                    )
                    self.audience.show(self.draft, self.audience.say(busy_text))
                waited += pause
                await asyncio.sleep(pause)

    async def _listen(self, stream: AsyncGenerator[Event], number: int) -> None:
        async with aclosing(stream) as events:
            async for event in events:
                self.draft.take(event)
                match event:
                    case Begun(response_id, in_background):
                        step = _begun(number) if in_background else f"kept:{number}"
                        await self.steps.record(step, {"id": response_id})
                    case TextDelta():
                        self.audience.show(self.draft)
                        self.audience.on_text(self.draft.text)
                    case Working(kind) if kind in _DOING:
                        self.audience.show(self.draft, self.audience.say(_DOING[kind]))
                    case PictureShown(url):
                        if (made := await self.audience.keep(url)) is not None:
                            self.draft.take(FileMade(made))
                    case _:
                        continue


async def kept_responses(steps: Steps) -> list[str]:
    """The ids of what the provider has kept of an answer with these steps."""
    found: list[str] = []
    for number in itertools.count():
        recorded = [await steps.result(step) for step in (_begun(number), f"kept:{number}")]
        ids = [str(one["id"]) for one in recorded if one is not None]
        if not ids and await steps.result(_round(number)) is None:
            return found
        found += ids
    return found


def _round(number: int) -> str:
    return f"round:{number}"


def _begun(number: int) -> str:
    return f"response:{number}"
