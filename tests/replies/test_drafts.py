"""In private chats an answer grows as a draft: at once, lively, cheap, and never after its final message."""

import asyncio
import itertools
from typing import Any

import pytest

from replies.presenter import TelegramPresenter
from tests.replies.house import TURN, House, MemorySteps, private

SPEED = 10
SENTENCE = "This is one sentence of about fifty characters. "


async def _grown(house: House, user: int, *, characters: int, seconds: float, steps: MemorySteps) -> str:
    """An answer that grows evenly and is then delivered; returns its text."""
    clock, text = house.gateway.governor.clock, ""
    async with house.presenter.preview(TURN, private(user), steps) as preview:
        for end in range(20, characters + 1, 20):
            text = (SENTENCE * (characters // 40))[:end]
            preview.show(text)
            await clock.sleep(seconds / characters * 20)
    await house.presenter.deliver(private(user), text, steps=steps)
    return text.strip()


async def _times(house: House, method: str) -> list[float]:
    """When the calls were made, in the bot's seconds."""
    return [call["at"] * SPEED for call in await house.people.calls(method)]


async def test_an_answer_of_a_thousand_characters_takes_six_calls(fast: House) -> None:
    user = await fast.people.user("Ada")

    text = await _grown(fast, user, characters=1000, seconds=10.0, steps=fast.steps)

    calls = await fast.people.calls(chat_id=user)
    assert len(calls) <= 6
    assert [call["status"] for call in calls] == [200] * len(calls)
    assert await fast.texts(user) == [text]


async def test_frames_are_lively_at_first_and_calmer_later(fast: House) -> None:
    user = await fast.people.user("Ada")

    await _grown(fast, user, characters=1000, seconds=10.0, steps=fast.steps)

    times = await _times(fast, "sendMessageDraft")
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert 0.9 <= gaps[0] <= 1.8
    assert all(0.9 <= gap <= 4.2 for gap in gaps)
    assert len(times) >= 4


async def test_the_first_words_are_shown_at_once(house: House) -> None:
    user = await house.people.user("Ada")
    async with house.presenter.preview(TURN, private(user), house.steps) as preview:
        before = asyncio.get_running_loop().time()
        preview.show("Hello")
        await house.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
        after = asyncio.get_running_loop().time()
        draft = await house.people.draft(user)

    assert after - before < 0.3  # 150 ms, and room for a busy machine
    assert draft is not None
    assert (draft["text"], draft["can_stop"]) == ("Hello", True)


async def test_a_slow_model_is_seen_thinking(fast: House) -> None:
    user = await fast.people.user("Ada")
    async with fast.presenter.preview(TURN, private(user), fast.steps) as preview:
        thinking = await fast.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
        preview.show("At last")
        both = await fast.people.wait_for_calls(lambda calls: len(calls) > 1, method="sendMessageDraft")

    assert thinking[0]["params"].get("text", "") == ""
    assert both[1]["params"]["text"] == "At last"
    assert both[0]["params"]["draft_id"] == both[1]["params"]["draft_id"]


async def test_an_answer_that_is_there_at_once_needs_no_preview(house: House) -> None:
    user = await house.people.user("Ada")

    await _grown(house, user, characters=20, seconds=0.0, steps=house.steps)

    assert await house.counted("sendMessageDraft") == 0


async def test_only_the_newest_text_is_sent(fast: House) -> None:
    user = await fast.people.user("Ada")
    async with fast.presenter.preview(TURN, private(user), fast.steps) as preview:
        for number in range(500):
            preview.show("x" * number)
        await fast.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")

    calls = await fast.people.calls("sendMessageDraft")
    assert [len(call["params"]["text"]) for call in calls] == [499]


async def test_a_draft_is_formatted_as_far_as_its_text_is_closed(house: House) -> None:
    user = await house.people.user("Ada")
    async with house.presenter.preview(TURN, private(user), house.steps) as preview:
        preview.show("A **bold** word\n\n```python\nprint(1")
        await house.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
        draft = await house.people.draft(user)

    assert draft is not None
    assert [entity["type"] for entity in draft["entities"]] == ["bold", "pre"]


async def test_a_resting_draft_is_kept_alive(fast: House) -> None:
    user = await fast.people.user("Ada")
    async with fast.presenter.preview(TURN, private(user), fast.steps) as preview:
        preview.show("Let me look that up")
        await fast.people.wait_for_calls(lambda calls: len(calls) >= 3, method="sendMessageDraft")

    times = await _times(fast, "sendMessageDraft")
    assert all(15.0 <= later - earlier <= 25.0 for earlier, later in itertools.pairwise(times))


async def test_a_long_draft_shows_its_end(fast: House) -> None:
    user = await fast.people.user("Ada")
    text = "\n\n".join(f"Paragraph {number}. " + SENTENCE * 6 for number in range(60))
    async with fast.presenter.preview(TURN, private(user), fast.steps) as preview:
        preview.show(text)
        await fast.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
        draft = await fast.people.draft(user)

    assert draft is not None
    assert "Paragraph 59" in draft["text"]
    assert "Paragraph 10." not in draft["text"]


async def test_no_draft_arrives_after_the_final_message(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendMessageDraft", kind="delay", seconds=0.5)
    async with house.presenter.preview(TURN, private(user), house.steps) as preview:
        preview.show("The ans")
        await house.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
    await house.presenter.deliver(private(user), "The answer", steps=house.steps)

    methods = [call["method"] for call in await house.people.calls(chat_id=user)]
    assert methods[-1] == "sendMessage"
    assert await house.people.draft(user) is None


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 400, "description": "Bad Request: ENTITY_INVALID"},
        {"kind": "status", "status": 500},
        {"kind": "reset_after"},
        {"kind": "html_502"},
    ],
)
async def test_a_frame_that_fails_is_skipped(fast: House, fault: dict[str, Any]) -> None:
    user = await fast.people.user("Ada")
    async with fast.presenter.preview(TURN, private(user), fast.steps) as preview:
        preview.show("One")
        await fast.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
        await fast.people.fault(method="sendMessageDraft", **fault)
        preview.show("One two")
        await fast.people.wait_for_calls(lambda calls: len(calls) == 2, method="sendMessageDraft")
        preview.show("One two three")
        await fast.people.wait_for_calls(lambda calls: len(calls) == 3, method="sendMessageDraft")
        draft = await fast.people.draft(user)
    await fast.presenter.deliver(private(user), "One two three", steps=fast.steps)

    assert draft is not None
    assert draft["text"] == "One two three"
    assert await fast.texts(user) == ["One two three"]


