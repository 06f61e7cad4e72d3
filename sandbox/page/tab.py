"""One browser tab: it looks at a chat as a person, acts there, and is told of every change."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.page.model_window import ModelWindow
from sandbox.page.room import Room
from sandbox.page.view import chats_of, everybody
from sandbox.telegram.changes import ANYTHING
from sandbox.telegram.control import CONTROL_ERRORS, Control
from sandbox.telegram.journal import CALLS, Call, Journal
from sandbox.telegram.people import chat_of
from sandbox.telegram.topics import existing
from sandbox.telegram.values import Json, as_object
from sandbox.telegram.world import World

_LONGEST_SLEEP_SECONDS = 60.0
_GATHERING_SECONDS = 0.02  # changes that come together are told together
_CALLS_SHOWN = 300


class Tab:
    def __init__(
        self,
        socket: web.WebSocketResponse,
        world: World,
        journal: Journal,
        control: Control,
        model: ModelWindow,
    ) -> None:
        self._socket = socket
        self._world = world
        self._journal = journal
        self._control = control
        self._model = model
        self._user: int | None = None
        self._room: Room | None = None
        self._told: Json = {}
        self._calls: dict[int, tuple[int, float | None]] | None = None
        self._looking = asyncio.Event()
        self._own: dict[str, Callable[[Json], Awaitable[Any]]] = {
            "look": self._look,
            "older": self._older,
            "watch_behind": self._watch_behind,
            "model_pace": model.pace,
            "model_fault": model.fault,
        }

    async def serve(self) -> None:
        """Until the tab is closed."""
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(self._tell_all())
            behind = group.create_task(self._tell_requests())
            async for message in self._socket:
                asked = _read(message.data) if message.type is WSMsgType.TEXT else None
                if asked is not None:
                    group.create_task(self._answer(asked))
            telling.cancel()
            behind.cancel()

    async def _answer(self, asked: Json) -> None:
        """An action waits for what it waits for; others go on meanwhile."""
        name, number = str(asked.pop("do", "")), asked.pop("id", None)
        try:
            own = self._own.get(name)
            result = await own(asked) if own else await self._control.do(name, asked)
        except CONTROL_ERRORS as refused:
            await self._send({"re": number, "error": str(refused)})
        else:
            await self._send({"re": number, "result": result})

    async def _send(self, told: Json) -> None:
        if self._socket.closed:
            return
        with suppress(ConnectionError):  # it was closed meanwhile: there is nobody left to tell
            await self._socket.send_str(json.dumps(told, ensure_ascii=False, separators=(",", ":")))

    async def _look(self, asked: Json) -> None:
        """Becomes a person, and opens a chat of theirs."""
        user, chat_id = asked["user"], asked.get("chat_id")
        if user not in self._world.users:
            raise ValueError(f"there is no user {user}")
        room = None
        if chat_id is not None:
            chat = chat_of(self._world, chat_id)
            if not chat.has(user):
                raise ValueError("this person is not in the chat")
            room = Room(self._world, chat, user, existing(self._world, chat, asked.get("topic")))
        self._user, self._room = user, room
        self._told.pop("chats", None)
        self._world.changes.bump(("tab", id(self)))

    async def _older(self, _asked: Json) -> None:
        if self._room is not None:
            self._room.show_older()
            self._world.changes.bump(("tab", id(self)))

    async def _watch_behind(self, asked: Json) -> None:
        """Opens or closes the view behind the scenes."""
        self._calls = {} if asked["on"] else None
        self._model.watch(on=bool(asked["on"]))
        self._journal.changes.bump(CALLS)
        self._world.changes.bump(("tab", id(self)))

    async def _tell_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell_news())
            group.create_task(self._tell_calls())

    async def _tell_news(self) -> None:
        changes = self._world.changes
        while not self._socket.closed:
            version = changes.version(ANYTHING)
            if news := self._news():
                await self._send({"news": news})
            left = self._room.seconds_until_change() if self._room else None
            await changes.beyond(ANYTHING, version, _LONGEST_SLEEP_SECONDS if left is None else left + 0.01)
            await asyncio.sleep(_GATHERING_SECONDS)

    def _news(self) -> Json:
        state: Json = {
            "people": everybody(self._world),
            "switches": self._switches(),
            "chats": [] if self._user is None else chats_of(self._world, self._user),
        }
        news = {name: value for name, value in state.items() if self._told.get(name) != value}
        self._told |= news
        if self._room is not None and (here := self._room.news()):
            news["room"] = here | {"chat_id": self._room.chat.id, "topic": self._room.topic, "user": self._user}
        return news

    def _switches(self) -> Json:
        return {
            "privacy": self._world.switches.privacy,
            "budgets": self._world.switches.budgets,
            "bot_id": self._world.bot_id,
            "is_offline": self._model.is_offline,
            "can_restart": self._world.can_restart,
        }

    async def _tell_calls(self) -> None:
        changes = self._journal.changes
        while not self._socket.closed:
            version = changes.version(CALLS)
            if self._calls is not None and (calls := self._changed_calls(self._calls)):
                await self._send({"calls": calls, "now": self._world.clock()})
            await changes.beyond(CALLS, version, _LONGEST_SLEEP_SECONDS)
            await asyncio.sleep(_GATHERING_SECONDS)

    def _changed_calls(self, told: dict[int, tuple[int, float | None]]) -> list[Json]:
        """What was called since, or has ended since."""
        changed: list[Json] = []
        for number, call in self._journal.latest(_CALLS_SHOWN):
            state = _state(call)
            if told.get(number) != state and (call.params or call.ended_at is not None):
                told[number] = state
                changed.append(call.as_json() | {"number": number})
        return changed

    async def _tell_requests(self) -> None:
        async for requests in self._model.news():
            await self._send({"requests": requests})


def _read(words: str) -> Json | None:
    """What is no JSON object is passed over."""
    try:
        return as_object(json.loads(words))
    except (ValueError, RecursionError):
        return None


def _state(call: Call) -> tuple[int, float | None]:
    return call.status, call.ended_at
