"""Web services that answer in JSON: asked briefly, and never believed to be short, quick or well-behaved."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

from tools.errors import ToolFailed

log = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_MOST_BYTES = 1_000_000
_CHUNK_BYTES = 64 * 1024
_TRIES = 2
_PAUSE_SECONDS = 0.3


class NotFound(ToolFailed):
    """404: the service does not know what it was asked about."""


@asynccontextmanager
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    """What services are asked through; it keeps their connections."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Service:
    """One of them: `name` is what the model calls it, `root` its address."""

    session: aiohttp.ClientSession
    root: str
    name: str

    async def get(self, path: str, parameters: Mapping[str, str | int | float]) -> Mapping[str, Any]:
        """The object it answers with. An error of its own is asked for again once.

        Raises `ToolFailed`, with its own reason where it gives one, and `NotFound`.
        """
        for tries in range(_TRIES):
            try:
                status, body = await self._asked(path, parameters)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.info("%s does not answer: %s", self.name, type(error).__name__)
                raise ToolFailed(f"{self.name} cannot be reached right now.") from None
            if status < 500:
                return self._understood(status, body)
            if tries + 1 < _TRIES:
                await asyncio.sleep(_PAUSE_SECONDS)
        raise ToolFailed(f"{self.name} has trouble right now.")

    async def _asked(self, path: str, parameters: Mapping[str, str | int | float]) -> tuple[int, bytes]:
        async with self.session.get(self.root + path, params=parameters) as response:
            received = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                received += chunk
                if len(received) > _MOST_BYTES:
                    raise ToolFailed(f"{self.name} answered with more than {_MOST_BYTES} bytes.")
            return response.status, bytes(received)

    def _understood(self, status: int, body: bytes) -> Mapping[str, Any]:
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        answer: Mapping[str, Any] = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
        reason = str(answer.get("reason") or answer.get("message") or f"status {status}")[:200]
        if status == 404:
            raise NotFound(f"{self.name}: {reason}")
        if status >= 400:
            raise ToolFailed(f"{self.name} refuses this: {reason}")
        if not answer:
            raise ToolFailed(f"{self.name} gave no answer that can be read.")
        return answer
