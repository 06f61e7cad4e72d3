"""A browser on the sandbox's page, with the real bot and the offline model behind it.

Starting a browser takes longer than most of what is tried in it, so the tests of this folder share one,
and with it one event loop; every test has a town, a bot and a browser profile of its own.
"""

import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, bot_of
from tests.town import Town, built
from tests.web.visit import ARGUMENTS, Visit

_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)
Visitor = Callable[..., Awaitable[Visit]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder runs in the loop that the browser lives in."""
    here = str(Path(__file__).parent) + os.sep
    for item in items:
        if str(item.path).startswith(here) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncGenerator[BrowserContext]:
    """A browser profile of this test's own."""
    context = await browser.new_context(viewport={"width": 1200, "height": 800})
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path) -> AsyncGenerator[Town]:
    async with built(tmp_path / "data") as town:
        yield town


@pytest_asyncio.fixture(loop_scope="session")
async def bot(town: Town) -> AsyncGenerator[Parley]:
    async with town.bot() as parley:
        yield parley


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(context: BrowserContext, bot: Parley, town: Town) -> AsyncGenerator[Visitor]:  # pyright: ignore[reportUnusedParameter]  # it works beside
    """Opens the page, once per call, as one more tab; nothing in any of them may go wrong on the way."""
    wrongs: list[str] = []

    async def visit(path: str = "") -> Visit:
        return await _opened(context, town, wrongs, path)

    yield visit
    await context.close()
    assert wrongs == []


async def _opened(context: BrowserContext, town: Town, wrongs: list[str], path: str = "") -> Visit:
    page = await context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    _listen(page, wrongs)
    await page.goto(town.telegram_server.root + "/" + path)
    return Visit(page)


def _listen(page: Page, wrongs: list[str]) -> None:
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("console", lambda said: wrongs.append(said.text) if said.type == "error" else None)


@pytest_asyncio.fixture(loop_scope="session")
async def visit(visitor: Visitor) -> Visit:
    """The first visit: as Ada, in her private chat."""
    return await visitor()


@pytest_asyncio.fixture(loop_scope="session")
async def alone(context: BrowserContext, town: Town) -> AsyncGenerator[Visit]:
    """The first visit to a Telegram in which no bot is at work: a test plays its part with `hand`."""
    wrongs: list[str] = []
    yield await _opened(context, town, wrongs)
    await context.close()
    assert wrongs == []


@pytest_asyncio.fixture(loop_scope="session")
async def hand(town: Town) -> AsyncGenerator[Bot]:
    """Calls the Bot API as the bot would."""
    async with bot_of(town.telegram_server) as hand:
        yield hand


@pytest.fixture
def people(town: Town) -> TelegramClient:
    """Acts as people beside the page."""
    return town.telegram


@pytest_asyncio.fixture(loop_scope="session")
async def slow_model(town: Town) -> ModelClient:
    """Answers come word by word, as from a real model."""
    await town.model.pace(0.05, 0.02)
    return town.model


@pytest.fixture
def axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
