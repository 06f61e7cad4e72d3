"""A leash: a process held by its standard input ends with whoever started it, however that one ended."""

import asyncio
import os
import sys
from collections.abc import Callable

_CHUNK_BYTES = 4_096


def when_input_closes(act: Callable[[], object]) -> None:
    """Calls `act` once there is nobody left to write; one who types at a terminal is not in its way."""
    loop, descriptor = asyncio.get_running_loop(), sys.stdin.fileno()

    def on_input() -> None:
        if not os.read(descriptor, _CHUNK_BYTES):
            loop.remove_reader(descriptor)
            act()

    try:
        loop.add_reader(descriptor, on_input)
    except (PermissionError, OSError):
        return  # a plain file or the null device as input says nothing about who started it
