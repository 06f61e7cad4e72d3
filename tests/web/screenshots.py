"""Takes the pictures of the page that the documentation shows: `make screenshots`."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from tests.town import Town, built
from tests.web.visit import ARGUMENTS, Visit

_FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
_DESKTOP, _PHONE = (1280, 800), (390, 780)
_BOT = "@parley_sandbox_bot"


async def table(visit: Visit) -> None:
    """The first visit: the greeting, an example, its answer as a table."""
    await visit.press("Start", exact=True)
    await visit.press("Plan a weekend in Lisbon as a table")
    await expect(visit.theirs.last.locator("table")).to_be_visible()


async def growing(visit: Visit) -> None:
    """An answer on its way, and what goes on behind the scenes."""
    await visit.say("Hello!")
    await visit.reads("offline stand-in")
    await visit.press("Behind the scenes")
    await visit.say("Explain black holes to a ten-year-old")
    await expect(visit.draft).to_contain_text("squeezed")


async def formula(visit: Visit) -> None:
    """A formula and code in a topic, in the dark."""
    await visit.press("Light or dark")
    await visit.press("Weekend plans")
    await visit.say("{{math}} {{code: python}}")
    await expect(visit.theirs.last.locator(".tok-keyword").first).to_be_visible()


async def group(visit: Visit) -> None:
    """A group in which the bot is called."""
    await visit.open_chat("Book club")
    await visit.reads("Mention me")
    await visit.become("Grace")
    await visit.open_chat("Book club")
    await visit.say("What shall we read in spring? Something short, please 🌱")
    await visit.become("Ada")
    await visit.open_chat("Book club")
    await visit.menu(visit.theirs.last, "Reply")
    await visit.say("A haiku would be short enough 😄")
    await visit.say(f"{_BOT} Write a haiku about the sea")
    await visit.reads("Again the tide writes")
    await expect(visit.page.locator(".tap")).to_have_count(0)


async def phone(visit: Visit) -> None:
    """The same on a phone, with the commands."""
    await visit.say("/start")
    await visit.reads("Hello")
    await visit.field.press_sequentially("/")
    await expect(visit.page.get_by_role("option").first).to_be_visible()


async def trouble(visit: Visit) -> None:
    """Trouble on order."""
    await visit.press("Light or dark")
    await visit.say("Write a haiku about the sea")
    await visit.reads("The tide")
    await visit.press("Behind the scenes")
    await visit.page.get_by_role("tab", name="Trouble").click()


async def new_group(visit: Visit) -> None:
    await visit.press("New group")


async def arabic(visit: Visit) -> None:
    await visit.say("أعطني جدول عطلة في لشبونة")
    await expect(visit.theirs.last.locator("table")).to_be_visible()


View = Callable[[Visit], Coroutine[None, None, None]]
_VIEWS: tuple[tuple[View, tuple[int, int]], ...] = (
    (table, _DESKTOP),
    (growing, _DESKTOP),
    (formula, _DESKTOP),
    (group, _DESKTOP),
    (trouble, _DESKTOP),
    (new_group, _DESKTOP),
    (arabic, _DESKTOP),
    (phone, _PHONE),
)


@asynccontextmanager
async def _shown(browser: Browser, town: Town, size: tuple[int, int]) -> AsyncGenerator[Visit]:
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = await context.new_page()
    await page.goto(town.telegram_server.page)
    yield Visit(page)
    await context.close()


async def _take(browser: Browser, view: View, size: tuple[int, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with built(Path(folder)) as town, town.bot():
            await town.model.pace(0.1, 0.015)
            async with _shown(browser, town, size) as visit:
                await view(visit)
                await visit.page.mouse.move(0, 0)
                await visit.page.evaluate("document.fonts.ready")
                await visit.page.screenshot(path=_FOLDER / f"{view.__name__}.png", animations="disabled")


async def main(wanted: list[str]) -> None:
    path = shutil.which("chromium") or sys.exit("there is no Chromium on this machine")
    await asyncio.to_thread(_FOLDER.mkdir, parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for view, size in _VIEWS:
            if not wanted or view.__name__ in wanted:
                await _take(browser, view, size)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
