"""Text that is paid for: the engine and the completer, with every answer and every hosted tool on the bill."""

import logging
import math
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from conversation.money.deadline import until
from conversation.money.errors import CodeTooLong
from conversation.money.hosted import Tooling
from conversation.money.ledger import Bill, Entry, Paying
from conversation.money.meter import Meter, input_tokens
from domain.catalogue import Catalogue, Model
from domain.engine import Engine, Prompt, completed
from domain.errors import UserFacingError
from domain.events import Begun, Event, Finished
from domain.money import Consumed, Purpose, cost
from domain.turn import Usage

log = logging.getLogger(__name__)

LONGEST_LIMITED_TOKENS = 16_000
"""Where budgets hold, no answer may be longer: what a model might write at most would claim a whole budget."""

_SHORTEST_WORTHWHILE_TOKENS = 500
_DOUBT = 1.34  # `estimate_tokens` is right within a third


@dataclass(frozen=True, slots=True)
class PaidEngine:
    """`domain.engine.Engine` and `Completer` around another one.

    Without a `purpose` it is chat, or vision where pictures are shown. Where budgets hold, an answer may not
    grow beyond what is set aside for it, nor may the provider's tools. A stopped or broken stream tells nothing
    of its usage: then its text so far counts, by estimate.
    """

    engine: Engine
    paying: Paying
    catalogue: Callable[[], Catalogue]
    purpose: Purpose | None = None

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        expected = self._expected(prompt)
        async with self.paying.paying(self._bill(expected)) as entry:
            bounded = expected.bounded(entry)
            meter = Meter(bounded.prompt, self.catalogue(), self.paying.sessions)
            entry.so_far = meter.so_far
            async with aclosing(self._in_time(bounded, meter)) as events:
                async for event in events:
                    meter.take(event)
                    match event:
                        case Begun(response_id):
                            await entry.begun(response_id)  # by which it is followed, and deleted there
                        case Finished():
                            one = meter.whole(event)
                            await entry.settle(one.model, one.used, tools=one.tools, is_known=one.is_known)
                        case _:
                            pass
                    yield event

    async def resume(self, prompt: Prompt, response_id: str) -> AsyncGenerator[Event]:
        """What it costs was set aside when it began, and counts as expected until its end is known."""
        expected = self._expected(prompt)
        meter = Meter(prompt, self.catalogue(), self.paying.sessions)
        async with aclosing(self.engine.resume(prompt, response_id)) as events:
            async for event in events:
                meter.take(event)
                if isinstance(event, Finished):
                    one, bill = meter.whole(event), self._bill(expected)
                    await self.paying.correct(
                        response_id, bill, one.model, one.used, tools=one.tools, is_known=one.is_known
                    )
                yield event

    async def cancel(self, response_id: str) -> None:
        await self.engine.cancel(response_id)

    async def complete(self, prompt: Prompt) -> tuple[str, Usage]:
        return await completed(self, prompt)

    async def _in_time(self, bounded: "_Bounded", meter: Meter) -> AsyncGenerator[Event]:
        """The events, until code has run for as long as it may. Then raises `CodeTooLong`."""
        in_background = ""
        async with (
            aclosing(self.engine.stream(bounded.prompt)) as stream,
            aclosing(until(stream, lambda: bounded.end(meter))) as events,
        ):
            try:
                async for event in events:
                    if isinstance(event, Begun) and event.in_background:
                        in_background = event.response_id
                    yield event
            except CodeTooLong:
                await self._end(in_background)
                raise

    async def _end(self, response_id: str) -> None:
        try:
            if response_id:
                await self.engine.cancel(response_id)
        except UserFacingError as error:
            log.info("an answer in the background could not be cancelled: %s", type(error).__name__)

    def _expected(self, prompt: Prompt) -> "_Expected":
        catalogue, owed = self.catalogue(), self.paying.sessions.owed(prompt.hosted.container)
        tokens = math.ceil(input_tokens(prompt, catalogue.models.get(prompt.model)) * _DOUBT)
        return _Expected(prompt, catalogue, tokens, owed)

    def _bill(self, expected: "_Expected") -> Bill:
        prompt = expected.prompt
        most, least = expected.most(), expected.least()
        return Bill(self._purpose(prompt), prompt.model, most, least, expected.most_of_tools() or 0)

    def _purpose(self, prompt: Prompt) -> Purpose:
        if self.purpose is not None:
            return self.purpose
        return Purpose.VISION if any(message.pictures for message in prompt.messages) else Purpose.CHAT


@dataclass(frozen=True, slots=True)
class _Bounded:
    """A prompt within what is set aside for it. Code may run for `code_minutes`, None: as long as it takes."""

    prompt: Prompt
    code_minutes: int | None = None

    def end(self, meter: Meter) -> float | None:
        """When code has run for too long, by the monotonic clock."""
        if meter.code_began is None or self.code_minutes is None:
            return None
        return meter.code_began + self.code_minutes * 60


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a prompt of so many tokens may come to.

    `owed_minutes` of its container are to be paid beside those it will run.
    """

    prompt: Prompt
    catalogue: Catalogue
    input_tokens: int
    owed_minutes: int

    @property
    def model(self) -> Model | None:
        return self.catalogue.models.get(self.prompt.model)

    @property
    def output_tokens(self) -> int:
        """The longest answer that budgets leave room for."""
        chosen = self.prompt.tuning.max_output_tokens or self.prompt.max_output_tokens
        most = self.model.max_output_tokens if self.model else chosen
        return min(self.prompt.max_output_tokens, chosen, most, LONGEST_LIMITED_TOKENS)

    @property
    def tooling(self) -> Tooling:
        hosted, prices = self.prompt.hosted, self.catalogue.hosted
        return Tooling(hosted, self.input_tokens, self.model, prices, self.owed_minutes)

    def most(self) -> int | None:
        text, tools = self._text(self.output_tokens), self.most_of_tools()
        return None if text is None or tools is None else text + tools

    def most_of_tools(self) -> int | None:
        return self.tooling.most()

    def least(self) -> int | None:
        """With an answer just long enough to be worth asking for, and none of the provider's tools."""
        return self._text(min(_SHORTEST_WORTHWHILE_TOKENS, self.output_tokens))

    def bounded(self, entry: Entry) -> _Bounded:
        """The prompt within what is set aside: its answer no longer, and no tools that cost more."""
        if not entry.is_limited:
            return _Bounded(self.prompt)
        allowed = self.tooling.within(entry.granted - (self.least() or 0))
        prompt = replace(self.prompt, hosted=allowed.hosted)
        text, bare = self._text(self.output_tokens), self._text(0)
        if text is not None and bare is not None and text > bare:
            left = entry.granted - bare - allowed.microdollars
            longest = min(self.output_tokens, self.output_tokens * left // (text - bare))
            prompt = replace(prompt, max_output_tokens=max(1, longest))
        return _Bounded(prompt, allowed.minutes if allowed.hosted.container else None)

    def _text(self, output_tokens: int) -> int | None:
        if self.model is None:
            return None
        usage = Usage(input_tokens=self.input_tokens)
        # A prompt that is not cached yet may be charged for being written into the cache.
        usage = replace(usage, cache_write_tokens=usage.input_tokens, output_tokens=output_tokens)
        return cost(self.model, Consumed(text=usage))
