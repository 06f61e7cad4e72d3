"""What people can do, and the router that sends each update to it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot

from bot.patience import until_telegram_answers
from bot.settings import Settings, token_of
from handlers import (
    admin,
    assistant_editing,
    assistant_making,
    assistants,
    budget,
    default_models,
    detail,
    drawing,
    drawing_taps,
    errors,
    gallery,
    gate,
    groups,
    image,
    json_mode,
    language,
    memory,
    model,
    once,
    overview,
    privacy,
    reminders,
    rich_mode,
    run,
    say,
    search,
    start,
    stops,
    talk,
    threads,
    timezone,
    tools,
    topics,
    transcribe,
    translate,
    tuning,
    unknown,
    usage,
    voice,
)
from handlers import files as files_feature
from handlers.context import BotApplication, BotContext
from replies.ptb_request import WireRequest
from replies.wire import Wire

FEATURES = (
    stops,
    assistants,
    assistant_making,
    assistant_editing,
    threads,
    memory,
    privacy,
    once,
    topics,
    start,
    admin,
    default_models,
    overview,
    groups,
    model,
    tuning,
    json_mode,
    language,
    rich_mode,
    detail,
    voice,
    say,
    transcribe,
    translate,
    image,
    gallery,
    files_feature,
    drawing,
    drawing_taps,
    search,
    usage,
    budget,
    run,
    tools,
    reminders,
    timezone,
    talk,
    unknown,
)
"""What people can do. Telegram updates go to the first handler that takes them, so the order matters."""


@asynccontextmanager
async def application_of(settings: Settings, wire: Wire) -> AsyncGenerator[BotApplication]:
    """python-telegram-bot's routing on our own transport; its updater, queue, limiter and jobs are not used."""
    bot: ExtBot[None] = ExtBot(
        token_of(settings),
        base_url=f"{settings.telegram_api_root}/bot",
        base_file_url=f"{settings.telegram_api_root}/file/bot",
        request=WireRequest(wire),
        get_updates_request=WireRequest(wire),
    )
    application: BotApplication = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=BotContext))
        .build()
    )
    application.add_handlers(gate.handlers(), group=-2)
    application.add_handlers(assistant_making.dialog_handlers(), group=-1)
    for feature in FEATURES:
        application.add_handlers(feature.handlers())
    application.add_error_handler(errors.on_error)
    await until_telegram_answers(application.initialize)
    try:
        yield application
    finally:
        await application.shutdown()
