"""Permissions: before a tool changes anything, the person who asked is asked."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from conversation.tool_choices import ToolChoices
from conversation.tools import Calling
from conversation.wording import in_one_direction
from domain.reply import Button, Keyboard
from domain.steps import Json, Steps
from domain.texts import Sentence, Text
from domain.turn import ConversationKey

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 300.0
_LEAST_PATIENCE_SECONDS = 20.0  # after a restart: taps that came meanwhile must be heard first
_LONGEST_SHOWN = 1_900  # of at most two units each: with what stands above them they fit into one message
_TELLING_SECONDS = 5.0


class Verdict(StrEnum):
    ONCE = "once"
    ALWAYS = "always"
    DENIED = "deny"


class Asker(Protocol):
    """Shows questions. `replies.presenter` does."""

    async def say(self, key: ConversationKey, words: str, keyboard: Keyboard = ()) -> int: ...

    async def edit(
        self, key: ConversationKey, message_id: int, words: str, keyboard: Keyboard = ()
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One that was asked: who may answer it, and for which tool."""

    user_id: int
    tool: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Permissions:
    """Asks and waits. The question and its answer are steps of the turn, so both outlive the process.

    `steps` are those of a turn as they are now, for the tap comes by another way than the waiting turn.
    """

    asker: Asker
    choices: ToolChoices
    steps: Callable[[int], Steps]
    patience_seconds: float = PATIENCE_SECONDS
    _answered: dict[str, "asyncio.Future[Verdict]"] = field(
        default_factory=dict[str, "asyncio.Future[Verdict]"]
    )

    async def granted(self, calling: Calling, tool: str) -> bool:
        """Whether the call may be made. No answer in time is a no."""
        turn = calling.turn
        if self.choices.is_allowed(turn.key.chat_id, tool):
            return True
        ticket = ticket_of(calling.origin)
        answer = self._answered[_name(turn.id, ticket)] = asyncio.get_running_loop().create_future()
        try:
            asked = await self._asked(calling, tool, ticket)
            if asked.get("verdict") is not None:
                return str(asked["verdict"]) != Verdict.DENIED
            return await self._waited(calling, tool, answer, asked)
        finally:
            self._answered.pop(_name(turn.id, ticket), None)

    async def question(self, turn_id: int, ticket: str) -> Question | None:
        """What was asked under that ticket; None if nothing was."""
        asked = await self.steps(turn_id).result(_step(ticket))
        if asked is None:
            return None
        verdict = asked.get("verdict")
        return Question(
            int(str(asked["user_id"])), str(asked["tool"]), Verdict(str(verdict)) if verdict else None
        )

    async def answer(self, turn_id: int, ticket: str, verdict: Verdict, key: ConversationKey) -> None:
        """Takes the person's answer: it holds once this returns, also if the process dies now."""
        steps = self.steps(turn_id)
        asked = await steps.result(_step(ticket))
        if asked is None:
            return
        if verdict is Verdict.ALWAYS:
            await self.choices.allow(key.chat_id, str(asked["tool"]))
        await steps.record(_step(ticket), {**asked, "verdict": verdict.value})
        # Whoever waits was there before it looked at the step, so one of both ways is heard.
        waiting = self._answered.get(_name(turn_id, ticket))
        if waiting is not None and not waiting.done():
            waiting.set_result(verdict)

    async def _asked(self, calling: Calling, tool: str, ticket: str) -> Json:
        """The question that stands, with its answer if it has been answered."""
        recorded = await self.steps(calling.turn.id).result(_step(ticket))
        if recorded is not None:
            return recorded
        words = _words(calling, tool)
        message_id = await self.asker.say(calling.turn.key, words, _keyboard(calling, ticket))
        asked: Json = {
            "message_id": message_id,
            "user_id": calling.turn.asker.user_id,
            "tool": tool,
            "at": time.time(),
            "verdict": None,
        }
        await calling.order.steps.record(_step(ticket), asked)
        return asked

    async def _waited(
        self, calling: Calling, tool: str, answer: "asyncio.Future[Verdict]", asked: Json
    ) -> bool:
        left = float(str(asked["at"])) + self.patience_seconds - time.time()
        patience = max(left, min(_LEAST_PATIENCE_SECONDS, self.patience_seconds))
        try:
            async with asyncio.timeout(patience):
                return await answer is not Verdict.DENIED
        except TimeoutError:
            log.info("turn %s: nobody answered whether a tool may be used", calling.turn.id)
            await self._close(calling, asked, late(tool))
            return False
        except asyncio.CancelledError:
            if calling.order.running.stopped:  # by the person, who needs no buttons any more
                await self._close(calling, asked, denied(tool))
            raise

    async def _close(self, calling: Calling, asked: Json, sentence: Sentence) -> None:
        """It can be answered no more. That this is seen a little later matters less than going on."""
        step = _step(ticket_of(calling.origin))
        await calling.order.steps.record(step, {**asked, "verdict": Verdict.DENIED.value})
        message_id = int(str(asked["message_id"]))
        try:
            async with asyncio.timeout(_TELLING_SECONDS):
                await self.asker.edit(calling.turn.key, message_id, calling.order.say(sentence))
        except TimeoutError:
            log.info("turn %s: a question could not be closed in time", calling.turn.id)


def ticket_of(origin: str) -> str:
    """A short name of a call, for buttons."""
    return hashlib.sha256(origin.encode()).hexdigest()[:12]


def allowed(tool: str) -> Sentence:
    return Text("✅ Allowed: {tool}", tool=tool)


def denied(tool: str) -> Sentence:
    return Text("🚫 Not allowed: {tool}", tool=tool)


def late(tool: str) -> Sentence:
    return Text("⌛ Nobody answered, so this was not done: {tool}", tool=tool)


def _words(calling: Calling, tool: str) -> str:
    arguments = in_one_direction(calling.arguments.strip())
    shown, unseen = arguments[:_LONGEST_SHOWN], len(arguments) - _LONGEST_SHOWN
    if unseen > 0:
        more = Text("⚠️ {count} more characters, too many to be shown.", count=unseen)
        shown = f"{shown}…\n\n{calling.order.say(more)}"
    name = calling.turn.asker.name
    asked = calling.order.say(Text("{name}, may I use {tool}? It can change things.", name=name, tool=tool))
    return f"{asked}\n\n{shown}" if shown not in ("", "{}") else asked


def _keyboard(calling: Calling, ticket: str) -> Keyboard:
    say = calling.order.say
    labels = {
        Verdict.ONCE: Text("Allow once"),
        Verdict.ALWAYS: Text("Always in this chat"),
        Verdict.DENIED: Text("Deny"),
    }
    return tuple(
        (Button(say(label), f"allow:{verdict.value}:{calling.turn.id}:{ticket}"),)
        for verdict, label in labels.items()
    )


def _step(ticket: str) -> str:
    return f"allow:{ticket}"


def _name(turn_id: int, ticket: str) -> str:
    return f"{turn_id}:{ticket}"
