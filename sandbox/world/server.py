"""The world outside as a server on this machine: where tools look things up."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Self

from aiohttp import web

from sandbox.world import pages, rates
from sandbox.world.asked import Refused
from sandbox.world.control import Control
from sandbox.world.forecast import forecast, now_in_utc
from sandbox.world.geocoding import search

_GOODBYE_SECONDS = 0.2


class WorldSandbox:
    """Stands where Open-Meteo (forecast and geocoding) and Frankfurter stand, and holds pages to read.

    All are at the same `root`: `/v1/forecast`, `/v1/search`, `/v1/latest`, `/v2/rate/A/B`, `/pages/NAME`.
    """

    def __init__(self, root: str) -> None:
        self.root = root

    def page(self, name: str) -> str:
        """The address of one of the pages."""
        return f"{self.root}/pages/{name}"

    @classmethod
    @asynccontextmanager
    async def open(
        cls, *, host: str = "127.0.0.1", port: int = 0, now: Callable[[], datetime] = now_in_utc
    ) -> AsyncGenerator[Self]:
        """Serves until the block is left."""
        # Cancelling a handler when its client goes away ends what hangs.
        runner = web.AppRunner(
            _application(now), handler_cancellation=True, access_log=None, shutdown_timeout=_GOODBYE_SECONDS
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield cls(f"http://{host}:{runner.addresses[0][1]}")
        finally:
            await runner.cleanup()


def _application(now: Callable[[], datetime]) -> web.Application:
    control = Control()
    application = web.Application(middlewares=[control.watch()])
    application.add_routes(control.routes())
    application.add_routes(
        [
            web.get("/v1/forecast", _answered(lambda asked: forecast(asked.query, now()), _weather_refusal)),
            web.get("/v1/search", _answered(lambda asked: search(asked.query), _weather_refusal)),
            web.get("/v1/currencies", _answered(lambda _asked: dict(rates.NAMES), _rates_refusal)),
            web.get("/v1/{day}", _answered(lambda asked: _rates_of(asked, now().date()), _rates_refusal)),
            web.get(
                "/v2/rates", _answered(lambda asked: rates.rates(asked.query, now().date()), _rates_refusal)
            ),
            web.get(
                "/v2/rate/{base}/{quote}", _answered(lambda asked: _pair(asked, now().date()), _rates_refusal)
            ),
            web.get("/pages/{name}", pages.show),
        ]
    )
    return application


def _answered(
    find: Callable[[web.Request], object], refuse: Callable[[Refused], dict[str, object]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(await asyncio.to_thread(find, request))
        except Refused as refused:
            return web.json_response(refuse(refused), status=refused.status)

    return handle


def _weather_refusal(refused: Refused) -> dict[str, object]:
    return {"error": True, "reason": refused.reason}


def _rates_refusal(refused: Refused) -> dict[str, object]:
    return {"status": refused.status, "message": refused.reason}


def _rates_of(request: web.Request, today: date) -> object:
    """`latest`, or those of a day."""
    wanted = request.match_info["day"]
    return rates.latest(request.query, today if wanted == "latest" else rates.day_of(wanted))


def _pair(request: web.Request, today: date) -> object:
    return rates.rate(request.match_info["base"], request.match_info["quote"], request.query, today)
