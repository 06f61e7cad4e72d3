"""Our HTTP server: whom it believes, what it keeps, and how healthy it says it is."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from bot.intake.health import Health
from bot.intake.webhook import health_routes, serving, webhook_routes
from storage.database import Database
from tests.intake.desk import LARGE, Desk, command, fill_disk, free_disk, message

SECRET = "a-Secret_1"
RIGHT = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


@pytest.fixture
async def http(desk: Desk, database: Database) -> AsyncGenerator[aiohttp.ClientSession]:
    routes = [
        *webhook_routes(desk.reception, path="/hook", secret=SECRET),
        *health_routes(Health(database, desk.inbox, desk.dispatcher).report),
    ]
    async with (
        serving(routes, host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def post(http: aiohttp.ClientSession, body: bytes, headers: dict[str, str] | None = None) -> int:
    sent = io.BytesIO(body)
    async with http.post("/hook", data=sent, headers=RIGHT if headers is None else headers) as response:
        return response.status


async def ready(http: aiohttp.ClientSession) -> tuple[int, dict[str, Any]]:
    async with http.get("/readyz") as response:
        return response.status, await response.json()


def encoded(update: object) -> bytes:
    return json.dumps(update).encode()


async def test_an_update_is_in_the_inbox_when_200_is_said(http: aiohttp.ClientSession, desk: Desk) -> None:
    desk.worker.gate.clear()

    assert await post(http, encoded(message(1))) == 200
    assert await desk.unfinished() == [1]


async def test_an_update_is_worked(http: aiohttp.ClientSession, desk: Desk) -> None:
    await post(http, encoded(message(1)))

    await desk.settled(1)


async def test_a_repeat_is_acknowledged_and_not_worked_again(http: aiohttp.ClientSession, desk: Desk) -> None:
    await post(http, encoded(command(1)))
    assert await post(http, encoded(command(1))) == 200
    await post(http, encoded(command(2)))
    await desk.settled(1, 2)

    assert desk.worker.begun == [[1], [2]]


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, {"X-Telegram-Bot-Api-Secret-Token": "ünïcode"}],
)
async def test_without_the_secret_nothing_is_kept(
    http: aiohttp.ClientSession, desk: Desk, headers: dict[str, str]
) -> None:
    assert await post(http, encoded(message(1)), headers) == 401
    assert await desk.unfinished() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"x"', b"{}", b'{"update_id": "1"}', b"[" * 200_000],
    ids=["empty", "cut", "no text", "list", "null", "word", "no id", "wrong id", "deep"],
)
async def test_what_is_no_update_is_refused(http: aiohttp.ClientSession, desk: Desk, body: bytes) -> None:
    assert await post(http, body) == 400
    assert await desk.unfinished() == []


async def test_what_is_too_large_is_refused(http: aiohttp.ClientSession, desk: Desk) -> None:
    assert await post(http, encoded(message(1, text="x" * 1_100_000))) == 413
    assert await desk.unfinished() == []


async def test_the_content_type_does_not_matter(http: aiohttp.ClientSession, desk: Desk) -> None:
    headers = {**RIGHT, "Content-Type": "application/json; charset=utf-8"}

    assert await post(http, encoded(message(1)), headers) == 200


async def test_what_cannot_be_kept_is_not_acknowledged(
    http: aiohttp.ClientSession, desk: Desk, database: Database
) -> None:
    await fill_disk(database)
    assert await post(http, encoded(message(1, text=LARGE))) == 503

    await free_disk(database)
    assert await post(http, encoded(message(1, text=LARGE))) == 200


async def test_other_paths_and_methods_lead_nowhere(http: aiohttp.ClientSession) -> None:
    async with http.get("/hook") as response:
        assert response.status == 405
    async with http.post("/", data=b"{}") as response:
        assert response.status == 404


async def test_a_living_process_says_so(http: aiohttp.ClientSession) -> None:
    async with http.get("/healthz") as response:
        assert (response.status, await response.json()) == (200, {"ok": True})


async def test_readiness_tells_how_much_waits(http: aiohttp.ClientSession, desk: Desk) -> None:
    desk.worker.gate.clear()
    await desk.receive(command(1), command(2))
    await desk.worker.until(lambda: desk.worker.begun == [[1]])

    assert await ready(http) == (
        200,
        {
            "ok": True,
            "waiting": 1,
            "running": 1,
            "set_aside": 0,
            "unfinished": 2,
            "oldest_unfinished_seconds": 0,
            "last_poll_seconds_ago": None,
        },
    )


async def test_a_bot_that_cannot_keep_updates_is_not_ready(
    http: aiohttp.ClientSession, database: Database
) -> None:
    await database.write(lambda connection: connection.execute("PRAGMA query_only = ON"))

    assert await ready(http) == (503, {"ok": False})


async def test_a_bot_on_its_way_out_is_not_ready(http: aiohttp.ClientSession, desk: Desk) -> None:
    await desk.dispatcher.drain(0)

    status, _ = await ready(http)

    assert status == 503


async def test_two_servers_cannot_share_a_port() -> None:
    async with serving([], host="127.0.0.1", port=0) as port:
        with pytest.raises(OSError, match="address already in use"):
            async with serving([], host="127.0.0.1", port=port):
                await asyncio.sleep(0)


async def test_a_body_that_is_not_compressed_as_it_says_is_refused(
    http: aiohttp.ClientSession, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**RIGHT, "Content-Encoding": "gzip"}

    assert await post(http, b"no gzip at all", headers) == 400
    assert await desk.unfinished() == []
    assert "Traceback" not in caplog.text
