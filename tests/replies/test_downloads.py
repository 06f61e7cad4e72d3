"""What people sent reaches the disk whole, whatever the network does, or a sentence says why it does not."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from domain.errors import FileGone, FileTooLarge, TelegramUnreachable
from domain.media import Downloads
from replies.clock import Clock
from replies.errors import TokenRefused
from replies.gateway import Gateway
from replies.governor import Governor
from replies.wire import Wire
from sandbox.telegram.server import TelegramSandbox
from tests.replies.house import House

TOKEN = "1234:secret"
CONTENT = bytes(range(256)) * 4_000  # takes several pieces

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def _telegram(
    *answers: Answer, path: str = "documents/a b.bin", size: int = 0
) -> AsyncGenerator[Gateway]:
    """A server that hands a file out as each of `answers` has it in turn, and then as it should."""
    turns = list(answers)

    async def served(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/getFile"):
            return web.json_response({"ok": True, "result": {"file_path": path, "file_size": size}})
        assert request.path in (f"/file/bot{TOKEN}/{path}", f"/file/bot{TOKEN}/documents/1.bin")
        return await turns.pop(0)(request) if turns else web.Response(body=CONTENT)

    async def on_migrated(_old: int, _new: int) -> None:
        raise AssertionError

    async with RawTestServer(served) as server, Wire.open(str(server.make_url("")).rstrip("/"), TOKEN) as wire:
        yield Gateway(wire, Governor(per_second=1000, clock=Clock(50)), on_migrated)


def _status(status: int, **answer: object) -> Answer:
    async def answered(_request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response({"ok": False, "error_code": status, **answer}, status=status)

    return answered


async def _cut(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(CONTENT))})
    await response.prepare(request)
    await response.write(CONTENT[:100_000])
    assert request.transport is not None
    request.transport.abort()
    return response


async def _proxy_page(_request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=502, text="<html>Bad Gateway</html>")


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_what_a_person_sent_is_written_to_the_disk(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    sent = await house.people.send_document(user, CONTENT, name="numbers.bin")
    message = next(one for one in await house.people.messages(user) if one["message_id"] == sent)
    downloads: Downloads = house.gateway

    await downloads.download(message["document"]["file_id"], tmp_path / "file")

    assert await asyncio.to_thread(_read, tmp_path / "file") == CONTENT
    assert await asyncio.to_thread(_left, tmp_path) == ["file"]


async def test_a_file_that_telegram_has_lost_is_gone(house: House, tmp_path: Path) -> None:
    file_id = await house.people.upload(b"content")
    await house.people.lose_file(file_id)

    with pytest.raises(FileGone):
        await house.gateway.download(file_id, tmp_path / "file")


async def test_an_id_that_is_none_is_a_file_that_is_gone(house: House, tmp_path: Path) -> None:
    with pytest.raises(FileGone):
        await house.gateway.download("nonsense", tmp_path / "file")


async def test_more_than_telegram_hands_out_is_too_large(house: House, tmp_path: Path) -> None:
    file_id = await house.people.upload(bytes(20 * 1024 * 1024 + 1))

    with pytest.raises(FileTooLarge) as caught:
        await house.gateway.download(file_id, tmp_path / "file")

    assert "20 MB" in str(caught.value.text)


async def test_a_local_server_hands_large_files_out(house: House, tmp_path: Path) -> None:
    await house.people.configure(local_server=True)
    file_id = await house.people.upload(bytes(20 * 1024 * 1024 + 1))

    await house.gateway.download(file_id, tmp_path / "file")

    assert len(await asyncio.to_thread(_read, tmp_path / "file")) == 20 * 1024 * 1024 + 1


@pytest.mark.parametrize(
    "trouble",
    [
        [_cut],
        [_proxy_page, _cut],
        [_status(500), _status(503)],
        [_status(429, parameters={"retry_after": 2})],
        [_status(404, description="Not Found")],  # the path was for an hour
    ],
    ids=["cut", "proxy", "5xx", "flood", "expired"],
)
async def test_a_download_that_fails_begins_again(tmp_path: Path, trouble: list[Answer]) -> None:
    async with _telegram(*trouble) as gateway:
        await gateway.download("id", tmp_path / "file")

    assert await asyncio.to_thread(_read, tmp_path / "file") == CONTENT


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (_cut, TelegramUnreachable),
        (_status(500), TelegramUnreachable),
        (_status(429, parameters={"retry_after": 1}), TelegramUnreachable),
        (_status(404, description="Not Found"), FileGone),
        (_status(400, description="Bad Request: file is too big"), FileTooLarge),
        (_status(403, description="Forbidden"), FileGone),
        (_status(401, description="Unauthorized"), TokenRefused),
    ],
)
async def test_what_does_not_pass_is_told_and_leaves_nothing_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, answer: Answer, error: type[Exception]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with _telegram(*[answer] * 9) as gateway:
        with pytest.raises(error) as caught:
            await gateway.download("id", tmp_path / "file")

    assert await asyncio.to_thread(_left, tmp_path) == []
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("replies")]
    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r} {ours}"


async def test_a_long_flood_is_not_waited_for(tmp_path: Path) -> None:
    async with _telegram(_status(429, parameters={"retry_after": 3_000})) as gateway:
        with pytest.raises(TelegramUnreachable):
            await gateway.download("id", tmp_path / "file")


async def test_nothing_is_fetched_that_is_announced_as_too_large(tmp_path: Path) -> None:
    async with _telegram(_status(500), size=5_000) as gateway:
        with pytest.raises(FileTooLarge):
            await gateway.download("id", tmp_path / "file", most_bytes=4_999)


async def test_a_file_that_is_larger_than_announced_is_not_kept(tmp_path: Path) -> None:
    async with _telegram(size=10) as gateway:
        with pytest.raises(FileTooLarge):
            await gateway.download("id", tmp_path / "file", most_bytes=len(CONTENT) - 1)

    assert await asyncio.to_thread(_left, tmp_path) == []


async def test_a_server_beside_us_has_the_file_on_its_disk(tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    await asyncio.to_thread(source.write_bytes, b"on the disk")

    async with _telegram(_status(500), path=str(source)) as gateway:
        await gateway.download("id", tmp_path / "file")

    assert await asyncio.to_thread(_read, tmp_path / "file") == b"on the disk"
    assert await asyncio.to_thread(_read, source) == b"on the disk"


async def test_a_disk_that_we_do_not_see_is_read_through_its_web_server(tmp_path: Path) -> None:
    async with _telegram(path=f"/var/lib/telegram-bot-api/{TOKEN}/documents/1.bin") as gateway:
        await gateway.download("id", tmp_path / "file")

    assert await asyncio.to_thread(_read, tmp_path / "file") == CONTENT


async def test_a_disk_that_is_full_is_not_telegrams_fault(tmp_path: Path) -> None:
    async with _telegram() as gateway:
        with pytest.raises(OSError, match="No such file"):
            await gateway.download("id", tmp_path / "nowhere" / "file")


async def test_a_download_can_be_cancelled(tmp_path: Path) -> None:
    started = asyncio.Event()

    async def stuck(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x")
        started.set()
        await asyncio.Event().wait()
        return response

    async with _telegram(stuck) as gateway:
        task = asyncio.create_task(gateway.download("id", tmp_path / "file"))
        await started.wait()
        task.cancel()
        await asyncio.wait([task], timeout=2)

    assert task.cancelled()
    assert await asyncio.to_thread(_left, tmp_path) == []


async def test_a_lost_getfile_is_asked_again(house: House, sandbox: TelegramSandbox, tmp_path: Path) -> None:
    file_id = await house.people.upload(b"content")
    await house.people.fault(method="getFile", kind="reset_before")
    await house.people.fault(method="getFile", kind="status", status=429, retry_after=1)

    await house.gateway.download(file_id, tmp_path / "file")

    assert await asyncio.to_thread(_read, tmp_path / "file") == b"content"
    assert await house.people.violations() == []
