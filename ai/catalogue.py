"""Reads the catalogue of models: ours, with an operator's file merged over it."""

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from ai.json_values import as_object
from ai.toml_lines import lines_of, nearest_line
from domain.catalogue import Catalogue, Drawing, Hearing, HostedPrices, Model, Speaking, Vision
from domain.limits import Sampling
from domain.money import GIGABYTE
from domain.speech import SoundFormat

_OURS = Path(__file__).with_name("catalogue.toml")
_ONE_PER_CAPABILITY = ("default", "summarises")
_PARTS = frozenset({"models", "hosted"})

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Price = Annotated[Decimal, Field(ge=0, le=1_000_000)]
Table = dict[str, Any]


class _Described(BaseModel):
    """A table inside a model's table, with the names of the value it becomes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Vision(_Described):
    patch: PositiveInt = 32
    multiplier: PositiveFloat = 1.0
    base_tokens: NonNegativeInt = 0
    low_side: PositiveInt = 512
    short_side: PositiveInt = 768
    long_side: PositiveInt = 2_000


class _Hearing(_Described):
    languages: Literal["none", "one", "many"] = "one"
    keywords: bool = False
    context: bool = True
    times: bool = False
    translates: bool = False


class _Speaking(_Described):
    backend: Literal["speech", "chat_audio", "realtime"] = "speech"
    voices: Annotated[tuple[str, ...], Field(min_length=1)] = ("alloy",)
    formats: Annotated[tuple[SoundFormat, ...], Field(min_length=1)] = ("wav", "mp3")
    most_characters: PositiveInt = 4_096
    slowest: PositiveFloat = 0.25
    fastest: PositiveFloat = 4.0
    style: bool = False


class _Drawing(_Described):
    dialect: Literal["gpt", "dall-e", "plain"] = "gpt"
    sizes: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ("low", "medium", "high")
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    styles: tuple[str, ...] = ()
    tokens: tuple[PositiveInt, ...] = ()
    most: PositiveInt = 10
    most_inputs: NonNegativeInt = 16
    longest_prompt: PositiveInt = 32_000
    squares: bool = False
    varies: bool = False
    transparent: bool = True
    sketches: bool = True


class _Entry(BaseModel):
    """One model as the file says it; prices in dollars, per million of what is counted (minutes: each)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    capability: Literal["chat", "transcription", "speech", "image", "embedding", "moderation"] = "chat"
    title: str = ""
    input: Price | None = None
    cached_input: Price | None = None
    cache_write: Price | None = None
    output: Price | None = None
    audio_input: Price | None = None
    audio_output: Price | None = None
    image_input: Price | None = None
    image_output: Price | None = None
    minute: Price | None = None
    characters: Price | None = None
    picture: Price | None = None
    context_tokens: PositiveInt = 128_000
    max_output_tokens: PositiveInt = 16_000
    efforts: tuple[Effort, ...] = ()
    effort: Effort | None = None
    temperature: Sampling | None = None
    verbosity: bool = False
    seed: bool = True
    sees: bool = True
    vision: _Vision = _Vision()
    reads_files: bool = False
    hearing: _Hearing = _Hearing()
    speaking: _Speaking = _Speaking()
    drawing: _Drawing = _Drawing()
    dimensions: NonNegativeInt = 0
    long_context_tokens: NonNegativeInt = 0
    shutdown: date | None = None
    replacements: tuple[str, ...] = ()
    default: bool = False
    summarises: bool = False
    offered: bool = True

    @model_validator(mode="after")
    def _asks_for_an_effort_it_accepts(self) -> Self:
        if self.effort is not None and self.effort not in self.efforts:
            raise ValueError("`effort` must be one of `efforts`")
        return self

    def model(self, model_id: str) -> Model:
        is_chat, hears, speaks, draws = (
            self.capability == name for name in ("chat", "transcription", "speech", "image")
        )
        return Model(
            id=model_id,
            capability=self.capability,
            title=self.title or model_id,
            input_price=_microdollars(self.input),
            cached_input_price=_microdollars(self.cached_input),
            cache_write_price=_microdollars(self.cache_write),
            output_price=_microdollars(self.output),
            context_tokens=self.context_tokens,
            max_output_tokens=self.max_output_tokens,
            efforts=self.efforts,
            effort=self.effort,
            shutdown=self.shutdown,
            replacements=self.replacements,
            is_default=self.default,
            summarises=self.summarises,
            is_offered=self.offered,
            vision=Vision(**self.vision.model_dump()) if is_chat and self.sees else None,
            reads_files=is_chat and self.reads_files,
            hearing=Hearing(**self.hearing.model_dump()) if hears else None,
            speaking=Speaking(**self.speaking.model_dump()) if speaks else None,
            drawing=Drawing(**self.drawing.model_dump()) if draws else None,
            minute_price=_microdollars(self.minute),
            characters_price=_microdollars(self.characters),
            audio_input_price=_microdollars(self.audio_input),
            audio_output_price=_microdollars(self.audio_output),
            image_input_price=_microdollars(self.image_input),
            image_output_price=_microdollars(self.image_output),
            picture_price=_microdollars(self.picture),
            dimensions=self.dimensions,
            long_context_tokens=self.long_context_tokens,
            sampling=self.temperature or self._usual_sampling(),
            verbosity=self.verbosity,
            seed=self.seed,
        )

    def _usual_sampling(self) -> Sampling:
        """That of OpenAI's models: one that reasons takes a temperature only where it need not."""
        if not self.efforts:
            return "always"
        return "without_effort" if "none" in self.efforts else "never"


