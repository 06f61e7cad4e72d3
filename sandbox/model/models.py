"""Which models are served, what each of them accepts, and when it ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from sandbox.model.errors import invalid, unknown_model

Kind = Literal["text", "audio", "realtime", "transcription", "speech", "image", "embedding", "moderation"]
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
    kind: Kind = "text"
    family: str = ""  # of those of its kind that follow the same rules
    vision: bool = True  # whether it takes pictures
    is_dead: bool = False
    fingerprint: str | None = "fp_5a0db0c7e1"  # of its inner state

    @property
    def reasons(self) -> bool:
        return bool(self.efforts)

    @property
    def answers(self) -> bool:
        """To text, that is."""
        return self.kind in ("text", "audio")


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

    def find_for(self, kind: Kind, model_id: str, path: str) -> Served:
        """The model if it is of this kind, or else 404 or 400 as `ApiError`."""
        model = self.find(model_id)
        if model.kind != kind:
            message = f"Invalid value: '{model_id}' isn't a supported model for {path}."
            raise invalid("model", message)
        return model

    def change(self, model_id: str, **changes: object) -> None:
        """Sets fields of a model; one that is not there is added, `like` another or answering in text."""
        example = self._served.get(str(changes.pop("like", "")))
        known = (example and replace(example, id=model_id)) or self._served.get(model_id) or Served(model_id)
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
        *_of_other_kinds(),
    ]


def _of_other_kinds() -> list[Served]:
    """Those that do not answer in text, with the family whose rules they follow."""
    tables: list[tuple[Kind, str, date | None, tuple[str, ...]]] = [
        ("transcription", "gpt-transcribe", None, ("gpt-transcribe",)),
        ("transcription", "whisper", date(2027, 2, 26), ("whisper-1",)),
        (
            "transcription",
            "4o-transcribe",
            date(2027, 2, 26),
            ("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15"),
        ),
        ("transcription", "diarize", date(2027, 2, 26), ("gpt-4o-transcribe-diarize",)),
        ("speech", "tts-1", date(2027, 1, 6), ("tts-1", "tts-1-hd")),
        ("speech", "gpt-tts", date(2027, 1, 6), ("gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15")),
        ("audio", "gpt-audio", None, ("gpt-audio-1.5",)),
        ("audio", "gpt-audio", date(2027, 1, 20), ("gpt-audio", "gpt-audio-mini")),
        (
            "realtime",
            "gpt-realtime",
            None,
            ("gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5"),
        ),
        ("realtime", "gpt-realtime", date(2027, 1, 20), ("gpt-realtime", "gpt-realtime-mini")),
        ("image", "gpt-image-2.6", None, ("gpt-image-2.6-sunburst", "gpt-image-2.6-flare")),
        ("image", "gpt-image-2.5", None, ("gpt-image-2.5-sunburst", "gpt-image-2.5-flare")),
        ("image", "gpt-image-2", None, ("gpt-image-2",)),
        (
            "image",
            "gpt-image-1",
            date(2026, 12, 1),
            ("gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest"),
        ),
        ("image", "gpt-image-1", date(2026, 10, 23), ("gpt-image-1",)),
        ("image", "dall-e-2", date(2026, 5, 12), ("dall-e-2",)),
        ("image", "dall-e-3", date(2026, 5, 12), ("dall-e-3",)),
        ("embedding", "embedding-3", None, ("text-embedding-3-small", "text-embedding-3-large")),
        ("embedding", "ada", None, ("text-embedding-ada-002",)),
        ("moderation", "omni", None, ("omni-moderation-latest", "omni-moderation-2024-09-26")),
    ]
    return [
        Served(name, kind=kind, family=family, shutdown=shutdown)
        for kind, family, shutdown, names in tables
        for name in names
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
