"""Which models are served, what each of them accepts, and when it ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from sandbox.model.errors import unknown_model

Sampling = Literal["always", "without_effort", "never"]

_ALL_EFFORTS = ("none", "low", "medium", "high", "xhigh", "max")
_SOME_EFFORTS = _ALL_EFFORTS[1:]
_OLD_EFFORTS = ("minimal", "low", "medium", "high")
_MILLION = 1_050_000


@dataclass(frozen=True, slots=True)
class Served:
    """A model. Without `efforts` it does not reason; `refuses` are parameters it answers with 400."""

    id: str
    efforts: tuple[str, ...] = ()
    sampling: Sampling = "always"  # when it accepts temperature and top_p
    context_tokens: int = 128_000
    shutdown: date | None = None
    refuses: frozenset[str] = frozenset()
    answers: bool = True  # to text; others are only listed
    vision: bool = True  # whether it takes pictures
    is_dead: bool = False

    @property
    def reasons(self) -> bool:
        return bool(self.efforts)


class Models:
    """The served models. Those whose day has come are gone, as they are at OpenAI."""

    def __init__(self, served: Iterable[Served], *, today: Callable[[], date]) -> None:
        self._served = {model.id: model for model in served}
        self._today = today

    def listed(self) -> list[Served]:
        return [model for model in self._served.values() if self._is_there(model)]

    def find(self, model_id: str) -> Served:
        """The model, or 404 as `ApiError`."""
        model = self._served.get(model_id)
        if model is None or not self._is_there(model):
            raise unknown_model(model_id)
        return model

    def change(self, model_id: str, **changes: object) -> None:
        """Sets fields of a model, which is added if it is not there."""
        known = self._served.get(model_id) or Served(model_id)
        self._served[model_id] = replace(known, **changes)  # pyright: ignore[reportArgumentType]  # see control.py

    def _is_there(self, model: Served) -> bool:
        return not model.is_dead and (model.shutdown is None or model.shutdown > self._today())


def today_in_utc() -> date:
    return datetime.now(UTC).date()


def of_openai() -> list[Served]:
    """OpenAI's, in November 2026."""
    return [
        *(_reasoning(name, _ALL_EFFORTS, "without_effort") for name in ("gpt-6-luna", "gpt-6.1-terra")),
        *(_reasoning(name, _SOME_EFFORTS, "never") for name in ("gpt-6.2-sol", "gpt-6.2-astra")),
        *(_reasoning(name, _SOME_EFFORTS, "never") for name in ("gpt-6.1-sol", "gpt-6-astra")),
        *(
            _reasoning(f"gpt-5.6-{name}", _ALL_EFFORTS, "without_effort", context_tokens=400_000)
            for name in ("luna", "terra", "sol")
        ),
        Served("gpt-5.4-mini", context_tokens=400_000),
        Served("gpt-5.4-nano", context_tokens=400_000, shutdown=date(2027, 4, 1)),
        Served("chat-latest"),
        _reasoning("gpt-5.1", _ALL_EFFORTS[:4], "without_effort", shutdown=date(2027, 4, 1)),
        *(Served(name, shutdown=date(2027, 1, 14)) for name in ("gpt-4.1", "gpt-4.1-mini")),
        *(Served(name, shutdown=date(2027, 1, 14)) for name in ("gpt-4o", "gpt-4o-mini")),
        *(
            _reasoning(name, _OLD_EFFORTS, "never", shutdown=date(2026, 12, 11))
            for name in ("gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5-pro", "o3", "o3-pro")
        ),
        *(
            Served(name, shutdown=date(2026, 10, 23))
            for name in ("gpt-4", "gpt-4-turbo", "gpt-4.1-nano", "gpt-3.5-turbo", "o1", "o3-mini", "o4-mini")
        ),
        *(
            Served(name, answers=False)
            for name in ("gpt-transcribe", "gpt-image-2.6-flare", "text-embedding-3-small")
        ),
    ]


def of_a_local_server() -> list[Served]:
    return [
        Served("llama4:8b", context_tokens=32_000),
        Served("qwen3.5:4b", context_tokens=32_000, vision=False),
    ]


def _reasoning(
    model_id: str,
    efforts: tuple[str, ...],
    sampling: Sampling,
    *,
    context_tokens: int = _MILLION,
    shutdown: date | None = None,
) -> Served:
    return Served(model_id, efforts, sampling, context_tokens, shutdown)
