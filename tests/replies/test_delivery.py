"""The final answer stands: whole, in order, once, in the best form that Telegram takes."""

import asyncio

import pytest

from domain.errors import ReaderGone
from domain.reply import Button, Keyboard, RichMode
from domain.turn import ConversationKey
from tests.replies.house import House, MemorySteps, group, private

TABLE = "Here it is:\n\n| City | Sun |\n|---|---|\n| Lisbon | yes |\n| Bergen | no |\n"
AGAIN: Keyboard = ((Button("Try again", "ask:retry:1"),),)


def _again() -> Keyboard:
    return AGAIN


def _paragraphs(count: int) -> str:
    return "\n\n".join(f"Paragraph {number} " + "word " * 60 for number in range(count))


async def test_markdown_becomes_entities(house: House) -> None:
    user = await house.people.user("Ada")

    ids = await house.presenter.deliver(private(user), "A **bold** word", steps=house.steps)

    message = (await house.people.messages(user))[-1]
    assert (message["message_id"], message["text"]) == (ids[0], "A bold word")
    assert [entity["type"] for entity in message["entities"]] == ["bold"]
    assert await house.counted("sendMessage") == 1


async def test_links_have_no_preview(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), "See https://example.com", steps=house.steps)

    call = (await house.people.calls("sendMessage"))[-1]
    assert call["params"]["link_preview_options"] == {"is_disabled": True}


async def test_a_note_stands_below_the_text(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), "Half an ans", steps=house.steps, note="Stopped.")

    message = (await house.people.messages(user))[-1]
    assert message["text"].startswith("Half an ans")
    assert message["text"].endswith("Stopped.")
    assert [entity["type"] for entity in message["entities"]] == ["italic"]


@pytest.mark.parametrize("markdown", ["", "   \n", "\u200b", "---", "![]()"])
async def test_without_text_the_note_stands_alone(house: House, markdown: str) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), markdown, steps=house.steps, note="Nothing came.")

    assert (await house.texts(user))[-1].endswith("Nothing came.")


@pytest.mark.parametrize("markdown", ["", "   \n", "\u200b\u2060"])
async def test_an_answer_of_nothing_still_says_something(house: House, markdown: str) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), markdown, steps=house.steps)

    assert await house.texts(user) == ["The model gave no answer. Please try again."]


async def test_in_a_group_the_question_is_replied_to(house: House) -> None:
    ada = await house.people.user("Ada")
    club = await house.people.group("Club", [ada])
    question = await house.people.say(club, "/ask why", user=ada)

    await house.presenter.deliver(group(club, reply_to=question), "Because.", steps=house.steps)

    message = (await house.people.messages(club))[-1]
    assert message["reply_to_message"]["message_id"] == question


async def test_a_question_that_is_gone_is_answered_all_the_same(house: House) -> None:
    club = await house.people.group("Club", [await house.people.user("Ada")])

    await house.presenter.deliver(group(club, reply_to=999_999), "Because.", steps=house.steps)

    assert await house.texts(club) == ["Because."]


async def test_an_answer_stays_in_its_topic(house: House) -> None:
    club = await house.people.group("Club", [await house.people.user("Ada")], is_forum=True)
    topic = await house.people.topic(club, "Chess")

    await house.presenter.deliver(group(club, topic_id=topic), "e4", steps=house.steps)

    assert (await house.people.messages(club, topic=topic))[-1]["text"] == "e4"


# Splitting


async def test_a_long_answer_comes_in_parts_with_buttons_under_the_last(fast: House) -> None:
    user = await fast.people.user("Ada")

    ids = await fast.presenter.deliver(private(user), _paragraphs(30), steps=fast.steps, buttons=_again)

    messages = await fast.people.messages(user)
    assert len(ids) == len(messages) >= 3
    assert ["reply_markup" in message for message in messages] == [False] * (len(ids) - 1) + [True]
    whole = "\n".join(await fast.texts(user))
    assert all(f"Paragraph {number} " in whole for number in range(30))


