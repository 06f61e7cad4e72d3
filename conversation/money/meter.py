"""What one stream has used by now: its tokens, and what ran of the provider's tools."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversation.gallery import DEFAULT_VISION
from conversation.money.hosted import BROUGHT_TOKENS
from conversation.money.ledger import SoFar
from conversation.money.sessions import Sessions
from conversation.seeing import picture_tokens
from conversation.tokens import estimate_tokens
from domain.catalogue import Catalogue, Model
from domain.engine import Prompt, PromptMessage
from domain.events import Event, Finished, ModelReplaced, TextDelta, ToolCalled, Worked, Working
from domain.material import Picture
from domain.money import Consumed, HostedTool
from domain.run import AUTO, RunStepKind
from domain.turn import Usage

_FILE_TOKENS = 20_000  # of a document that the model reads itself, whose length only its provider knows


@dataclass(slots=True)
class Meter:
    """Listens to one stream of `prompt`."""

    prompt: Prompt
    catalogue: Catalogue
    sessions: Sessions
    model_id: str = ""
    written: int = 0
    has_begun: bool = False
    code_began: float | None = None
    """When code first ran, by the monotonic clock."""
    _at_work: Counter[RunStepKind] = field(default_factory=Counter[RunStepKind])
    _done: Counter[RunStepKind] = field(default_factory=Counter[RunStepKind])
    _runs: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])

    def take(self, event: Event) -> None:
        self.has_begun = True
        match event:
            case TextDelta(text):
                self.written += len(text.encode())
            case ToolCalled(call):
                self.written += len(call.arguments.encode())
            case ModelReplaced(_, used):
                self.model_id = used
            case Working(kind):
                self._at_work[kind] += 1
                if kind == "code" and self.code_began is None:
                    self.code_began = time.monotonic()
            case Worked(step, is_charged):
                self._at_work[step.kind] = max(0, self._at_work[step.kind] - 1)
                self._done[step.kind] += is_charged
                if step.kind == "code":
                    self._ran(step.container, step.seconds)
            case _:
                return

    def whole(self, finished: Finished) -> SoFar:
        """At the end: by the provider's numbers, or by ours where it has none."""
        usage = finished.usage
        model = self.catalogue.models.get(finished.model) or self._model()
        used = Consumed(text=usage) if usage != Usage() else self._estimate()
        self._done["web_search"] = finished.web_searches or self._done["web_search"]
        return SoFar(model, used, self._tools(), is_known=usage != Usage())

    def so_far(self) -> SoFar:
        """Without an end: what was at work just now is not finished here, but it is there."""
        self._done += self._at_work
        if self._at_work["code"]:
            known = self.prompt.hosted.container
            self._ran("" if known == AUTO else known, 0.0)
        return SoFar(self._model(), self._estimate(), self._tools(), has_begun=self.has_begun)

    def _ran(self, container: str, seconds: float) -> None:
        now = time.monotonic()
        began, _ = self._runs.get(container, (now - seconds, now))
        self._runs[container] = (began, now)

    def _model(self) -> Model | None:
        return self.catalogue.models.get(self.model_id or self.prompt.model)

    def _estimate(self) -> Consumed:
        asked = input_tokens(self.prompt, self._model())
        asked += sum(count * BROUGHT_TOKENS.get(kind, 0) for kind, count in self._done.items())
        return Consumed(text=Usage(input_tokens=asked, output_tokens=-(-self.written // 4)))

    def _tools(self) -> Mapping[HostedTool, Consumed]:
        tools: dict[HostedTool, Consumed] = {}
        if self._done["web_search"]:
            tools["web_search"] = Consumed(calls=self._done["web_search"])
        if self._done["file_search"]:
            tools["file_search"] = Consumed(calls=self._done["file_search"])
        if self._runs:
            least = self.catalogue.hosted.container_least_minutes
            minutes = sum(
                self.sessions.used(one, began, ended, least=least) for one, (began, ended) in self._runs.items()
            )
            tools["code"] = Consumed(calls=self._done["code"], minutes=minutes)
        return tools


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
