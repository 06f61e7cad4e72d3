"""Faults on order: each kind, for whom, and how often."""

import asyncio

import aiohttp
import pytest

from sandbox.telegram.client import SandboxRefused, TelegramClient
from tests.sandbox.telegram.bot import Bot, Clock


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (500, "Internal Server Error"),
        (403, "Forbidden: bot was blocked by the user"),
        (404, "Not Found: method not found"),
        (400, "Bad Request: refused by the sandbox"),
    ],
)
async def test_a_status_comes_instead_of_the_result_once(
    bot: Bot, people: TelegramClient, ada: int, status: int, description: str
) -> None:
    await people.fault(method="sendMessage", status=status)

    first = await bot.call("sendMessage", chat_id=ada, text="hi")

    assert (first.status, first.body["description"]) == (status, description)
    assert await people.messages(ada) == []
    assert await bot("sendMessage", chat_id=ada, text="hi")


async def test_a_refusal_can_have_its_own_words(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.fault(status=400, description="TOPIC_CLOSED")

    assert await bot.refused("sendMessage", chat_id=ada, text="hi") == "TOPIC_CLOSED"


async def test_a_flood_wait_closes_the_chat(bot: Bot, people: TelegramClient, ada: int, clock: Clock) -> None:
    await people.fault(status=429, retry_after=3, chat_id=ada)

    first = await bot.call("sendMessage", chat_id=ada, text="hi")
    early = await bot.call("editMessageText", chat_id=ada, message_id=1, text="hi")
    clock.advance(3)

    assert first.body["parameters"] == {"retry_after": 3}
    assert first.headers["Retry-After"] == "3"
    assert early.status == 429
    assert len(await people.violations()) == 1
    assert await bot("sendMessage", chat_id=ada, text="hi")


async def test_a_fault_hits_only_its_method_and_chat(bot: Bot, people: TelegramClient, ada: int) -> None:
    bob = await people.user("Bob")
    await people.fault(method="sendMessage", chat_id=bob)

    assert await bot("sendMessage", chat_id=ada, text="hi")
    assert await bot("sendChatAction", chat_id=bob, action="typing")
    assert (await bot.call("sendMessage", chat_id=bob, text="hi")).status == 500


async def test_a_fault_hits_as_often_as_ordered(bot: Bot, people: TelegramClient) -> None:
    await people.fault(times=2)

    assert await bot.statuses(3, "getMe") == [500, 500, 200]


async def test_faults_to_come_can_be_called_off(bot: Bot, people: TelegramClient) -> None:
    await people.fault(times=2)

    await people.calm()

    assert await bot.statuses(1, "getMe") == [200]


async def test_a_connection_can_break_before_anything_is_done(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await people.fault(method="sendMessage", kind="reset_before")

    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.call("sendMessage", chat_id=ada, text="hi")

    assert await people.messages(ada) == []


async def test_a_connection_can_break_after_everything_is_done(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await people.fault(method="sendMessage", kind="reset_after")

    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.call("sendMessage", chat_id=ada, text="hi")

    assert [message["text"] for message in await people.messages(ada)] == ["hi"]


async def test_an_answer_can_come_too_late_for_what_was_done(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    await people.fault(method="sendMessage", kind="delay", seconds=30)
    late = asyncio.create_task(bot.call("sendMessage", chat_id=ada, text="hi"))

    reply = await people.next_reply(ada)

    assert reply["text"] == "hi"
    assert not late.done()
    late.cancel()


async def test_a_proxy_can_answer_with_its_own_page(bot: Bot, people: TelegramClient) -> None:
    await people.fault(kind="html_502")

    async with bot.session.post(f"{bot.base}/getMe") as response:
        assert response.status == 502
        assert response.content_type == "text/html"


async def test_a_method_can_be_missing(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.configure(supports={"sendMessageDraft": False})

    answer = await bot.call("sendMessageDraft", chat_id=ada, draft_id=7, text="hi")

    assert answer.status == 404
    assert answer.body["description"] == "Not Found: method not found"


async def test_faults_and_switches_that_do_not_exist_are_refused(people: TelegramClient) -> None:
    with pytest.raises(SandboxRefused, match="a fault is one of"):
        await people.fault(kind="flood")  # pyright: ignore[reportArgumentType] -- the mistake to be refused
    with pytest.raises(SandboxRefused, match="no such switch"):
        await people.configure(gravity=False)