async def test_only_the_first_part_replies(fast: House) -> None:
    ada = await fast.people.user("Ada")
    club = await fast.people.group("Club", [ada])
    question = await fast.people.say(club, "/ask why", user=ada)

    await fast.presenter.deliver(group(club, reply_to=question), _paragraphs(30), steps=fast.steps)

    replies = ["reply_to_message" in message for message in (await fast.people.messages(club))[1:]]
    assert replies == [True, False, False]


async def test_after_a_crash_only_the_missing_parts_are_sent(fast: House) -> None:
    user, text = await fast.people.user("Ada"), _paragraphs(30)
    whole = await fast.presenter.deliver(private(user), text, steps=MemorySteps())
    expected = await fast.texts(user)
    other = await fast.people.user("Bob")
    await fast.people.fault(method="sendMessage", chat_id=other, kind="status", status=403)
    steps = MemorySteps()
    await steps.record("part:0", {"message_id": 5, "rich": False})
    await fast.people.unblock(other)

    with pytest.raises(ReaderGone):
        await fast.presenter.deliver(private(other), text, steps=steps)
    ids = await fast.presenter.deliver(private(other), text, steps=steps)

    assert ids[0] == 5
    assert len(ids) == len(whole)
    assert await fast.texts(other) == expected[1:]


async def test_nothing_is_sent_again_when_all_parts_stand(house: House) -> None:
    user = await house.people.user("Ada")
    first = await house.presenter.deliver(private(user), "Once", steps=house.steps)

    second = await house.presenter.deliver(private(user), "Once", steps=house.steps)

    assert first == second
    assert await house.counted("sendMessage", "editMessageText") == 1


async def test_a_part_is_recorded_before_the_next_is_sent(fast: House) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendMessage", kind="delay", seconds=0.0)
    delivering = asyncio.create_task(
        fast.presenter.deliver(private(user), _paragraphs(60), steps=fast.steps, buttons=_again)
    )
    await fast.people.wait_for(user, lambda messages: len(messages) >= 4)
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)

    assert len(fast.steps.recorded) >= 3


# Rich messages and the ladder down from them


async def test_a_table_is_sent_as_a_rich_message(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user), TABLE, steps=house.steps, buttons=_again, note="Short.")

    message = (await house.people.messages(user))[-1]
    assert "table" in [block["type"] for block in message["rich_message"]["blocks"]]
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "Try again"


@pytest.mark.parametrize(
    ("mode", "markdown", "is_rich"),
    [
        (RichMode.NEVER, TABLE, False),
        (RichMode.AUTO, "Just words", False),
        (RichMode.AUTO, "So:\n\n$$E = mc^2$$", True),
        (RichMode.ALWAYS, "Just words", True),
    ],
)
async def test_the_reader_decides_about_rich_messages(
    house: House, mode: RichMode, markdown: str, is_rich: bool
) -> None:
    user = await house.people.user("Ada")

    await house.presenter.deliver(private(user, rich=mode), markdown, steps=house.steps)

    assert ("rich_message" in (await house.people.messages(user))[-1]) is is_rich


