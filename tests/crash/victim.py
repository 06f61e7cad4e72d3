"""A bot in a process of its own that can be killed and is quickly there again.

Killing tests nothing but durability, so the start is made cheap: the processes are forked from one that has
imported everything already.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess

from bot.app import opened
from bot.settings import read_settings
from locales.languages import Locales

_ENDS_SECONDS = 10

Locales.load()  # read once for all that are forked


def _serve(environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    asyncio.run(_work())


async def _work() -> None:
    async with opened(read_settings(_env_file=None)) as parley:
        await parley.run(asyncio.Event())


class Victim:
    """`start`, `kill`, and again."""

    def __init__(self, context: ForkServerContext, environment: Mapping[str, str]) -> None:
        self._context = context
        self._environment = environment
        self._process: ForkServerProcess | None = None

    def start(self) -> None:
        self._process = self._context.Process(target=_serve, args=(self._environment,), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """As `kill -9`: nothing of it runs any more when this returns."""
        if self._process is not None:
            self._process.kill()
            self._process.join(_ENDS_SECONDS)


@contextmanager
def victim(environment: Mapping[str, str]) -> Generator[Victim]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.victim"])
    found = Victim(context, environment)
    try:
        yield found
    finally:
        found.kill()
