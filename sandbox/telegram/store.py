"""The snapshot of this world in a file, written a moment after a change; beside it, the files people sent."""

import asyncio
import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from sandbox.telegram.chats import Chat
from sandbox.telegram.values import Json
from sandbox.telegram.world import File, World

log = logging.getLogger(__name__)

_DELAY_SECONDS = 0.25
_VERSION = 1
_DAMAGE = (ValueError, LookupError, TypeError, AttributeError)
_KEPT_SWITCHES = ("privacy", "topics_in_private")  # what @BotFather would remember of the bot


class StateOfAnother(ValueError):
    """The state file is in order, but of another bot or another version."""


def snapshot(world: World) -> Json:
    return {
        "version": _VERSION,
        "bot_id": world.bot_id,
        "users": list(world.users.values()),
        "chats": [chat.saved() for chat in world.chats.values()],
        "updates": world.updates.as_json(),
        "profile": world.profile,
        "commands": world.commands,
        "webhook": world.webhook,
        "switches": {name: getattr(world.switches, name) for name in _KEPT_SWITCHES},
        "votes": world.votes,
        "files": {file_id: _about(file) for file_id, file in world.files.items()},
        "forbid_voice": sorted(world.forbid_voice),
    }


def restore(world: World, saved: Json, contents: Mapping[str, bytes]) -> None:
    """Raises `StateOfAnother`, and for what is damaged one of `_DAMAGE`."""
    if (saved["version"], saved["bot_id"]) != (_VERSION, world.bot_id):
        raise StateOfAnother("the state file belongs to another sandbox; remove it to begin anew")
    users = {user["id"]: user for user in saved["users"]}
    chats = {chat.id: chat for chat in map(Chat.restored, saved["chats"])}
    files = {
        file_id: _file(about, contents[file_id])
        for file_id, about in saved["files"].items()
        if file_id in contents
    }
    profile, commands, webhook = saved["profile"], saved["commands"], saved["webhook"]
    votes = {
        poll: {int(user): chosen for user, chosen in given.items()}
        for poll, given in saved.get("votes", {}).items()
    }
    world.switches.change(saved.get("switches", {}))
    world.updates.restore(saved["updates"])
    world.users, world.chats, world.files = users, chats, files
    world.forbid_voice = set(saved.get("forbid_voice", ()))
    world.profile, world.commands, world.webhook, world.votes = profile, commands, webhook, votes


def _about(file: File) -> Json:
    return {one.name: getattr(file, one.name) for one in fields(file) if one.name != "content"}


def _file(about: Json | str, content: bytes) -> File:
    """Earlier state files knew a file's path only."""
    return File(about, content) if isinstance(about, str) else File(**about, content=content)


class Store:
    """Keeps the file up to date. At most one write is under way; changes meanwhile make one more."""

    def __init__(self, world: World, file: Path) -> None:
        self._world = world
        self._file = file
        self._changed = asyncio.Event()
        self._writing = threading.Lock()  # a write that was given up on still runs in its thread
        self._folder = file.with_suffix(".files")  # a file is written once, under its id
        self._kept: set[str] = set()

    async def load(self) -> None:
        """A file that cannot be understood is set aside, and this Telegram begins anew."""
        if not await asyncio.to_thread(self._file.exists):
            return
        contents = await asyncio.to_thread(self._read_files)
        try:
            saved = json.loads(await asyncio.to_thread(self._file.read_text, "utf-8"))
            restore(self._world, saved, contents)
        except StateOfAnother:
            raise
        except _DAMAGE:
            aside = self._file.with_name(f"{self._file.name}.damaged")
            await asyncio.to_thread(self._file.replace, aside)
            log.warning("%s is damaged: set aside as %s; the sandbox begins anew", self._file, aside.name)
        else:
            self._kept = set(self._world.files)

    def note_change(self) -> None:
        self._changed.set()

    async def keep(self) -> None:
        """Runs until cancelled; the last word is `save`."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(_DELAY_SECONDS)
            self._changed.clear()
            await self.save()

    async def save(self) -> None:
        content = json.dumps(snapshot(self._world), ensure_ascii=False)
        new = {
            file_id: file.content for file_id, file in self._world.files.items() if file_id not in self._kept
        }
        await asyncio.to_thread(self._write, content, new)
        self._kept |= new.keys()

    def _read_files(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self._folder.glob("*")}

    def _write(self, content: str, new_files: Mapping[str, bytes]) -> None:
        unfinished = self._file.with_suffix(self._file.suffix + ".new")
        with self._writing:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if new_files:
                self._folder.mkdir(exist_ok=True)
            for file_id, file_content in new_files.items():
                (self._folder / file_id).write_bytes(file_content)
            unfinished.write_text(content, "utf-8", errors="backslashreplace")  # half a character, too, is JSON
            unfinished.replace(self._file)
