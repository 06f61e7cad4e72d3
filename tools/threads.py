"""Threads of their own for tools: one that hangs keeps nobody else from working."""

import asyncio
import contextlib
import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class _GivenUp(BaseException):
    """Raised inside a thread for whose result nobody waits any more."""


async def in_thread(work: Callable[[], T]) -> T:
    """Runs `work` in a thread of its own. On cancellation it is asked to end, and not waited for.

    The loop's own pool is not used: a few tools that never return would fill it, and files are read with it. A
    daemon thread does not hold the end of the process up, either.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def settle(outcome: T | None, error: BaseException | None) -> None:
        if result.done():
            return
        if error is None:
            result.set_result(outcome)  # pyright: ignore[reportArgumentType]  # without an error it is a T
        elif isinstance(error, StopIteration):  # a future cannot hold one
            result.set_exception(RuntimeError("StopIteration"))
        else:
            result.set_exception(error)

    def run() -> None:
        outcome, error = None, None
        try:
            outcome = work()
        except BaseException as raised:  # noqa: BLE001  # whatever it is, whoever waits gets it
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(settle, outcome, error)

    thread = threading.Thread(target=run, name="tool", daemon=True)
    thread.start()
    try:
        return await result
    except asyncio.CancelledError:
        _interrupt(thread)
        raise


def _interrupt(thread: threading.Thread) -> None:
    """Ends Python code that runs in circles; one that waits in C ends when that returns."""
    if thread.ident is not None and thread.is_alive():
        # The only way CPython has: docs.python.org/3/c-api/init.html#c.PyThreadState_SetAsyncExc
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_GivenUp))
