"""The page for everybody: with a screen reader, the keyboard, on a phone, light and dark."""

from typing import Any

import pytest
from playwright.async_api import expect

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot
from tests.web.visit import Visit

_FINDINGS = """async () => (await axe.run()).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`)"""


async def test_a_chat_has_no_serious_finding(visit: Visit, axe: str) -> None:
    await _fill(visit)

    assert await _findings(visit, axe) == []


async def test_the_dark_page_has_no_serious_finding(visit: Visit, axe: str) -> None:
    await visit.press("Light or dark")
    await _fill(visit)

    assert await _findings(visit, axe) == []


async def test_windows_and_panels_have_no_serious_finding(visit: Visit, axe: str) -> None:
    await visit.press("Start", exact=True)
    await visit.reads("Hello Ada!")
    await visit.press("Behind the scenes")
    await expect(visit.page.locator(".call").first).to_be_visible()
    calls = await _findings(visit, axe)
    await visit.page.get_by_role("tab", name="Trouble").click()
    trouble = await _findings(visit, axe)
    await visit.press("New group")
    dialog = await _findings(visit, axe)

    assert (calls, trouble, dialog) == ([], [], [])


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_media_polls_and_keys_have_no_serious_finding(
    alone: Visit, hand: Bot, people: TelegramClient, axe: str, theme: str
) -> None:
    await alone.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await _fill_with_media(alone, hand, people)
    chat = await _findings(alone, axe)
    await alone.page.locator(".album .photo").first.click()
    viewer = await _findings(alone, axe)
    await alone.press("Draw on this photo")
    drawing = await _findings(alone, axe)
    await alone.confirm("Cancel")
    await alone.attach("Sticker")
    stickers = await _findings(alone, axe)

    assert (chat, viewer, drawing, stickers) == ([], [], [], [])


async def test_a_phone_shows_one_thing_at_a_time_and_never_scrolls_sideways(visit: Visit) -> None:
    await visit.page.set_viewport_size({"width": 360, "height": 700})
    await visit.say("{{table}} {{code: python}}")
    await expect(visit.theirs.last.locator("table")).to_be_visible()

    assert await visit.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await visit.page.evaluate("document.querySelector('.log').scrollWidth") <= 360
    await visit.press("All chats")
    await expect(visit.page.get_by_role("navigation", name="Chats")).to_be_visible()
    await expect(visit.field).to_be_hidden()


async def test_the_keyboard_is_enough(visit: Visit) -> None:
    keyboard = visit.page.keyboard
    await expect(visit.field).to_be_focused()
    await keyboard.type("{{say: by hand}}")
    await keyboard.press("Enter")
    await visit.reads("by hand")

    await keyboard.press("Alt+ArrowDown")
    await expect(visit.page.locator(".title")).to_contain_text("Book club")
    await keyboard.press("Control+k")
    await keyboard.type("par")
    await keyboard.press("Tab")
    await keyboard.press("Enter")

    await visit.reads("by hand")


async def _fill(visit: Visit) -> None:
    await visit.say("{{table}} {{math}} {{code: python}} {{say: > a quote with a [link](https://example.org)}}")
    await expect(visit.theirs.last.locator(".tok-keyword").first).to_be_visible()
    await visit.say("/model")
    await expect(visit.theirs.last.locator(".tap").first).to_be_visible()


async def _fill_with_media(visit: Visit, hand: Bot, people: TelegramClient) -> None:
    ada = await visit.user()
    await people.send_album(
        ada, [samples.picture(90, 60, "red"), samples.picture(90, 60, "navy")], caption="Two"
    )
    await people.send_voice(ada, samples.voice())
    await people.send_audio(ada, samples.mp3(), title="Tune", performer="Ada")
    await people.send_video_note(ada, samples.film(width=64, height=64))
    await people.send_video(ada, samples.film())
    await people.send_animation(ada, samples.gif())
    await people.send_sticker(ada, samples.picture(512, 512, form="WEBP"), emoji="🙂")
    await people.send_document(ada, b"x", name="notes.txt")
    await people.poll(ada, "Tea?", ["Yes", "No"], allows_multiple_answers=True)
    quiz = await people.poll(ada, "2 + 2?", ["3", "4"], correct_option_ids=[1])
    await people.vote(ada, quiz, [0])
    keys = {"keyboard": [[{"text": "Tea"}, {"text": "Coffee", "style": "danger"}]], "resize_keyboard": True}
    await hand("sendMessage", chat_id=ada, text="Which?", reply_markup=keys)
    await expect(visit.page.get_by_role("button", name="Coffee")).to_be_visible()


async def _findings(visit: Visit, axe: str) -> Any:
    await visit.page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))")
    await visit.page.evaluate(axe)
    return await visit.page.evaluate(_FINDINGS)
