"""The snapshot of this world in a file: written a moment after a change, replaced whole."""

import asyncio
import base64
import json
import threading
from pathlib import Path

from sandbox.telegram.chats import Chat
from sandbox.telegram.values import Json
from sandbox.telegram.world import File, World

_DELAY_SECONDS = 0.25
_VERSION = 1
_KEPT_SWITCHES = ("privacy", "topics_in_private")  # what @BotFather would remember of the bot


def snapshot(world: World) -> Json:
    files = {
        file_id: [file.path, base64.b64encode(file.content).decode()] for file_id, file in world.files.items()
    }
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
        "files": files,
    }


def restore(world: World, saved: Json) -> None:
    """Raises `ValueError` for a snapshot of another bot or another version."""
    if saved.get("version") != _VERSION or saved.get("bot_id") != world.bot_id:
        raise ValueError("the state file belongs to another sandbox; remove it to begin anew")
    world.users = {user["id"]: user for user in saved["users"]}
    world.chats = {chat.id: chat for chat in map(Chat.restored, saved["chats"])}
    world.updates.restore(saved["updates"])
    world.profile, world.commands, world.webhook = saved["profile"], saved["commands"], saved["webhook"]
    world.switches.change(saved.get("switches", {}))
    world.files = {
        file_id: File(path, base64.b64decode(content)) for file_id, (path, content) in saved["files"].items()
    }


class Store:
    """Keeps the file up to date. At most one write is under way; changes meanwhile make one more."""

    def __init__(self, world: World, file: Path) -> None:
        self._world = world
        self._file = file
        self._changed = asyncio.Event()
        self._writing = threading.Lock()  # a write that was given up on still runs in its thread

    async def load(self) -> None:
        if await asyncio.to_thread(self._file.exists):
            restore(self._world, json.loads(await asyncio.to_thread(self._file.read_text, "utf-8")))

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
        await asyncio.to_thread(self._write, content)

    def _write(self, content: str) -> None:
        unfinished = self._file.with_suffix(self._file.suffix + ".new")
        with self._writing:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(content, "utf-8")
            unfinished.replace(self._file)
