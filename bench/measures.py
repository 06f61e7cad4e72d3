"""What is measured, one function a subject; each returns rows of the table."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NamedTuple

from bench.world import World, running

_SECOND_MS = 1000.0
_KIB = 1024.0
_WORD = 1_000  # characters of a typical answer
_WARM_UP_TOGETHER = 10


class Row(NamedTuple):
    """One line of the table: what was measured, the value, the aim (empty where there is none)."""

    subject: str
    value: str
    aim: str = ""


async def start_up(times: int) -> list[Row]:
    """From the start of the process to its first call for updates, and the memory it takes then."""
    ready: list[float] = []
    idle_bytes: list[int] = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            async with running(Path(folder)) as world:
                ready.append(world.ready_seconds)
                idle_bytes.append(world.memory_bytes())
    return [
        Row(f"ready after start (median of {times})", f"{statistics.median(ready):.2f} s", "1 s"),
        Row("memory when idle", f"{statistics.median(idle_bytes) / _KIB / _KIB:.0f} MB", "90 MB"),
    ]


async def latency(conversations: int, rounds: int, pause_seconds: float) -> list[Row]:
    """From a person's message to the model's request, with so many conversations talking at once."""
    async with _fresh() as world:
        people = [await world.telegram.user(f"P{number}") for number in range(conversations)]
        asked: dict[str, float] = {}

        async def talk(number: int, person: int) -> None:
            await asyncio.sleep(pause_seconds * number / conversations)
            after = 0
            for turn in range(rounds):
                label = f"q{number}x{turn}."
                asked[label] = time.monotonic()
                await world.telegram.say(person, f"{label} {{{{say: ok}}}}")
                after = (await world.telegram.next_reply(person, after=after, timeout=60))["message_id"]
                await asyncio.sleep(pause_seconds)

        await asyncio.gather(*(talk(number, person) for number, person in enumerate(people)))
        requests = [(label, at) for label, at in await _asked_at(world) if label in asked]
        delays = [at - asked[label] for label, at in requests]
        added = await _added_by_the_bot(world, [at for _, at in requests])
    rows = [
        Row(f"message to model's request, {_many(conversations)}, p50", _ms(statistics.median(delays)), "5 ms"),
        Row(
            f"message to model's request, {_many(conversations)}, p99", _ms(_percentile(delays, 0.99)), "30 ms"
        ),
    ]
    if conversations > 1:
        return rows
    return [*rows, Row("the bot's part of it (update out, request in), p50", _ms(statistics.median(added)))]


async def streaming(answers: int) -> list[Row]:
    """How soon a growing answer shows, how soon its final message stands, and how many calls it takes."""
    async with _fresh() as world:
        firsts: list[float] = []
        lasts: list[float] = []
        calls: list[int] = []
        for number in range(answers):
            person = await world.telegram.user(f"P{number}")
            await world.model.clear()
            await world.telegram.say(person, f"{{{{pace: 300 40}}}} {{{{chars: {_WORD}}}}}")
            await world.telegram.next_reply(person, timeout=60)
            request = (await world.model.requests())[-1]
            made = await world.telegram.calls(chat_id=person)
            shown = [call for call in made if call["params"].get("text")]
            firsts.append(shown[0]["at"] - request["first_token_at"])
            lasts.append(shown[-1]["at"] - request["finished_at"])
            calls.append(len(made))
    return [
        Row("first token to first visible text, median", _ms(statistics.median(firsts)), "150 ms"),
        Row("last token to final message, median", _ms(statistics.median(lasts))),
        Row("Telegram calls for an answer of 1,000 characters", f"{statistics.median(calls):.0f}", "6"),
    ]


async def throughput(conversations: int, rounds: int) -> list[Row]:
    """Answers for a second of the bot's CPU, with a model that answers at once: a sentence, and a page."""
    short, took = await _cpu_of_an_answer(conversations, rounds, "{{say: It is a short answer.}}")
    long, _ = await _cpu_of_an_answer(conversations, max(1, rounds // 4), f"{{{{chars: {_WORD}}}}}")
    return [
        Row("answers of a sentence for a second of CPU, instant model", f"{1 / short:.0f}", "200"),
        Row("CPU of such an answer", _ms(short)),
        Row("answers of 1,000 characters (some 250 events) likewise", f"{1 / long:.0f}"),
        Row(
            f"answers a second, {conversations} conversations, sandbox on the same cores",
            f"{conversations * rounds / took:.0f}",
        ),
    ]


async def _cpu_of_an_answer(conversations: int, rounds: int, question: str) -> tuple[float, float]:
    """CPU seconds of one answer, and the seconds that all took."""
    async with _fresh() as world:
        people = [await world.telegram.user(f"P{number}") for number in range(conversations)]
        await _talk_all(world, people, 1, "warm up")
        before, began = world.cpu_seconds(), time.monotonic()
        await _talk_all(world, people, rounds, question)
        spent, took = world.cpu_seconds() - before, time.monotonic() - began
    return spent / (conversations * rounds), took


async def memory(answers: int) -> list[Row]:
    """What an answer that is being written takes, with so many of them at once."""
    async with _fresh(ANSWERS_AT_ONCE=str(answers)) as world:
        people = [await world.telegram.user(f"P{number}") for number in range(answers)]
        for start in range(0, answers, _WARM_UP_TOGETHER):
            await _talk_all(world, people[start : start + _WARM_UP_TOGETHER], 1, "warm up")
        before = world.memory_bytes()
        await _each(people, lambda person: world.telegram.say(person, "{{pace: 0 60000}} {{words: 50}}"))
        await world.model.wait_for_requests(
            lambda requests: sum(not request["finished"] for request in requests) >= answers, timeout=120
        )
        await world.telegram.wait_for_calls(
            lambda calls: len({call["params"]["chat_id"] for call in calls}) >= answers,
            method="sendMessageDraft",
            timeout=120,
        )
        after = world.memory_bytes()
    return [
        Row(
            f"memory of a running answer, {answers} at once",
            f"{(after - before) / answers / _KIB:.0f} KB",
            "60 KB",
        )
    ]


def _fresh(**settings: str) -> AbstractAsyncContextManager[World]:
    folder = tempfile.mkdtemp(prefix="parley-bench-")
    return running(Path(folder), **settings)


async def _talk_all(world: World, people: Sequence[int], rounds: int, text: str) -> None:
    async def talk(person: int) -> None:
        after = 0
        for _ in range(rounds):
            sent = await world.telegram.say(person, text)
            reply = await world.telegram.next_reply(person, after=max(after, sent), timeout=120)
            after = reply["message_id"]

    await _each(people, talk)


async def _each(people: Iterable[int], work: Callable[[int], Awaitable[Any]]) -> None:
    await asyncio.gather(*(work(person) for person in people))


async def _added_by_the_bot(world: World, asked_at: Sequence[float]) -> list[float]:
    """From the end of the poll that brought the update to the request; only one conversation may be talking."""
    polled = [call["ended_at"] for call in await world.telegram.calls("getUpdates") if call["ended_at"]]
    return [at - max(ended for ended in polled if ended <= at) for at in asked_at]


def _many(conversations: int) -> str:
    return "1 conversation" if conversations == 1 else f"{conversations} conversations"


async def _asked_at(world: World) -> list[tuple[str, float]]:
    return [(_label(request), request["at"]) for request in await world.model.requests()]


def _label(request: dict[str, Any]) -> str:
    return str(request["body"].get("input", [{}])[-1].get("content", "")).split(" ")[0]


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _ms(seconds: float) -> str:
    return f"{seconds * _SECOND_MS:.1f} ms"
