"""Killed at any moment: nothing is lost, and nothing is done twice beyond the contract.

Each run kills the bot 50 times while 50 people talk to it; there are four runs, so 200 kills in all.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import pytest

from tests.crash.victim import Victim, victim
from tests.town import Town

_PEOPLE, _KILLS = 50, 50
_PATIENCE_SECONDS = 100
# "the instant between Telegram's receipt and our commit": one reply on its way, one write
_INSTANT_SECONDS = 0.5


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

    kills = await _kill_at_random(bot_to_kill, random.Random(seed))
    enough.set()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await asyncio.gather(*talks)

    sends = _by_label(
        [call for call in await town.telegram.calls("sendMessage") if call["status"] == 200],
        lambda call: str(call["params"]["text"]),
        asked,
    )
    paid = _by_label(
        [
            request
            for request in await town.model.requests()
            if request["finished"] and not request["cancelled"]
        ],
        lambda request: str(request["body"]["input"][-1]["content"]),
        asked,
    )
    assert set(sends) == set(asked), "a message was never answered"
    assert _unexcused(sends, kills, when="at") == []
    assert _unexcused(paid, kills, when="finished_at") == []


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


async def _kill_at_random(bot: Victim, dice: random.Random) -> Sequence[float]:
    """When it was killed, in monotonic seconds; afterwards it runs."""
    kills: list[float] = []
    for _ in range(_KILLS):
        await asyncio.to_thread(bot.start)
        await asyncio.sleep(dice.uniform(0.05, 0.8))
        await asyncio.to_thread(bot.kill)
        kills.append(time.monotonic())
    await asyncio.to_thread(bot.start)
    return kills


def _by_label(
    things: Sequence[Mapping[str, Any]], text: Any, labels: Sequence[str]
) -> Mapping[str, list[Mapping[str, Any]]]:
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    known = set(labels)
    for thing in things:
        label = text(thing).partition("<")[2].partition(">")[0]
        if f"<{label}>" in known:
            found[f"<{label}>"].append(thing)
    return found


def _unexcused(
    found: Mapping[str, list[Mapping[str, Any]]], kills: Sequence[float], *, when: str
) -> list[tuple[str, float]]:
    """What was done again although no kill fell into the instant after it was done before."""
    return [
        (label, before[when])
        for label, times in found.items()
        for before in times[:-1]
        if not any(before[when] <= kill <= before[when] + _INSTANT_SECONDS for kill in kills)
    ]
