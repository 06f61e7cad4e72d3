"""Reading web pages: the article without its surroundings, by the rules for addresses, within bounds."""

import pytest

from media.webpages import WebPages
from sandbox.world.server import WorldSandbox
from tests.tools.calling import call
from tools.errors import ToolFailed
from tools.pages import Pages


@pytest.fixture
def pages(world: WorldSandbox) -> Pages:
    return Pages(WebPages(allowed_hosts=[world.root.removeprefix("http://")]).fetch)


async def test_an_article_is_read_without_what_stands_around_it(pages: Pages, world: WorldSandbox) -> None:
    said = await call(pages.read_web_page, url=world.page("article"))

    assert said.startswith(f"Address: {world.page('article')}\nTitle: ")
    assert "<" not in said
    assert "alert(" not in said


async def test_a_private_address_is_not_asked(world: WorldSandbox) -> None:
    with pytest.raises(ToolFailed, match=r"public internet|ordinary web addresses"):
        await call(Pages(WebPages().fetch).read_web_page, url=world.page("article"))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com/x", "http://a:b@example.com", "nonsense"]
)
async def test_other_addresses_are_refused(pages: Pages, url: str) -> None:
    with pytest.raises(ToolFailed, match="I only open ordinary web addresses"):
        await call(pages.read_web_page, url=url)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("article", "built in 1874"),
        ("redirect", "built in 1874"),
        ("chinese", "长城全长二万一千公里"),
        ("lying", "长城全长二万一千公里"),
        ("arabic", "نهر النيل"),
        ("western", "größer für Gäste"),
        ("plain", "Some towers are lighthouses."),
        ("data", '"metres": 54'),
        ("huge", "[The page is longer than what is read of it.]"),
    ],
)
async def test_pages_of_all_kinds_are_read(pages: Pages, world: WorldSandbox, name: str, words: str) -> None:
    assert words in await call(pages.read_web_page, url=world.page(name))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("paper", "That is a PDF"),
        ("picture", "no page with text, but image/png"),
        ("binary", "no page with text"),
        ("program", "no text on that page"),
        ("empty", "no text on that page"),
        ("loop", "leads on and on"),
        ("inside", "does not lead to the public internet"),
        ("file", "only open ordinary web addresses"),
        ("gone", "does not work right now"),
        ("failing", "does not work right now"),
    ],
)
async def test_what_cannot_be_read_is_told_to_the_model(
    pages: Pages, world: WorldSandbox, name: str, told: str
) -> None:
    with pytest.raises(ToolFailed, match=told):
        await call(pages.read_web_page, url=world.page(name))


async def test_a_page_that_would_fill_the_memory_is_cut(pages: Pages, world: WorldSandbox) -> None:
    assert len(await call(pages.read_web_page, url=world.page("bomb"))) < 30_000


async def test_what_is_hidden_is_not_read(pages: Pages, world: WorldSandbox) -> None:
    said = await call(pages.read_web_page, url=world.page("injected"))

    assert "500 g of flour" in said
    assert "SYSTEM" not in said
