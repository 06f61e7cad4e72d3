"""Pages, each with its trap; and what can go wrong with all look-ups."""

import asyncio

import aiohttp
import pytest

from sandbox.world.client import WorldClient
from sandbox.world.faults import Kind
from tests.sandbox.world.conftest import Reader


async def test_an_article_comes_with_what_surrounds_it(look: Reader) -> None:
    _, _, content = await look.page("article")

    assert b"253 steps" in content
    assert b"Accept all cookies" in content


@pytest.mark.parametrize(
    ("name", "encoding", "words"),
    [
        ("chinese", "gb18030", "长城"),
        ("lying", "gb18030", "长城"),
        ("arabic", "windows-1256", "النيل"),
        ("western", "windows-1252", "größer"),
    ],
)
async def test_pages_come_in_many_encodings(look: Reader, name: str, encoding: str, words: str) -> None:
    _, _, content = await look.page(name)

    assert words in content.decode(encoding)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("redirect", "/pages/article"),
        ("loop", "/pages/loop"),
        ("inside", "http://169.254.169.254/latest/meta-data/"),
    ],
)
async def test_some_pages_lead_elsewhere(look: Reader, name: str, where: str) -> None:
    status, headers, _ = await look.page(name, allow_redirects=False)

    assert (status, headers["Location"]) == (302, where)


async def test_some_are_much_larger_than_anybody_reads(look: Reader) -> None:
    _, _, huge = await look.page("huge")
    _, headers, bomb = await look.page("bomb")

    assert len(huge) > 11_000_000
    assert len(bomb) > 60_000_000 > 100 * int(headers["Content-Length"])


async def test_a_slow_page_never_ends(look: Reader) -> None:
    async with look.session.get(f"{look.root}/pages/slow") as response:
        assert await response.content.readexactly(22) == b"<p>Wait</p><p>Wait</p>"


@pytest.mark.parametrize(("name", "status"), [("nowhere", 404), ("gone", 410), ("failing", 500)])
async def test_some_are_not_there(look: Reader, name: str, status: int) -> None:
    assert (await look.page(name))[0] == status


async def test_look_ups_are_written_down(look: Reader, control: WorldClient) -> None:
    await look.get("/v1/search", name="Berlin")
    await look.page("plain")

    (search,) = await control.requests("/v1/search")
    assert (search["query"], search["status"]) == ({"name": "Berlin"}, 200)
    await control.clear()
    assert await control.requests() == []


async def test_a_fault_happens_as_often_as_it_was_ordered(look: Reader, control: WorldClient) -> None:
    await control.fault(path="/v1/*", times=2, status=503)

    statuses = [(await look.get("/v1/search", name="Berlin"))[0] for _ in range(3)]

    assert statuses == [503, 503, 200]


@pytest.mark.parametrize(("kind", "size"), [("broken", 43), ("large", 10_485_774), ("empty", 2), ("html", 20)])
async def test_an_answer_can_be_something_else(
    look: Reader, control: WorldClient, kind: Kind, size: int
) -> None:
    await control.fault(path="/v1/forecast", kind=kind, status=502)

    async with look.session.get(f"{look.root}/v1/forecast") as response:
        assert len(await response.read()) == size


async def test_a_look_up_can_hang_or_be_cut(look: Reader, control: WorldClient) -> None:
    await control.fault(path="/v1/search", kind="reset", times=2)  # aiohttp tries once more
    with pytest.raises(aiohttp.ClientError):
        await look.get("/v1/search", name="Berlin")

    await control.fault(path="/v1/search", kind="hang")
    with pytest.raises(asyncio.TimeoutError):
        async with asyncio.timeout(0.2):
            await look.get("/v1/search", name="Berlin")
