"""People of the local Telegram, over HTTP: they write, tap, wait for answers, and look behind the scenes."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Literal, Self

import aiohttp

from sandbox.telegram.client_media import MediaClient
from sandbox.telegram.values import Json

_ASK_SECONDS = 90.0  # longer than the longest wait that is asked for at once
_ONE_WAIT_SECONDS = 20.0
_LARGE_BYTES = 1_000_000
_JSON = {"Content-Type": "application/json"}


class SandboxRefused(Exception):
    """What was asked of the sandbox is not possible there."""


class TelegramClient(MediaClient):
    """Acts as people. The id of a private chat is that of its person."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self._session = session
        self._root = root

    @classmethod
    @asynccontextmanager
    async def open(cls, root: str, *, page_token: str = "") -> AsyncGenerator[Self]:
        """`page_token`: where the sandbox listens to other machines, it asks people for that."""
        timeout = aiohttp.ClientTimeout(total=_ASK_SECONDS)
        headers = {"X-Token": page_token} if page_token else {}
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            yield cls(session, root)

    async def _ask(self, action: str, **asked: Any) -> Any:
        body: Any = json.dumps(asked).encode()
        if len(body) > _LARGE_BYTES:
            body = io.BytesIO(body)  # sent in pieces, so that the loop is not held up
        url = f"{self._root}/sandbox/{action}"
        async with self._session.post(url, data=body, headers=_JSON) as response:
            answer: Json = await response.json()
        if not answer["ok"]:
            raise SandboxRefused(f"{action}: {answer['description']}")
        return answer["result"]

    async def _load(self, path: str) -> bytes:
        async with self._session.get(f"{self._root}/{path}") as response:
            if response.status != 200:
                raise SandboxRefused(f"{path}: {response.status}")
            return await response.read()

    async def user(
        self,
        first_name: str = "Ada",
        *,
        id: int | None = None,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "en",
        is_premium: bool = False,
    ) -> int:
        """A new person, with the chat with the bot open."""
        return await self._ask(
            "user",
            first_name=first_name,
            id=id,
            last_name=last_name,
            username=username,
            language_code=language_code,
            is_premium=is_premium,
        )

    async def group(
        self,
        title: str = "Club",
        members: Iterable[int] = (),
        *,
        id: int | None = None,
        kind: Literal["supergroup", "group"] = "supergroup",
        is_forum: bool = False,
        admins: Iterable[int] = (),
        creator: int | None = None,
        bot_is_admin: bool = False,
        announce: bool = False,
    ) -> int:
        """A new group with the bot in it. Unless one is named, its creator is a person of its own.

        `announce`: the bot gets the updates of having been added.
        """
        return await self._ask(
            "group",
            title=title,
            members=list(members),
            id=id,
            kind=kind,
            is_forum=is_forum,
            admins=list(admins),
            creator=creator,
            bot_is_admin=bot_is_admin,
            announce=announce,
        )

    async def join(self, chat_id: int, user: int) -> None:
        """The person is in the group from now on, if not already."""
        await self._ask("join", chat_id=chat_id, user=user)

    async def chats(self) -> list[Json]:
        """Every chat there is."""
        return await self._ask("chats")

    async def topic(
        self, chat_id: int, name: str = "Topic", *, user: int | None = None, is_implicit: bool = False
    ) -> int:
        """A new topic's number. `is_implicit`: its name is not one that a person gave it."""
        return await self._ask("topic", chat_id=chat_id, name=name, user=user, is_implicit=is_implicit)

    async def say(
        self,
        chat_id: int,
        text: str,
        *,
        user: int | None = None,
        topic: int | None = None,
        reply_to: int | None = None,
        quote: str | None = None,
        forward_from: int | str | None = None,
        entities: list[Json] | None = None,
        **fields: Any,
    ) -> int:
        """The message's id. `forward_from`: a person's id or a hidden name. `fields` are added as they are."""
        return await self._ask(
            "say",
            chat_id=chat_id,
            text=text,
            user=user,
            topic=topic,
            reply_to=reply_to,
            quote=quote,
            forward_from=forward_from,
            entities=entities,
            fields=fields,
        )

    async def edit(self, chat_id: int, message_id: int, text: str, *, user: int | None = None) -> None:
        await self._ask("edit", chat_id=chat_id, message_id=message_id, text=text, user=user)

    async def delete(self, chat_id: int, message_id: int) -> None:
        """A person deletes a message, the bot's or their own."""
        await self._ask("delete", chat_id=chat_id, message_id=message_id)

    async def tap(self, chat_id: int, message_id: int, data: str, *, user: int | None = None) -> str:
        """Presses the button that bears this data; the id of the callback query."""
        return await self._ask("tap", chat_id=chat_id, message_id=message_id, data=data, user=user)

    async def callback_answer(self, query_id: str, *, timeout: float = 10) -> Json:
        """The bot's answer to a tap: `text` and `show_alert`; raises `TimeoutError`."""
        answer = await self._ask("callback_answer", query_id=query_id, timeout=timeout)
        if answer is None:
            raise TimeoutError(f"the tap was not answered within {timeout:g} s")
        return answer

    async def poll(
        self,
        chat_id: int,
        question: str,
        options: Iterable[str],
        *,
        user: int | None = None,
        topic: int | None = None,
        **more: Any,
    ) -> int:
        """A person asks all; the message's id. `more`: is_anonymous, correct_option_ids, and so on."""
        asked = {"chat_id": chat_id, "question": question, "options": list(options), **more}
        return await self._ask("poll", **asked, user=user, topic=topic)

    async def vote(
        self, chat_id: int, message_id: int, option_ids: Iterable[int], *, user: int | None = None
    ) -> None:
        """A person's answer to a poll; an empty one takes it back."""
        asked = {"chat_id": chat_id, "message_id": message_id, "option_ids": list(option_ids)}
        await self._ask("vote", **asked, user=user)

    async def stop_poll(self, chat_id: int, message_id: int, *, user: int | None = None) -> None:
        await self._ask("stop_poll", chat_id=chat_id, message_id=message_id, user=user)

    async def reply_keyboard(
        self, chat_id: int, *, user: int | None = None, topic: int | None = None
    ) -> Json | None:
        """What a person has under the message field: `message_id`, `markup`, `is_used`."""
        return await self._ask("reply_keyboard", chat_id=chat_id, user=user, topic=topic)

    async def stop_draft(self, chat_id: int, *, topic: int | None = None) -> None:
        """Presses Stop under the draft."""
        await self._ask("stop_draft", chat_id=chat_id, topic=topic)

    async def send_update(self, raw: Json) -> int:
        """Any update, well-formed or not; its number."""
        return await self._ask("send_update", update=raw)

    async def messages(self, chat_id: int, *, topic: int | None = None) -> list[Json]:
        """Everything that stands in the chat now."""
        return (await self._ask("messages", chat_id=chat_id, topic=topic))["messages"]

    async def forward(
        self,
        from_chat_id: int,
        message_id: int,
        chat_id: int,
        *,
        user: int | None = None,
        topic: int | None = None,
    ) -> int:
        """The id of the forwarded message."""
        asked = {"from_chat_id": from_chat_id, "message_id": message_id, "chat_id": chat_id}
        return await self._ask("forward", **asked, user=user, topic=topic)

    async def react(self, chat_id: int, message_id: int, emoji: str | None, *, user: int | None = None) -> None:
        """A person's reaction; none takes it back."""
        await self._ask("react", chat_id=chat_id, message_id=message_id, emoji=emoji, user=user)

    async def reactions(self, chat_id: int, message_id: int) -> list[Json]:
        """What the bot reacted with."""
        return await self._ask("reactions", chat_id=chat_id, message_id=message_id)

    async def draft(self, chat_id: int, *, topic: int | None = None) -> Json | None:
        """The draft that is shown now."""
        return (await self._ask("draft", chat_id=chat_id, topic=topic))["draft"]

    async def wait_for_draft(
        self,
        chat_id: int,
        predicate: Callable[[Json | None], bool] = lambda draft: draft is not None,
        *,
        topic: int | None = None,
        timeout: float = 40,
    ) -> Json | None:
        """The draft as soon as it is as wanted; raises `TimeoutError`."""
        return await self._until("draft", "draft", predicate, timeout, chat_id=chat_id, topic=topic)

    async def wait_for(
        self,
        chat_id: int,
        predicate: Callable[[list[Json]], bool],
        *,
        topic: int | None = None,
        timeout: float = 40,
    ) -> list[Json]:
        """The messages of the chat as soon as they are as wanted; raises `TimeoutError` that shows them."""
        return await self._until("messages", "messages", predicate, timeout, chat_id=chat_id, topic=topic)

    async def next_reply(
        self, chat_id: int, *, after: int = 0, topic: int | None = None, timeout: float = 40
    ) -> Json:
        """The bot's first message with an id above `after`."""

        def replies(found: list[Json]) -> list[Json]:
            return [one for one in found if one["message_id"] > after and _is_said_by_bot(one)]

        found = await self.wait_for(chat_id, lambda found: bool(replies(found)), topic=topic, timeout=timeout)
        return replies(found)[0]

    async def calls(self, method: str | None = None, *, chat_id: int | None = None) -> list[Json]:
        """Every call of the Bot API so far: method, params, at (monotonic seconds), status, description."""
        return (await self._ask("calls", method=method, chat_id=chat_id))["calls"]

    async def wait_for_calls(
        self, predicate: Callable[[list[Json]], bool], *, method: str | None = None, timeout: float = 40
    ) -> list[Json]:
        return await self._until("calls", "calls", predicate, timeout, method=method)

    async def _until(
        self, action: str, name: str, predicate: Callable[[Any], bool], timeout: float, **asked: Any
    ) -> Any:
        """Asks again whenever something changed, until it is as wanted."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        answer = await self._ask(action, **asked)
        while not predicate(answer[name]):
            left = deadline - loop.time()
            if left <= 0:
                raise TimeoutError(f"not within {timeout:g} s; the last {name}: {answer[name]}")
            wait = min(left, _ONE_WAIT_SECONDS)
            answer = await self._ask(action, **asked, version=answer["version"], timeout=wait)
        return answer[name]

    async def violations(self) -> list[Json]:
        """Calls made although Telegram had said to wait."""
        return await self._ask("violations")

    async def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        return (await self._ask("pending"))["pending"]

    async def all_confirmed(self, *, timeout: float = 40) -> None:
        """Waits until the bot has confirmed every update."""
        await self._until("pending", "pending", lambda waiting: waiting == 0, timeout)

    async def commands(
        self,
        *,
        scope_type: str = "default",
        language_code: str = "",
        chat_id: int | None = None,
        user_id: int | None = None,
    ) -> list[Json]:
        asked = {
            "scope_type": scope_type,
            "language_code": language_code,
            "chat_id": chat_id,
            "user_id": user_id,
        }
        return await self._ask("commands", **asked)

    async def fault(
        self,
        *,
        method: str = "*",
        chat_id: int | None = None,
        times: int = 1,
        kind: Literal["status", "reset_before", "reset_after", "delay", "html_502"] = "status",
        status: int = 500,
        description: str = "",
        retry_after: int | None = None,
        seconds: float = 0.0,
    ) -> None:
        """The next calls fail; `*` means every method, `getUpdates` too. A download is the method `file`.

        `delay` and `reset_after` do what is asked all the same: the answer is late, or lost; a file breaks off.
        """
        await self._ask(
            "fault",
            method=method,
            chat_id=chat_id,
            times=times,
            kind=kind,
            status=status,
            description=description,
            retry_after=retry_after,
            seconds=seconds,
        )

    async def calm(self) -> None:
        """Forgets faults that are still to come and flood waits."""
        await self._ask("calm")

    async def configure(self, **switches: Any) -> None:
        """See `sandbox.telegram.switches`."""
        await self._ask("configure", **switches)

    async def block(self, user: int) -> None:
        await self._ask("block", user=user)

    async def unblock(self, user: int) -> None:
        await self._ask("unblock", user=user)

    async def kick(self, chat_id: int) -> None:
        await self._ask("kick", chat_id=chat_id)

    async def bot_status(self, chat_id: int, status: Literal["member", "administrator", "left"]) -> None:
        """A group lets the bot in, promotes it, or lets it go."""
        await self._ask("bot_status", chat_id=chat_id, status=status)

    async def migrate(self, chat_id: int) -> int:
        """The id of the supergroup that the group becomes."""
        return await self._ask("migrate", chat_id=chat_id)

    async def restarts_ordered(self, seen: int, *, timeout: float = _ONE_WAIT_SECONDS) -> int:
        """How often it was ordered on the page that the bot be killed and started; once it is not `seen`."""
        return await self._ask("restarts_ordered", version=seen, timeout=timeout)

    async def me(self) -> Json:
        """The bot."""
        return await self._ask("me")


def _is_said_by_bot(message: Json) -> bool:
    is_service = any(name.startswith("forum_topic_") for name in message)
    return message["from"]["is_bot"] and not is_service
