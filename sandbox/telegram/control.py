"""The side door: what people and tests ask of this Telegram, as `POST /sandbox/ACTION` with JSON."""

import inspect
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.telegram import control_media, groups, messages, people, polls, reply_keyboards, topics
from sandbox.telegram.bot_api import BotApi
from sandbox.telegram.chats import KICKED, MEMBER
from sandbox.telegram.errors import Refused, bad
from sandbox.telegram.journal import CALLS, Journal
from sandbox.telegram.methods_bot import commands_key
from sandbox.telegram.values import Json, as_object
from sandbox.telegram.world import World

_MOST_WAIT_SECONDS = 60.0
CONTROL_ERRORS = (Refused, ValueError, LookupError, TypeError, AttributeError)
_RAW = {"send_update", "file"}  # what is malformed on purpose; what is long, and base64


class Control:
    """One method per action; each takes the request's JSON and answers with JSON."""

    def __init__(self, world: World, journal: Journal, api: BotApi) -> None:
        self._world = world
        self._journal = journal
        self._api = api
        self._actions: dict[str, Callable[[Json], Any]] = {
            "user": self._user,
            "group": lambda asked: groups.found(world, asked["title"], asked),
            "join": lambda asked: groups.join(world, self._chat(asked), asked["user"]),
            "topic": self._topic,
            "say": self._say,
            "forward": self._forward,
            "edit": self._edit,
            "delete": self._delete,
            "tap": self._tap,
            "callback_answer": self._callback_answer,
            "poll": self._poll,
            "vote": self._vote,
            "stop_poll": self._stop_poll,
            "reply_keyboard": self._reply_keyboard,
            "stop_draft": lambda asked: people.stop_draft(world, self._chat(asked), asked.get("topic")),
            "send_update": lambda asked: world.updates.push_raw(asked["update"]),
            "messages": self._messages,
            "draft": self._draft,
            "react": self._react,
            "reactions": lambda asked: self._chat(asked).reactions.get(asked["message_id"], []),
            "chats": lambda asked: [chat.as_json() for chat in world.chats.values()],
            "calls": self._calls,
            "violations": lambda asked: journal.violations(),
            "pending": self._pending,
            "commands": self._commands,
            "fault": self._fault,
            "calm": self._calm,
            "configure": self._configure,
            "block": lambda asked: self._set_blocked(asked, KICKED),
            "unblock": lambda asked: self._set_blocked(asked, MEMBER),
            "kick": lambda asked: groups.kick(world, self._chat(asked)),
            "bot_status": self._bot_status,
            "migrate": lambda asked: groups.migrate(world, self._chat(asked)),
            "file": lambda asked: control_media.upload(world, asked),
            "send": lambda asked: control_media.send(world, self._chat(asked), self._actor(asked), asked),
            "edit_caption": self._edit_caption,
            "lose_file": lambda asked: control_media.lose(world, asked),
            "forbid_voice": lambda asked: control_media.forbid_voice(world, asked),
            "restart": self._restart,
            "restarts_ordered": self._restarts_ordered,
            "me": lambda asked: world.me(),
        }

    async def act(self, request: web.Request) -> web.Response:
        name = request.match_info["action"]
        if name not in self._actions:
            return web.json_response({"ok": False, "description": "no such action"}, status=404)
        try:
            answer = await self.do(name, as_object(await request.json()) or {})
        except CONTROL_ERRORS as refused:
            return web.json_response({"ok": False, "description": str(refused)}, status=400)
        return web.json_response({"ok": True, "result": answer})

    async def do(self, name: str, asked: Json) -> Any:
        """The answer to an action; raises one of CONTROL_ERRORS."""
        if name not in _RAW:
            _refuse_half_characters(asked)
        result = self._actions[name](asked)
        return await result if inspect.isawaitable(result) else result

    def _chat(self, asked: Json) -> people.Chat:
        return people.chat_of(self._world, asked["chat_id"])

    def _actor(self, asked: Json) -> Json:
        return people.actor(self._world, self._chat(asked), asked.get("user"))

    def _user(self, asked: Json) -> int:
        names = {name: value for name, value in asked.items() if name != "id"}
        return people.add_user(self._world, names, asked.get("id"))

    def _topic(self, asked: Json) -> int:
        chat = self._chat(asked)
        message = topics.opened(
            self._world, chat, self._actor(asked), asked["name"], is_implicit=bool(asked.get("is_implicit"))
        )
        people.tell(self._world, chat, "message", message)
        return message["message_id"]

    def _say(self, asked: Json) -> int:
        return people.say(self._world, self._chat(asked), self._actor(asked), asked.get("text") or "", asked)

    def _forward(self, asked: Json) -> int:
        source = people.chat_of(self._world, asked["from_chat_id"])
        chat, person = self._chat(asked), self._actor(asked)
        return people.forward(self._world, source, asked["message_id"], chat, person, asked)

    def _edit(self, asked: Json) -> None:
        chat, person = self._chat(asked), self._actor(asked)
        people.edit(self._world, chat, person, asked["message_id"], asked["text"])

    def _edit_caption(self, asked: Json) -> None:
        chat, person = self._chat(asked), self._actor(asked)
        words, entities = asked["caption"], asked.get("caption_entities")
        people.edit(self._world, chat, person, asked["message_id"], words, entities)

    def _delete(self, asked: Json) -> None:
        """A person deletes a message; the bot hears nothing of it."""
        messages.remove(self._world, self._chat(asked), asked["message_id"])

    def _tap(self, asked: Json) -> str:
        return people.tap(
            self._world, self._chat(asked), self._actor(asked), asked["message_id"], asked["data"]
        )

    def _poll(self, asked: Json) -> int:
        fields: Json = {"poll": polls.asked(asked)}
        return people.say(self._world, self._chat(asked), self._actor(asked), "", asked | {"fields": fields})

    def _vote(self, asked: Json) -> None:
        chat, person = self._chat(asked), self._actor(asked)
        polls.vote(self._world, chat, person, asked["message_id"], asked["option_ids"])

    def _stop_poll(self, asked: Json) -> None:
        polls.stop(self._world, self._chat(asked), self._actor(asked), asked["message_id"])

    def _reply_keyboard(self, asked: Json) -> Json | None:
        return reply_keyboards.of(self._chat(asked), self._actor(asked)["id"], asked.get("topic"))

    def _react(self, asked: Json) -> None:
        chat, person = self._chat(asked), self._actor(asked)
        people.react(self._world, chat, person, asked["message_id"], asked.get("emoji"))

    async def _callback_answer(self, asked: Json) -> Json | None:
        query = self._world.queries.get(asked["query_id"])
        if query is None:
            raise bad("there is no such query")
        if query.answer is None:
            await self._world.changes.beyond(("query", asked["query_id"]), 0, _seconds(asked))
        return query.answer

    async def _messages(self, asked: Json) -> Json:
        """What stands in the chat, at once or as soon as its version is another than the one named."""
        chat = self._chat(asked)
        subject = ("chat", chat.id)
        if "version" in asked:
            await self._world.changes.beyond(subject, asked["version"], _seconds(asked))
        topic = asked.get("topic")
        return {"version": self._world.changes.version(subject), "messages": messages.seen(chat, topic)}

    async def _draft(self, asked: Json) -> Json:
        chat, topic = self._chat(asked), asked.get("topic")
        subject, place = ("chat", chat.id), (chat.id, topic)
        if "version" in asked:
            left = self._world.drafts.seconds_left(place)
            wait = _seconds(asked) if left is None else min(_seconds(asked), left)
            await self._world.changes.beyond(subject, asked["version"], wait)
        draft = self._world.drafts.live(place)
        shown = None if draft is None else draft.as_json()
        return {"version": self._world.changes.version(subject), "draft": shown}

    async def _calls(self, asked: Json) -> Json:
        if "version" in asked:
            await self._journal.changes.beyond(CALLS, asked["version"], _seconds(asked))
        found = self._journal.calls(asked.get("method"), asked.get("chat_id"))
        return {"version": self._journal.changes.version(CALLS), "calls": found}

    async def _pending(self, asked: Json) -> Json:
        if "version" in asked:
            await self._world.changes.beyond("updates", asked["version"], _seconds(asked))
        waiting = len(self._world.updates.pending)
        return {"version": self._world.changes.version("updates"), "pending": waiting}

    def _commands(self, asked: Json) -> list[Json]:
        scope: Json = {"type": asked.get("scope_type", "default")}
        scope |= {name: asked[name] for name in ("chat_id", "user_id") if asked.get(name) is not None}
        return self._world.commands.get(commands_key(scope, asked.get("language_code", "")), [])

    def _fault(self, asked: Json) -> None:
        self._api.faults.order(asked)

    def _calm(self, asked: Json) -> None:
        """Forgets faults not yet used and flood waits."""
        self._api.faults.clear()
        self._api.budgets.forgive()

    def _configure(self, asked: Json) -> None:
        self._world.switches.change(asked)
        self._world.changes.bump("switches")

    def _set_blocked(self, asked: Json, status: str) -> None:
        chat = people.chat_of(self._world, asked["user"])
        groups.set_bot_status(self._world, chat, self._world.users[asked["user"]], status)

    def _bot_status(self, asked: Json) -> None:
        chat = self._chat(asked)
        groups.set_bot_status(self._world, chat, groups.creator_of(self._world, chat), asked["status"])

    def _restart(self, _asked: Json) -> None:
        """Whoever runs the bot is asked to kill it and to start it again."""
        if not self._world.can_restart:
            raise ValueError("the bot was not started from here, so it cannot be restarted from here")
        self._world.changes.bump("restart")

    async def _restarts_ordered(self, asked: Json) -> int:
        if not self._world.can_restart:
            self._world.can_restart = True
            self._world.changes.bump("switches")
        return await self._world.changes.beyond("restart", asked["version"], _seconds(asked))

    async def download(self, request: web.Request) -> web.Response:
        """A file as a person saves it; one that is lost to the bot is not lost to people."""
        try:
            file = control_media.found(self._world, request.match_info["file_id"])
        except Refused:
            raise web.HTTPNotFound from None
        return web.Response(body=file.content, content_type="application/octet-stream")


def _refuse_half_characters(asked: Json) -> None:
    """No client of Telegram's can send one, and no answer of the Bot API could hold it."""
    words = {name: value for name, value in asked.items() if name != "items"}  # these are long, and base64
    try:
        json.dumps(words, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None


def _seconds(asked: Json) -> float:
    return min(float(asked.get("timeout", 0.0)), _MOST_WAIT_SECONDS)
