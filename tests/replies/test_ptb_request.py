"""python-telegram-bot's own calls travel over our connection."""

from collections.abc import AsyncGenerator

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TimedOut

from replies.ptb_request import WireRequest
from sandbox.telegram.server import TelegramSandbox
from tests.replies.house import House


@pytest.fixture
async def bot(house: House, sandbox: TelegramSandbox) -> AsyncGenerator[Bot]:
    request = WireRequest(house.wire)
    async with Bot(
        sandbox.token,
        base_url=f"{sandbox.root}/bot",
        base_file_url=f"{sandbox.root}/file/bot",
        request=request,
        get_updates_request=request,
    ) as bot:
        yield bot


async def test_a_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()

    assert me.is_bot


async def test_a_message_is_sent(house: House, bot: Bot) -> None:
    user = await house.people.user("Ada")

    await bot.send_message(user, "Hello & welcome", disable_notification=True)

    assert await house.texts(user) == ["Hello & welcome"]


async def test_a_refusal_is_ptbs_own_error(bot: Bot) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(999, "Hello")


async def test_a_lost_connection_is_a_network_error_without_the_token(
    house: House, bot: Bot, sandbox: TelegramSandbox
) -> None:
    await house.people.fault(method="getMe", kind="reset_before")

    with pytest.raises(NetworkError) as caught:
        await bot.get_me()

    assert sandbox.token not in repr(caught.value)


async def test_silence_is_timed_out(house: House, bot: Bot) -> None:
    await house.people.fault(method="getMe", kind="delay", seconds=3.0)

    with pytest.raises(TimedOut):
        await bot.get_me(read_timeout=0.2)


async def test_a_file_is_sent_along(bot: Bot) -> None:
    with pytest.raises(BadRequest, match='A file was sent as "certificate"'):  # which the sandbox does not take
        await bot.set_webhook("https://example.com/hook", certificate=b"-----BEGIN CERTIFICATE-----")


async def test_a_file_is_downloaded(house: House, bot: Bot) -> None:
    file_id = await house.people.upload(b"content", "note.txt")

    file = await bot.get_file(file_id)

    assert bytes(await file.download_as_bytearray()) == b"content"
