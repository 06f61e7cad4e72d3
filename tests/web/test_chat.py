"""The main way through the page: open it, write, see the answer grow, stop it, tap, change, come back."""

from playwright.async_api import expect

from sandbox.model.client import ModelClient
from tests.web.conftest import Visitor
from tests.web.visit import Visit


async def test_the_first_visit_leads_to_an_answer(visit: Visit) -> None:
    await visit.press("Start", exact=True)

    await visit.reads("Hello Ada!")
    await visit.press("Write a haiku about the sea")
    await visit.reads("The tide writes its name")


async def test_the_page_says_that_it_is_a_sandbox_and_who_answers(visit: Visit) -> None:
    await expect(visit.page.get_by_text("A sandbox. Nothing leaves this machine")).to_contain_text(
        "an offline stand-in answers, which knows nothing"
    )


async def test_an_answer_grows_and_then_stays(visit: Visit, slow_model: ModelClient) -> None:
    await visit.say("{{words: 120}}")

    await expect(visit.draft).to_contain_text("Sentence 1")
    await expect(visit.page.get_by_text("is writing…")).to_be_visible()
    await expect(visit.theirs).to_have_count(1, timeout=40_000)
    await expect(visit.draft).to_have_count(0)


async def test_stop_ends_an_answer_and_keeps_what_is_there(visit: Visit, slow_model: ModelClient) -> None:
    await visit.say("{{words: 2000}}")
    await expect(visit.draft).to_contain_text("Sentence 1")

    await visit.press("Stop", exact=True)

    await visit.reads("Sentence 1")
    requests = await slow_model.wait_for_requests(lambda asked: asked[-1]["finished"])
    assert requests[-1]["cancelled"]


async def test_a_tap_is_answered_in_a_bubble(visit: Visit) -> None:
    await visit.say("/rich")
    await visit.reads("tables")

    await visit.theirs.last.locator(".tap").first.click()

    await expect(visit.page.locator(".toast")).to_be_visible()


async def test_commands_are_offered_and_sent_with_the_keyboard(visit: Visit) -> None:
    await visit.field.press_sequentially("/hel")
    await expect(visit.page.get_by_role("option", name="/help")).to_be_visible()

    await visit.field.press("Enter")

    await expect(visit.mine.last).to_contain_text("/help")
    await visit.reads("What I understand")


async def test_a_reply_shows_what_it_answers(visit: Visit) -> None:
    await visit.say("{{say: Lisbon has seven hills}}")
    await visit.reads("Lisbon has seven hills")

    await visit.menu(visit.theirs.last, "Reply")
    await visit.say("Which is the highest?")

    await expect(visit.mine.last.locator(".reply-to")).to_contain_text("Lisbon has seven hills")


async def test_the_last_message_is_changed_with_the_up_arrow(visit: Visit) -> None:
    await visit.say("{{say: one}}")
    await visit.reads("one")

    await visit.field.press("ArrowUp")
    await visit.say("{{say: two}}")

    await expect(visit.mine.last).to_contain_text("edited")
    await visit.reads("two")


async def test_a_message_goes_on_to_another_chat(visit: Visit) -> None:
    await visit.say("{{say: worth sharing}}")
    await visit.reads("worth sharing")

    await visit.menu(visit.theirs.last, "Forward")
    await visit.page.get_by_role("dialog").get_by_role("button", name="Book club").click()
    await visit.open_chat("Book club")

    await expect(visit.mine.last).to_contain_text("Forwarded from Parley")


async def test_a_reaction_is_set_and_taken_back(visit: Visit) -> None:
    await visit.say("{{say: nice}}")
    await visit.reads("nice")

    await visit.menu(visit.theirs.last, "React with 🔥")
    reaction = visit.theirs.last.locator(".reaction")
    await expect(reaction).to_have_text("🔥1")
    await reaction.click()

    await expect(reaction).to_have_count(0)


async def test_a_deleted_message_is_gone(visit: Visit) -> None:
    await visit.say("{{say: soon gone}}")
    await visit.reads("soon gone")

    await visit.menu(visit.theirs.last, "Delete")

    await expect(visit.theirs).to_have_count(0)


async def test_a_reload_loses_nothing(visit: Visit) -> None:
    await visit.say("{{say: still here}}")
    await visit.reads("still here")
    await visit.field.fill("not sent yet")

    await visit.page.reload()

    await visit.reads("still here")
    await expect(visit.mine).to_have_count(1)
    await expect(visit.field).to_have_value("not sent yet")


async def test_tabs_are_different_people(visitor: Visitor) -> None:
    ada, grace = await visitor(), await visitor()
    await grace.become("Grace")
    await ada.open_chat("Book club")
    await grace.open_chat("Book club")

    await ada.say("Shall we read Borges?")
    await grace.reads("Shall we read Borges?")
    await grace.say("Gladly")

    await ada.reads("Gladly")
    await expect(ada.mine).to_have_count(1)
