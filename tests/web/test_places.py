"""Groups, topics, people, and who sees what."""

import asyncio

from playwright.async_api import expect

from tests.web.visit import Visit

_BOT = "@parley_sandbox_bot"


async def test_a_group_with_two_more_people_is_ready(visit: Visit) -> None:
    await visit.open_chat("Book club")
    await visit.page.locator(".title").click()

    members = visit.page.get_by_role("dialog").locator(".choice")
    await expect(members).to_contain_text(["Ada", "Grace", "Alan", "Parley"])


async def test_a_mention_in_a_group_is_answered(visit: Visit) -> None:
    await visit.open_chat("Book club")
    await visit.field.press_sequentially("@par")
    await visit.field.press("Enter")
    await visit.field.press_sequentially("{{say: hello, club}}")
    await visit.field.press("Enter")

    await expect(visit.mine.last).to_contain_text(_BOT)
    await visit.reads("hello, club")
    await expect(visit.theirs.last.locator(".reply-to")).to_contain_text("Ada")


async def test_with_privacy_off_the_bot_sees_every_message(visit: Visit) -> None:
    await visit.open_chat("Book club")
    await visit.reads("Mention me")
    await visit.page.locator(".title").click()
    await visit.page.get_by_label("Privacy mode of the bot").uncheck()
    await visit.confirm("Close")
    await visit.say(f"/listen{_BOT}")

    await visit.page.get_by_role("button", name="Every message").click()
    await expect(visit.page.locator(".toast")).to_be_visible()
    await visit.say("{{say: I read along}}")

    await visit.reads("I read along")


async def test_a_topic_is_a_conversation_of_its_own(visit: Visit) -> None:
    await visit.say("{{say: in general}}")
    await visit.reads("in general")

    await visit.press("Weekend plans")
    await expect(visit.messages).to_have_count(0)
    await visit.say("{{history}}")

    await visit.reads("1 message")
    await visit.press("General")
    await visit.reads("in general")


async def test_a_new_topic_opens_at_once(visit: Visit) -> None:
    await visit.press("New topic")
    await visit.page.get_by_label("Name").fill("Recipes")
    await visit.confirm("Create")

    await expect(visit.page.get_by_role("button", name="Recipes")).to_have_attribute("aria-current", "true")
    await visit.say("{{say: salt}}")
    await visit.reads("salt")


async def test_a_new_group_with_topics(visit: Visit) -> None:
    await visit.press("New group")
    await visit.page.get_by_label("Title").fill("Cooking")
    await visit.page.get_by_role("checkbox", name="Topics").check()
    await visit.confirm("Create")

    await visit.reads("Mention me")
    await visit.press("New topic")
    await visit.page.get_by_label("Name").fill("Soups")
    await visit.confirm("Create")
    await expect(visit.page.get_by_role("button", name="Soups")).to_have_attribute("aria-current", "true")
    await visit.say(f"{_BOT} {{{{say: leek}}}}")

    await visit.reads("leek")


async def test_somebody_new_is_greeted_by_name_and_in_their_language(visit: Visit) -> None:
    await visit.press("You are")
    await visit.press("Somebody new")
    await visit.page.get_by_label("First name").fill("ليلى")
    await visit.page.get_by_label("Language").select_option("ar")
    await visit.confirm("Become this person")
    await visit.press("Start", exact=True)

    await expect(visit.theirs.first).to_contain_text("ليلى")
    text = visit.theirs.first.locator(".text")
    assert await text.evaluate("node => getComputedStyle(node).direction") == "rtl"


async def _shows_in_the_chats_window(visit: Visit, label: str) -> None:
    """Opens it until it does: what was done last may be on its way to the page."""
    async with asyncio.timeout(30):
        await visit.page.locator(".title").click()
        while not await visit.page.get_by_role("button", name=label).count():
            await visit.page.keyboard.press("Escape")
            await visit.page.locator(".title").click()


async def test_a_blocked_bot_is_let_in_again(visit: Visit) -> None:
    await visit.page.locator(".title").click()
    await visit.press("Block the bot")
    await _shows_in_the_chats_window(visit, "Unblock the bot")
    await visit.press("Unblock the bot")
    await visit.say("{{say: back again}}")

    await visit.reads("back again")
