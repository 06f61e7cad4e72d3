"""What seeing costs the running bot: from a photo's arrival to the model's request, and many albums at once."""

import asyncio
import statistics
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.measures import Row
from bench.pictures import Peak, phone_photo
from bench.world import World, running

_MS = 1000.0
_ALBUM = 5
_PATIENCE_SECONDS = 120.0


async def photo(times: int) -> list[Row]:
    """A 12-megapixel JPEG sent as a file, so that Telegram does not make it smaller on the way."""
    content = await asyncio.to_thread(phone_photo)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as world:
            person = await world.telegram.user()
            delays = [await _delays(world, person, content) for _ in range(times + 1)][1:]
    return [
        Row("12-megapixel photo received to model's request, p50", _median(whole for whole, _ in delays)),
        Row("of it the download from the sandbox, p50", _median(loading for _, loading in delays)),
        Row("of it the bot's work, p50", _median(whole - loading for whole, loading in delays), "150 ms"),
    ]


async def crowd(count: int) -> list[Row]:
    """So many albums of five such photos that arrive in the same moment."""
    content = await asyncio.to_thread(phone_photo)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as world:
            people = [await world.telegram.user(f"P{number}") for number in range(count)]
            await _delays(world, people[0], content)
            with Peak(world.bot) as peak:
                await asyncio.gather(*(_album(world, person, content) for person in people))
    return [Row(f"memory for {count} albums of five such photos at once", f"{peak.mebibytes:.0f} MB", "500 MB")]


async def _delays(world: World, person: int, content: bytes) -> tuple[float, float]:
    """Seconds from the update leaving Telegram to the model's request, and those of the download in them."""
    sent = await world.telegram.send_document(person, content, name="photo.jpg", caption="{{say: ok}}")
    await world.telegram.next_reply(person, after=sent, timeout=_PATIENCE_SECONDS)
    polled = [call["at"] for call in await world.telegram.calls("getUpdates")]
    asked, loaded = (await world.telegram.calls("getFile"))[-1], (await world.telegram.calls("file"))[-1]
    request = (await world.model.requests())[-1]
    received = max(at for at in polled if at < asked["at"])
    return request["at"] - received, loaded["ended_at"] - asked["at"]


async def _album(world: World, person: int, content: bytes) -> None:
    sent = await world.telegram.send_album(person, [content] * _ALBUM, kind="document", caption="{{say: ok}}")
    await world.telegram.next_reply(person, after=sent[-1], timeout=_PATIENCE_SECONDS)


def _median(seconds: Iterable[float]) -> str:
    return f"{statistics.median(seconds) * _MS:.0f} ms"
