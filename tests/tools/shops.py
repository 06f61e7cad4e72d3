"""Shops to be connected to: as a program, and as a server on this machine."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

_START_SECONDS = 60
_ROOT = Path(__file__).parents[2]
_MODULE = "tests.tools.mcp_shop"


def program(orders: Path, **more: Any) -> dict[str, Any]:
    """Its entry in the file of servers."""
    return {"command": sys.executable, "args": ["-m", _MODULE, str(orders)], "cwd": str(_ROOT), **more}


def file_of(folder: Path, **servers: dict[str, Any]) -> Path:
    """The file with these servers."""
    path = folder / "mcp.json"
    path.write_text(json.dumps({"mcpServers": servers}, indent=2))
    return path


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def serving(orders: Path, port: int) -> AsyncGenerator[asyncio.subprocess.Process]:
    """The shop over HTTP, until the block is left."""
    arguments = ("-m", _MODULE, str(orders), str(port))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=_ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(_START_SECONDS):
            await _until_open(port)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until_open(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)  # a program tells nobody that it listens
        else:
            writer.close()
            return
