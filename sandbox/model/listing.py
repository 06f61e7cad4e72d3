"""Lists in pages: order, cursors and limits, as every list of the API has them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sandbox.model.errors import invalid, unknown


class Listed(Protocol):
    @property
    def id(self) -> str: ...


_One = TypeVar("_One", bound=Listed)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many a page holds where nothing is said, and at most; which other words the query may hold."""

    usual: int = 20
    most: int = 100
    more: tuple[str, ...] = ()
    cursors: tuple[str, ...] = ("after", "before")


def page(
    found: Sequence[_One],
    query: Mapping[str, str],
    told: Callable[[_One], Mapping[str, object]],
    bounds: Bounds | None = None,
) -> dict[str, object]:
    """The wanted page of what was found, given the oldest first. Raises `ApiError` for a bad query."""
    bounds = bounds or Bounds()
    check_names(query, "limit", "order", *bounds.cursors, *bounds.more)
    order = query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise invalid("order", f"Invalid value: '{order}'. Supported values are: 'asc', 'desc'.")
    ordered = list(found) if order == "asc" else list(reversed(found))
    limit = _limit(query.get("limit"), bounds)
    cut = _between(ordered, query)
    shown = [told(one) for one in cut[:limit]]
    return {
        "object": "list",
        "data": shown,
        "first_id": cut[0].id if shown else None,
        "last_id": cut[:limit][-1].id if shown else None,
        "has_more": len(cut) > limit,
    }


def check_names(query: Mapping[str, str], *names: str) -> None:
    """Raises for a word of a query that has no meaning."""
    for name in query:
        if name not in names:
            raise unknown(name)


def _limit(given: str | None, bounds: Bounds) -> int:
    if given is None:
        return bounds.usual
    if not given.isdecimal():
        raise invalid("limit", f"Invalid type for 'limit': expected an integer, but got '{given}' instead.")
    if not 1 <= int(given) <= bounds.most:
        raise invalid("limit", f"Invalid 'limit': expected a value from 1 to {bounds.most}, but got {given}.")
    return int(given)


def _between(ordered: list[_One], query: Mapping[str, str]) -> list[_One]:
    places = {one.id: place for place, one in enumerate(ordered)}
    first, end = 0, len(ordered)
    for name in ("after", "before"):
        if (cursor := query.get(name)) is None:
            continue
        if cursor not in places:
            raise invalid(name, f"Invalid '{name}': nothing with the id '{cursor}' is in this list.")
        first, end = (places[cursor] + 1, end) if name == "after" else (first, places[cursor])
    return ordered[first:end]