async def test_a_server_without_rich_messages_gets_text(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.configure(supports={"sendRichMessage": False})

    await house.presenter.deliver(private(user), TABLE, steps=MemorySteps())
    await house.presenter.deliver(private(user), TABLE, steps=MemorySteps())

    assert ["Lisbon" in text for text in await house.texts(user)] == [True, True]
    assert await house.counted("sendRichMessage") == 1


async def test_a_refused_rich_message_becomes_text_and_then_plain_text(house: House) -> None:
    user = await house.people.user("Ada")
    refusal = "Bad Request: RICH_MESSAGE_URL_INVALID"
    await house.people.fault(method="sendRichMessage", kind="status", status=400, description=refusal)
    refusal = "Bad Request: ENTITY_BOUNDS_INVALID"
    await house.people.fault(method="sendMessage", kind="status", status=400, description=refusal)

    await house.presenter.deliver(private(user), TABLE, steps=house.steps, buttons=_again)

    message = (await house.people.messages(user))[-1]
    assert "Lisbon" in message["text"]
    assert "entities" not in message
    assert await house.counted("sendRichMessage", "sendMessage") == 3


async def test_the_text_stands_even_if_its_buttons_are_refused(house: House) -> None:
    user = await house.people.user("Ada")
    too_long: Keyboard = ((Button("Try again", "x" * 65),),)

    await house.presenter.deliver(private(user), "A **bold** word", steps=house.steps, buttons=lambda: too_long)

    assert await house.texts(user) == ["A bold word"]


async def test_an_answer_begun_as_text_goes_on_as_text(fast: House) -> None:
    user = await fast.people.user("Ada")
    text = TABLE + "\n\n" + _paragraphs(30)
    await fast.steps.record("part:0", {"message_id": 5, "rich": False})

    ids = await fast.presenter.deliver(private(user), text, steps=fast.steps)

    assert len(ids) >= 3
    assert await fast.counted("sendRichMessage") == 0


# In place of what is there


async def test_the_placeholder_becomes_the_answer(house: House) -> None:
    user = await house.people.user("Ada")
    there = await house.presenter.say(ConversationKey(user), "Half", AGAIN)
    await house.steps.record("placeholder", {"message_id": there})

    ids = await house.presenter.deliver(private(user), "Half and half", steps=house.steps)

    messages = await house.people.messages(user)
    assert ids == (there,)
    assert [message["text"] for message in messages] == ["Half and half"]
    assert "reply_markup" not in messages[0]


async def test_an_old_answer_is_replaced_and_its_surplus_deleted(house: House) -> None:
    user = await house.people.user("Ada")
    old = [await house.presenter.say(ConversationKey(user), f"Old {number}") for number in range(3)]

    ids = await house.presenter.deliver(private(user, edits=tuple(old)), "New", steps=house.steps)

    assert ids == (old[0],)
    assert await house.texts(user) == ["New"]


async def test_surplus_that_cannot_be_deleted_is_emptied(house: House) -> None:
    user = await house.people.user("Ada")
    old = [await house.presenter.say(ConversationKey(user), f"Old {number}") for number in range(2)]
    refusal = "Bad Request: message can't be deleted for everyone"
    await house.people.fault(method="deleteMessage", kind="status", status=400, description=refusal)

    await house.presenter.deliver(private(user, edits=tuple(old)), "New", steps=house.steps)

    assert await house.texts(user) == ["New", "—"]


async def test_what_was_deleted_meanwhile_is_sent_anew(house: House) -> None:
    user = await house.people.user("Ada")
    old = await house.presenter.say(ConversationKey(user), "Old")
    await house.people.delete(user, old)

    ids = await house.presenter.deliver(private(user, edits=(old,)), "New", steps=house.steps)

    assert ids != (old,)
    assert await house.texts(user) == ["New"]


async def test_text_is_replaced_by_a_rich_message_in_place(house: House) -> None:
    user = await house.people.user("Ada")
    old = await house.presenter.say(ConversationKey(user), "Old")

    ids = await house.presenter.deliver(private(user, edits=(old,)), TABLE, steps=house.steps)

    assert ids == (old,)
    assert "rich_message" in (await house.people.messages(user))[-1]


# Our own sentences


async def test_our_own_words_are_no_markdown(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.say(ConversationKey(user), "2 * 3 * 4 = **24**")

    assert await house.texts(user) == ["2 * 3 * 4 = **24**"]


async def test_our_own_words_may_be_long(fast: House) -> None:
    user = await fast.people.user("Ada")

    sent = await fast.presenter.say(ConversationKey(user), "• 1234567890\n" * 700, AGAIN)

    messages = await fast.people.messages(user)
    assert len(messages) == 3
    assert (messages[-1]["message_id"], "reply_markup" in messages[-1]) == (sent, True)


async def test_a_menu_is_edited_in_place(house: House) -> None:
    user = await house.people.user("Ada")
    sent = await house.presenter.say(ConversationKey(user), "Choose", AGAIN)

    await house.presenter.edit(ConversationKey(user), sent, "Chosen")
    await house.presenter.edit(ConversationKey(user), sent, "Chosen")

    assert await house.texts(user) == ["Chosen"]


async def test_a_menu_that_is_gone_is_left_alone(house: House) -> None:
    user = await house.people.user("Ada")

    await house.presenter.edit(ConversationKey(user), 999_999, "Chosen")

    assert await house.texts(user) == []
