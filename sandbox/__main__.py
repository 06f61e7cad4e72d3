"""Runs the sandbox by itself: `python -m sandbox`. It ends on SIGTERM, SIGINT, or when its input closes."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from sandbox.leash import when_input_closes
from sandbox.model.delivery import Pace
from sandbox.model.server import ModelSandbox
from sandbox.telegram.server import TelegramSandbox
from sandbox.telegram.store import StateOfAnother
from sandbox.world.server import WorldSandbox

_PRIVATE = 0o077  # what it keeps is for its owner


def main(arguments: Sequence[str] | None = None) -> None:
    os.umask(_PRIVATE)
    given = _parser().parse_args(arguments)
    try:
        with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
            runner.run(_serve(given))
    except StateOfAnother as error:
        sys.exit(f"{given.state}: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "--only",
        choices=("telegram", "model", "both"),
        default="both",
        help="what to start; with the model comes its world",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="where the chat page listens; other than on this machine alone it asks for a token",
    )
    parser.add_argument("--telegram-port", type=int, default=0, metavar="PORT", help="0: any free one")
    parser.add_argument(
        "--page-port",
        type=int,
        default=0,
        metavar="PORT",
        help="this one if it is free, else any: so that the chat page is found again at the same address",
    )
    parser.add_argument("--model-port", type=int, default=0, metavar="PORT", help="0: any free one")
    parser.add_argument("--world-port", type=int, default=0, metavar="PORT", help="0: any free one")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep chats and messages in this file")
    parser.add_argument(
        "--pace",
        type=float,
        nargs=2,
        default=(0.0, 0.0),
        metavar=("FIRST_MS", "TOKEN_MS"),
        help="how fast the model answers; at once where it is left out",
    )
    return parser


async def _serve(given: argparse.Namespace) -> None:
    stop = _stop_on_signals()
    async with AsyncExitStack() as stack:
        addresses: dict[str, str] = {}
        model_url: str | None = None
        if given.only in ("model", "both"):
            first, token = (milliseconds / 1_000 for milliseconds in given.pace)
            model = await stack.enter_async_context(
                ModelSandbox.open(port=given.model_port, pace=Pace(first, token))
            )
            model_url = model.base_url
            world = await stack.enter_async_context(WorldSandbox.open(port=given.world_port))
            addresses |= {"model_base_url": model.base_url, "api_key": model.api_key, "world_root": world.root}
        if given.only in ("telegram", "both"):
            port = given.telegram_port or _free(given.host, given.page_port)
            telegram = await stack.enter_async_context(
                TelegramSandbox.open(host=given.host, port=port, state_file=given.state, model_url=model_url)
            )
            addresses |= {"telegram_root": telegram.root, "token": telegram.token, "page": telegram.page}
            addresses |= {"page_token": telegram.page_token or ""}
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        when_input_closes(stop.set)
        await stop.wait()


def _free(host: str, port: int) -> int:
    """The port, or 0 if somebody else has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return 0
    return port


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  # not there on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
