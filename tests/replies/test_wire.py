"""Whatever Telegram, a proxy or the network answers becomes the one right error, without the token in it."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from domain.errors import ReaderGone
from replies.errors import (
    Conflict,
    Flood,
    MethodMissing,
    TelegramError,
    TelegramRefusal,
    TokenRefused,
    Unreachable,
)
from replies.wire import Wire
from sandbox.telegram.server import TelegramSandbox
from tests.replies.house import FaultKind, House


async def _asked(house: House, **params: Any) -> Any:
    return await house.wire.call("sendMessage", {"chat_id": 1, "text": "x", **params}, timeout_seconds=0.5)


async def test_a_result_comes_back_as_it_is(house: House) -> None:
    user = await house.people.user("Ada")

    message = await house.wire.call("sendMessage", {"chat_id": user, "text": "Grüße, 世界"})

    assert isinstance(message, dict)
    assert message["text"] == "Grüße, 世界"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 400, "description": "Bad Request: nonsense"}, TelegramRefusal),
        ({"status": 400, "description": "Bad Request: chat not found"}, ReaderGone),
        ({"status": 400, "description": "Bad Request: TOPIC_CLOSED"}, ReaderGone),
        (
            {"status": 400, "description": "Bad Request: not enough rights to send text messages to the chat"},
            ReaderGone,
        ),
        ({"status": 401, "description": "Unauthorized"}, TokenRefused),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, ReaderGone),
        ({"status": 404, "description": "Not Found: method not found"}, MethodMissing),
        ({"status": 409, "description": "Conflict: terminated by other getUpdates request"}, Conflict),
        ({"status": 429, "retry_after": 7}, Flood),
        ({"status": 500, "description": "Internal Server Error"}, Unreachable),
        ({"kind": "html_502"}, Unreachable),
        ({"kind": "reset_before"}, Unreachable),
        ({"kind": "reset_after"}, Unreachable),
        ({"kind": "delay", "seconds": 3.0}, Unreachable),
    ],
)
async def test_each_answer_has_its_error(house: House, fault: dict[str, Any], error: type[Exception]) -> None:
    await house.people.user("Ada", id=1)
    await house.people.fault(method="sendMessage", **fault)

    with pytest.raises(error):
        await _asked(house)


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        ({"kind": "status", "status": 500}, False),
        ({"kind": "html_502"}, True),
        ({"kind": "reset_before"}, True),
        ({"kind": "reset_after"}, True),
        ({"kind": "delay", "seconds": 3.0}, True),
    ],
)
async def test_an_unreachable_telegram_may_have_carried_the_call_out(
    house: House, fault: dict[str, Any], sent: bool
) -> None:
    await house.people.user("Ada", id=1)
    await house.people.fault(method="sendMessage", **fault)

    with pytest.raises(Unreachable) as caught:
        await _asked(house)

    assert caught.value.sent is sent


async def test_a_refused_connection_has_sent_nothing() -> None:
    async with Wire.open("http://127.0.0.1:9", "1:secret") as wire:
        with pytest.raises(Unreachable) as caught:
            await wire.call("getMe", {})

    assert caught.value.sent is False


async def test_a_flood_says_how_long(house: House) -> None:
    await house.people.fault(method="sendMessage", kind="status", status=429, retry_after=7)

    with pytest.raises(Flood) as caught:
        await _asked(house)

    assert caught.value.retry_after_seconds == 7


async def test_a_wrong_token_is_refused(sandbox: TelegramSandbox) -> None:
    async with Wire.open(sandbox.root, "1234567:wrong-token-of-nobody-0123456789abcd") as wire:
        with pytest.raises(TokenRefused):
            await wire.call("getMe", {})


@pytest.mark.parametrize("kind", ["reset_before", "html_502", "delay"])
async def test_no_error_holds_the_token(house: House, sandbox: TelegramSandbox, kind: FaultKind) -> None:
    await house.people.fault(method="getMe", kind=kind, seconds=3.0)

    with pytest.raises(TelegramError) as caught:
        await house.wire.call("getMe", {}, timeout_seconds=0.3)

    assert sandbox.token not in f"{caught.value!r} {caught.value}"


async def test_the_way_leads_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxy(request: web.BaseRequest) -> web.Response:
        return web.json_response({"ok": True, "result": request.headers["Host"]})

    async with RawTestServer(proxy) as server:
        monkeypatch.setenv("http_proxy", str(server.make_url("/")))
        async with Wire.open("http://telegram.example", "1:token") as wire:
            assert await wire.call("getMe", {}) == "telegram.example"


async def test_a_telegram_on_this_machine_needs_no_proxy(
    sandbox: TelegramSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    async with Wire.open(sandbox.root, sandbox.token) as wire:
        me = await wire.call("getMe", {})

    assert isinstance(me, dict)


@pytest.mark.parametrize(
    ("code", "error"), [(429, Flood), (403, ReaderGone), (404, MethodMissing), (500, Unreachable)]
)
async def test_an_error_told_with_a_good_status_is_still_one(code: int, error: type[Exception]) -> None:
    async def serve(_request: web.BaseRequest) -> web.Response:
        return web.json_response({"ok": False, "error_code": code, "description": "Forbidden: no"})

    async with RawTestServer(serve) as server, Wire.open(str(server.make_url("")).rstrip("/"), "1:x") as wire:
        with pytest.raises(error):
            await wire.call("sendMessage", {"chat_id": 1, "text": "x"})
