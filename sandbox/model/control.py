"""The control side: what was asked, faults to come, the pace, the models."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from sandbox.model.delivery import Pace
from sandbox.model.endpoints import Endpoints
from sandbox.model.faults import Fault
from sandbox.model.values import Json, as_list, as_object, as_text

_LONGEST_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Control:
    """Handlers under `/sandbox`. Whoever reaches this address may use them: it is bound to loopback."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/requests", self._requests),
            web.delete("/sandbox/requests", self._forget),
            web.get("/sandbox/requests/{id}/{number}", self._content),
            web.post("/sandbox/faults", told(self._fault)),
            web.post("/sandbox/pace", told(self._pace)),
            web.post("/sandbox/speech", told(self._speech)),
            web.post("/sandbox/images", told(self._images)),
            web.post("/sandbox/models", told(self._model)),
        ]

    async def _requests(self, request: web.Request) -> web.Response:
        """All that changed after `since`; waits for a change for `wait` seconds if there was none."""
        journal = self.endpoints.journal
        since, epoch = int(request.query.get("since", 0)), int(request.query.get("epoch", journal.epoch))
        wait = min(float(request.query.get("wait", 0)), _LONGEST_WAIT_SECONDS)
        if epoch == journal.epoch and wait > 0:
            await journal.wait(since, wait)
        entries = journal.since(since if epoch == journal.epoch else 0)
        changed = ",".join(entry.as_json() for entry in entries)
        told = f'{{"version": {journal.version}, "epoch": {journal.epoch}, "requests": [{changed}]}}'
        return web.Response(text=told, content_type="application/json")

    async def _content(self, request: web.Request) -> web.Response:
        """The bytes of one of the pictures or files that came with a request."""
        entry_id, number = int(request.match_info["id"]), int(request.match_info["number"])
        content = self.endpoints.journal.kept(entry_id, number)
        if content is None:
            return web.json_response({"ok": False, "description": "not kept"}, status=404)
        return web.Response(body=content)

    async def _forget(self, _request: web.Request) -> web.Response:
        self.endpoints.journal.clear()
        return web.json_response({"ok": True})

    def _fault(self, given: Json) -> None:
        self.endpoints.faults.order(Fault(**given))  # pyright: ignore[reportArgumentType]  # TypeError is a 400

    def _pace(self, given: Json) -> None:
        self.endpoints.pace = Pace(**given)  # pyright: ignore[reportArgumentType]  # TypeError is a 400

    def _speech(self, given: Json) -> None:
        self.endpoints.speech_pace = float(as_text(given["pace"]))

    def _images(self, given: Json) -> None:
        self.endpoints.image_pace = float(as_text(given["pace"]))

    def _model(self, given: Json) -> None:
        changes = {name: value for name, value in given.items() if name != "id"}
        if "shutdown" in changes:
            day = as_text(changes["shutdown"])
            changes["shutdown"] = date.fromisoformat(day) if day else None
        for name, collect in (("refuses", frozenset), ("efforts", tuple)):
            if name in changes:
                changes[name] = collect(as_list(changes[name]))
        self.endpoints.models.change(as_text(given["id"]), **changes)


def told(change: Callable[[Json], None]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that takes a JSON object and makes a change; what does not fit is a 400."""

    async def handle(request: web.Request) -> web.Response:
        try:
            change(as_object(await request.json()))
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"ok": False, "description": str(error)}, status=400)
        return web.json_response({"ok": True})

    return handle
