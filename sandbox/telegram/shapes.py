"""Shapes of parameters: what a value must be, in JSON or a form. Stricter than Telegram on purpose."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.errors import Refused, bad
from sandbox.telegram.values import Json, as_list, as_object, is_whole

_TRUE, _FALSE = {"true", "True", "1"}, {"false", "False", "0"}


class Shape:
    """What a value must be. `where` names it in the refusal."""

    def check(self, value: Any, where: str) -> None:
        """Raises `Refused` for a value of another shape."""
        raise NotImplementedError

    def read(self, raw: str, where: str) -> Any:
        """The value of a form field."""
        try:
            return json.loads(raw)
        except ValueError:
            raise bad(f'can\'t parse "{where}": it must be JSON') from None


def wrong(where: str, expected: str) -> Refused:
    return bad(f'parameter "{where}" must be {expected}')


@dataclass(frozen=True, slots=True)
class Anything(Shape):
    def check(self, value: Any, where: str) -> None:
        return


@dataclass(frozen=True, slots=True)
class Text(Shape):
    options: frozenset[str] = frozenset()

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, str):
            raise wrong(where, "a string")
        if self.options and value not in self.options:
            raise wrong(where, f"one of {', '.join(sorted(self.options))}")

    def read(self, raw: str, where: str) -> Any:
        return raw


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    low: int = -(2**63)
    high: int = 2**63 - 1

    def check(self, value: Any, where: str) -> None:
        if not is_whole(value):
            raise wrong(where, "an integer")
        if not self.low <= value <= self.high:
            raise wrong(where, f"between {self.low} and {self.high}")


@dataclass(frozen=True, slots=True)
class Number(Shape):
    def check(self, value: Any, where: str) -> None:
        if not (is_whole(value) or isinstance(value, float)):
            raise wrong(where, "a number")


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    only_true: bool = False

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, bool) or (self.only_true and not value):
            raise wrong(where, "true" if self.only_true else "a boolean")

    def read(self, raw: str, where: str) -> Any:
        return True if raw in _TRUE else False if raw in _FALSE else raw


@dataclass(frozen=True, slots=True)
class ChatId(Shape):
    """A number, or the @username of a public chat."""

    def check(self, value: Any, where: str) -> None:
        if not (is_whole(value) or (isinstance(value, str) and value.startswith("@"))):
            raise wrong(where, "an integer or an @username")

    def read(self, raw: str, where: str) -> Any:
        return int(raw) if raw.removeprefix("-").isdecimal() else raw


@dataclass(frozen=True, slots=True)
class Items(Shape):
    of: Shape
    most: int | None = None

    def check(self, value: Any, where: str) -> None:
        items = as_list(value)
        if items is None:
            raise wrong(where, "an array")
        if self.most is not None and len(items) > self.most:
            raise bad(f'"{where}" has more than {self.most} items')
        for number, item in enumerate(items):
            self.of.check(item, f"{where}[{number}]")


@dataclass(frozen=True, slots=True)
class Record(Shape):
    """An object with these fields and no others."""

    fields: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    required: tuple[str, ...] = ()

    def check(self, value: Any, where: str) -> None:
        found = as_object(value)
        if found is None:
            raise wrong(where, "an object")
        for name in self.required:
            if name not in found:
                raise bad(f'"{where}.{name}" is required')
        for name, part in found.items():
            shape = self.fields.get(name)
            if shape is None:
                raise bad(f'"{where}.{name}" is not known')
            shape.check(part, f"{where}.{name}")


@dataclass(frozen=True, slots=True)
class Tagged(Shape):
    """One of several objects, told apart by the value of their `key`."""

    kinds: Mapping[str, Record]
    key: str = "type"

    def check(self, value: Any, where: str) -> None:
        found = as_object(value)
        kind = self.kinds.get(str(found.get(self.key))) if found is not None else None
        if kind is None:
            raise wrong(f"{where}.{self.key}", f"one of {', '.join(self.kinds)}")
        kind.check(value, where)


@dataclass(frozen=True, slots=True)
class OneOf(Shape):
    """A string, or an object."""

    text: Shape
    record: Shape

    def check(self, value: Any, where: str) -> None:
        (self.text if isinstance(value, str) else self.record).check(value, where)


@dataclass(frozen=True, slots=True)
class Keyed(Shape):
    """One of several objects, told apart by the field that only it has."""

    kinds: Mapping[str, Record]

    def check(self, value: Any, where: str) -> None:
        found = as_object(value)
        if found is None:
            raise wrong(where, "an object")
        kind = next((shape for name, shape in self.kinds.items() if name in found), None)
        if kind is None:
            raise bad("object expected as reply markup")
        kind.check(value, where)


def checked(params: Json, shape: Record, method: str) -> None:
    """Refuses parameters that the method does not have, lacks, or has with another type."""
    for name in shape.required:
        if name not in params:
            raise bad(_MISSING.get(name, f'parameter "{name}" is required'))
    for name, value in params.items():
        part = shape.fields.get(name)
        if part is None:
            raise bad(f'{method} has no parameter "{name}"')
        part.check(value, name)


_MISSING = {"chat_id": "chat_id is empty", "text": "message text is empty"} | {
    kind: f"there is no {kind.replace('_', ' ')} in the request"
    for kind in (
        "photo",
        "live_photo",
        "audio",
        "document",
        "video",
        "animation",
        "voice",
        "video_note",
        "sticker",
    )
}  # as the server words these
