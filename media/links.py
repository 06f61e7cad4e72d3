"""Pictures behind links, fetched without being led into our own network."""

import asyncio
import logging
import re
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from media.addresses import is_public
from media.errors import LinkBroken, LinkInCircles, LinkTooLarge, LinkTooSlow, NotAWebLink, NotPublic
from media.kinds import Family, kind_of_beginning

log = logging.getLogger(__name__)

MOST_BYTES = 20_000_000
MOST_URLS = 10

_TOTAL_SECONDS = 15.0
_MOST_REDIRECTS = 5
_MOST_URL_CHARACTERS = 2_048
_CHUNK_BYTES = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "User-Agent": "Parley",
    "Accept": "image/jpeg, image/png, image/webp, image/*;q=0.8, */*;q=0.1",
    "Accept-Encoding": "identity",  # nothing is unpacked, so nothing can explode
}
_URL = re.compile(r"https?://[^\s<>\"`{}|\\^]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "）": "（", "】": "【", "」": "「", "』": "『", "》": "《"}
_PUNCTUATION = ".,;:!?'*_~…。，、；：！？؟،؛’”»"

Resolve = Callable[[str, int], Awaitable[list[str]]]


def urls_in(text: str) -> list[str]:
    """The web addresses in a text, in order, each once, at most ten; without the punctuation around them."""
    found = dict.fromkeys(_bare(match[0]) for match in _URL.finditer(text))
    return [url for url in found if len(url) <= _MOST_URL_CHARACTERS and url.partition("://")[2]][:MOST_URLS]


def _bare(url: str) -> str:
    """A closing bracket belongs to the address only if one was opened in it, as in Wikipedia's."""
    while url:
        last = url[-1]
        is_extra = last in _CLOSING and url.count(last) > url.count(_CLOSING[last])
        if not is_extra and last not in _PUNCTUATION:
            break
        url = url[:-1]
    return url


async def _looked_up(host: str, port: int) -> list[str]:
    """The system's addresses of a name; it also reads numbers as decimal, octal and hexadecimal."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class LinkedPicture:
    """Implements `domain.media.LinkedPictures`. It keeps nothing open between calls.

    Only http and https on ports 80 and 443, without passwords. A name is looked up once a hop, all its
    addresses must be public, and the connection is made to these very addresses: a name that says something
    else a moment later changes nothing. `allowed_hosts` are exceptions from the rules for ports and addresses,
    as `host:port`. Connections are direct: proxies of the environment are not used, for there the check would
    be the proxy's.
    """

    def __init__(
        self,
        *,
        allowed_hosts: Collection[str] = (),
        most_bytes: int = MOST_BYTES,
        total_seconds: float = _TOTAL_SECONDS,
        resolve: Resolve = _looked_up,
    ) -> None:
        self._allowed_hosts = frozenset(allowed_hosts)
        self._most_bytes = most_bytes
        self._total_seconds = total_seconds
        self._resolve = resolve

    async def fetch(self, url: str, to: Path) -> bool:
        """True: the picture is there. False: the link leads to something else, as a page; nothing is written.

        Raises a `LinkRefused` of `media.errors`; nothing is left behind then, either. What is fetched is only
        known to begin like a picture.
        """
        address = _parsed(url)
        try:
            async with asyncio.timeout(self._total_seconds):
                return await self._follow(address, to)
        except TimeoutError:
            raise LinkTooSlow(f"{address.host}: more than {self._total_seconds} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # their own words may hold the whole address
            raise LinkBroken(f"{address.host}: {type(error).__name__}") from None

    async def _follow(self, address: URL, to: Path) -> bool:
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._asked(address) as response:
                if response.status not in _REDIRECTS:
                    return await self._received(response, to)
                location = response.headers.get("Location", "")
            address = _parsed(str(address.join(_parsed_part(location))))
        raise LinkInCircles(f"more than {_MOST_REDIRECTS} redirects, at last to {address.host}")

    @asynccontextmanager
    async def _asked(self, address: URL) -> AsyncGenerator[aiohttp.ClientResponse]:
        addresses = await self._checked(address)
        connector = aiohttp.TCPConnector(resolver=_Pinned(addresses), use_dns_cache=False, force_close=True)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=self._total_seconds),
            ) as session,
            session.get(address, headers=_HEADERS, allow_redirects=False) as response,
        ):
            yield response

    async def _checked(self, address: URL) -> list[str]:
        """The addresses to connect to."""
        host, port = address.raw_host or "", address.port or 0
        is_allowed = f"{host}:{port}" in self._allowed_hosts
        if not is_allowed and port not in (80, 443):
            raise NotAWebLink(f"port {port} of {host}")
        addresses = await self._resolve(host, port)
        if not addresses:
            raise LinkBroken(f"{host}: no address")
        if not is_allowed and not all(map(is_public, addresses)):
            raise NotPublic(host)
        return addresses

    async def _received(self, response: aiohttp.ClientResponse, to: Path) -> bool:
        if not response.ok:
            raise LinkBroken(f"{response.url.host}: status {response.status}")
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


def _parsed(url: str) -> URL:
    address = _parsed_part(url)
    if address.scheme not in ("http", "https") or not address.raw_host:
        raise NotAWebLink(f"scheme {address.scheme[:20]}")
    if address.raw_user is not None or address.raw_password is not None:
        raise NotAWebLink(f"credentials for {address.host}")
    return address.with_fragment(None)


def _parsed_part(url: str) -> URL:
    try:
        return URL(url)
    except ValueError:
        raise NotAWebLink("not an address") from None  # the reason would quote it


class _Pinned(AbstractResolver):
    """Says the addresses that were checked, whatever the name is."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """There is nothing to close."""
