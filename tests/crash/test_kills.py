"""Killed at any moment: nothing is lost, and nothing is done twice beyond the contract.

Each run kills the bot 50 times while 50 people talk to it; there are four runs, so 200 kills in all.
"""

import asyncio
import random
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import Any

import pytest

from sandbox.telegram.client import TelegramClient
from tests.crash.victim import Victim, victim
from tests.town import Town

_PEOPLE, _KILLS = 50, 50
_PATIENCE_SECONDS = 100
_AT_WORK = 0.85
_LABEL = re.compile(r"<\d+/\d+>")

Times = Mapping[str, Sequence[float]]


@pytest.fixture
async def bot_to_kill(town: Town) -> AsyncGenerator[Victim]:
    with victim(town.environment(LOG_LEVEL="ERROR")) as found:
        yield found


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(4))
async def test_kills_lose_nothing_and_repeat_nothing(town: Town, bot_to_kill: Victim, seed: int) -> None:
    people = [await town.telegram.user(f"P{number}") for number in range(_PEOPLE)]
    asked: list[str] = []
    enough = asyncio.Event()
    talks = [asyncio.create_task(_talk(town, person, asked, enough)) for person in people]

    await _kill_at_random(bot_to_kill, town.telegram, random.Random(seed))
    enough.set()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await asyncio.gather(*talks)

    sends = _when([call for call in await town.telegram.calls("sendMessage") if call["status"] == 200], _sent)
    requests = await town.model.requests()
    begun = _when(requests, _asked)
    paid = _when([request for request in requests if request["finished"] and not request["cancelled"]], _asked)
    assert set(sends) == set(asked), "a message was never answered"
    lives = [call["at"] for call in await town.telegram.calls("getMe")]  # the first thing a bot asks
    assert _repeats(sends, lives, known_from=_next_begun(begun)) == []
    assert _repeats(paid, lives, known_from={label: times[0] for label, times in sends.items()}) == []


async def _talk(town: Town, person: int, asked: list[str], enough: asyncio.Event) -> None:
    """Asks, waits for the answer, asks again, until the killing is over."""
    number = 0
    while not enough.is_set():
        label = f"<{person}/{number}>"
        asked.append(label)
        sent = await town.telegram.say(
            person, f"{label} {{{{pace: 30 10}}}} {{{{say: this answers {label} now}}}}"
        )
        await town.telegram.wait_for(
            person,
            lambda messages, sent=sent, label=label: any(
                message["message_id"] > sent and label in str(message.get("text")) for message in messages
            ),
            timeout=_PATIENCE_SECONDS,
        )
        number += 1


async def _kill_at_random(bot: Victim, telegram: TelegramClient, dice: random.Random) -> None:
    """Some die while they start, most at work. Afterwards it runs."""
    lives = 0
    for _ in range(_KILLS):
        await asyncio.to_thread(bot.start)
        if dice.random() < _AT_WORK:
            await telegram.wait_for_calls(lambda calls, lives=lives: len(calls) > lives, method="getMe")
        await asyncio.sleep(dice.uniform(0, 0.4))
        await asyncio.to_thread(bot.kill)
        lives = len(await telegram.calls("getMe"))
    await asyncio.to_thread(bot.start)


def _when(things: Sequence[Mapping[str, Any]], text: Callable[[Mapping[str, Any]], str]) -> Times:
    """When each question was dealt with, in monotonic seconds, first time first."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for thing in things:
        for label in _LABEL.findall(text(thing))[:1]:
            found[label].append(thing["at"])
    return found


def _sent(call: Mapping[str, Any]) -> str:
    return str(call["params"]["text"])


def _asked(request: Mapping[str, Any]) -> str:
    return str(request["body"]["input"][-1]["content"])


def _next_begun(begun: Times) -> Mapping[str, float]:
    """When each question's successor was begun: the conversation had gone on by then."""
    successors = {label: _successor(label) for label in begun}
    return {label: begun[after][0] for label, after in successors.items() if after in begun}


def _successor(label: str) -> str:
    person, number = label.strip("<>").split("/")
    return f"<{person}/{int(number) + 1}>"


def _repeats(
    found: Times, lives: Sequence[float], *, known_from: Mapping[str, float]
) -> list[tuple[str, float, float]]:
    """What was done again within one life of the bot, or after it had shown that it knew of it.

    A send that Telegram receives and a killed bot cannot write down any more is the one excuse.
    """
    return [
        (label, before, again)
        for label, times in found.items()
        for before, again in pairwise(times)
        if not any(before < life < again for life in lives) or again > known_from.get(label, inf)
    ]
