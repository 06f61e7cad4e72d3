"""What was said in a recording stands above the answer to it."""

import pytest

from domain.reply import RichMode
from replies.clock import Clock
from replies.growth import Growth
from replies.visible import Visible
from tests.replies.house import TURN, House, group, private

TABLE = "Here it is:\n\n| City | Sun |\n|---|---|\n| Lisbon | yes |\n"


async def test_a_recordings_words_stand_above_the_answer_as_an_expandable_quote(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(
        private(user), "It is **noon**.", steps=house.steps, quote="What time\nis it?"
    )

    message = (await house.people.messages(user))[-1]
    assert message["text"] == "What time\nis it?\n\nIt is noon."
    assert [entity["type"] for entity in message["entities"]] == ["expandable_blockquote", "bold"]
    assert message["entities"][0]["length"] == len("What time\nis it?")


async def test_markup_that_was_only_spoken_is_not_read_as_such(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), "Yes.", steps=house.steps, quote="# is it *really* `so`?")

    assert await house.texts(user) == ["# is it *really* `so`?\n\nYes."]


async def test_in_a_rich_message_it_is_a_block_of_its_own(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), TABLE, steps=house.steps, quote="Where is\nthe sun?")

    blocks = (await house.people.messages(user))[-1]["rich_message"]["blocks"]
    assert [block["type"] for block in blocks] == ["expandable_blockquote", "paragraph", "table"]
    assert blocks[0]["text"] == "Where is\nthe sun?"


async def test_without_entities_its_lines_are_marked(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(
        method="sendMessage", kind="status", status=400, description="Bad Request: can't parse entities"
    )

    await house.presenter.deliver(private(user), "Noon.", steps=house.steps, quote="What time\nis it?")

    assert await house.texts(user) == ["> What time\n> is it?\n\nNoon."]


@pytest.mark.parametrize("mode", [RichMode.NEVER, RichMode.ALWAYS])
async def test_of_a_long_recording_the_beginning_is_quoted(house: House, mode: RichMode) -> None:
    user = await house.people.user("Ada")
    words = "and then she said " * 1_000

    ids = await house.presenter.deliver(private(user, rich=mode), "Noon.", steps=house.steps, quote=words)

    shown = str((await house.people.messages(user))[-1])
    assert len(ids) == 1
    assert "and then…" in shown
    assert "Noon." in shown
    assert 700 < shown.count("and then she said") * len("and then she said ") < 1_000


async def test_an_answer_of_nothing_says_so_below_the_quote(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), " ", steps=house.steps, quote="Hello?")

    assert await house.texts(user) == ["Hello?\n\nThe model gave no answer. Please try again."]


async def test_silence_is_not_quoted(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), "Noon.", steps=house.steps, quote=" \u200b\n")

    assert await house.texts(user) == ["Noon."]


async def test_a_draft_shows_the_quote_before_there_is_an_answer(fast: House) -> None:
    user = await fast.people.user("Ada")
    async with fast.presenter.preview(TURN, private(user), fast.steps, quote="What time is it?") as preview:
        await fast.people.wait_for_calls(lambda calls: len(calls) == 1, method="sendMessageDraft")
        preview.show("It is noon.")
        drafts = await fast.people.wait_for_calls(lambda calls: len(calls) == 2, method="sendMessageDraft")

    assert [draft["params"]["text"] for draft in drafts] == [
        "What time is it?",
        "What time is it?\n\nIt is noon.",
    ]


async def test_a_placeholder_shows_the_quote_before_there_is_an_answer(fast: House) -> None:
    club = await fast.people.group("Club", [await fast.people.user("Ada")])
    async with fast.presenter.preview(TURN, group(club), fast.steps, quote="What time is it?"):
        await fast.people.wait_for(club, lambda messages: bool(messages))
    await fast.presenter.deliver(group(club), "Noon.", steps=fast.steps, quote="What time is it?")

    assert await fast.texts(club) == ["What time is it?\n\nNoon."]


async def test_a_preview_keeps_the_quote_however_long_the_answer_grows() -> None:
    visible = Visible("said " * 400)
    text = "".join(f"Line {number} of a **long** answer.\n\n" for number in range(500))

    frames = [visible.content(text[:end]) for end in range(0, len(text), 400)]

    assert all(frame.text.startswith("said said") for frame in frames)
    assert all(len(frame.text) <= 4096 for frame in frames)
    assert "Line 49" in frames[-1].text


async def test_a_quote_is_to_be_shown_from_the_start() -> None:
    assert await Growth(Clock(), "Hello").more(0.0)
    assert not await Growth(Clock()).more(0.0)
