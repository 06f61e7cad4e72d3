"""Pictures behind links, fetched without being led into our own network."""

import asyncio
import logging
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

import aiohttp

from media.errors import LinkTooLarge
from media.kinds import Family, kind_of_beginning
from media.visits import TOTAL_SECONDS, Resolve, Visits, looked_up

log = logging.getLogger(__name__)

MOST_BYTES = 20_000_000

_CHUNK_BYTES = 64 * 1024
_HEADERS = {
    "User-Agent": "Parley",
    "Accept": "image/jpeg, image/png, image/webp, image/*;q=0.8, */*;q=0.1",
    "Accept-Encoding": "identity",  # nothing is unpacked, so nothing can explode
}


class LinkedPicture:
    """Implements `domain.media.LinkedPictures`, by the rules of `media.visits`."""

    def __init__(
        self,
        *,
        allowed_hosts: Collection[str] = (),
        most_bytes: int = MOST_BYTES,
        total_seconds: float = TOTAL_SECONDS,
        resolve: Resolve = looked_up,
    ) -> None:
        self._most_bytes = most_bytes
        self._visits = Visits(
            _HEADERS, allowed_hosts=allowed_hosts, total_seconds=total_seconds, resolve=resolve
        )

    async def fetch(self, url: str, to: Path) -> bool:
        """True: the picture is there. False: the link leads to something else, as a page; nothing is written.

        Raises a `LinkRefused` of `media.errors`; nothing is left behind then, either. What is fetched is only
        known to begin like a picture.
        """
        async with self._visits.visit(url) as response:
            return await self._received(response, to)

    async def _received(self, response: aiohttp.ClientResponse, to: Path) -> bool:
        if (response.content_length or 0) > self._most_bytes:
            raise self._too_large(response)
        beginning = await _beginning(response.content)
        if kind_of_beginning(beginning).family is not Family.PICTURE:
            return False
        part = to.with_name(f"{to.name}.part")
        try:
            file = await asyncio.to_thread(part.open, "wb")
            try:
                await self._written(response, beginning, file)
            finally:
                await asyncio.to_thread(file.close)
            await asyncio.to_thread(part.replace, to)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        return True

    async def _written(self, response: aiohttp.ClientResponse, beginning: bytes, file: BinaryIO) -> None:
        received, chunk = 0, beginning
        while chunk:
            received += len(chunk)
            if received > self._most_bytes:
                raise self._too_large(response)
            await asyncio.to_thread(file.write, chunk)
            chunk = await response.content.read(_CHUNK_BYTES)

    def _too_large(self, response: aiohttp.ClientResponse) -> LinkTooLarge:
        return LinkTooLarge(
            f"{response.url.host}: more than {self._most_bytes} bytes", most_bytes=self._most_bytes
        )


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """Enough to tell a kind by, or all there is."""
    try:
        return await content.readexactly(_CHUNK_BYTES)
    except asyncio.IncompleteReadError as end:
        return end.partial
