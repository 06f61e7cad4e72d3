"""Downloads: recorded like calls, made to fail like calls, limited as Telegram limits them."""

import asyncio

import aiohttp
import pytest

from sandbox.telegram.client import SandboxRefused, TelegramClient
from tests.sandbox.telegram.bot import Bot


@pytest.fixture
async def url(bot: Bot, people: TelegramClient, ada: int) -> str:
    """Where a document of five bytes is downloaded."""
    await people.send_document(ada, b"words", name="a.txt")
    [message] = await people.messages(ada)
    file = await bot("getFile", file_id=message["document"]["file_id"])
    return f"{bot.base.replace('/bot', '/file/bot')}/{file['file_path']}"


async def test_a_path_says_what_it_is(url: str) -> None:
    assert url.rpartition("/")[0].endswith("/documents")
    assert url.endswith(".txt")


async def test_downloads_are_recorded(bot: Bot, people: TelegramClient, url: str) -> None:
    async with bot.session.get(url) as response:
        assert await response.read() == b"words"

    [call] = await people.calls("file")
    assert (call["status"], url.endswith(call["params"]["path"])) == (200, True)


@pytest.mark.parametrize(("status", "description"), [(404, "gone"), (429, ""), (500, "")])
async def test_a_download_can_be_refused(
    bot: Bot, people: TelegramClient, url: str, status: int, description: str
) -> None:
    await people.fault(method="file", status=status, description=description)

    async with bot.session.get(url) as response:
        assert response.status == status
        assert (await response.json())["error_code"] == status
    async with bot.session.get(url) as response:
        assert await response.read() == b"words"


async def test_a_download_can_be_late(bot: Bot, people: TelegramClient, url: str) -> None:
    await people.fault(method="file", kind="delay", seconds=30)

    late = asyncio.ensure_future(bot.session.get(url).__aenter__())
    await people.wait_for_calls(lambda calls: len(calls) == 1, method="file")

    assert not late.done()
    late.cancel()


async def test_a_download_can_break_off(bot: Bot, people: TelegramClient, url: str) -> None:
    await people.fault(method="file", kind="reset_after")

    async with bot.session.get(url) as response:
        assert response.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_download_can_fail_before_it_begins(bot: Bot, people: TelegramClient, url: str) -> None:
    await people.fault(method="file", kind="reset_before", times=2)  # aiohttp itself asks a second time

    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.session.get(url)


async def test_a_proxy_can_answer_a_download(bot: Bot, people: TelegramClient, url: str) -> None:
    await people.fault(method="file", kind="html_502")

    async with bot.session.get(url) as response:
        assert (response.status, response.content_type) == (502, "text/html")


async def test_a_file_can_go_between_its_address_and_its_download(
    bot: Bot, people: TelegramClient, ada: int, url: str
) -> None:
    [message] = await people.messages(ada)
    await people.lose_file(message["document"]["file_id"])

    async with bot.session.get(url) as response:
        assert response.status == 404


async def test_only_the_bots_token_downloads(bot: Bot, url: str) -> None:
    async with bot.session.get(url.replace("sandbox-token", "another-token")) as response:
        assert response.status == 404


async def test_a_server_of_ones_own_has_no_limit(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.send_document(ada, bytes(20 * 1024 * 1024 + 1))
    file_id = (await people.messages(ada))[0]["document"]["file_id"]

    refusal = await bot.refused("getFile", file_id=file_id)
    await people.configure(local_server=True)

    assert refusal == "file is too big"
    assert (await bot("getFile", file_id=file_id))["file_size"] == 20 * 1024 * 1024 + 1


async def test_what_is_not_there_is_neither_lost_nor_saved(people: TelegramClient, ada: int) -> None:
    with pytest.raises(SandboxRefused, match="no such file"):
        await people.lose_file("x")
    with pytest.raises(SandboxRefused, match="404"):
        await people.download("x")
    await people.say(ada, "hello")
    with pytest.raises(ValueError, match="carries no file"):
        await people.file((await people.messages(ada))[0])
