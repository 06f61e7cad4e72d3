"""Keyboards that a bot puts under the message field, answers it forces, and alerts that must be read."""

import asyncio
from typing import Any

from playwright.async_api import Locator, expect

from tests.sandbox.telegram.bot import Bot
from tests.web.visit import Visit

_KEYBOARD: dict[str, Any] = {
    "keyboard": [[{"text": "Tea"}, {"text": "Coffee"}]],
    "resize_keyboard": True,
    "input_field_placeholder": "Tea or coffee",
}


async def test_a_key_is_sent_as_a_text(alone: Visit, hand: Bot) -> None:
    await _offer(alone, hand, _KEYBOARD)
    await expect(alone.field).to_have_attribute("placeholder", "Tea or coffee")

    await alone.press("Coffee")

    await expect(alone.mine.last).to_contain_text("Coffee")
    await expect(_key(alone, "Tea")).to_be_visible()


async def test_what_is_for_one_time_hides_and_can_be_called_back(alone: Visit, hand: Bot) -> None:
    await _offer(alone, hand, _KEYBOARD | {"one_time_keyboard": True})

    await alone.press("Tea")
    await expect(_key(alone, "Coffee")).to_be_hidden()
    await alone.page.reload()
    await alone.press("Answers to choose from")

    await expect(_key(alone, "Coffee")).to_be_visible()


async def test_a_keyboard_that_is_taken_away_is_gone(alone: Visit, hand: Bot) -> None:
    await _offer(alone, hand, _KEYBOARD)
    await expect(_key(alone, "Tea")).to_be_visible()

    await _offer(alone, hand, {"remove_keyboard": True})

    await expect(_key(alone, "Tea")).to_be_hidden()
    await expect(alone.page.get_by_role("button", name="Answers to choose from")).to_be_hidden()
    await expect(alone.field).to_have_attribute("placeholder", "Message")


async def test_a_forced_reply_answers_the_question(alone: Visit, hand: Bot) -> None:
    await _offer(alone, hand, {"force_reply": True})
    await expect(alone.page.locator(".about")).to_contain_text("Reply to Parley")

    await alone.say("Ada")

    await expect(alone.mine.last.locator(".reply-to")).to_contain_text("What would you like?")
    await expect(alone.page.locator(".about")).to_be_hidden()


async def test_a_phone_number_is_only_given_when_agreed(alone: Visit, hand: Bot) -> None:
    await _offer(alone, hand, {"keyboard": [[{"text": "My number", "request_contact": True}]]})
    await alone.press("My number")
    await expect(alone.page.get_by_role("dialog", name="Share your phone number?")).to_be_visible()
    await expect(alone.mine).to_have_count(0)

    await alone.confirm("Share")

    await expect(alone.mine.last).to_contain_text("+1555")
    contact = (await hand.updates())[-1]["message"]["contact"]
    assert contact["user_id"] == await alone.user()


async def test_an_alert_stays_until_it_is_closed(alone: Visit, hand: Bot) -> None:
    buttons = {"inline_keyboard": [[{"text": "Details", "callback_data": "more"}]]}
    await _offer(alone, hand, buttons)
    tapped = asyncio.create_task(_query(hand))
    await alone.press("Details")
    await hand("answerCallbackQuery", callback_query_id=await tapped, text="<b>Read this</b>", show_alert=True)

    alert = alone.page.get_by_role("dialog", name="Parley")
    await expect(alert).to_contain_text("<b>Read this</b>")
    await alert.get_by_role("button", name="OK", exact=True).click()

    await expect(alert).to_have_count(0)


async def test_labels_of_keys_never_become_markup(alone: Visit, hand: Bot) -> None:
    attack = "<img src=x onerror=window.attacked=1>"
    await _offer(alone, hand, {"keyboard": [[{"text": attack}]], "input_field_placeholder": attack})

    await alone.press(attack)

    await expect(alone.mine.last).to_contain_text("onerror")
    assert await alone.page.evaluate("window.attacked") is None


def _key(visit: Visit, label: str) -> Locator:
    return visit.page.get_by_role("group", name="Answers").get_by_role("button", name=label)


async def _offer(visit: Visit, hand: Bot, markup: dict[str, Any]) -> None:
    ada = await visit.user()
    await hand("sendMessage", chat_id=ada, text="What would you like?", reply_markup=markup)


async def _query(hand: Bot) -> str:
    """The id of the first tap that comes."""
    kinds = ["callback_query"]
    updates = await hand.updates(timeout=20, allowed_updates=kinds)
    waiting = [one for one in updates if "callback_query" in one]
    if not waiting:
        return await _query_after(hand, updates[-1]["update_id"] + 1)
    return str(waiting[0]["callback_query"]["id"])


async def _query_after(hand: Bot, offset: int) -> str:
    updates = await hand.updates(timeout=20, offset=offset)
    return str(updates[0]["callback_query"]["id"])
