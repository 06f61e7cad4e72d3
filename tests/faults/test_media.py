"""Media in trouble: killed and stopped on the way, led astray by links, kept from other conversations."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.model.client import ModelClient, Requests
from sandbox.telegram.client import TelegramClient
from tests.crash.victim import Victim, victim
from tests.media.made import Scene, tone, video
from tests.pictures import picture
from tests.town import BOT_NAME, Town, answered

HEARING, ANSWERING = "/v1/audio/transcriptions", "/v1/responses"


@pytest.fixture
async def bot_to_kill(town: Town) -> AsyncGenerator[Victim]:
    with victim(town.environment(LOG_LEVEL="ERROR")) as found:
        yield found


async def _paths(model: ModelClient) -> list[str]:
    return [str(request["path"]) for request in await model.requests()]


async def _reply(telegram: TelegramClient, chat: int, message_id: int) -> str:
    return str((await telegram.next_reply(chat, after=message_id))["text"])


def _has_come(path: str) -> Callable[[Requests], bool]:
    return lambda requests: any(request["path"] == path for request in requests)


async def _film(folder: Path) -> bytes:
    made = await asyncio.to_thread(video, folder / "film.mp4", [Scene("red", 1)], pcm=tone(2, hertz=450))
    return made.read_bytes()


async def test_killed_while_it_answers_nothing_is_fetched_or_heard_again(
    town: Town, bot_to_kill: Victim, tmp_path: Path
) -> None:
    ada = await town.telegram.user()
    await town.model.fault(path=ANSWERING, kind="delay", seconds=3)
    await asyncio.to_thread(bot_to_kill.start)
    sent = await town.telegram.send_video_note(ada, await _film(tmp_path))
    await town.model.wait_for_requests(_has_come(ANSWERING))

    await asyncio.to_thread(bot_to_kill.kill)
    await asyncio.to_thread(bot_to_kill.start)

    assert "red" in await _reply(town.telegram, ada, sent)
    assert (await _paths(town.model)).count(HEARING) == 1
    assert len(await town.telegram.calls("getFile")) == 1


async def test_killed_while_it_listens_nothing_is_fetched_again(
    town: Town, bot_to_kill: Victim, tmp_path: Path
) -> None:
    ada = await town.telegram.user()
    await town.model.fault(path=HEARING, kind="delay", seconds=3)
    await asyncio.to_thread(bot_to_kill.start)
    sent = await town.telegram.send_video_note(ada, await _film(tmp_path))
    await town.model.wait_for_requests(_has_come(HEARING))

    await asyncio.to_thread(bot_to_kill.kill)
    await asyncio.to_thread(bot_to_kill.start)

    assert "red" in await _reply(town.telegram, ada, sent)
    assert len(await town.telegram.calls("getFile")) == 1
    assert (await _paths(town.model)).count(ANSWERING) == 1


async def test_killed_while_it_fetches_the_message_is_answered_once(town: Town, bot_to_kill: Victim) -> None:
    ada = await town.telegram.user()
    await town.telegram.fault(method="getFile", kind="delay", seconds=30)
    await asyncio.to_thread(bot_to_kill.start)
    sent = await town.telegram.send_photo(ada, picture("red"), caption="Colour?")
    await town.telegram.wait_for_calls(bool, method="getFile")

    await asyncio.to_thread(bot_to_kill.kill)
    await asyncio.to_thread(bot_to_kill.start)

    assert "red" in await _reply(town.telegram, ada, sent)
    assert await _paths(town.model) == [ANSWERING]


async def test_a_download_is_stopped_at_once(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await telegram.fault(method="getFile", kind="delay", seconds=30)
    sent = await telegram.send_photo(ada, picture("red"), caption="Colour?")
    await telegram.wait_for_calls(bool, method="getFile")

    await telegram.say(ada, "/stop")

    assert "Stopped." in await _reply(telegram, ada, sent)
    assert await model.requests() == []


async def test_what_one_person_shows_nobody_else_is_told_of(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    sent = await telegram.send_document(ada, picture("red"), name="secret.jpg", caption="Colour?")
    await _reply(telegram, ada, sent)
    sent = await telegram.send_document(ada, b"the code is 4711", name="secret.txt", caption="Well?")
    await _reply(telegram, ada, sent)

    for words in ("What did I show you?", "/retry"):
        await answered(telegram, bob, words)

    assert await _leaks(model, 2) == []


async def test_topics_of_a_group_do_not_show_each_other_pictures(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    club = await telegram.group("Club", [ada], is_forum=True)
    one, other = await telegram.topic(club, "One"), await telegram.topic(club, "Other")
    sent = await telegram.send_document(
        club, picture("red"), name="secret.jpg", caption=f"@{BOT_NAME} colour?", user=ada, topic=one
    )
    await telegram.next_reply(club, after=sent, topic=one)

    asked = await telegram.say(club, f"@{BOT_NAME} what was that?", user=ada, topic=other)
    await telegram.next_reply(club, after=asked, topic=other)
    await answered(telegram, ada, "And here?")

    assert await _leaks(model, 1) == []


async def test_after_new_a_picture_is_gone_from_the_conversation(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    sent = await telegram.send_document(ada, picture("red"), name="secret.jpg", caption="Colour?")
    await _reply(telegram, ada, sent)
    await answered(telegram, ada, "/new")

    await telegram.edit_caption(ada, sent, "Which one?")
    await answered(telegram, ada, "What was that?")

    assert await _leaks(model, 1) == []


async def _leaks(model: ModelClient, allowed: int) -> list[str]:
    """What requests after the first ones have of anything secret."""
    later = (await model.requests())[allowed:]
    assert later
    return [word for request in later for word in ("secret", "4711", "data:") if word in str(request["body"])]


async def test_a_group_that_moves_keeps_its_pictures(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    club = await telegram.group("Club", [ada], kind="group")
    sent = await telegram.send_photo(club, picture("red"), caption=f"@{BOT_NAME} colour?", user=ada)
    await _reply(telegram, club, sent)

    moved = await telegram.migrate(club)
    await answered(telegram, moved, f"@{BOT_NAME} and its size?", user=ada)

    assert len((await model.requests())[-1]["images"]) == 1


async def test_a_question_that_is_deleted_meanwhile_is_still_answered(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    club = await telegram.group("Club", [ada])
    await telegram.fault(method="getFile", kind="delay", seconds=0.5)
    sent = await telegram.send_photo(club, picture("red"), caption=f"@{BOT_NAME} colour?", user=ada)
    await telegram.wait_for_calls(bool, method="getFile")

    await telegram.delete(club, sent)

    assert "red" in await _reply(telegram, club, sent)


@asynccontextmanager
async def _leading_to(location: str) -> AsyncGenerator[str]:
    """The host of a server whose every address leads there."""

    async def away(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    application = web.Application()
    application.router.add_get("/{name:.*}", away)
    async with TestServer(application) as server:
        yield server.make_url("/").authority


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://169.254.169.254/latest/meta-data/", "public internet"),
        ("http://[::ffff:10.0.0.1]/cat.jpg", "public internet"),
        ("http://2130706433/cat.jpg", "public internet"),
        ("file:///etc/passwd", "ordinary web addresses"),
        ("/again.jpg", "on and on"),
    ],
)
async def test_a_link_that_leads_astray_is_explained(town: Town, location: str, says: str) -> None:
    ada = await town.telegram.user()
    async with _leading_to(location) as host, town.bot(trusted_hosts=[host]):
        reply = await answered(town.telegram, ada, f"{{{{say: hm}}}} http://{host}/cat.jpg")

    assert reply["text"].startswith("hm")
    assert says in reply["text"]


@pytest.mark.parametrize(
    "name", ["../../../evil.pdf", "..\\..\\evil", "/etc/passwd", "a" * 300, ".", "\u202efdp"]
)
async def test_no_name_leads_out_of_the_media_folder(town: Town, name: str) -> None:
    ada = await town.telegram.user()
    async with town.bot():
        sent = await town.telegram.send_document(ada, b"%PDF-1.7 nothing", name=name, caption="{{say: hm}}")
        await _reply(town.telegram, ada, sent)
        sent = await town.telegram.send_document(ada, picture("red"), name=name, caption="{{say: hm}}")
        await _reply(town.telegram, ada, sent)

    kept = [path for path in town.data_dir.rglob("*") if path.is_file() and "parley.db" not in path.name]
    assert [path.parent.parent.name for path in kept if path.suffix in (".jpg", ".png")] == ["media"]
    assert not [path for path in town.data_dir.parent.iterdir() if path != town.data_dir]
