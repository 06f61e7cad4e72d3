"""What is attached to files and things as keys and values, and the filters that look at it."""

from collections.abc import Callable, Mapping

from sandbox.model.checks import (
    Check,
    by_field,
    either,
    integer,
    list_of,
    number,
    one_of,
    optional,
    shape,
    text,
)
from sandbox.model.errors import invalid
from sandbox.model.values import Json, as_list, as_object, as_text

_MOST_KEYS, _LONGEST_KEY, _LONGEST_VALUE = 16, 64, 512
_COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": lambda value, given: value == given,
    "ne": lambda value, given: value != given,
    "gt": lambda value, given: _both_numbers(value, given) and _float(value) > _float(given),
    "gte": lambda value, given: _both_numbers(value, given) and _float(value) >= _float(given),
    "lt": lambda value, given: _both_numbers(value, given) and _float(value) < _float(given),
    "lte": lambda value, given: _both_numbers(value, given) and _float(value) <= _float(given),
    "in": lambda value, given: value in as_list(given),
    "nin": lambda value, given: value not in as_list(given),
}


def _pairs(value: object, path: str, *, only_text: bool) -> None:
    shape(dict.fromkeys(as_object(value), _value(only_text=only_text)))(value, path)
    pairs = as_object(value)
    if len(pairs) > _MOST_KEYS:
        message = f"Invalid '{path}': too many properties. Expected at most {_MOST_KEYS}, but got {len(pairs)}."
        raise invalid(path, message, "object_above_max_properties")
    if any(len(name) > _LONGEST_KEY for name in pairs):
        raise invalid(path, f"Invalid '{path}': a key is longer than {_LONGEST_KEY}.", "invalid_property_name")


def _value(*, only_text: bool) -> Check:
    def check(value: object, path: str) -> None:
        if not only_text and isinstance(value, bool | int | float):
            return
        text(value, path)
        if len(as_text(value)) > _LONGEST_VALUE:
            message = f"Invalid '{path}': string too long. Expected a maximum length of {_LONGEST_VALUE}."
            raise invalid(path, message, "string_above_max_length")

    return check


ATTRIBUTES: Check = optional(lambda value, path: _pairs(value, path, only_text=False))
METADATA: Check = optional(lambda value, path: _pairs(value, path, only_text=True))


def _comparable(value: object, path: str) -> None:
    if not isinstance(value, bool | int | float):
        either(string=text, otherwise=list_of(_value(only_text=False)))(value, path)


_COMPARISON = shape(
    {"type": one_of(*_COMPARISONS), "key": text, "value": _comparable}, needs=("type", "key", "value")
)


def _compound(value: object, path: str) -> None:
    shape({"type": text, "filters": list_of(FILTER, at_least=1)}, needs=("filters",))(value, path)


FILTER: Check = by_field(
    "type", {**dict.fromkeys(_COMPARISONS, _COMPARISON), "and": _compound, "or": _compound}
)

_THRESHOLD: Mapping[str, Check] = {"score_threshold": number(0, 1)}
RANKING_OF_SEARCH: Check = shape({**_THRESHOLD, "ranker": one_of("none", "auto", "default-2024-11-15")})
RANKING_OF_TOOL: Check = shape(
    {
        **_THRESHOLD,
        "ranker": one_of("auto", "default-2024-11-15"),
        "hybrid_search": shape(
            {"embedding_weight": number(0, 1e6), "text_weight": number(0, 1e6)},
            needs=("embedding_weight", "text_weight"),
        ),
    }
)
MOST_RESULTS: Check = integer(1, 50)


def passes(attributes: Json, wanted: Json) -> bool:
    """Whether a checked filter lets these attributes through; an empty one does."""
    match kind := as_text(wanted.get("type")):
        case "":
            return True
        case "and":
            return all(passes(attributes, as_object(part)) for part in as_list(wanted["filters"]))
        case "or":
            return any(passes(attributes, as_object(part)) for part in as_list(wanted["filters"]))
        case _:
            return _COMPARISONS[kind](attributes.get(as_text(wanted["key"])), wanted["value"])


def _both_numbers(value: object, given: object) -> bool:
    return all(isinstance(one, int | float) for one in (value, given))


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
