"""People with much that is kept of them, and how a test looks for what is left."""

import csv
import io
import json
import sqlite3
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import Message, offered, shown, tapped, through, told
from tests.town import Town

EVERYTHING = ("Everything", "Yes, forget it", "Yes, forget everything")
ADA_IS_FORGOTTEN = "I cannot delete: the messages in our chats"


@dataclass(frozen=True)
class Export:
    """An archive as its reader has it."""

    archive: zipfile.ZipFile

    @property
    def names(self) -> list[str]:
        return self.archive.namelist()

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.text("data.json"))

    def text(self, name: str) -> str:
        return self.archive.read(name).decode()

    def table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(name))))


async def exports(telegram: TelegramClient, chat: int, count: int = 1) -> list[Export]:
    """The archives that have been sent, once there are so many."""

    def documents(messages: list[Message]) -> list[Message]:
        return [one for one in messages if one["from"]["is_bot"] and "zip" in str(one.get("document", ""))]

    messages = documents(await telegram.wait_for(chat, lambda seen: len(documents(seen)) >= count, timeout=30))
    return [Export(zipfile.ZipFile(io.BytesIO(await telegram.file(one)))) for one in messages]


async def exported(telegram: TelegramClient, chat: int) -> Export:
    await telegram.say(chat, "/export")
    return (await exports(telegram, chat))[0]


async def forgotten(
    telegram: TelegramClient, chat: int, *labels: str, user: int | None = None, words: str = "I cannot delete"
) -> str:
    """Forgets by these buttons, and waits for the proof."""
    menu = await told(telegram, chat, "/forget", user=user)
    await through(telegram, chat, menu, *labels, user=user)
    return str((await shown(telegram, chat, menu["message_id"], words))["text"])


async def asked_to_forget(telegram: TelegramClient, chat: int, label: str) -> str:
    """What goes, as it is shown before anything is deleted."""
    menu = await told(telegram, chat, "/forget")
    await tapped(telegram, chat, menu, label)
    return str((await offered(telegram, chat, menu["message_id"], "Yes, forget it"))["text"])


def places_of(town: Town, words: str) -> list[str]:
    """The files of the data folder in which these words stand."""
    found = [path for path in town.data_dir.rglob("*") if path.is_file()]
    return [str(path.relative_to(town.data_dir)) for path in found if words.encode() in path.read_bytes()]


def media_files(town: Town) -> list[Path]:
    return sorted((town.data_dir / "media").glob("[0-9a-f][0-9a-f]/*"))


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that hold something of people."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            if not name.startswith(("sqlite_", "passage_words"))
        ]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
