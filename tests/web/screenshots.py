"""Takes the pictures of the page that the documentation shows: `make screenshots`."""

import asyncio
import io
import math
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw
from playwright.async_api import Browser, FilePayload, async_playwright, expect
from yarl import URL

from sandbox.telegram.client import TelegramClient
from tests.sandbox.model.samples import voice_note
from tests.town import Town, built
from tests.web.visit import ARGUMENTS, Visit

_FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
_DESKTOP, _TALL, _PHONE = (1280, 800), (1280, 1060), (390, 780)
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


async def media(visit: Visit) -> None:
    """In a group: an album, a sticker, and a poll in which two have voted."""
    colours = (("#f6a04d", "#4b3a8c"), ("#bfe3f5", "#2d77b8"), ("#ffd9c2", "#d6577f"))
    skies: list[FilePayload] = [
        {"name": f"sky{number}.png", "mimeType": "image/png", "buffer": _sky(*pair)}
        for number, pair in enumerate(colours)
    ]
    await _in_club(visit, "Grace")
    await visit.send_files(*skies, caption="Which sky shall I paint?")
    await expect(visit.mine.last.locator(".album .photo")).to_have_count(3)
    await _in_club(visit, "Ada")
    await visit.attach("Sticker")
    await visit.press("In love")
    await visit.attach("Poll")
    await visit.page.get_by_label("Question").fill("Which one for the hall?")
    await visit.page.get_by_label("Options").fill("The evening\nThe noon\nThe morning")
    await visit.page.get_by_label("Everybody sees who voted").check()
    await visit.confirm("Send")
    await visit.mine.last.get_by_role("button", name="The morning").click()
    await _in_club(visit, "Grace")
    await visit.theirs.last.get_by_role("button", name="The evening").click()
    await expect(visit.page.locator(".poll-names")).to_have_count(2)


async def _in_club(visit: Visit, name: str) -> None:
    await visit.become(name)
    await visit.open_chat("Book club")


def _sky(above: str, below: str) -> bytes:
    """A picture from one colour to another, with a sun in it."""
    width, height = 600, 420
    sky = Image.new("RGB", (width, height))
    for line in range(height):
        pairs = zip(ImageColor.getrgb(above), ImageColor.getrgb(below), strict=True)
        mixed = [round(one + (other - one) * line / height) for one, other in pairs]
        sky.paste((mixed[0], mixed[1], mixed[2]), (0, line, width, line + 1))
    ImageDraw.Draw(sky).ellipse((250, 190, 350, 290), fill="#fff6d8")
    written = io.BytesIO()
    sky.save(written, "PNG")
    return written.getvalue()


async def drawing(visit: Visit) -> None:
    """Strokes on a picture that will answer it."""
    await visit.press("Light or dark")
    sky: FilePayload = {"name": "sky.png", "mimeType": "image/png", "buffer": _sky("#bfe3f5", "#2d77b8")}
    await visit.send_files(sky)
    await expect(visit.theirs.last).to_be_visible()
    await visit.press("Open Photo")
    await visit.press("Draw on this photo")
    box = await visit.page.locator("canvas.doodle").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] * 0.24, box["y"] + box["height"] * 0.72)
    await visit.page.mouse.move(middle[0] + 80, middle[1])
    await visit.page.mouse.down()
    for step in range(1, 26):
        turn = step * math.pi / 12
        await visit.page.mouse.move(middle[0] + 80 * math.cos(turn), middle[1] + 50 * math.sin(turn))
    await visit.page.mouse.up()
    await visit.page.get_by_label("Caption").fill("Put a sailing boat here")


async def imagined(visit: Visit) -> None:
    """A picture drawn, with its buttons, and where it can be changed."""
    await visit.say("/imagine an orange sofa by the sea --size 1536x1024 --quality low")
    await expect(visit.page.get_by_role("button", name="Variations")).to_be_visible()
    await visit.press("✏️ Edit")
    await expect(visit.page.get_by_role("button", name="Cancel")).to_be_visible()
    await visit.page.get_by_role("button", name="6", exact=True).click()
    await expect(visit.page.get_by_role("button", name="✓ 6")).to_be_visible()


async def voice(visit: Visit) -> None:
    """A conversation by voice messages: what was heard, the answer in words, and aloud."""
    root = str(URL(visit.page.url).origin())
    async with TelegramClient.open(root) as telegram:
        person = await visit.user()
        for words in ("Write a haiku about the sea", "Explain black holes to a ten-year-old"):
            note = await asyncio.to_thread(voice_note, words, 2.0)
            await telegram.send_voice(person, note)
            await expect(visit.theirs.last.locator(".voice")).to_be_visible(timeout=20_000)


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
    (media, _TALL),
    (drawing, _DESKTOP),
    (imagined, _TALL),
    (voice, _TALL),
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
