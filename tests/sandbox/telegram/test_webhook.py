"""Webhooks: delivered with the secret, in order, again and again until they are taken."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Json


class Receiver:
    """Takes updates; answers what `answers` says, then 200. `held` chats are kept waiting."""

    def __init__(self) -> None:
        self.url = ""
        self.got: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.held: dict[int, asyncio.Event] = {}

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        await self.got.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), update))
        chat_id = update.get("message", {}).get("chat", {}).get("id")
        if chat_id in self.held:
            await self.held[chat_id].wait()
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=status, headers=headers)

    async def next_text(self) -> str:
        async with asyncio.timeout(10):
            return (await self.got.get())[1]["message"]["text"]


@asynccontextmanager
async def listening() -> AsyncGenerator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield receiver
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver(people: TelegramClient) -> AsyncGenerator[Receiver]:
    await people.configure(webhook_retry_seconds=0.01)
    async with listening() as receiver:
        yield receiver


async def test_updates_come_with_the_secret_and_are_forgotten_once_taken(
    bot: Bot, people: TelegramClient, ada: int, receiver: Receiver
) -> None:
    await people.say(ada, "before")
    await bot("setWebhook", url=receiver.url, secret_token="s3cret_-")
    await people.say(ada, "after")

    secret, update = await receiver.got.get()

    assert (secret, update["message"]["text"]) == ("s3cret_-", "before")
    assert await receiver.next_text() == "after"
    await people.all_confirmed()


async def test_one_chat_is_served_in_order_and_again_until_it_is_taken(
    bot: Bot, people: TelegramClient, ada: int, receiver: Receiver
) -> None:
    receiver.answers = [(500, {}), (429, {"Retry-After": "0"})]
    await bot("setWebhook", url=receiver.url)
    await people.say(ada, "one")
    await people.say(ada, "two")

    assert [await receiver.next_text() for _ in range(4)] == ["one", "one", "one", "two"]


async def test_a_stuck_chat_does_not_hold_up_another(
    bot: Bot, people: TelegramClient, ada: int, receiver: Receiver
) -> None:
    bob = await people.user("Bob")
    receiver.held[ada] = asyncio.Event()
    await bot("setWebhook", url=receiver.url)
    await people.say(ada, "stuck")
    assert await receiver.next_text() == "stuck"

    await people.say(bob, "lively")

    assert await receiver.next_text() == "lively"
    receiver.held[ada].set()
    await people.all_confirmed()


async def test_the_last_trouble_is_told(bot: Bot, people: TelegramClient, ada: int, receiver: Receiver) -> None:
    receiver.answers = [(503, {})]
    await bot("setWebhook", url=receiver.url, max_connections=1, allowed_updates=["message"])
    await people.say(ada, "hello")
    await people.all_confirmed()

    told = await bot("getWebhookInfo")

    assert told["url"] == receiver.url
    assert told["max_connections"] == 1
    assert told["allowed_updates"] == ["message"]
    assert told["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_while_a_webhook_is_set_nobody_polls(
    bot: Bot, people: TelegramClient, receiver: Receiver
) -> None:
    waiting = asyncio.create_task(bot.call("getUpdates", timeout=20))
    await people.wait_for_calls(lambda calls: len(calls) == 1, method="getUpdates")

    await bot("setWebhook", url=receiver.url)

    assert (await waiting).status == 409
    answer = await bot.call("getUpdates")
    assert answer.status == 409
    assert "webhook is active" in answer.body["description"]


async def test_without_the_webhook_updates_wait_again(bot: Bot, people: TelegramClient, ada: int) -> None:
    await bot("setWebhook", url="http://127.0.0.1:9/nobody")
    await people.say(ada, "hello")

    await bot("deleteWebhook")

    assert await bot.heard() == ["hello"]
    assert (await bot("getWebhookInfo"))["url"] == ""


async def test_what_waits_can_be_dropped(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.say(ada, "hello")

    await bot("deleteWebhook", drop_pending_updates=True)

    assert await bot.heard() == []


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"url": "http://bot.example/hook"}, "An HTTPS URL must be provided"),
        ({"url": "https://bot.example:5000/hook"}, "only on ports"),
        ({"url": "https://bot.example/hook", "secret_token": "no spaces"}, "unallowed characters"),
        ({"url": "https://bot.example/hook", "max_connections": 101}, "between 1 and 100"),
        ({}, 'parameter "url" is required'),
    ],
)
async def test_unsound_webhooks_are_refused(bot: Bot, params: dict[str, Any], refusal: str) -> None:
    assert refusal in await bot.refused("setWebhook", **params)