async def test_a_flood_of_drafts_is_waited_out_by_everything(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendMessageDraft", kind="status", status=429, retry_after=2)
    async with house.presenter.preview(TURN, private(user), house.steps) as preview:
        preview.show("The ans")
        await house.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
    await house.presenter.deliver(private(user), "The answer", steps=house.steps)

    assert await house.texts(user) == ["The answer"]
    assert await house.people.violations() == []


@pytest.mark.parametrize("refusal", ["missing", "refused"])
async def test_where_drafts_cannot_be_used_a_message_is_edited(fast: House, refusal: str) -> None:
    user = await fast.people.user("Ada")
    await fast.people.configure(supports={"sendMessageDraft": refusal != "missing"})
    description = "Bad Request: TEXTDRAFT_PEER_INVALID"
    await fast.people.fault(method="sendMessageDraft", kind="status", status=400, description=description)

    text = await _grown(fast, user, characters=1000, seconds=10.0, steps=fast.steps)

    assert await fast.texts(user) == [text]
    assert await fast.counted("sendMessageDraft", "sendMessage") == 2
    assert await fast.counted("editMessageText") in {2, 3, 4, 5}


async def test_a_missing_method_is_not_asked_for_again(fast: House) -> None:
    user = await fast.people.user("Ada")
    await fast.people.configure(supports={"sendMessageDraft": False})

    for _ in range(2):
        await _grown(fast, user, characters=100, seconds=2.0, steps=MemorySteps())

    assert await fast.counted("sendMessageDraft") == 1


async def test_an_answer_written_anew_in_place_is_edited_not_drafted(fast: House) -> None:
    user = await fast.people.user("Ada")
    old = await fast.presenter.say(private(user).key, "Old answer")
    async with fast.presenter.preview(TURN, private(user, edits=(old,)), fast.steps) as preview:
        preview.show("New ans")
        await fast.people.wait_for(user, lambda messages: messages[-1]["text"] == "New ans")
    await fast.presenter.deliver(private(user, edits=(old,)), "New answer", steps=fast.steps)

    assert await fast.texts(user) == ["New answer"]
    assert await fast.counted("sendMessageDraft") == 0


async def test_a_resumed_turn_goes_on_in_the_same_draft(fast: House) -> None:
    user = await fast.people.user("Ada")
    for presenter in (fast.presenter, TelegramPresenter(fast.gateway)):
        async with presenter.preview(TURN, private(user), fast.steps) as preview:
            before = await fast.counted("sendMessageDraft")
            preview.show(f"Try {before}")
            await fast.people.wait_for_calls(
                lambda calls, before=before: len(calls) > before, method="sendMessageDraft"
            )

    ids = {call["params"]["draft_id"] for call in await fast.people.calls("sendMessageDraft")}
    assert len(ids) == 1
    assert 0 < ids.pop() < 2**31


async def test_a_person_who_blocks_the_bot_ends_the_preview_quietly(fast: House) -> None:
    user = await fast.people.user("Ada")
    await fast.people.block(user)
    async with fast.presenter.preview(TURN, private(user), fast.steps) as preview:
        preview.show("Hello?")
        await fast.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
        preview.show("Hello? Are you there?")
        await fast.gateway.governor.clock.sleep(5.0)

    assert await fast.counted("sendMessageDraft") == 1


async def test_cancelling_ends_the_preview(house: House) -> None:
    user = await house.people.user("Ada")

    async def work() -> None:
        async with house.presenter.preview(TURN, private(user), house.steps) as preview:
            preview.show("Hello")
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await house.people.wait_for_calls(lambda calls: bool(calls), method="sendMessageDraft")
    task.cancel()
    await asyncio.wait([task], timeout=2)

    assert task.cancelled()
