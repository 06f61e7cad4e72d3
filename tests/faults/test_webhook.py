"""The whole bot behind a webhook: believed by its secret, each update worked once, its health shown."""

import socket
from collections.abc import AsyncGenerator, Generator
from typing import Any

import aiohttp
import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, settled

SECRET = "a-Secret_1"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
NOW = 1_790_000_000


@pytest.fixture
def port() -> Generator[int]:
    """A port that stays ours: bound, but not listened at, until the bot does."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
async def bot(town: Town, port: int) -> AsyncGenerator[Parley]:
    """The bot at work, receiving by webhook."""
    await town.telegram.configure(webhook_retry_seconds=0.02)
    async with town.bot(
        webhook_url=f"http://127.0.0.1:{port}/hook",
        webhook_secret=SECRET,
        webhook_listen=f"127.0.0.1:{port}",
    ) as parley:
        await town.telegram.wait_for_calls(bool, method="setWebhook")
        yield parley


@pytest.fixture
async def http(bot: Parley, port: int) -> AsyncGenerator[aiohttp.ClientSession]:  # pyright: ignore[reportUnusedParameter]  # it listens there
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session


def _update(update_id: int, user: int, text: str) -> dict[str, Any]:
    person = {"id": user, "is_bot": False, "first_name": "Ada"}
    chat = {"id": user, "type": "private", "first_name": "Ada"}
    message = {"message_id": 900, "date": NOW, "from": person, "chat": chat, "text": text}
    return {"update_id": update_id, "message": message}


async def test_a_message_is_answered_through_the_webhook(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    reply = await answered(telegram, ada, "{{say: hooked}}")

    assert reply["text"] == "hooked"
    assert await telegram.calls("getUpdates") == []
    (call,) = await telegram.calls("setWebhook")
    assert "stopped_message_generation" in call["params"]["allowed_updates"]


async def test_taps_and_stops_come_through_too(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{pace: 0 50}} {{words: 400}}")
    await telegram.wait_for_draft(ada, lambda draft: bool(draft and draft["text"]))

    await telegram.stop_draft(ada)

    assert (await telegram.next_reply(ada))["text"].endswith("Stopped.")


@pytest.mark.parametrize("headers", [{}, {HEADER: "wrong"}, {HEADER: SECRET + "x"}, {HEADER: ""}], ids=str)
async def test_who_does_not_know_the_secret_is_refused(
    http: aiohttp.ClientSession, telegram: TelegramClient, model: ModelClient, headers: dict[str, str]
) -> None:
    ada = await telegram.user("Ada")

    async with http.post("/hook", json=_update(1, ada, "forged"), headers=headers) as response:
        status = response.status
    await answered(telegram, ada, "{{say: real}}")

    assert status == 401
    assert "forged" not in str(await model.requests())


async def test_an_update_delivered_twice_is_worked_once(
    bot: Parley, http: aiohttp.ClientSession, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    statuses: list[int] = []

    for _ in range(3):
        async with http.post("/hook", json=_update(7, ada, "once"), headers={HEADER: SECRET}) as response:
            statuses.append(response.status)
    await settled(bot, telegram)

    assert statuses == [200, 200, 200]
    assert len(await model.requests()) == 1
    assert len(await telegram.messages(ada)) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"{}", b'{"update_id": "x"}', b"[" * 9_000])
async def test_what_is_no_update_is_refused(http: aiohttp.ClientSession, body: bytes) -> None:
    async with http.post("/hook", data=body, headers={HEADER: SECRET}) as response:
        assert response.status == 400


async def test_other_addresses_and_methods_are_not_served(http: aiohttp.ClientSession) -> None:
    async with http.get("/hook") as get, http.post("/other", headers={HEADER: SECRET}) as other:
        assert (get.status, other.status) == (405, 404)


async def test_health_is_shown(http: aiohttp.ClientSession) -> None:
    async with http.get("/healthz") as alive, http.get("/readyz") as ready:
        assert (alive.status, ready.status) == (200, 200)
        assert (await ready.json())["set_aside"] == 0


async def test_updates_that_came_while_away_are_answered(town: Town, port: int) -> None:
    await town.telegram.configure(webhook_retry_seconds=0.02)
    hook = f"http://127.0.0.1:{port}/hook"
    ada = await town.telegram.user("Ada")
    async with town.bot(webhook_url=hook, webhook_secret=SECRET, webhook_listen=f"127.0.0.1:{port}"):
        await answered(town.telegram, ada, "{{say: one}}")
    await town.telegram.say(ada, "{{say: two}}")

    async with town.bot(webhook_url=hook, webhook_secret=SECRET, webhook_listen=f"127.0.0.1:{port}"):
        reply = await town.telegram.next_reply(ada, after=3)

    assert reply["text"] == "two"


async def test_a_webhook_of_before_gives_way_to_polling(town: Town, port: int) -> None:
    hook = f"http://127.0.0.1:{port}/hook"
    async with town.bot(webhook_url=hook, webhook_secret=SECRET, webhook_listen=f"127.0.0.1:{port}"):
        ada = await town.telegram.user("Ada")

    async with town.bot():
        reply = await answered(town.telegram, ada, "{{say: polled}}")

    assert reply["text"] == "polled"


async def test_a_polling_bot_can_show_its_health_too(town: Town, port: int) -> None:
    async with town.bot(webhook_listen=f"127.0.0.1:{port}"), aiohttp.ClientSession() as session:
        ada = await town.telegram.user("Ada")
        await answered(town.telegram, ada, "{{say: polled}}")
        await town.telegram.all_confirmed()

        async with session.get(f"http://127.0.0.1:{port}/readyz") as ready:
            assert ready.status == 200
        async with session.post(f"http://127.0.0.1:{port}/hook") as hook:
            assert hook.status == 404
