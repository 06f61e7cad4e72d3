"""Answering in text: two protocols, and the words of compatible servers that know less."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from aiohttp import web

from sandbox.model.answers import Answer, answer
from sandbox.model.asked import Asked, from_chat
from sandbox.model.chat_format import ChatWriter
from sandbox.model.checks import Check
from sandbox.model.delivery import Manner, Pace, deliver
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError
from sandbox.model.faults import Fault
from sandbox.model.hosted_tools import used
from sandbox.model.journal import Entry
from sandbox.model.listening import listen, spoken
from sandbox.model.models import Served
from sandbox.model.moderated import moderated
from sandbox.model.parameters import CHAT, PLAIN_CHAT
from sandbox.model.rules import check_chat
from sandbox.model.scripts import Order, Script, parse
from sandbox.model.stream import Stream, compact
from sandbox.model.truncation import fitted
from sandbox.model.values import Json
from sandbox.model.vision import brief, look_at_all

_NO_SCRIPT = Script((), "")


class Writer(Protocol):
    def whole(self) -> dict[str, object]: ...
    def stream(self) -> Stream: ...


Judge = Callable[[Asked, Served], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that was understood, what is to be answered, and how that is to be sent."""

    asked: Asked
    made: Answer
    manner: Manner
    failure: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One of the protocols of chats: what it accepts, how it is read and how its answers are written."""

    check: Check
    writer: Callable[[Asked, Answer, tuple[str, str] | None], Writer]


CHAT_DIALECT = Dialect(CHAT, ChatWriter)
PLAIN_DIALECT = Dialect(PLAIN_CHAT, ChatWriter)


@dataclass(frozen=True, slots=True)
class Answering:
    """An endpoint that answers in one of the protocols of chats."""

    endpoints: Endpoints
    path: str
    dialect: Dialect

    def routes(self) -> list[web.RouteDef]:
        return [web.post(self.path, self.endpoints.journalled(self._answered))]

    async def _answered(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        body, fault, broken = await Answerer(self.endpoints).begun(request, entry)
        if broken:
            return broken
        self.dialect.check(body, "")
        prepared = await Answerer(self.endpoints).prepared(request, entry, from_chat(body), check_chat, fault)
        if isinstance(prepared, web.Response):
            return prepared
        writer = self.dialect.writer(prepared.asked, prepared.made, prepared.failure)
        if not prepared.asked.streams:
            return web.json_response(writer.whole(), headers={"X-Request-Id": f"req_{entry.id}"})
        return await deliver(request, writer.stream(), prepared.manner, self.endpoints.journal, entry)


@dataclass(frozen=True, slots=True)
class Answerer:
    """What all protocols do with a request, from its arrival to an answer that is ready to be written."""

    endpoints: Endpoints

    async def begun(self, request: web.Request, entry: Entry) -> tuple[Json, Fault | None, web.Response | None]:
        """The body, the fault that is due, and what is answered at once because of it."""
        body = await self.endpoints.read_json(request, entry)
        self.endpoints.admit(request)
        fault = self.endpoints.faults.take(request.path)
        broken = await self.endpoints.suffer(fault, request)
        if body is None and not broken:
            raise ApiError(400, "We could not parse the JSON body of your request.")
        return body or {}, fault, broken

    async def prepared(
        self, request: web.Request, entry: Entry, asked: Asked, judge: Judge, fault: Fault | None
    ) -> Prepared | web.Response:
        """The answer; or what comes instead, where the message asks for a fault."""
        model = self.endpoints.models.find(asked.model)
        asked = await self._looked_at(asked, entry)
        judge(asked, model)
        asked = fitted(asked, model)
        quotes = asked.wants_summary or asked.wants_title
        script = _NO_SCRIPT if quotes else self.endpoints.in_force(parse(asked.last), asked.last)
        if broken := await self.endpoints.suffer(self.endpoints.faults.of_script(script, asked.last), request):
            return broken
        asked = replace(asked, hosted=await used(asked, script, self.endpoints, entry))
        made = moderated(asked, answer(asked, script, model, self.endpoints.cache), self.endpoints)
        entry.paid = entry.paid or 1
        if asked.speaks and made.deltas:
            made = await spoken(asked, made, self.endpoints.vocabulary)
            await asyncio.sleep(self.endpoints.speech_pace * (made.sound.seconds if made.sound else 0))
        return Prepared(asked, made, self._manner(script, asked.last, fault), _failure(script))

    async def _looked_at(self, asked: Asked, entry: Entry) -> Asked:
        """With its pictures and files looked at, and its sounds heard; it is written down without them."""
        if not any(message.shown for message in asked.messages):
            return asked
        asked = await look_at_all(asked, self.endpoints.files)
        asked = await listen(asked, self.endpoints.vocabulary)
        entry.images = [picture.as_json() for picture in asked.seen.values()]
        entry.files = [
            {"field": one.kind, "name": one.name, "bytes": len(asked.contents[one.path])}
            for message in asked.messages
            for one in message.shown
            if one.path in asked.read
        ]
        entry.body = compact(brief(asked.body, asked)).encode("utf-8", "replace")
        self.endpoints.journal.keep(entry, asked.contents.values())
        return asked

    def _manner(self, script: Script, message: str, fault: Fault | None) -> Manner:
        pace, cut = script.first("pace"), script.first("cut")
        cut_after = fault.tokens if fault is not None and fault.kind == "cut" else None
        return Manner(
            pace=self.endpoints.pace if pace is None else _pace(pace),
            cut=cut_after if cut is None else self._cut(cut, message),
            hangs=script.first("hang") is not None,
        )

    def _cut(self, order: Order, message: str) -> int | None:
        after = int(next(iter(order.numbers()), 1))
        if "once" in order.words() and not self.endpoints.faults.may("cut", message, 1):
            return None
        return after


def _pace(order: Order) -> Pace:
    first, token, *_ = (*(order.numbers()), 0.0, 0.0)
    return Pace(first / 1_000, token / 1_000)


def _failure(script: Script) -> tuple[str, str] | None:
    """The code of an error in mid-stream, and which of its three shapes it takes."""
    order = script.first("stream_error")
    if order is None:
        return None
    code, how, *_ = (*order.words(), "", "")
    return code or "server_error", how
