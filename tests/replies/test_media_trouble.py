"""Nothing Telegram or the network does loses a file, or shows it more often than cannot be avoided."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, RawTestServer

from domain.reply import MediaForm, Outgoing
from domain.turn import ConversationKey
from replies.content import TextContent
from replies.errors import TelegramRefusal, Unreachable
from replies.uploads import Upload, patience_seconds
from replies.wire import Wire
from tests.replies.house import FaultKind, House, group, private
from tests.replies.test_media import from_bot, outgoing, photo, sent
from tests.sandbox.telegram import samples

METHODS: dict[MediaForm, str] = {"photo": "sendPhoto", "document": "sendDocument", "voice": "sendVoice"}


def _file(path: Path, form: MediaForm) -> Outgoing:
    contents = {"photo": samples.picture(), "document": b"text", "voice": samples.voice()}
    return outgoing(path, form, contents[form], caption="Here")


@pytest.mark.parametrize("form", ["photo", "document", "voice"])
@pytest.mark.parametrize("status", [500, 503])
async def test_what_was_not_sent_is_sent_once(
    fast: House, tmp_path: Path, form: MediaForm, status: int
) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method=METHODS[form], kind="status", status=status, times=3)

    await sent(fast, user, _file(tmp_path, form))

    assert [message["caption"] for message in await from_bot(fast, user)] == ["Here"]


async def test_a_flood_is_waited_out(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    for method in ("sendPhoto", "sendMediaGroup"):
        await house.people.fault(method=method, kind="status", status=429, retry_after=1)

    await sent(house, user, photo(tmp_path))
    await sent(house, user, photo(tmp_path), photo(tmp_path), step="more")

    assert len(await from_bot(house, user)) == 3
    assert await house.people.violations() == []


@pytest.mark.parametrize("form", ["photo", "document", "voice"])
@pytest.mark.parametrize("kind", ["reset_before", "html_502"])
async def test_an_upload_that_may_have_been_lost_is_made_good(
    fast: House, tmp_path: Path, form: MediaForm, kind: FaultKind
) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method=METHODS[form], kind=kind)

    (shown,) = await sent(fast, user, _file(tmp_path, form))

    (message,) = await from_bot(fast, user)
    assert message["caption"] == "Here"
    assert message[form]
    assert shown.message_id == message["message_id"]


@pytest.mark.parametrize("form", ["photo", "document", "voice"])
async def test_an_upload_that_was_carried_out_unknown_to_us_stands_twice(
    fast: House, tmp_path: Path, form: MediaForm
) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method=METHODS[form], kind="reset_after")

    (shown,) = await sent(fast, user, _file(tmp_path, form))

    messages = await from_bot(fast, user)
    assert [form in message for message in messages] == [True, True]
    assert messages[-1]["message_id"] == shown.message_id


async def test_the_file_that_takes_the_place_of_dots_replies_and_has_buttons(
    fast: House, tmp_path: Path
) -> None:
    ada = await fast.people.user("Ada")
    club = await fast.people.group("Club", [ada])
    question = await fast.people.say(club, "/imagine red", user=ada)
    await fast.people.fault(method="sendPhoto", kind="reset_before")
    await fast.people.fault(method="editMessageMedia", kind="reset_after", times=2)

    await fast.presenter.send_media(
        group(club, reply_to=question), [photo(tmp_path, caption="*Red*")], steps=fast.steps, step="draw"
    )

    (message,) = await from_bot(fast, club)
    assert message["caption"] == "Red"
    assert message["reply_to_message"]["message_id"] == question
    assert "text" not in message


async def test_a_voice_message_that_is_lost_twice_stands_as_music(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendVoice", kind="reset_after", times=2)

    (shown,) = await sent(fast, user, _file(tmp_path, "voice"))

    messages = await from_bot(fast, user)
    assert ["voice" in message for message in messages] == [True, True, False]
    assert shown.form in ("audio", "document")


async def test_a_server_that_makes_no_file_of_a_text_gets_the_upload_again(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendPhoto", kind="reset_before", times=2)
    description = "Bad Request: there is no media in the message to edit"
    await fast.people.fault(method="editMessageMedia", kind="status", status=400, description=description)

    await sent(fast, user, _file(tmp_path, "photo"))

    assert [message.get("caption") for message in await from_bot(fast, user)] == ["Here"]
    assert await fast.counted("editMessageMedia") == 1


async def test_dots_that_somebody_deletes_do_not_lose_the_file(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendPhoto", kind="reset_before")
    description = "Bad Request: message to edit not found"
    await fast.people.fault(method="editMessageMedia", kind="status", status=400, description=description)

    (shown,) = await sent(fast, user, _file(tmp_path, "photo"))

    assert (await from_bot(fast, user))[-1]["message_id"] == shown.message_id


async def test_dots_in_which_nothing_can_be_put_are_removed(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendDocument", kind="reset_before")
    await fast.people.fault(method="editMessageMedia", kind="status", status=400, description="no such file")

    with pytest.raises(Exception, match="no such file"):
        await sent(fast, user, _file(tmp_path, "document"))

    assert await from_bot(fast, user) == []


@pytest.mark.parametrize(("times", "standing"), [(1, 4), (2, 6)])
async def test_an_album_of_unknown_outcome_is_sent_again(
    fast: House, tmp_path: Path, times: int, standing: int
) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendMediaGroup", kind="reset_after", times=times)

    shown = await sent(fast, user, photo(tmp_path), photo(tmp_path))

    messages = await from_bot(fast, user)
    assert len(messages) == standing
    assert [one.message_id for one in shown] == [message["message_id"] for message in messages[-2:]]


async def test_an_outage_of_everything_is_waited_out(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="*", chat_id=user, kind="html_502", times=5)

    await sent(fast, user, _file(tmp_path, "photo"))

    assert [message.get("caption") for message in await from_bot(fast, user)] == ["Here"]


async def test_a_group_that_moved_gets_the_file(house: House, tmp_path: Path) -> None:
    old = await house.people.group("Club", [await house.people.user("Ada")], kind="group")
    new = await house.people.migrate(old)

    await house.presenter.send_media(
        group(old), [photo(tmp_path), photo(tmp_path)], steps=house.steps, step="draw"
    )

    assert len(await from_bot(house, new)) == 2


async def test_sending_stops_when_it_is_cancelled(fast: House, tmp_path: Path) -> None:
    user = await fast.people.user("Ada")
    await fast.people.fault(method="sendPhoto", kind="delay", seconds=5.0)
    task = asyncio.create_task(
        sent(fast, user, photo(tmp_path), photo(tmp_path), photo(tmp_path), photo(tmp_path))
    )
    task.cancel()
    await asyncio.wait([task], timeout=2)

    assert task.cancelled()


async def test_a_long_upload_holds_no_other_message_up(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")
    await house.people.fault(method="sendPhoto", kind="delay", seconds=60.0)
    uploading = asyncio.create_task(sent(house, user, photo(tmp_path)))
    await house.people.wait_for(user, lambda messages: len(messages) == 1)

    await asyncio.wait_for(house.gateway.send(ConversationKey(user), TextContent("Meanwhile")), 2)

    uploading.cancel()
    await asyncio.wait([uploading])
    assert await house.texts(user) == ["", "Meanwhile"]


async def test_a_busy_group_stays_within_telegrams_budgets(house: House, tmp_path: Path) -> None:
    await house.people.configure(budgets=True)
    club = await house.people.group("Club", [await house.people.user("Ada")])
    media = [photo(tmp_path) for _ in range(4)]

    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            sending = house.presenter.send_media(group(club), media, steps=house.steps, step=f"draw{number}")
            tasks.create_task(sending)

    assert len(await from_bot(house, club)) == 12
    assert [call["status"] for call in await house.people.calls(chat_id=club)] == [200] * 3


# On the way


def _large(path: Path) -> Path:
    path.write_bytes(bytes(8_000_000))
    return path


async def _upload_to(server: BaseTestServer, path: Path) -> Unreachable | TelegramRefusal:
    files = {"file0": Upload(path, "a.bin", "application/octet-stream", 8_000_000)}
    async with Wire.open(str(server.make_url("")).rstrip("/"), "1:secret") as wire:
        with pytest.raises((Unreachable, TelegramRefusal)) as caught:
            await wire.call("sendDocument", {"chat_id": 1, "document": "attach://file0"}, files=files)
    assert "secret" not in repr(caught.value)
    return caught.value


@pytest.mark.parametrize(("read_bytes", "sent"), [(100_000, False), (-1, True)], ids=["in part", "whole"])
async def test_what_has_not_left_whole_cannot_have_been_carried_out(
    tmp_path: Path, read_bytes: int, sent: bool
) -> None:
    async def dropped(request: web.BaseRequest) -> web.StreamResponse:
        await (request.content.readexactly(read_bytes) if read_bytes > 0 else request.content.read())
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with RawTestServer(dropped) as server:
        error = await _upload_to(server, _large(tmp_path / "a.bin"))

    assert isinstance(error, Unreachable)
    assert error.sent is sent


async def test_what_a_server_does_not_even_read_to_the_end_is_refused(tmp_path: Path) -> None:
    async def refused(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=413, text="<html>Request Entity Too Large</html>")

    async with RawTestServer(refused) as server:
        error = await _upload_to(server, _large(tmp_path / "a.bin"))

    assert isinstance(error, TelegramRefusal)


async def test_a_slow_line_is_given_time() -> None:
    hours = {"file0": Upload(Path("a"), "a", "", 50_000_000)}

    assert patience_seconds({}) == 60
    assert 800 < patience_seconds(hours) < 900


async def test_a_reader_who_has_forbidden_nothing_gets_one_call(house: House, tmp_path: Path) -> None:
    user = await house.people.user("Ada")

    await house.presenter.send_media(private(user), [_file(tmp_path, "voice")], steps=house.steps, step="speak")

    assert len(await house.people.calls(chat_id=user)) == 1
