"""Measures the page: how soon the first answer stands, and how smoothly 1,000 messages scroll."""

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox.telegram.client import TelegramClient
from tests.town import Town, built
from tests.web.visit import ARGUMENTS, Visit

_MESSAGES = 1_000
_SCROLL = """async () => {
    const log = document.querySelector(".log");
    const times = [];
    let last = performance.now();
    while (log.scrollTop > 0) {
        log.scrollTop -= 60;
        const now = await new Promise(requestAnimationFrame);
        times.push(now - last);
        last = now;
    }
    times.sort((one, other) => one - other);
    return [times.length, times[times.length >> 1], times[Math.floor(times.length * 0.95)], times.at(-1)];
}"""


async def first_answer(page: Page, town: Town) -> float:
    """From opening the page, by way of the Start button, to the bot's first words."""
    began = time.monotonic()
    await page.goto(town.telegram_server.page)
    visit = Visit(page)
    await visit.press("Start", exact=True)
    await visit.reads("Hello Ada!")
    return time.monotonic() - began


async def frame_times(page: Page, telegram: TelegramClient) -> list[float]:
    """Number of frames, and the median, the 95th percentile and the longest in milliseconds, scrolling up."""
    visit = Visit(page)
    ada = await visit.user()
    club = await telegram.group("Full house", [ada])
    for number in range(_MESSAGES):
        await telegram.say(
            club, f"Message {number}: " + "words that fill a line or two " * (number % 5 + 1), user=ada
        )
    await visit.open_chat("Full house")
    await expect(visit.messages.last).to_contain_text(f"Message {_MESSAGES - 1}")
    return await page.evaluate(_SCROLL)


async def _measure(browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with built(Path(folder)) as town, town.bot():
            page = await browser.new_page(viewport={"width": 1280, "height": 800})
            seconds = await first_answer(page, town)
            count, median, late, longest = await frame_times(page, town.telegram)
            loaded = await page.locator(".log .message").count()
    sys.stdout.write(
        f"first answer: {seconds:.2f} s after opening\n"
        f"scrolling {loaded} messages: {count:.0f} frames; median {median:.1f} ms, 95% {late:.1f} ms, "
        f"longest {longest:.1f} ms\n"
    )


async def main() -> None:
    path = shutil.which("chromium") or sys.exit("there is no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        await _measure(browser)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
