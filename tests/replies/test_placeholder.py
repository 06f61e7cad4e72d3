"""In groups an answer grows in one message that is edited, at a pace that all answers of the group share."""

import asyncio
import itertools

import pytest

from domain.reply import Destination
from replies.presenter import TelegramPresenter
from tests.replies.house import TURN, House, MemorySteps, group

SPEED = 10
SENTENCE = "This is one sentence of about fifty characters. "


async def _grown(house: House, to: Destination, *, seconds: float, turn: int = TURN) -> str:
    clock, text, steps = house.gateway.governor.clock, "", MemorySteps()
    async with house.presenter.preview(turn, to, steps) as preview:
        await clock.sleep(1.0)
        for end in range(20, 1001, 20):
            text = f"Answer {turn}. {SENTENCE * 25}"[:end]
            preview.show(text)
            await clock.sleep(seconds / 50)
    await house.presenter.deliver(to, text, steps=steps)
    return text.strip()


async def _club(house: House) -> tuple[int, int]:
    """A group and a question in it."""
    ada = await house.people.user("Ada")
    club = await house.people.group("Club", [ada])
    return club, await house.people.say(club, "/ask why", user=ada)


async def test_typing_then_a_placeholder_then_edits_then_the_answer_in_its_place(fast: House) -> None:
    club, question = await _club(fast)

    text = await _grown(fast, group(club, reply_to=question), seconds=10.0)

    messages = await fast.people.messages(club)
    calls = [call["method"] for call in await fast.people.calls(chat_id=club)]
    assert calls[:2] == ["sendChatAction", "sendMessage"]
    assert set(calls[2:]) == {"editMessageText"}
    assert len(calls) <= 6
    assert [message["text"] for message in messages[1:]] == [text]
    assert messages[1]["reply_to_message"]["message_id"] == question
    assert "reply_markup" not in messages[1]


async def test_the_placeholder_has_a_stop_button_and_is_recorded(fast: House) -> None:
    club, question = await _club(fast)
    async with fast.presenter.preview(TURN, group(club, reply_to=question), fast.steps) as preview:
        preview.show("Because")
        messages = await fast.people.wait_for(club, lambda messages: len(messages) == 2)

    button = messages[1]["reply_markup"]["inline_keyboard"][0][0]
    assert button["callback_data"] == f"stop:{TURN}"
    assert "Stop" in button["text"]
    assert fast.steps.recorded["placeholder"] == {"message_id": messages[1]["message_id"]}


async def test_edits_keep_four_seconds_apart(fast: House) -> None:
    club, _question = await _club(fast)

    await _grown(fast, group(club), seconds=20.0)

    times = [call["at"] * SPEED for call in await fast.people.calls("editMessageText")][:-1]
    assert len(times) >= 2
    assert all(later - earlier >= 3.9 for earlier, later in itertools.pairwise(times))


async def test_answers_at_the_same_time_share_the_pace(fast: House) -> None:
    club, _question = await _club(fast)

    texts = await asyncio.gather(*(_grown(fast, group(club), seconds=20.0, turn=turn) for turn in (1, 2, 3)))

    edits = await fast.counted("editMessageText")
    assert sorted(await fast.texts(club)) == sorted(texts)
    assert edits <= 9  # three finals, and two previews each


async def test_typing_goes_on_while_the_model_is_silent(fast: House) -> None:
    club, _question = await _club(fast)
    async with fast.presenter.preview(TURN, group(club), fast.steps):
        await fast.people.wait_for_calls(lambda calls: len(calls) >= 3, method="sendChatAction")

    times = [call["at"] * SPEED for call in await fast.people.calls("sendChatAction")]
    assert all(4.0 <= later - earlier < 6.5 for earlier, later in itertools.pairwise(times))
    assert await fast.counted("sendMessage") == 0


async def test_a_resumed_turn_goes_on_in_the_same_message(fast: House) -> None:
    club, _question = await _club(fast)
    async with fast.presenter.preview(TURN, group(club), fast.steps) as preview:
        preview.show("Because")
        await fast.people.wait_for(club, lambda messages: len(messages) == 2)
    again = TelegramPresenter(fast.gateway)
    async with again.preview(TURN, group(club), fast.steps) as preview:
        preview.show("Because I said so")
        await fast.people.wait_for(club, lambda messages: messages[-1]["text"] == "Because I said so")
    await again.deliver(group(club), "Because I said so.", steps=fast.steps)

    assert await fast.texts(club) == ["Because I said so."]


async def test_a_placeholder_that_somebody_deletes_does_not_lose_the_answer(fast: House) -> None:
    club, _question = await _club(fast)
    async with fast.presenter.preview(TURN, group(club), fast.steps) as preview:
        preview.show("Because")
        messages = await fast.people.wait_for(club, lambda messages: len(messages) == 2)
        await fast.people.delete(club, messages[1]["message_id"])
        preview.show("Because I said so")
        await fast.people.wait_for_calls(lambda calls: bool(calls), method="editMessageText")
    await fast.presenter.deliver(group(club), "Because I said so.", steps=fast.steps)

    assert await fast.texts(club) == ["Because I said so."]


async def test_a_placeholder_of_unknown_outcome_is_not_sent_again(fast: House) -> None:
    club, _question = await _club(fast)
    await fast.people.fault(method="sendMessage", kind="reset_after")

    text = await _grown(fast, group(club), seconds=10.0)

    texts = await fast.texts(club)
    assert len(texts) == 2
    assert texts[-1] == text


async def test_an_answer_grows_in_its_topic(fast: House) -> None:
    club = await fast.people.group("Club", [await fast.people.user("Ada")], is_forum=True)
    topic = await fast.people.topic(club, "Chess")

    text = await _grown(fast, group(club, topic_id=topic), seconds=5.0)

    assert [message.get("text") for message in await fast.people.messages(club, topic=topic)][-1] == text
    actions = await fast.people.calls("sendChatAction")
    assert all(call["params"]["message_thread_id"] == topic for call in actions)


@pytest.mark.parametrize("answers", [6])
async def test_a_busy_group_stays_within_telegrams_budgets(house: House, answers: int) -> None:
    await house.people.configure(budgets=True)
    club, _question = await _club(house)

    texts = await asyncio.gather(
        *(_grown(house, group(club), seconds=6.0, turn=turn) for turn in range(1, answers + 1))
    )

    assert sorted(await house.texts(club)) == sorted(texts)
    assert await house.people.violations() == []
    assert [call for call in await house.people.calls() if call["status"] == 429] == []


async def test_a_placeholder_that_is_refused_again_and_again_is_given_up(fast: House) -> None:
    club, _question = await _club(fast)
    await fast.people.fault(method="sendMessage", kind="status", status=400, times=3)

    text = await _grown(fast, group(club), seconds=10.0)

    assert await fast.texts(club) == [text]
    assert await fast.counted("editMessageText") == 0


async def test_previews_survive_a_hiccup(fast: House) -> None:
    club, _question = await _club(fast)
    await fast.people.fault(method="sendMessage", kind="status", status=500)
    await fast.people.fault(method="editMessageText", kind="reset_after")

    text = await _grown(fast, group(club), seconds=20.0)

    assert await fast.texts(club) == [text]
    assert await fast.counted("editMessageText") >= 3
