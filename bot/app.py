"""The composition root: opens all rooms in order and closes them in reverse."""

from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date

from ai.availability import today_in_utc
from bot.aside import SetAside
from bot.base import Base, base_of
from bot.capabilities import Capabilities, capabilities_of
from bot.features import application_of
from bot.heart import Heart, heart_of
from bot.intake import health as intake_health
from bot.intake.attempts import Attempts
from bot.intake.dispatcher import Dispatcher
from bot.intake.poller import Poller
from bot.intake.reception import Reception
from bot.pace import Pace
from bot.patience import until_telegram_answers
from bot.privacy import admission
from bot.senses import Senses, senses_of
from bot.service import Parley
from bot.settings import Settings
from bot.worker import Worker
from domain.texts import Sentence
from domain.turn import Turn
from handlers.context import BotApplication, Health, Services
from replies.errors import Conflict


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    is_offline: bool = False,
    trusted_hosts: Collection[str] = (),
    today: Callable[[], date] = today_in_utc,
) -> AsyncGenerator[Parley]:
    """Opens every room. `trusted_hosts` (`host:port`) may be asked for linked pictures wherever they are.

    Raises `StorageUnusable`, `TokenRefused`, `WrongSetting`, `ValueError` (catalogue)."""
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(base_of(settings))
        can = await stack.enter_async_context(capabilities_of(base, today=today))
        senses = await senses_of(base, can, stack, trusted_hosts=trusted_hosts)
        heart = await heart_of(base, can, senses, stack, trusted_hosts=trusted_hosts)
        await until_telegram_answers(base.gateway.get_me)  # a refused token ends the start here
        application = await stack.enter_async_context(application_of(settings, base.wire))
        parley = _parley(base, can, senses, heart, application, today=today)
        services = _services(base, can, senses, heart, application, parley.dispatcher, is_offline=is_offline)
        application.bot_data["services"] = services
        yield parley


def _parley(
    base: Base,
    can: Capabilities,
    senses: Senses,
    heart: Heart,
    application: BotApplication,
    *,
    today: Callable[[], date],
) -> Parley:
    """The bot with its intake."""
    settings, indexing = base.settings, senses.finding.indexing
    worker = Worker(
        application,
        heart.conversations,
        base.inbox,
        pace=_pace(base),
        on_worked=indexing.nudge,
        admits=admission(heart.forgetting),
    )
    on_set_aside = SetAside(
        base.inbox,
        base.admins,
        base.presenter,
        base.locales,
        base.choices,
        base.access,
        can.operations.failure_book,
    )
    attempts = Attempts(base.inbox, worker, on_set_aside=on_set_aside, at_once=settings.answers_at_once)
    dispatcher = Dispatcher(base.inbox, attempts)
    reception = Reception(base.inbox, dispatcher)
    poller = None if settings.webhook_url else Poller(base.gateway, reception, conflict=Conflict)
    return Parley(
        settings=settings,
        me=application.bot.bot,
        gateway=base.gateway,
        locales=base.locales,
        access=base.access,
        preferences=base.preferences,
        choices=base.choices,
        inbox=base.inbox,
        files=base.files,
        cabinet=senses.filing.cabinet,
        renting=senses.filing.renting,
        turns=base.turns,
        studio=senses.studio,
        knowledge=senses.knowledge,
        book=heart.book,
        forgetting=heart.forgetting,
        indexing=indexing,
        bench=heart.bench,
        dispatcher=dispatcher,
        reception=reception,
        poller=poller,
        health=intake_health.Health(base.database, base.inbox, dispatcher, poller),
        sources=can.sources,
        operations=can.operations,
        admins=base.admins,
        money=can.money,
        today=today,
    )


def _pace(base: Base) -> Pace:
    async def tell(turn: Turn, sentence: Sentence) -> None:
        words = base.locales.say(sentence, turn.asker.language)
        await base.presenter.say(turn.key, words)

    return Pace(base.settings.messages_per_minute, is_exempt=base.access.is_admin, tell=tell)


def _services(
    base: Base,
    can: Capabilities,
    senses: Senses,
    heart: Heart,
    application: BotApplication,
    dispatcher: Dispatcher,
    *,
    is_offline: bool,
) -> Services:
    """What handlers may use."""

    async def counted() -> Health:
        counts = await base.inbox.counts()
        return Health(len(heart.conversations.running), dispatcher.waiting, counts.set_aside)

    return Services(
        me=application.bot.bot,
        gateway=base.gateway,
        presenter=base.presenter,
        locales=base.locales,
        conversations=heart.conversations,
        choices=base.choices,
        access=base.access,
        drawing=senses.desk,
        finding=senses.finding,
        money=can.money,
        cabinet=senses.filing.cabinet,
        tunings=heart.tunings,
        operating=can.operations.operating(),
        toolbox=heart.bench.toolbox,
        reminders=heart.bench.reminders,
        places=heart.bench.places,
        catalogue=can.models,
        voices=can.speech.voices,
        health=counted,
        is_busy=dispatcher.is_busy,
        ask_admins=base.strangers.ask,
        assistants=heart.desks.assistants,
        threads=heart.desks.threads,
        dialogs=heart.desks.dialogs,
        memory=heart.book,
        forgetting=heart.forgetting,
        files=base.files,
        is_offline=is_offline,
    )
