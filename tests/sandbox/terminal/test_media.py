"""Media in the terminal: shown in a line, sent from a file."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from sandbox.terminal_media import media_line
from sandbox.terminal_text import Painter, runs_of
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Bot, bot_of
from tests.sandbox.terminal.test_pipe import piped

_PLAIN = Painter(colours=False)


_LINES: list[tuple[dict[str, Any], str]] = [
    ({"photo": [{"width": 90, "height": 60}, {"width": 640, "height": 480}]}, "🖼 photo, 640×480"),
    ({"voice": {"duration": 3}}, "🎤 voice message, 3 s"),
    ({"voice": {"duration": 75}}, "🎤 voice message, 1:15 min"),
    ({"video": {"width": 64, "height": 48, "duration": 2}}, "🎬 video, 64×48, 2 s"),
    ({"audio": {"performer": "Ada", "title": "Für Elise", "duration": 9}}, "🎵 Ada – Für Elise, 9 s"),
    ({"audio": {"file_name": "a.mp3", "duration": 9}}, "🎵 a.mp3, 9 s"),
    ({"document": {"file_name": "a.pdf", "file_size": 12_345}}, "📎 a.pdf, 12 kB"),
    ({"document": {"file_size": 2_000_000}}, "📎 file, 2.0 MB"),
    ({"animation": {"duration": 1}, "document": {}}, "🎞 GIF, 1 s"),
    ({"live_photo": {"duration": 1}, "photo": [{}]}, "🖼 live photo, 1 s"),
    ({"video_note": {"duration": 5}}, "📹 video message, 5 s"),
    ({"sticker": {"emoji": "🦊"}}, "🦊 sticker"),
    ({"location": {"latitude": 52.5, "longitude": 13.4}}, "📍 52.50000, 13.40000"),
    ({"poll": {"question": "Tea?"}}, "📊 Tea?"),
    ({"text": "hello"}, ""),
]


@pytest.mark.parametrize(("message", "line"), _LINES)
def test_media_is_one_readable_line(message: dict[str, Any], line: str) -> None:
    assert media_line(message) == line


def test_a_caption_stands_below() -> None:
    message = {"voice": {"duration": 3}, "caption": "Listen"}

    assert _PLAIN.lines(runs_of(message)) == ["🎤 voice message, 3 s", "Listen"]


@pytest.fixture
async def telegram() -> AsyncGenerator[TelegramClient]:
    """With a bot in it that says "ok" to the first message."""
    async with (
        TelegramSandbox.open() as sandbox,
        TelegramClient.open(sandbox.root) as people,
        bot_of(sandbox) as bot,
    ):
        answering = asyncio.create_task(_say_ok(bot))
        yield people
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)


async def _say_ok(bot: Bot) -> None:
    [update] = await bot.updates(timeout=30)
    await bot("sendMessage", chat_id=update["message"]["chat"]["id"], text="ok")


@pytest.mark.parametrize(
    ("command", "name", "made", "kind"),
    [
        ("photo", "my dog.png", samples.picture, "photo"),
        ("voice", "hello.ogg", samples.voice, "voice"),
        ("file", "notes.txt", lambda: b"words", "document"),
    ],
)
async def test_a_file_is_sent(
    telegram: TelegramClient, tmp_path: Path, command: str, name: str, made: Callable[[], bytes], kind: str
) -> None:
    path = tmp_path / name
    path.write_bytes(made())

    printed = await piped(telegram, f"!{command} {path}")

    assert kind in await _first_message(telegram)
    assert "Parley: ok" in printed


async def test_what_follows_the_name_is_the_caption(telegram: TelegramClient, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"words")

    await piped(telegram, f"!file {tmp_path / 'a.txt'} read this")

    assert (await _first_message(telegram))["caption"] == "read this"


async def test_what_is_no_file_is_said(telegram: TelegramClient, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"words")

    printed = await piped(telegram, "!photo", f"!file {tmp_path}/b.txt", f"!photo {tmp_path}/a.txt")

    assert "say which file" in printed
    assert "there is no file" in printed
    assert "IMAGE_PROCESS_FAILED" in printed


async def _first_message(telegram: TelegramClient) -> dict[str, Any]:
    [chat] = await telegram.chats()
    return (await telegram.messages(chat["id"]))[0]
