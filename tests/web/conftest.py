"""A browser on the sandbox's page, with the real bot and the offline model behind it."""

import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bot.service import Parley
from sandbox.model.client import ModelClient
from tests.town import Town
from tests.web.visit import ARGUMENTS, Visit

_PATIENCE_MS = 15_000
Visitor = Callable[..., Awaitable[Visit]]


@pytest.fixture
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


@pytest.fixture
async def visitor(browser: Browser, bot: Parley, town: Town) -> AsyncGenerator[Visitor]:  # pyright: ignore[reportUnusedParameter]  # it works beside
    """Opens the page, once per call, as one more tab; nothing in any of them may go wrong on the way."""
    wrongs: list[str] = []
    context = await browser.new_context(viewport={"width": 1200, "height": 800})

    async def visit(path: str = "") -> Visit:
        page = await context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        _listen(page, wrongs)
        await page.goto(town.telegram_server.root + "/" + path)
        return Visit(page)

    yield visit
    await context.close()
    assert wrongs == []


def _listen(page: Page, wrongs: list[str]) -> None:
    page.on("pageerror", lambda error: wrongs.append(str(error)))
    page.on("console", lambda said: wrongs.append(said.text) if said.type == "error" else None)


@pytest.fixture
async def visit(visitor: Visitor) -> Visit:
    """The first visit: as Ada, in her private chat."""
    return await visitor()


@pytest.fixture
async def slow_model(town: Town) -> ModelClient:
    """Answers come word by word, as from a real model."""
    await town.model.pace(0.05, 0.02)
    return town.model


@pytest.fixture
def axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
