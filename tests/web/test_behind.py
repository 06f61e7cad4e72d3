"""Behind the scenes: calls, requests, and trouble on order."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import BrowserContext, expect

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.bot.process import line_with, parley
from tests.web.visit import Visit


async def test_calls_and_requests_are_listed_with_their_time(visit: Visit) -> None:
    await visit.press("Behind the scenes")
    await visit.say("{{say: watched}}")
    await visit.reads("watched")

    panel = visit.page.get_by_role("complementary", name="Behind the scenes")
    call = panel.locator(".call", has_text="sendMessage").first
    await expect(call).to_contain_text("200")
    await expect(call).to_contain_text("ms")
    await call.locator("summary").click()
    await expect(call.locator("pre")).to_contain_text('"chat_id"')
    await panel.get_by_role("tab", name="Model").click()
    await expect(panel.locator(".call").first).to_contain_text("200")


async def test_a_cut_answer_is_explained_to_the_reader(visit: Visit, slow_model: ModelClient) -> None:
    await visit.press("Behind the scenes")
    await visit.page.get_by_role("tab", name="Trouble").click()
    await visit.press("Next answer: cut off in the middle")
    await expect(visit.page.locator(".toast")).to_contain_text("Ordered")

    await visit.say("{{words: 60}}")

    await expect(visit.theirs.last).to_contain_text("Sentence", timeout=40_000)


async def test_the_bot_is_killed_on_order_by_whoever_runs_it(visit: Visit, telegram: TelegramClient) -> None:
    ordered = asyncio.create_task(telegram.restarts_ordered(0, timeout=20))
    await visit.press("Behind the scenes")
    await visit.page.get_by_role("tab", name="Trouble").click()
    await visit.press("Kill it as a power cut would")

    assert await ordered == 1


async def test_a_refused_message_comes_a_little_later(visit: Visit, telegram: TelegramClient) -> None:
    await visit.press("Behind the scenes")
    await visit.page.get_by_role("tab", name="Trouble").click()
    await visit.press("Next 3 calls here: 429, wait 2 s")
    await expect(visit.page.locator(".toast")).to_contain_text("Ordered")

    await visit.say("{{say: after all}}")

    await visit.reads("after all", seconds=20)
    assert await telegram.violations() == []


async def test_a_bot_killed_from_the_page_comes_back_and_answers(
    context: BrowserContext, tmp_path: Path
) -> None:
    async with parley("run", environment={}, folder=tmp_path / "home") as process:
        page = await context.new_page()
        await page.goto(_address_in(await line_with(process.stderr, "no TELEGRAM_BOT_TOKEN")))
        visit = Visit(page)
        await line_with(process.stderr, "is ready")
        await visit.press("Behind the scenes")
        await page.get_by_role("tab", name="Trouble").click()
        await visit.press("Kill it as a power cut would")
        await visit.say("{{say: back again}}")
        await line_with(process.stderr, "is ready")

        await visit.reads("back again", seconds=20)


def _address_in(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/", line)
    assert found is not None
    return found[0]
