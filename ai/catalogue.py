"""Reads the catalogue of models: ours, with an operator's file merged over it."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator

from ai.json_values import as_object
from domain.catalogue import Catalogue, Model

_OURS = Path(__file__).with_name("catalogue.toml")
_ONE_PER_CAPABILITY = ("default", "summarises")

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Price = Annotated[Decimal, Field(ge=0, le=1_000_000)]
Table = dict[str, Any]


class _Entry(BaseModel):
    """One model as the file says it; prices in dollars per million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    capability: Literal["chat"] = "chat"
    title: str = ""
    input: Price | None = None
    cached_input: Price | None = None
    output: Price | None = None
    context_tokens: PositiveInt = 128_000
    max_output_tokens: PositiveInt = 16_000
    efforts: tuple[Effort, ...] = ()
    effort: Effort | None = None
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
        return Model(
            id=model_id,
            capability=self.capability,
            title=self.title or model_id,
            input_price=_microdollars(self.input),
            cached_input_price=_microdollars(self.cached_input),
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
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    models: dict[str, _Entry]


def load(overrides: Path | None = None) -> Catalogue:
    """Our catalogue with the operator's file over it. Raises `ValueError`: one line naming file and key."""
    tables = _models(_OURS)
    if overrides is not None:
        tables = _merged(tables, _models(overrides))
    entries = _checked(tables, overrides or _OURS)
    return Catalogue({model_id: entry.model(model_id) for model_id, entry in entries.items()})


def _models(path: Path) -> dict[str, Table]:
    """The models of one file, checked for their outer shape only: an override need not be complete."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    models = as_object(tables.get("models", {}))
    strange = [
        *(key for key, table in tables.items() if key != "models" or not isinstance(table, dict)),
        *(key for key, table in models.items() if not isinstance(table, dict)),
    ]
    if strange:
        raise ValueError(f'{path}: {strange[0]}: allowed are tables [models."ID"] only')
    return {key: dict(as_object(table)) for key, table in models.items()}


def _merged(ours: dict[str, Table], theirs: dict[str, Table]) -> dict[str, Table]:
    """Key by key; a flag that one model only can carry leaves ours when an operator gives it to another."""
    flags = {flag for flag in _ONE_PER_CAPABILITY if any(table.get(flag) for table in theirs.values())}
    kept = {
        model_id: {key: value for key, value in table.items() if key not in flags}
        for model_id, table in ours.items()
    }
    return kept | {model_id: kept.get(model_id, {}) | table for model_id, table in theirs.items()}


def _checked(tables: dict[str, Table], path: Path) -> dict[str, _Entry]:
    try:
        return _File.model_validate({"models": tables}).models
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{path}: {key}: {first['msg'].removeprefix('Value error, ')}") from None


def _microdollars(dollars: Decimal | None) -> int | None:
    return None if dollars is None else round(dollars * 1_000_000)
