"""Visits to the web that cannot be led into our own network, whoever gave the address."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from media.addresses import is_public
from media.errors import LinkBroken, LinkInCircles, LinkTooSlow, NotAWebLink, NotPublic

TOTAL_SECONDS = 15.0
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def looked_up(host: str, port: int) -> list[str]:
    """The system's addresses of a name; it also reads numbers as decimal, octal and hexadecimal."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Visits:
    """Asks for what is behind an address. It keeps nothing open between calls.

    Only http and https on ports 80 and 443, without passwords. A name is looked up once a hop, all its
    addresses must be public, and the connection is made to these very addresses: a name that says something
    else a moment later changes nothing. `allowed_hosts` are exceptions from the rules for ports and addresses,
    as `host:port`. Connections are direct: proxies of the environment are not used, for there the check would
    be the proxy's. Bodies come as they were sent, packed if they are.
    """

    def __init__(
        self,
        headers: Mapping[str, str],
        *,
        allowed_hosts: Collection[str] = (),
        total_seconds: float = TOTAL_SECONDS,
        resolve: Resolve = looked_up,
    ) -> None:
        self._headers = headers
        self._allowed_hosts = frozenset(allowed_hosts)
        self._total_seconds = total_seconds
        self._resolve = resolve

    @asynccontextmanager
    async def visit(self, url: str) -> AsyncGenerator[aiohttp.ClientResponse]:
        """The last answer behind all redirects, a good one; the whole block has `total_seconds`.

        Raises a `LinkRefused` of `media.errors`, also for what goes wrong with the connection in the block.
        """
        address = _parsed(url)
        try:
            async with asyncio.timeout(self._total_seconds), self._followed(address) as response:
                if not response.ok:
                    raise LinkBroken(f"{response.url.host}: status {response.status}")
                yield response
        except TimeoutError:
            raise LinkTooSlow(f"{address.host}: more than {self._total_seconds} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # their own words may hold the whole address
            raise LinkBroken(f"{address.host}: {type(error).__name__}") from None

    @asynccontextmanager
    async def _followed(self, address: URL) -> AsyncGenerator[aiohttp.ClientResponse]:
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._asked(address) as response:
                if response.status not in _REDIRECTS:
                    yield response
                    return
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
            session.get(address, headers=self._headers, allow_redirects=False) as response,
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
