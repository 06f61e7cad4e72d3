"""Pictures are fetched from the public web, and from nowhere else."""

import asyncio
import io
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path

import pytest
from aiohttp import web
from blockbuster import blockbuster_ctx
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import LinkRefused
from domain.media import LinkedPictures
from media.addresses import is_public
from media.errors import LinkBroken, LinkInCircles, LinkTooLarge, LinkTooSlow, NotAWebLink, NotPublic
from media.links import LinkedPicture
from tests.media.making import photo

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A web server on this machine that answers as a test says, and the requests it got."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[web.Request] = []
        self.answer: Handler = _not_found
        self.ended = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answer(request)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/cat.jpg") -> str:
        return f"http://{self.host}{path}"

    def says(self, body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers=headers)

        self.answer = answer

    def sends_on(self, to: str) -> None:
        self.says(b"", status=302, headers={"Location": to})

    def drips(self, beginning: bytes) -> None:
        """Sends so much and then nothing more until the other side is gone."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(beginning)
            await self.ended.wait()
            return response

        self.answer = answer

    def never_ends(self, beginning: bytes) -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(beginning)
            while not self.ended.is_set():
                await response.write(bytes(65_536))
            return response

        self.answer = answer


async def _not_found(_: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop() -> Generator[None]:
    with blockbuster_ctx("media"):
        yield


@pytest.fixture
async def site() -> AsyncGenerator[Site]:
    site = Site()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        site.ended.set()
        await runner.cleanup()


@pytest.fixture
def links(site: Site) -> LinkedPicture:
    return LinkedPicture(allowed_hosts={site.host}, most_bytes=1_000_000, total_seconds=5)


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    photo(400, 300).save(buffer, "JPEG")
    return buffer.getvalue()


JPEG = _jpeg()


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _resolving(*addresses: str) -> Callable[[str, int], Awaitable[list[str]]]:
    async def resolve(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return resolve


async def test_a_picture_is_fetched(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    site.says(JPEG, headers={"Content-Type": "text/plain"})

    assert await links.fetch(site.url(), tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == JPEG
    assert _names(tmp_path) == ["got"]


async def test_the_site_learns_nothing_but_the_name_of_the_bot(
    site: Site, links: LinkedPictures, tmp_path: Path
) -> None:
    site.says(JPEG)

    await links.fetch(site.url("/cat.jpg?size=2#top"), tmp_path / "got")

    (asked,) = site.asked
    assert asked.raw_path == "/cat.jpg?size=2"
    assert asked.headers["User-Agent"] == "Parley"
    assert set(asked.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Cats</title>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b'{"cat": true}',
        b"\0\0\0\x18ftypisom\0\0\2\0isomavc1",
        b"",
    ],
)
async def test_what_is_no_picture_is_told(
    body: bytes, site: Site, links: LinkedPictures, tmp_path: Path
) -> None:
    site.says(body, headers={"Content-Type": "image/jpeg"})

    assert not await links.fetch(site.url(), tmp_path / "got")
    assert _names(tmp_path) == []


async def test_a_page_is_not_read_to_its_end(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    site.never_ends(b"<!doctype html>" + b" " * 70_000)

    assert not await links.fetch(site.url(), tmp_path / "got")


async def test_packed_answers_are_not_unpacked(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    site.says(b"\x1f\x8b\x08\0\0\0\0\0", headers={"Content-Encoding": "gzip"})

    assert not await links.fetch(site.url(), tmp_path / "got")


async def test_redirects_are_followed(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        step = int(request.query.get("step", "0"))
        if step < 5:
            return web.Response(status=302, headers={"Location": f"/cat.jpg?step={step + 1}"})
        return web.Response(body=JPEG)

    site.answer = answer

    assert await links.fetch(site.url(), tmp_path / "got")


async def test_going_in_circles_ends(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    site.sends_on("/again")

    with pytest.raises(LinkInCircles):
        await links.fetch(site.url(), tmp_path / "got")
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "//169.254.169.254/",
    ],
)
async def test_a_redirect_into_our_network_is_not_followed(
    address: str, site: Site, links: LinkedPictures, tmp_path: Path
) -> None:
    site.sends_on(address)

    with pytest.raises(NotPublic):
        await links.fetch(site.url(), tmp_path / "got")
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://a/", "http://a:b@127.0.0.1/", "http://[", "ftp:"]
)
async def test_a_redirect_out_of_the_web_is_not_followed(
    location: str, site: Site, links: LinkedPictures, tmp_path: Path
) -> None:
    site.sends_on(location)

    with pytest.raises(NotAWebLink):
        await links.fetch(site.url(), tmp_path / "got")


async def test_an_exception_for_one_port_is_none_for_others(site: Site, tmp_path: Path) -> None:
    site.says(JPEG)
    links = LinkedPicture(allowed_hosts={f"127.0.0.1:{site.port + 1}"})

    with pytest.raises(NotAWebLink):
        await links.fetch(site.url(), tmp_path / "got")
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/cat.jpg",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "http:///cat.jpg",
        "http://",
        "http://example.com:22/",
        "https://example.com:8443/cat.jpg",
        "http://me:secret@example.com/cat.jpg",
        "http://example.com:99999/",
        "http://[::1",
    ],
)
async def test_only_ordinary_web_addresses_are_asked(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotAWebLink) as refused:
        await LinkedPicture(resolve=_resolving("93.184.216.34")).fetch(url, tmp_path / "got")
    assert "secret" not in str(refused.value)


CLOSED = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.7", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "3fff::1", "fe80::1", "fe80::1%eth0", "fec0::1",
    "fc00::1", "fd00:ec2::254", "ff02::1", "100::1", "5f00::1", "4000::1",
)  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
async def test_names_of_machines_that_are_not_public_are_refused(address: str, tmp_path: Path) -> None:
    links = LinkedPicture(resolve=_resolving("93.184.216.34", address))

    with pytest.raises(NotPublic):
        await links.fetch("http://innocent.example/cat.jpg", tmp_path / "got")


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8",
     "64:ff9b::808:808", "2002:808:808::1"],
)  # fmt: skip
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_hiding_an_address_in_ipv6_changes_nothing(address: object) -> None:
    number = int.from_bytes(bytes(map(int, str(address).split("."))))
    high, low = number >> 16, number & 0xFFFF

    assert is_public(f"::ffff:{address}") is is_public(str(address))
    assert is_public(f"64:ff9b::{high:x}:{low:x}") is is_public(str(address))
    assert is_public(f"2002:{high:x}:{low:x}::1") is is_public(str(address))


async def test_a_name_that_changes_its_mind_is_held_to_its_first_word(site: Site, tmp_path: Path) -> None:
    answers = [["127.0.0.1"], ["203.0.113.9"]]
    site.says(JPEG)

    async def resolve(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    links = LinkedPicture(allowed_hosts={f"rebound.example:{site.port}"}, resolve=resolve)

    assert await links.fetch(f"http://rebound.example:{site.port}/cat.jpg", tmp_path / "got")
    assert len(answers) == 1
    assert site.asked[0].headers["Host"] == f"rebound.example:{site.port}"


async def test_a_name_is_looked_at_again_after_a_redirect(site: Site, tmp_path: Path) -> None:
    site.sends_on("http://rebound.example/")
    answers = {site.host.partition(":")[0]: ["127.0.0.1"], "rebound.example": ["10.0.0.1"]}

    async def resolve(host: str, _port: int) -> list[str]:
        return answers[host]

    with pytest.raises(NotPublic):
        await LinkedPicture(allowed_hosts={site.host}, resolve=resolve).fetch(site.url(), tmp_path / "got")


async def test_a_slow_site_is_left(site: Site, tmp_path: Path) -> None:
    site.drips(JPEG[:100])
    links = LinkedPicture(allowed_hosts={site.host}, total_seconds=0.3)

    with pytest.raises(LinkTooSlow):
        await links.fetch(site.url(), tmp_path / "got")
    assert _names(tmp_path) == []


async def test_a_site_that_drips_a_large_picture_is_left(site: Site, tmp_path: Path) -> None:
    site.drips(JPEG[:10] + bytes(200_000))
    links = LinkedPicture(allowed_hosts={site.host}, total_seconds=0.3)

    with pytest.raises(LinkTooSlow):
        await links.fetch(site.url(), tmp_path / "got")
    assert _names(tmp_path) == []


async def test_a_name_server_that_does_not_answer_is_left(tmp_path: Path) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(LinkTooSlow):
        await LinkedPicture(resolve=resolve, total_seconds=0.1).fetch("http://slow.example/", tmp_path / "got")


async def test_an_announced_size_is_believed(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    site.says(JPEG + bytes(1_000_000))

    with pytest.raises(LinkTooLarge) as refused:
        await links.fetch(site.url(), tmp_path / "got")
    assert refused.value.text.values == {"megabytes": 1}


async def test_an_endless_picture_is_cut_off(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    site.never_ends(JPEG)

    with pytest.raises(LinkTooLarge):
        await links.fetch(site.url(), tmp_path / "got")
    assert _names(tmp_path) == []


@pytest.mark.parametrize("status", [404, 403, 410, 429, 500, 503])
async def test_an_error_is_no_picture(status: int, site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    site.says(JPEG, status=status)

    with pytest.raises(LinkBroken):
        await links.fetch(site.url(), tmp_path / "got")


async def test_a_picture_that_breaks_off_is_refused(site: Site, links: LinkedPictures, tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(JPEG))})
        await response.prepare(request)
        await response.write(JPEG[:100])
        assert request.transport is not None
        request.transport.abort()
        return response

    site.answer = answer

    with pytest.raises(LinkBroken):
        await links.fetch(site.url(), tmp_path / "got")
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n",
        b"",
    ],
    ids=[
        "another protocol",
        "negative length",
        "a huge header",
        "countless headers",
        "a broken address",
        "nothing",
    ],
)
async def test_what_does_not_speak_http_properly_is_refused(raw: bytes, tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        links = LinkedPicture(allowed_hosts={f"{host}:{port}"}, total_seconds=5)

        with pytest.raises(LinkRefused):
            await links.fetch(f"http://{host}:{port}/cat.jpg", tmp_path / "got")
    assert _names(tmp_path) == []


async def test_what_is_asked_for_reaches_no_log(
    site: Site, links: LinkedPictures, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.says(b"", status=404)

    with pytest.raises(LinkBroken) as refused:
        await links.fetch(site.url("/SECRET/cat.jpg?key=SECRET"), tmp_path / "got")
    assert "SECRET" not in str(refused.value)
    assert "SECRET" not in "".join(
        record.getMessage() for record in caplog.records if record.name != "aiohttp.access"
    )


async def test_proxies_of_the_environment_are_not_asked(
    site: Site, links: LinkedPictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    site.says(JPEG)

    assert await links.fetch(site.url(), tmp_path / "got")
