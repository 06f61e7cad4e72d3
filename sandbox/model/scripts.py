"""Scripts: orders in double braces inside a person's message, which make the model do exactly this or that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

NAMES = frozenset(
    {
        "say", "words", "chars", "history", "sent", "pictures", "emoji", "table", "math", "code", "long",
        "silent", "pace", "fail", "cut", "hang", "incomplete", "refuse", "tool", "stream_error", "commentary",
        "reword", "answer", "draw", "refuse_image", "then", "python", "outputs", "unknown_tool", "endless_tool",
        "web",
    }
)  # fmt: skip
_START = re.compile(r"\{\{\s*([a-z_]+)\s*(?=[:}])")
# What a program adds to a person's words: paragraphs in brackets, and what is quoted, set in by two blanks.
_ADDED = re.compile(r"^\[(?s:.*?)\]$|^  .*$", re.MULTILINE)
_EVEN = re.compile(r"[{}]")


class BadScript(Exception):
    """An order whose argument makes no sense."""


@dataclass(frozen=True, slots=True)
class Order:
    name: str
    argument: str = ""

    def words(self) -> list[str]:
        """What stands in the argument by itself."""
        return [word for word in self.argument.split() if "=" not in word]

    def numbers(self) -> list[float]:
        """Those of the words that begin it and must be numbers."""
        return [as_number(word, self) for word in self.words() if word != "once"]

    def options(self) -> dict[str, str]:
        """What stands in the argument as name=value."""
        return dict(word.split("=", 1) for word in self.argument.split() if "=" in word)


@dataclass(frozen=True, slots=True)
class Script:
    """The orders of a message, and what remains of its text without them."""

    orders: tuple[Order, ...]
    text: str

    @property
    def spoken(self) -> str:
        """The person's own words: the text without what stands in brackets or is quoted."""
        return _ADDED.sub("", self.text).strip()

    def first(self, name: str) -> Order | None:
        return next((order for order in self.orders if order.name == name), None)


def as_number(word: str, order: Order) -> float:
    if not word.replace(".", "", 1).isdecimal():
        raise BadScript(f"{order.name}: {word} is no number")
    return float(word)


def parse(message: str) -> Script:
    """Finds all orders; double braces that hold something else stay text."""
    orders: list[Order] = []
    rest: list[str] = []
    done = 0
    for start, end, order in _found(message):
        rest.append(message[done:start])
        orders.append(order)
        done = end
    rest.append(message[done:])
    return Script(tuple(orders), "".join(rest).strip())


def _found(message: str) -> Iterator[tuple[int, int, Order]]:
    position = 0
    while match := _START.search(message, position):
        end = _end(message, match.start())
        position = match.end() if end is None else end
        if end is not None and match[1] in NAMES:
            argument = message[match.end() : end - 2].removeprefix(":").removeprefix(" ")
            yield match.start(), end, Order(match[1], argument)


def _end(message: str, start: int) -> int | None:
    """Behind the closing braces: the matching ones, so that JSON fits inside, or else the next ones."""
    depth = 0
    for brace in _EVEN.finditer(message, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            if message.endswith("}}", start, brace.end()):
                return brace.end()
            break
    closing = message.find("}}", start)
    return None if closing < 0 else closing + 2
