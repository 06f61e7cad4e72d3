"""The bot at work: receives, listens, runs its errands, and stops without losing anything."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from telegram import User

from ai.sources import Sources
from bot.admins import Admins
from bot.intake.dispatcher import Dispatcher
from bot.intake.health import Health
from bot.intake.poller import Poller
from bot.intake.reception import UPDATE_KINDS, Reception
from bot.intake.retention import prune_hourly
from bot.intake.webhook import health_routes, serving, webhook_routes
from bot.models import refresh_daily
from bot.operations import Operations
from bot.patience import until_telegram_answers
from bot.settings import Settings, WrongSetting
from bot.toolbox import Bench
from conversation.access import Access
from conversation.choices import Choices
from conversation.drawing.studio import Studio
from conversation.filing.cabinet import Cabinet
from conversation.knowledge.library import Knowledge
from conversation.memory.book import FactBook
from conversation.money.renting import Renting
from conversation.money.treasury import Treasury
from conversation.privacy.forgetting import Forgetting
from conversation.searching.indexing import Indexing
from handlers import command_list
from locales import Locales
from replies.errors import MethodMissing, TelegramRefusal
from replies.gateway import Gateway
from storage.files import Files
from storage.inbox import Inbox
from storage.preferences import Preferences, Scope
from storage.turns import Turns

log = logging.getLogger(__name__)

_DRAIN_SECONDS = 18.0  # of the 20 a stop may take
_COMMANDS = "commands"


@dataclass(frozen=True, slots=True)
class Parley:
    """The opened bot. `run` works until `stop` is set, then finishes or puts aside what runs."""

    settings: Settings
    me: User
    gateway: Gateway
    locales: Locales
    access: Access
    preferences: Preferences
    choices: Choices
    inbox: Inbox
    files: Files
    cabinet: Cabinet
    renting: Renting
    turns: Turns
    studio: Studio
    knowledge: Knowledge
    book: FactBook
    forgetting: Forgetting
    indexing: Indexing
    bench: Bench
    dispatcher: Dispatcher
    reception: Reception
    poller: Poller | None
    health: Health
    sources: Sources
    operations: Operations
    admins: Admins
    money: Treasury
    today: Callable[[], date]

    async def run(self, stop: asyncio.Event) -> None:
        await self.reception.recover(self.turns)
        await self.studio.resume()
        async with self._listening(), _beside(self._errands()):
            try:
                if await self._subscribed(stop):
                    async with _beside([self.poller.run()] if self.poller else []):
                        self._say_ready()
                        await stop.wait()
            finally:
                log.info("stopping: answers that run get %.0f s to finish", _DRAIN_SECONDS)
                await asyncio.gather(self.dispatcher.drain(_DRAIN_SECONDS), self.studio.drain(_DRAIN_SECONDS))
                if self.poller is not None:
                    await self.poller.confirm()

    @asynccontextmanager
    async def _listening(self) -> AsyncGenerator[None]:
        """Our own HTTP server where one is wanted."""
        async with AsyncExitStack() as stack:
            address = self.settings.listen_address
            if address is not None:
                used = await stack.enter_async_context(self._serving(*address))
                log.info("listening on %s:%s", address[0], used)
            yield

    @asynccontextmanager
    async def _serving(self, host: str, port: int) -> AsyncGenerator[int]:
        async with AsyncExitStack() as stack:
            try:
                used = await stack.enter_async_context(serving(self._routes(), host=host, port=port))
            except OSError as error:
                raise WrongSetting(f"WEBHOOK_LISTEN is {host}:{port}: {error.strerror or error}") from error
            yield used

    def _routes(self) -> list[web.RouteDef]:
        routes = health_routes(self.health.report)
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        if url and secret:
            path = urlsplit(url).path or "/"
            routes += webhook_routes(self.reception, path=path, secret=secret.get_secret_value())
        return routes

    async def _subscribed(self, stop: asyncio.Event) -> bool:
        """Telegram knows how to reach us; False if we are to stop before it answers."""
        subscribing = asyncio.create_task(until_telegram_answers(self._subscribe))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({subscribing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if subscribing.done():
                subscribing.result()
            return subscribing.done()
        finally:
            subscribing.cancel()
            stopping.cancel()
            await asyncio.gather(subscribing, stopping, return_exceptions=True)

    async def _subscribe(self) -> None:
        url, secret = self.settings.webhook_url, self.settings.webhook_secret
        if url and secret:
            try:
                await self.gateway.set_webhook(url, secret=secret.get_secret_value(), kinds=UPDATE_KINDS)
            except TelegramRefusal as refusal:
                raise WrongSetting(f"WEBHOOK_URL is {url}: Telegram says {refusal.description}") from refusal
            except MethodMissing as missing:
                raise WrongSetting(f"WEBHOOK_URL is {url}: this Bot API server has no webhooks") from missing
        else:
            try:
                await self.gateway.delete_webhook()
            except (MethodMissing, TelegramRefusal) as error:  # polling itself will say if there is one
                log.info("a webhook that may be set was not removed: %s", error)

    def _errands(self) -> Iterable[Coroutine[Any, Any, None]]:
        return [
            prune_hourly(
                self.inbox,
                timedelta(days=self.settings.keep_updates_days),
                self.files,
                timedelta(days=self.settings.keep_media_days),
                self.cabinet.workspace.filings.files,
            ),
            self.cabinet.sweeper.run(),
            self.renting.run(),
            refresh_daily(
                self.sources,
                self.admins.tell,
                self.choices.models_chosen,
                self.preferences,
                self.today,
            ),
            self.knowledge.meanings.run(),
            self.indexing.run(),
            self.forgetting.run(),
            self.operations.catalogue_file.watch(),
            self.operations.broadcasting.run(),
            self._register_commands(),
            *self.bench.errands(),
        ]

    async def _register_commands(self) -> None:
        """Once for each wording and each set of admins; Telegram keeps them."""
        admin_ids = self.access.admin_ids()
        current = f"{self.me.id}:{command_list.fingerprint(admin_ids)}"
        if self.preferences.get(Scope.bot(), _COMMANDS) == current:
            return
        try:
            await command_list.register(self.gateway, self.locales, admin_ids)
        except (MethodMissing, TelegramRefusal) as error:
            log.warning("commands could not be registered: %s", error)
            return
        await self.preferences.set(Scope.bot(), _COMMANDS, current)

    def _say_ready(self) -> None:
        log.info("@%s is ready", self.me.username)
        code = self.access.pairing_code
        if code is not None:
            log.warning(
                "nobody may use the bot yet; open this link once to become its admin: https://t.me/%s?start=%s",
                self.me.username,
                code,
            )


@asynccontextmanager
async def _beside(work: Iterable[Coroutine[Any, Any, None]]) -> AsyncGenerator[None]:
    """Runs the work beside the block and ends it with the block; what fails is logged, and ends alone."""
    coroutines = list(work)
    tasks = [asyncio.create_task(_logged(coroutine)) for coroutine in coroutines]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for coroutine in coroutines:
            coroutine.close()  # one whose task was cancelled before it began


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("%s ended", work.__qualname__)
