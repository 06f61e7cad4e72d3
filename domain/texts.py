"""Sentences for people, not yet in a language: `locales` turns a `Text` into words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A translatable sentence: the English message with `{named}` values.

    `Text("Hello {name}", name="Ada")`. Extraction for gettext looks for this name.
    """

    message: str
    values: Mapping[str, object]

    def __init__(self, message: str, /, **values: object) -> None:
        object.__setattr__(self, "message", message)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, slots=True, init=False)
class Plural:
    """A sentence that depends on a number: `Plural("{count} turn", "{count} turns", 3)`."""

    singular: str
    plural: str
    count: int
    values: Mapping[str, object]

    def __init__(self, singular: str, plural: str, count: int, /, **values: object) -> None:
        object.__setattr__(self, "singular", singular)
        object.__setattr__(self, "plural", plural)
        object.__setattr__(self, "count", count)
        object.__setattr__(self, "values", {"count": count, **values})


Sentence = Text | Plural
