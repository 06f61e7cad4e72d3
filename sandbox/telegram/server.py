"""The local Telegram as a server: open it, and a bot and its people can meet there."""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.page.guard import LOOPBACK, guard
from sandbox.page.routes import Page
from sandbox.telegram.bot_api import BotApi
from sandbox.telegram.control import Control
from sandbox.telegram.journal import Journal
from sandbox.telegram.store import Store
from sandbox.telegram.webhook import Webhook
from sandbox.telegram.world import World

DEFAULT_TOKEN = "1234567:sandbox-token-of-parley-0123456789a"
_TOKEN = re.compile(r"(\d+):[A-Za-z0-9_-]{35}")
_MOST_BODY_BYTES = 96 * 1024 * 1024  # what may be uploaded, in base64 where people send it
_GOODBYE_SECONDS = 0.5


class TelegramSandbox:
    """Bot API at `root/bot<token>/METHOD`, files at `root/file/bot<token>/PATH`, people at `root/sandbox/`.

    `page` is the address to open in a browser; with a `page_token`, people's side asks for that too.
    """

    def __init__(self, root: str, token: str, page_token: str | None = None) -> None:
        self.root = root
        self.token = token
        self.page_token = page_token
        self.page = f"{root}/" if page_token is None else f"{root}/?token={page_token}"

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = DEFAULT_TOKEN,
        state_file: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        model_url: str | None = None,
    ) -> AsyncGenerator[Self]:
        """Serves until the block is left. With a `state_file`, chats and what waits for the bot outlive it.

        `model_url` is where the offline model answers, for the page to look at.
        """
        page_token = None if host in LOOPBACK else secrets.token_urlsafe(16)
        if page_token is not None and token == DEFAULT_TOKEN:
            token = _secret_token()  # everybody knows the default one
        world, journal = World(_bot_id(token), clock), Journal(clock)
        store = Store(world, state_file) if state_file is not None else None
        if store is not None:
            await store.load()
            world.changes.on_change = store.note_change
        runner = web.AppRunner(
            _application(world, journal, token, model_url, guard(host, page_token)),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_GOODBYE_SECONDS,
        )
        await runner.setup()
        work = [asyncio.create_task(Webhook(world).deliver())]
        work += [asyncio.create_task(store.keep())] if store is not None else []
        try:
            site = web.TCPSite(runner, host, port, backlog=1024)
            await site.start()
            yield cls(f"http://{host}:{runner.addresses[0][1]}", token, page_token)
        finally:
            world.updates.close()
            world.changes.close()
            journal.changes.close()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await runner.cleanup()
            if store is not None:
                await store.save()


def _bot_id(token: str) -> int:
    shape = _TOKEN.fullmatch(token)
    if shape is None:
        raise ValueError("a bot token is digits, a colon, and 35 of A-Z a-z 0-9 _ -")
    return int(shape.group(1))


def _secret_token() -> str:
    """Of the same bot, which keeps its state."""
    return f"{_bot_id(DEFAULT_TOKEN)}:{secrets.token_urlsafe(48)[:35]}"


def _application(
    world: World, journal: Journal, token: str, model_url: str | None, middleware: Middleware
) -> web.Application:
    api = BotApi(world, journal, token)
    application = web.Application(client_max_size=_MOST_BODY_BYTES, middlewares=[middleware])
    application.router.add_route("*", "/bot{token}/{method}", api.call)
    application.router.add_get("/file/bot{token}/{path:.+}", api.file)
    control = Control(world, journal, api)
    application.router.add_post("/sandbox/{action}", control.act)
    application.router.add_get("/sandbox/files/{file_id}", control.download)
    Page(world, journal, control, model_url).add_to(application)
    return application
