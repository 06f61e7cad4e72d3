"""Polls on the page: asked, voted in, taken back, closed."""

from playwright.async_api import expect

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot
from tests.web.conftest import Visitor
from tests.web.visit import Visit


async def test_a_poll_is_asked_and_read_by_the_bot(visit: Visit) -> None:
    await visit.attach("Poll")
    await visit.page.get_by_label("Question").fill("Tea or coffee?")
    await visit.page.get_by_label("Options").fill("Tea\nCoffee")
    await visit.confirm("Send")

    poll = visit.mine.last.get_by_role("group", name="Tea or coffee?")
    await expect(poll.locator(".poll-option")).to_have_text(["Tea", "Coffee"])
    await visit.reads("Tea or coffee?")


async def test_a_vote_shows_what_all_chose_and_can_be_taken_back(alone: Visit, people: TelegramClient) -> None:
    ada = await alone.user()
    poll = await people.poll(ada, "Tea or coffee?", ["Tea", "Coffee"])
    shown = alone.mine.last

    await shown.get_by_role("button", name="Coffee").click()
    await expect(shown.locator(".poll-percent")).to_have_text(["0%", "100%"])
    await expect(shown.get_by_role("img", name="your choice")).to_be_visible()
    await shown.get_by_role("button", name="Retract vote").click()
    await expect(shown.locator(".poll-option")).to_have_count(2)

    message = next(one for one in await people.messages(ada) if one["message_id"] == poll)
    assert message["poll"]["total_voter_count"] == 0


async def test_a_vote_in_a_poll_of_the_bot_reaches_it(alone: Visit, hand: Bot) -> None:
    ada = await alone.user()
    await hand.updates(allowed_updates=["poll_answer"])
    await hand("sendPoll", chat_id=ada, question="Tea?", options=["Yes", "No"], is_anonymous=False)

    await alone.theirs.last.get_by_role("button", name="No").click()
    await expect(alone.theirs.last.locator(".poll-percent")).to_have_text(["0%", "100%"])

    *_, update = await hand.updates()
    assert (update["poll_answer"]["option_ids"], update["poll_answer"]["user"]["id"]) == ([1], ada)


async def test_a_poll_with_an_end_closes_by_itself(alone: Visit, hand: Bot) -> None:
    await alone.page.clock.install()
    ada = await alone.user()
    await hand("sendPoll", chat_id=ada, question="Tea?", options=["Yes", "No"], open_period=60)
    await expect(alone.theirs.last.locator(".poll-option")).to_have_count(2)

    await alone.page.clock.fast_forward("01:05")

    await expect(alone.theirs.last).to_contain_text("Final results")


async def test_several_answers_are_sent_together(alone: Visit, people: TelegramClient) -> None:
    await people.poll(await alone.user(), "Which?", ["One", "Two", "Three"], allows_multiple_answers=True)
    shown = alone.mine.last
    vote = shown.get_by_role("button", name="Vote")
    await expect(vote).to_be_disabled()

    await shown.get_by_label("One").check()
    await shown.get_by_label("Three").check()
    await vote.click()

    await expect(shown.locator(".poll-percent")).to_have_text(["100%", "0%", "100%"])


async def test_a_quiz_says_what_was_right(alone: Visit, people: TelegramClient) -> None:
    await people.poll(await alone.user(), "2 + 2?", ["3", "4"], correct_option_ids=[1])
    shown = alone.mine.last

    await shown.get_by_role("button", name="3").click()

    await expect(shown.get_by_role("img", name="your choice, wrong")).to_be_visible()
    await expect(shown.get_by_role("img", name="correct", exact=True)).to_be_visible()
    await expect(shown.get_by_role("button", name="Retract vote")).to_have_count(0)


async def test_names_are_shown_where_votes_are_no_secret(visitor: Visitor, people: TelegramClient) -> None:
    ada, grace = await visitor(), await visitor()
    await grace.become("Grace")
    await ada.open_chat("Book club")
    await grace.open_chat("Book club")
    club = int(ada.page.url.partition("/")[2].rpartition("/")[2])
    await people.poll(club, "Tea?", ["Yes", "No"], user=await ada.user(), is_anonymous=False)

    await grace.theirs.last.get_by_role("button", name="Yes").click()
    await ada.come_forward()
    await ada.mine.last.get_by_role("button", name="No").click()

    await expect(ada.mine.last.locator(".poll-names")).to_have_text(["Grace", "Ada"])
    await expect(grace.theirs.last.locator(".poll-total")).to_have_text("2 votes")


async def test_a_closed_poll_shows_its_results(alone: Visit, people: TelegramClient) -> None:
    await people.poll(await alone.user(), "Tea?", ["<b>Yes</b>", "No"])
    await expect(alone.mine.last.locator(".poll-option").first).to_have_text("<b>Yes</b>")

    await alone.menu(alone.mine.last, "Close the poll")

    await expect(alone.mine.last).to_contain_text("Final results")
    await expect(alone.mine.last.locator(".poll-option")).to_have_count(0)
