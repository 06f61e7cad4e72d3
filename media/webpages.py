"""Pages behind links, fetched as their bytes without being led into our own network."""

import zlib
from collections.abc import Collection
from dataclasses import dataclass

import aiohttp

from media.charsets import encoding_of
from media.errors import LinkBroken
from media.visits import Visits

MOST_BYTES = 1_500_000
_SECONDS = 20.0
_CHUNK_BYTES = 64 * 1024
_LOOKED_AT_BYTES = 8 * 1024
_ANY_WRAPPER = zlib.MAX_WBITS | 32  # gzip's or zlib's, whichever is there
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Parley)",
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.1",
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class WebPage:
    """What came: `url` is where it was in the end, `is_cut` tells that there was more.

    `looks_like` is an encoding that may fit.
    """

    url: str
    media_type: str
    charset: str
    content: bytes
    looks_like: str = ""
    is_cut: bool = False


class WebPages:
    """Fetches the beginning of pages, by the rules of `media.visits`."""

    def __init__(self, *, allowed_hosts: Collection[str] = (), most_bytes: int = MOST_BYTES) -> None:
        self._visits = Visits(_HEADERS, allowed_hosts=allowed_hosts, total_seconds=_SECONDS)
        self._most_bytes = most_bytes

    async def fetch(self, url: str) -> WebPage:
        """Raises a `LinkRefused` of `media.errors`."""
        async with self._visits.visit(url) as response:
            content = await self._unpacked(response)
            return WebPage(
                str(response.url),
                response.content_type,
                response.charset or "",
                content[: self._most_bytes],
                encoding_of(content[:_LOOKED_AT_BYTES]) or "",
                is_cut=len(content) > self._most_bytes,
            )

    async def _unpacked(self, response: aiohttp.ClientResponse) -> bytes:
        """At most one byte more than we take. Some servers pack what nobody asked them to pack."""
        packed = response.headers.get("Content-Encoding", "identity").lower()
        if packed not in ("identity", "", "gzip", "deflate"):
            raise LinkBroken(f"{response.url.host}: packed as {packed[:20]}")
        unpacker = zlib.decompressobj(_ANY_WRAPPER) if packed in ("gzip", "deflate") else None
        content, received, room = bytearray(), 0, self._most_bytes + 1
        try:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                received += len(chunk)
                left = room - len(content)
                content += chunk[:left] if unpacker is None else unpacker.decompress(chunk, left)
                if len(content) >= room or received > 2 * self._most_bytes:
                    break
        except zlib.error:
            raise LinkBroken(f"{response.url.host}: cannot be unpacked") from None
        return bytes(content)