class _Hosted(BaseModel):
    """What the provider's own tools cost, in dollars a call, a minute or a gigabyte and day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    web_search: Price | None = None
    file_search: Price | None = None
    container_minute: Price | None = None
    container_least_minutes: NonNegativeInt = 5
    storage_gigabyte_day: Price | None = None
    storage_free_gigabytes: Price = Decimal(1)

    def prices(self) -> HostedPrices:
        return HostedPrices(
            web_search=_microdollars(self.web_search),
            file_search=_microdollars(self.file_search),
            container_minute=_microdollars(self.container_minute),
            container_least_minutes=self.container_least_minutes,
            storage_gigabyte_day=_microdollars(self.storage_gigabyte_day),
            storage_free_bytes=int(self.storage_free_gigabytes * GIGABYTE),
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    models: dict[str, _Entry]
    hosted: _Hosted


def load(overrides: Path | None = None) -> Catalogue:
    """Our catalogue with the operator's file over it. Raises `ValueError`: one line naming file, line, key."""
    ours, hosted = _shipped()
    own, own_hosted = _tables(overrides) if overrides is not None else ({}, {})
    file = _checked(_merged(ours, own), hosted | own_hosted, overrides or _OURS)
    models = {model_id: entry.model(model_id) for model_id, entry in file.models.items()}
    return Catalogue(
        {model_id: replace(model, is_own=model_id in own) for model_id, model in models.items()},
        file.hosted.prices(),
    )


@functools.cache
def _shipped() -> tuple[dict[str, Table], Table]:
    return _tables(_OURS)


def _tables(path: Path) -> tuple[dict[str, Table], Table]:
    """The models of one file, and its prices of hosted tools.

    Checked for their outer shape only: an override need not be complete.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    models = as_object(tables.get("models", {}))
    strange = [
        *(key for key, table in tables.items() if key not in _PARTS or not isinstance(table, dict)),
        *(key for key, table in models.items() if not isinstance(table, dict)),
    ]
    if strange:
        place = _line(path, [("models", strange[0]), (strange[0],)])
        allowed = 'tables [models."ID"] and [hosted] only'
        raise ValueError(f"{path}: {place}{strange[0]}: allowed are {allowed}")
    found = {key: dict(as_object(table)) for key, table in models.items()}
    return found, dict(as_object(tables.get("hosted", {})))


def _merged(ours: dict[str, Table], theirs: dict[str, Table]) -> dict[str, Table]:
    """Key by key; a flag that one model of a capability carries leaves ours when an operator gives it away."""
    merged = {model_id: ours.get(model_id, {}) | table for model_id, table in theirs.items()}
    given_away = {
        (flag, _capability(merged[model_id]))
        for model_id, table in theirs.items()
        for flag in _ONE_PER_CAPABILITY
        if table.get(flag)
    }
    kept = {
        model_id: {key: value for key, value in table.items() if (key, _capability(table)) not in given_away}
        for model_id, table in ours.items()
    }
    return kept | {model_id: kept.get(model_id, {}) | table for model_id, table in theirs.items()}


def _capability(table: Table) -> str:
    return str(table.get("capability", "chat"))


def _checked(models: dict[str, Table], hosted: Table, path: Path) -> _File:
    try:
        file = _File.model_validate({"models": models, "hosted": hosted})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _mistake(path, first["loc"], first["msg"].removeprefix("Value error, ")) from None
    for place, words in _contradictions(file):
        raise _mistake(path, place, words)
    return file


def _contradictions(file: _File) -> Iterable[tuple[tuple[str, ...], str]]:
    """What no single key is wrong about, with its place."""
    for model_id, entry in file.models.items():
        if not model_id.strip():
            yield ("models", model_id), "a model needs an id"
        for one in entry.replacements:
            place = ("models", model_id, "replacements")
            if one == model_id:
                yield place, "a model cannot replace itself"
            elif one not in file.models:
                yield place, f"no model known here is called {one!r}"


def _mistake(path: Path, place: tuple[int | str, ...], words: str) -> ValueError:
    """One line that names file, line and key."""
    key = ".".join(str(part) or '""' for part in place)
    return ValueError(f"{path}: {_line(path, [place])}{key}: {words}")


def _line(path: Path, places: Iterable[tuple[int | str, ...]]) -> str:
    """Where in the file that is, "" if it cannot be told."""
    lines = lines_of(path.read_text("utf-8"))
    found = (nearest_line(lines, tuple(map(str, place))) for place in places)
    number = next((line for line in found if line), 0)
    return f"line {number}: " if number else ""


def _microdollars(dollars: Decimal | None) -> int | None:
    return None if dollars is None else round(dollars * 1_000_000)
