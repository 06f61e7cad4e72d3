"""Text that is paid for: the engine and the completer, with every answer and every hosted tool on the bill."""

import math
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Self

from conversation.gallery import DEFAULT_VISION
from conversation.money.ledger import Bill, Entry, Paying, SoFar
from conversation.seeing import picture_tokens
from conversation.tokens import estimate_tokens
from domain.catalogue import Catalogue, Model
from domain.engine import Engine, Prompt, PromptMessage, completed
from domain.events import Begun, Event, Finished, ModelReplaced, TextDelta, ToolCalled, Worked
from domain.material import Picture
from domain.money import Consumed, HostedTool, Purpose, cost, hosted_cost
from domain.run import Hosted
from domain.turn import Usage

LONGEST_LIMITED_TOKENS = 16_000
"""Where budgets hold, no answer may be longer: what a model might write at most would claim a whole budget."""

_SHORTEST_WORTHWHILE_TOKENS = 500
_DOUBT = 1.34  # `estimate_tokens` is right within a third
_FILE_TOKENS = 20_000  # of a document that the model reads itself, whose length only its provider knows
_PAGE = ("http://", "https://")
_CONTAINER_IDLE_MINUTES = 20  # a container without work for so long is gone


@dataclass(frozen=True, slots=True)
class PaidEngine:
    """`domain.engine.Engine` and `Completer` around another one.

    Without a `purpose` it is chat, or vision where pictures are shown. Where budgets hold, an answer may not
    grow beyond what is set aside for it. A stopped or broken stream tells nothing of its usage: then its text
    so far counts, by estimate.
    """

    engine: Engine
    paying: Paying
    catalogue: Callable[[], Catalogue]
    purpose: Purpose | None = None
    _containers: dict[str, float] = field(default_factory=dict[str, float])

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        expected = _Expected.of(prompt, self.catalogue())
        async with self.paying.paying(self._bill(expected)) as entry:
            meter = _Meter(expected, self.catalogue(), self._containers)
            entry.so_far = meter.so_far
            async with aclosing(self.engine.stream(expected.bounded(entry))) as events:
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
        expected = _Expected.of(prompt, self.catalogue())
        meter = _Meter(expected, self.catalogue(), self._containers)
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

    def _bill(self, expected: "_Expected") -> Bill:
        prompt = expected.prompt
        return Bill(self._purpose(prompt), prompt.model, expected.most(), expected.least())

    def _purpose(self, prompt: Prompt) -> Purpose:
        if self.purpose is not None:
            return self.purpose
        return Purpose.VISION if any(message.pictures for message in prompt.messages) else Purpose.CHAT


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a prompt may come to."""

    prompt: Prompt
    catalogue: Catalogue
    input_tokens: int

    @classmethod
    def of(cls, prompt: Prompt, catalogue: Catalogue) -> Self:
        """Counts the prompt once, for all the questions after what it costs."""
        return cls(prompt, catalogue, input_tokens(prompt, catalogue.models.get(prompt.model)))

    @property
    def model(self) -> Model | None:
        return self.catalogue.models.get(self.prompt.model)

    @property
    def output_tokens(self) -> int:
        """The longest answer that budgets leave room for."""
        chosen = self.prompt.tuning.max_output_tokens or self.prompt.max_output_tokens
        most = self.model.max_output_tokens if self.model else chosen
        return min(self.prompt.max_output_tokens, chosen, most, LONGEST_LIMITED_TOKENS)

    def most(self) -> int | None:
        return self._sum(self._text(self.output_tokens), *self._hosted())

    def least(self) -> int | None:
        """With an answer just long enough to be worth asking for, and none of the provider's tools."""
        return self._text(min(_SHORTEST_WORTHWHILE_TOKENS, self.output_tokens))

    def bounded(self, entry: Entry) -> Prompt:
        """The prompt within what is set aside: its answer no longer, and no tools that cost more."""
        text, bare, least = self._text(self.output_tokens), self._text(0), self.least()
        tools = self._sum(*self._hosted())
        if not entry.is_limited or text is None or bare is None or least is None or text <= bare:
            return self.prompt
        prompt, left = self.prompt, entry.granted - bare
        if tools is not None and prompt.hosted:
            if entry.granted < least + tools:
                prompt = replace(prompt, hosted=Hosted())
            else:
                left -= tools
        longest = min(self.output_tokens, self.output_tokens * left // (text - bare))
        return replace(prompt, max_output_tokens=max(1, longest))

    def _text(self, output_tokens: int) -> int | None:
        if self.model is None:
            return None
        usage = Usage(input_tokens=math.ceil(self.input_tokens * _DOUBT))
        # A prompt that is not cached yet may be charged for being written into the cache.
        usage = replace(usage, cache_write_tokens=usage.input_tokens, output_tokens=output_tokens)
        return cost(self.model, Consumed(text=usage))

    def _sum(self, *parts: int | None) -> int | None:
        return None if None in parts else sum(part or 0 for part in parts)

    def _hosted(self) -> Iterable[int | None]:
        """One call of each tool that may be used; how many there will be is the model's choice."""
        prices, hosted = self.catalogue.hosted, self.prompt.hosted
        if hosted.web_search:
            yield hosted_cost(prices, "web_search", Consumed(calls=1))
        if hosted.stores:
            yield hosted_cost(prices, "file_search", Consumed(calls=1))
        if hosted.container:
            yield hosted_cost(prices, "code", Consumed(minutes=prices.container_least_minutes))


@dataclass(slots=True)
class _Meter:
    """What one stream has used by now."""

    expected: _Expected
    catalogue: Catalogue
    containers: dict[str, float]
    model_id: str = ""
    written: int = 0
    has_begun: bool = False
    searches: Counter[HostedTool] = field(default_factory=Counter[HostedTool])
    has_run_code: bool = False
    _began: float = field(default_factory=time.monotonic)

    def take(self, event: Event) -> None:
        self.has_begun = True
        match event:
            case TextDelta(text):
                self.written += len(text.encode())
            case ToolCalled(call):
                self.written += len(call.arguments.encode())
            case ModelReplaced(_, used):
                self.model_id = used
            case Worked(step) if step.kind == "code":
                self.has_run_code = True
            case Worked(step) if step.kind == "web_search" and step.input.startswith(_PAGE):
                return  # only searches are charged, no page that is opened: the provider's guide to web search
            case Worked(step) if step.kind == "web_search" or step.kind == "file_search":
                self.searches[step.kind] += 1
            case _:
                return

    def whole(self, finished: Finished) -> SoFar:
        """At the end: by the provider's numbers, or by ours where it has none."""
        usage = finished.usage
        model = self.catalogue.models.get(finished.model) or self._model()
        used = Consumed(text=usage) if usage != Usage() else self._estimate()
        return SoFar(model, used, self._tools(), is_known=usage != Usage())

    def so_far(self) -> SoFar:
        return SoFar(self._model(), self._estimate(), self._tools(), has_begun=self.has_begun)

    def _model(self) -> Model | None:
        return self.catalogue.models.get(self.model_id or self.expected.prompt.model)

    def _estimate(self) -> Consumed:
        asked = input_tokens(self.expected.prompt, self._model())
        return Consumed(text=Usage(input_tokens=asked, output_tokens=-(-self.written // 4)))

    def _tools(self) -> Mapping[HostedTool, Consumed]:
        tools: dict[HostedTool, Consumed] = {}
        for tool, count in self.searches.items():
            tools[tool] = Consumed(calls=count)
        if self.has_run_code:
            tools["code"] = Consumed(minutes=self._minutes())
        return tools

    def _minutes(self) -> int:
        """Of the container beyond what is paid of it already: a second run within five minutes adds nothing."""
        name, now = self.expected.prompt.hosted.container, time.monotonic()
        paid_until = self.containers.get(name, 0.0)
        if paid_until < now - _CONTAINER_IDLE_MINUTES * 60:
            paid_until = self._began
            least = self.catalogue.hosted.container_least_minutes
            minutes = max(least, math.ceil((now - paid_until) / 60))
        else:
            minutes = max(0, math.ceil((now - paid_until) / 60))
        self.containers[name] = paid_until + minutes * 60
        return minutes


def input_tokens(prompt: Prompt, model: Model | None) -> int:
    """About how many tokens a prompt is, with all it shows."""
    texts = [prompt.instructions, *(message.text for message in prompt.messages)]
    texts += [f"{tool.name} {tool.description} {tool.parameters}" for tool in prompt.tools]
    for one in prompt.rounds:
        texts += [one.text, str(one.items), str(one.calls), *one.outputs]
    shown = sum(_shown_tokens(message, model) for message in prompt.messages if message.shows)
    return sum(map(estimate_tokens, texts)) + shown


def _shown_tokens(message: PromptMessage, model: Model | None) -> int:
    vision = (model.vision if model else None) or DEFAULT_VISION
    pictures = sum(
        picture_tokens(vision, Picture("", one.media_type, one.width, one.height, url=one.url), one.detail)
        for one in message.pictures
    )
    return pictures + _FILE_TOKENS * len(message.files)
