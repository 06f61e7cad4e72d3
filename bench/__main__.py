"""`make bench`: measures the bot on this machine and prints a table. `--quick` takes a minute."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from bench.measures import Row, latency, memory, start_up, streaming, throughput
from bench.pictures import albums, pictures
from bench.retrieval import retrieval
from bench.seeing import crowd, photo
from bench.sound import answered_by_voice, listened, spoken

Measure = Callable[[], Awaitable[list[Row]]]


def _measures(*, quick: bool) -> dict[str, Measure]:
    return {
        "start": lambda: start_up(3 if quick else 7),
        "latency": lambda: latency(1, 30 if quick else 200, 0.0),
        "crowd": lambda: latency(200, 3 if quick else 10, 4.0),
        "streaming": lambda: streaming(2 if quick else 5),
        "throughput": lambda: throughput(100, 5 if quick else 20),
        "memory": lambda: memory(500),
        "speaking": lambda: spoken(3 if quick else 9),
        "voice": lambda: answered_by_voice(1 if quick else 3),
        "listening": lambda: listened(1 if quick else 2),
        "crowded memory": lambda: memory(1_000),
        "pictures": lambda: pictures(10 if quick else 50),
        "albums": lambda: albums(20),
        "photo": lambda: photo(5 if quick else 20),
        "album crowd": lambda: crowd(20),
        "retrieval": lambda: retrieval(10 if quick else 50),
    }


async def _bench(only: list[str], *, quick: bool) -> None:
    print(f"| {'measured':<64} | {'value':>17} | {'aim':>7} |")
    print(f"|{'-' * 66}|{'-' * 18}:|{'-' * 8}:|")
    for name, measure in _measures(quick=quick).items():
        if only and name not in only:
            continue
        for row in await measure():
            print(f"| {row.subject:<64} | {row.value:>17} | {row.aim:>7} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description="Measures the bot against the sandbox.")
    parser.add_argument("only", nargs="*", choices=[*_measures(quick=True), []], help="these subjects only")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    given = parser.parse_args()
    asyncio.run(_bench(given.only, quick=given.quick))


main()
