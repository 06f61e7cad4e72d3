"""Money: what a call uses up, what that costs, and whose spending it is. Integers of micro-dollars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Literal

from domain.catalogue import HostedPrices, Model
from domain.turn import Usage

PER_DOLLAR = 1_000_000
_PER_MILLION = 1_000_000
GIGABYTE = 2**30  # as providers count what is stored
_LONG_INPUT, _LONG_OUTPUT = (2, 1), (3, 2)  # as fractions: what a long request costs over a short one

HostedTool = Literal["web_search", "file_search", "code", "storage"]


class Purpose(StrEnum):
    """What money is spent on, as people are told."""

    CHAT = "chat"
    VISION = "vision"
    SUMMARY = "summary"
    TRANSLATION = "translation"
    TRANSCRIPTION = "transcription"
    SPEECH = "speech"
    IMAGE = "image"
    EMBEDDING = "embedding"
    WEB_SEARCH = "web_search"
    FILE_SEARCH = "file_search"
    CODE = "code"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Consumed:
    """What one call used up, in whatever units the provider counts it.

    `text` holds all tokens that are neither sound nor pictures of an image model. `calls` are those of a hosted
    tool, `minutes` those of its container; `stored_bytes` are what vector stores keep for a day.
    """

    text: Usage = field(default_factory=Usage)
    audio_input_tokens: int = 0
    audio_output_tokens: int = 0
    picture_input_tokens: int = 0
    picture_output_tokens: int = 0
    pictures: int = 0
    characters: int = 0
    heard_milliseconds: int = 0
    calls: int = 0
    minutes: int = 0
    stored_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """Whose spending is counted or limited.

    "user" and "chat" have an id; "role" is everybody or the admins, each of whom has that much; "bot" is all.
    """

    kind: Literal["user", "chat", "role", "bot"]
    id: int | str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def of(cls, name: str) -> "Account":
        """The account whose `str` this is. Raises `ValueError`."""
        kind, _, id_ = name.partition(":")
        match kind:
            case "user" | "chat":
                return cls(kind, int(id_))
            case "role" | "bot":
                return cls(kind, id_)
            case _:
                raise ValueError(f"no account: {name}")


BOT = Account("bot")
EVERYBODY, ADMINS = Account("role", "everybody"), Account("role", "admins")


def cost(model: Model, used: Consumed) -> int | None:
    """In micro-dollars, rounded up; None where a price of something that was used is not known."""
    if used.characters and model.characters_price is not None:
        return _rounded_up([(used.characters, model.characters_price)])
    if used.heard_milliseconds and model.minute_price is not None:
        return -(-used.heard_milliseconds * model.minute_price // 60_000)
    if used.pictures and (model.image_output_price is None or not used.picture_output_tokens):
        return None if model.picture_price is None else used.pictures * model.picture_price
    if used.heard_milliseconds:
        return None
    return _rounded_up([*_text(model, used.text), *_media(model, used)])


def hosted_cost(prices: HostedPrices, tool: HostedTool, used: Consumed) -> int | None:
    """What the provider's own tool cost, in micro-dollars; None where its price is not known."""
    if tool == "storage":
        price = prices.storage_gigabyte_day
        return None if price is None else -(-used.stored_bytes * price // GIGABYTE)
    count, price = {
        "web_search": (used.calls, prices.web_search),
        "file_search": (used.calls, prices.file_search),
        "code": (used.minutes, prices.container_minute),
    }[tool]
    return None if price is None else count * price


def prices_of(priced: Model | HostedPrices) -> Mapping[str, int]:
    """All prices that are known, by name: what is kept beside an entry, so that it can be checked later."""
    values = {one.name: getattr(priced, one.name) for one in fields(priced)}
    is_hosted = isinstance(priced, HostedPrices)
    return {name: v for name, v in values.items() if v is not None and (is_hosted or name.endswith("_price"))}


def dollars(microdollars: int) -> str:
    """`$12.50`, `$0.053`; more digits where that would be nothing."""
    sign, amount = "-" if microdollars < 0 else "", abs(microdollars)
    if amount == 0 or amount >= PER_DOLLAR:
        return f"{sign}${amount / PER_DOLLAR:,.2f}"
    said = f"{amount / PER_DOLLAR:.3f}" if amount >= 500 else f"{amount / PER_DOLLAR:.6f}"
    return f"{sign}${said.removesuffix('0') if amount >= 500 else said}"


def exact_dollars(microdollars: int) -> str:
    """`$0.0123`, `$12.50`: all digits there are, where amounts are compared with each other."""
    cents, rest = divmod(abs(microdollars), PER_DOLLAR // 100)
    sign, more = "-" if microdollars < 0 else "", f"{rest:04}".rstrip("0")
    return f"{sign}${cents // 100:,}.{cents % 100:02}{more}"


def _text(model: Model, usage: Usage) -> Iterable[tuple[int, int | None]]:
    """What the catalogue says nothing of beside the plain input costs as much as that."""
    is_long = 0 < model.long_context_tokens < usage.input_tokens
    more, more_output = (_LONG_INPUT, _LONG_OUTPUT) if is_long else ((1, 1), (1, 1))
    cached = min(usage.cached_tokens, usage.input_tokens)
    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    plain = model.input_price
    for tokens, price, (times, over) in (
        (usage.input_tokens - cached - written, plain, more),
        (cached, plain if model.cached_input_price is None else model.cached_input_price, more),
        (written, plain if model.cache_write_price is None else model.cache_write_price, more),
        (usage.output_tokens, model.output_price, more_output),
    ):
        yield tokens, None if price is None else -(-price * times // over)


def _media(model: Model, used: Consumed) -> Iterable[tuple[int, int | None]]:
    yield used.audio_input_tokens, model.audio_input_price
    yield used.audio_output_tokens, model.audio_output_price
    yield used.picture_input_tokens, model.image_input_price
    yield used.picture_output_tokens, model.image_output_price


def _rounded_up(parts: Iterable[tuple[int, int | None]]) -> int | None:
    total = 0
    for count, price in parts:
        if count and price is None:
            return None
        total += count * (price or 0)
    return -(-total // _PER_MILLION)
