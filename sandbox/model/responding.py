"""`POST /v1/responses`: making responses, in the foreground and in the background."""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.answering import Answerer, Prepared
from sandbox.model.asked import from_responses
from sandbox.model.background import Run
from sandbox.model.delivery import deliver
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import invalid
from sandbox.model.following import follow
from sandbox.model.journal import Entry
from sandbox.model.kept import Response
from sandbox.model.parameters import RESPONSES
from sandbox.model.recalled import Recalled, recalled
from sandbox.model.responses_format import ResponseWriter
from sandbox.model.rules import check_responses
from sandbox.model.values import Json


@dataclass(frozen=True, slots=True)
class Responding:
    """The endpoint that makes them."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/responses", self.endpoints.journalled(self._made))]

    async def _made(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        answerer = Answerer(self.endpoints)
        body, fault, broken = await answerer.begun(request, entry)
        if broken:
            return broken
        RESPONSES(body, "")
        if body.get("background") is True and body.get("store") is False:
            raise invalid("background", "Background responses require 'store' to be true.")
        known = recalled(body, self.endpoints.kept)
        with ExitStack() as lock:
            if known.conversation is not None:
                known.conversation.lock()
                lock.callback(known.conversation.unlock)
            asked = from_responses(body, known.earlier, [item.told for item in known.given])
            prepared = await answerer.prepared(request, entry, asked, check_responses, fault)
            if isinstance(prepared, web.Response):
                return prepared
            making = _Making(self.endpoints, entry, body, known, prepared, lock)
            if body.get("background") is True:
                return await making.in_the_background(request)
            return await making.in_the_foreground(request)


@dataclass(frozen=True, slots=True)
class _Making:
    """One response on its way. The lock of its conversation is given back when it is over."""

    endpoints: Endpoints
    entry: Entry
    body: Json
    known: Recalled
    prepared: Prepared
    lock: ExitStack

    async def in_the_foreground(self, request: web.Request) -> web.StreamResponse:
        """It ends when the client goes away; what was finished until then is kept."""
        prepared = self.prepared
        writer = ResponseWriter(prepared.asked, prepared.made, prepared.failure)
        response = Response(
            writer.begun("in_progress"), self.known.given, self.known.before, writer.whole_items
        )
        if not prepared.asked.streams:
            await asyncio.sleep(prepared.made.hosted_seconds)
            response.told = writer.whole()
            self._over(response)
            headers = {"X-Request-Id": f"req_{self.entry.id}"}
            return web.json_response(response.told, headers=headers)
        stream = writer.stream()
        run = Run(writer.begun("in_progress"), streams=False)

        def watch(piece: bytes) -> None:
            if piece is stream.tail:
                response.told = writer.ended
                self._over(response)
            elif self._keeps:
                run.add(piece)

        try:
            return await deliver(request, stream, prepared.manner, self.endpoints.journal, self.entry, watch)
        finally:
            if response.status == "in_progress":
                run.cancel()
                response.told = run.response
                self._over(response)

    async def in_the_background(self, request: web.Request) -> web.StreamResponse:
        """It goes on whatever the client does."""
        prepared, background = self.prepared, self.endpoints.background
        writer = ResponseWriter(prepared.asked, prepared.made, prepared.failure)
        run = Run(writer.begun("queued"), streams=prepared.asked.streams)
        response = Response(run.response, self.known.given, self.known.before, writer.whole_items)
        self.endpoints.kept.put(response)
        given_back = self.lock.pop_all()

        def changed(run: Run) -> None:
            response.told = run.response
            self.endpoints.journal.responded(self.entry, response.id, response.status)
            if run.is_over:
                self._append(response)
                given_back.close()

        queued = run.response
        background.start(run, writer.stream(), prepared.manner.uncut(), changed)
        if prepared.asked.streams:
            return await follow(request, run, -1, cut=prepared.manner.cut)
        return web.json_response(queued, headers={"X-Request-Id": f"req_{self.entry.id}"})

    @property
    def _keeps(self) -> bool:
        return self.body.get("store") is not False or self.known.conversation is not None

    def _over(self, response: Response) -> None:
        if self.body.get("store") is not False:
            self.endpoints.kept.put(response)
        self._append(response)
        self.endpoints.journal.responded(self.entry, response.id, response.status)
        self.lock.close()

    def _append(self, response: Response) -> None:
        """What was said becomes a part of the conversation, unless it failed."""
        if self.known.conversation is not None and response.status != "failed":
            self.known.conversation.items += [*self.known.given, *response.output]
