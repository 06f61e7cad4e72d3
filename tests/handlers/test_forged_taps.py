"""Buttons that nobody was given: whatever their data says, the tap is answered, and nothing is tried again."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import pytest
from telegram.ext import CallbackQueryHandler

from bot.features import FEATURES
from bot.service import Parley
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import made
from tests.drawing.scenes import asked, drawn
from tests.pictures import picture
from tests.town import Town, answered, forged_tap, lines, settled

DEAD: Final = "This button no longer works."
_MOST: Final = "9" * 18
_ODD: Final = ("", ":", "::::", "abc", "-1", "0", "1:abc", "1:-1", _MOST, "9" * 40, "٣", "1.5", "%00", "../..")

_ID16: Final = "9" * 16
_MARK: Final = "0123456789ab"


def _each(verbs: str, *rest: str) -> list[str]:
    """Every verb with each of these behind it."""
    return [f"{verb}:{one}" for verb in verbs.split() for one in rest]


FORGED: Final[Mapping[str, Sequence[str]]] = {
    "allow": [f"once:{_MOST}:{_MARK}", f"always:0:{_MARK}", "once:1:xyz", f"deny:abc:{_MARK}", _ID16],
    "as": [
        *_each("card use copy share withdraw delete deleted edit files", _MOST, "0", "writer", "nobody", ""),
        *_each("model effort tools voice", _MOST, f"{_MOST}:abc", "0:abc"),
        *_each("take", "abc", "x" * 22, "-" * 40),
    ],
    "ask": [
        *_each("retry continue speak title fact example sample", _MOST, "0", "abc", "9" * 50),
        *_each("export", f"{_MOST}:md", f"{_MOST}:json", "0:md", "1:exe"),
        *_each("starter", f"{_MOST}:99", "writer:99", "nobody:1", ":1"),
        *_each("field", f"{_MOST}:name", "0:greeting", "1:abc"),
        *_each("make:write make:next make:clear make:done make:cancel", "name", "fact", "abc"),
    ],
    "budget": [
        "day:user:1",
        f"day:chat:-{_ID16}",
        f"month:user:{_ID16}",
        "day:role:nobody",
        "year:bot:",
        "day:bot",
    ],
    "cast": _each("send drop", _MOST, "0", "abc"),
    "deny": [_ID16, "abc"],
    "detail": ["abc", "low:1"],
    "draw": [],  # below: they need a drawing
    "files": [
        *_each("show give take drop", _ID16, "0", "abc"),
        *_each("put", f"{_ID16}:code", "0:turn", "1:abc"),
        *_each("list", "-999999", "999999"),
    ],
    "forget": _each(
        "ask:thread yes:thread really:thread ask:memory really:everything ask:abc", _MOST, "0", "abc"
    ),
    "gallery": [f"{_ID16}:{_MOST[:9]}", "0:0", "abc:0", "1:abc"],
    "image": _each("model size quality format count back", "999", "abc", ""),
    "json": ["abc", "forget", "on:1"],
    "language": ["xx", "en:1"],
    "listen": ["abc", "always"],
    "memory": _each("page open forget all forgotten switch", _MOST, "0", "abc"),
    "model": ["#0123456789abcdef", "gpt-9", "\u200b"],
    "models": _each("chat transcription image embedding reload menu", "fff", "0-0", "123456789abc", "abc:1"),
    "price": ["abc", "on:1"],
    "reminder": [f"{_ID16}:{_MOST[:12]}", "abc:1", "1:0"],
    "rich": ["abc"],
    "run": [*_each("steps", _MOST, f"-{_MOST}"), *_each("passage", f"{_MOST}:999", "1:abc", "500000001:0")],
    "search": ["page:9999", f"go:{_ID16}:q", f"go:{_ID16}:a", "go:1:z", "page:abc"],
    "set": _each("effort verbosity temperature length seed menu abc", "abc", "9", "..", "1.2.3", "9999999999"),
    "stop": [_MOST, "9" * 50, "abc"],
    "swap": [f"{_MARK}:{_MARK}", "abc:abc"],
    "th": [
        *_each("open go branch delete deleted", _MOST, "0", "abc"),
        *_each("page find", "9999", "abc"),
        *_each("by", "topic", "abc"),
        "setting",
    ],
    "tools": [f"flip:{_MARK}:9999", "page:9999", "flip:abc:1"],
    "voice": _each("is speed when text", "abc", "9.9", "x" * 40),
    "zone": ["/", "//", "/etc/passwd", "Europe/", "Europe", "-", "x" * 58],
}


def _prefixes() -> set[str]:
    handlers = (handler for feature in FEATURES for handler in feature.handlers())
    patterns = [
        handler.pattern.pattern
        for handler in handlers
        if isinstance(handler, CallbackQueryHandler) and isinstance(handler.pattern, re.Pattern)
    ]
    found = (re.match(r"\^\(?([a-z|]+)\)?:", pattern) for pattern in patterns)
    return {word for one in found if one is not None for word in one[1].split("|")}


def test_every_prefix_has_its_forgeries() -> None:
    assert set(FORGED) == _prefixes()


@pytest.mark.parametrize("prefix", sorted(set(FORGED) - {"draw"}))
async def test_a_forged_tap_is_answered_at_once(
    town: Town, caplog: pytest.LogCaptureFixture, prefix: str
) -> None:
    ada = await town.telegram.user()
    async with town.bot(admin_user_ids=frozenset({ada})) as bot:  # admins can do the most
        message = await answered(town.telegram, ada, "{{say: hello}}")

        for data in dict.fromkeys((*FORGED[prefix], *_ODD)):
            await forged_tap(town.telegram, message, f"{prefix}:{data}"[:64], user=ada)

        await settled(bot, town.telegram)
        assert lines(caplog, " failed: ") == []
        assert (await bot.inbox.counts()).set_aside == 0


async def test_a_forged_choice_for_one_s_own_assistant_is_answered_at_once(
    bot: Parley, telegram: TelegramClient, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await telegram.user()
    card = await made(telegram, ada)

    for data in [*_each("as:model as:effort as:tools as:voice", "1:abc", "1:9", "1:%00"), "ask:field:1:abc"]:
        await forged_tap(telegram, card, data, user=ada)

    await settled(bot, telegram)
    assert lines(caplog, " failed: ") == []


async def test_a_forged_button_of_a_drawing_is_dead(
    bot: Parley, telegram: TelegramClient, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await telegram.user()
    await telegram.say(ada, "/imagine a red sofa")
    (message,) = await drawn(telegram, ada)
    forged = [
        *_each("vary:1", "abc", "7", "-1", ":", "0:abc", "7:1", "0:0", "0:5"),
        *_each("edit:1", "abc", "7"),
        *_each("cell:1", "abc", "9", "0"),
        *_each("size:1", "abc", "9x9x9"),
        *_each("quality:1", "abc", "huge"),
        *_each("again", _MOST, "abc", "0"),
        *_each("cell inside drop abc", "1"),
    ]

    told = {data: await forged_tap(telegram, message, f"draw:{data}", user=ada) for data in forged}

    assert told == dict.fromkeys(forged, DEAD)
    await settled(bot, telegram)
    assert lines(caplog, " failed: ") == []


async def test_a_forged_button_of_a_draft_is_dead(
    bot: Parley, telegram: TelegramClient, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await telegram.user()
    sent = await telegram.send_photo(ada, picture("red", (256, 256)), caption="/edit")
    draft = await asked(telegram, ada, after=sent)
    forged = [*_each("cell:1", "9", "abc"), *_each("vary:1 edit:1", "0"), *_each("inside file", "1")]

    told = {data: await forged_tap(telegram, draft, f"draw:{data}", user=ada) for data in forged}

    assert told == dict.fromkeys(forged, DEAD)
    await settled(bot, telegram)
    assert lines(caplog, " failed: ") == []
