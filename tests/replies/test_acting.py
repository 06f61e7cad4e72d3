"""People see what the bot is doing while it does it, and no longer."""

import asyncio
import itertools
from pathlib import Path

from domain.turn import ConversationKey
from tests.replies.house import House
from tests.replies.test_media import photo, sent

SPEED = 10


async def test_an_action_is_shown_again_before_it_fades_and_then_no_more(fast: House) -> None:
    user = await fast.people.user("Ada")

    async with fast.presenter.acting(ConversationKey(user), "record_voice"):
        await fast.people.wait_for_calls(lambda calls: len(calls) == 3, method="sendChatAction")
    await fast.gateway.governor.clock.sleep(10.0)

    calls = await fast.people.calls("sendChatAction")
    times = [call["at"] * SPEED for call in calls]
    assert [call["params"]["action"] for call in calls] == ["record_voice"] * 3
    assert all(4.0 <= later - earlier < 5.5 for earlier, later in itertools.pairwise(times))


async def test_an_action_is_shown_in_its_topic(house: House) -> None:
    club = await house.people.group("Club", [await house.people.user("Ada")], is_forum=True)
    topic = await house.people.topic(club, "Art")

    async with house.presenter.acting(ConversationKey(club, topic), "upload_photo"):
        (call,) = await house.people.wait_for_calls(lambda calls: bool(calls), method="sendChatAction")

    assert call["params"]["message_thread_id"] == topic


async def test_an_action_is_shown_during_an_upload(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendPhoto", kind="delay", seconds=60.0)

    async with fast.presenter.acting(ConversationKey(user), "upload_photo"):
        uploading = asyncio.create_task(sent(fast, user, photo(tmp_path)))
        await fast.people.wait_for(user, lambda messages: bool(messages))
        before = await fast.counted("sendChatAction")
        await fast.people.wait_for_calls(lambda calls: len(calls) > before, method="sendChatAction")
        uploading.cancel()
        await asyncio.wait([uploading])


async def test_no_trouble_with_an_action_reaches_the_work(fast: House) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendChatAction", kind="html_502")
    await fast.people.fault(method="sendChatAction", kind="reset_before")
    await fast.people.fault(method="sendChatAction", kind="status", status=400)

    async with fast.presenter.acting(ConversationKey(user), "upload_document"):
        await fast.people.wait_for_calls(lambda calls: len(calls) == 3, method="sendChatAction")
        await fast.gateway.governor.clock.sleep(10.0)

    assert await fast.counted("sendChatAction") == 3  # the refusal of the last one is final


async def test_an_action_for_nobody_is_given_up(fast: House) -> None:
    user = await fast.people.user("Ada")
    await fast.people.block(user)

    async with fast.presenter.acting(ConversationKey(user), "record_voice"):
        await fast.people.wait_for_calls(lambda calls: bool(calls), method="sendChatAction")
        await fast.gateway.governor.clock.sleep(10.0)

    assert await fast.counted("sendChatAction") == 1
