"""The composition root: the one place that knows all rooms, opens them in order and closes them in reverse."""

import hashlib
import logging
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date

from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot

from ai.availability import today_in_utc
from ai.catalogue import load
from ai.embeddings import EmbeddingEngine
from ai.engine import TextEngine
from ai.images import ImageEngine
from ai.sources import Sources
from ai.speech import SpeechEngine
from ai.transcription import Transcription
from bot import privacy as privacy_room
from bot import toolbox
from bot.admins import Admins
from bot.aside import SetAside
from bot.catalogue_file import CatalogueFile
from bot.desks import Desks
from bot.filing import FilingRoom
from bot.intake import health as intake_health
from bot.intake.attempts import Attempts
from bot.intake.dispatcher import Dispatcher
from bot.intake.poller import Poller
from bot.intake.reception import Reception
from bot.knowledge import finding_in, open_knowledge
from bot.memory import memory_in, memory_tools
from bot.money import treasury
from bot.operations import Operations, broadcasting
from bot.patience import until_telegram_answers
from bot.providers import main_provider, named_models, own_providers
from bot.service import Parley
from bot.settings import Settings, WrongSetting
from bot.strangers import Strangers
from bot.worker import Worker
from conversation import taking_schemas, transcribing, translating
from conversation.access import Access
from conversation.answering import Answering
from conversation.choices import Choices
from conversation.defaults import Defaults
from conversation.dictation import Clerk, Dictation
from conversation.drawing import tool
from conversation.drawing.desk import TASK, Desk
from conversation.drawing.drafts import Drafts
from conversation.drawing.easel import Easel
from conversation.drawing.studio import Studio
from conversation.fetching import Fetching, Limits
from conversation.filing.reading import Reading
from conversation.gallery import Gallery
from conversation.generation import Generation
from conversation.hearing import Hearing
from conversation.knowledge.scopes import scopes_in_force
from conversation.knowledge.tool import NAME as SEARCH_FILES
from conversation.knowledge.tool import SearchFiles
from conversation.listening import Listening
from conversation.money import report
from conversation.money.meanings import PaidEmbedder
from conversation.money.pictures import PaidPainter
from conversation.money.sound import PaidSpeaker, PaidTranscriber
from conversation.money.text import PaidEngine
from conversation.preparing import Preparing
from conversation.privacy.takeout import TASK as TAKEOUT
from conversation.prompts import Prompts
from conversation.recital import Readers
from conversation.remembering import Remembering
from conversation.reminders import Reminders
from conversation.running import RunningTurns
from conversation.saying import ReadingAnswers, Sampling, Saying
from conversation.seeing import Seeing
from conversation.speaking import Speaking
from conversation.structured import AnswerFiles, Structured
from conversation.taking_schemas import TakingSchemas
from conversation.tidying import Tidying
from conversation.titles import Titles
from conversation.tool_choices import ToolChoices
from conversation.transcribing import Transcribing
from conversation.translating import Translating
from conversation.tuning import Tunings
from conversation.turns import Conversations
from conversation.wording import INSTRUCTIONS
from domain.catalogue import Catalogue
from domain.money import Purpose
from domain.reply import RichMode
from domain.texts import Text
from domain.turn import Turn
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
from handlers.context import BotApplication, BotContext, Health, Services
from locales import Locales
from media.links import LinkedPicture
from replies.errors import Conflict
from replies.gateway import Gateway
from replies.governor import Governor
from replies.presenter import TelegramPresenter
from replies.ptb_request import WireRequest
from replies.wire import Wire
from storage.database import Database
from storage.drawings import Drawings
from storage.files import Files
from storage.inbox import Inbox
from storage.people import People
from storage.preferences import Preferences
from storage.reminders import Reminders as ReminderBook
from storage.threads import Threads
from storage.turns import Turns

log = logging.getLogger(__name__)

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
        catalogue = load(settings.catalogue_file)
        locales = Locales.load()
        database = await stack.enter_async_context(Database.open(settings.database_path))
        inbox, turns, threads = Inbox(database), Turns(database), Threads(database)
        people, preferences = await People(database).load(), await Preferences(database).load()
        files = await Files.open(settings.data_dir / "media", privacy_room.owners(database))
        choices = Choices(preferences, RichMode(settings.rich_messages))
        access = Access(people, settings.allowed_user_ids, settings.admin_user_ids)
        access.open_pairing()

        wire = await stack.enter_async_context(Wire.open(settings.telegram_api_root, _token(settings)))

        async def on_migrated(old: int, new: int) -> None:
            await conversations.migrate(old, new)
            await access.migrate(old, new)
            await studio.move_chat(old, new)
            await finding.indexing.move_chat(old, new)
            await money.move_chat(old, new)
            await bench.reminders.store.move_chat(old, new)
            await book.memories.move_chat(old, new)
            await forgetting.wishes.move_chat(old, new)

        governor = Governor(per_second=settings.telegram_messages_per_second)
        gateway = Gateway(wire, governor, on_migrated)
        presenter = TelegramPresenter(gateway, locales.say)
        admins = Admins(presenter, locales, ids=access.admin_ids, language=choices.language)
        stack.push_async_callback(admins.close)
        strangers = Strangers(admins, access.admin_ids)
        stack.push_async_callback(strangers.close)

        def on_model_gone(asked: str, used: str) -> None:
            admins.mention(Text("The model {asked} is gone; {used} answers now.", asked=asked, used=used))

        sources = await stack.enter_async_context(
            Sources.open(
                main_provider(settings),
                own_providers(settings),
                catalogue,
                on_model_gone=on_model_gone,
                today=today,
            )
        )
        engine = TextEngine(sources.of("chat"))
        operations = Operations(
            database=database,
            files=files,
            sources=sources,
            broadcasting=broadcasting(database, presenter, locales, choices, access),
            defaults=Defaults(preferences, named_models(settings), sources.prefer),
            catalogue_file=CatalogueFile(settings.catalogue_file, sources.replace, admins.mention),
        )
        stack.push_async_callback(operations.failure_book.close)

        def models() -> Catalogue:
            return sources.catalogue

        money = await stack.enter_async_context(
            treasury(
                settings, database, preferences, choices, access, admins, presenter, locales, catalogue=models
            )
        )
        paying = money.paying
        paid, summing_up = (
            PaidEngine(engine, paying, models),
            PaidEngine(engine, paying, models, Purpose.SUMMARY),
        )

        embedder = PaidEmbedder(EmbeddingEngine(sources.of("embedding")), paying, models)
        knowledge = await open_knowledge(database, files, embedder)
        finding = finding_in(database, knowledge)
        book = memory_in(database, knowledge, preferences)
        links = LinkedPicture(allowed_hosts=trusted_hosts)
        gallery = Gallery(files, gateway)
        stack.callback(gallery.close)
        transcription = PaidTranscriber(Transcription(sources.of("transcription")), paying, models)
        limits = Limits(settings.most_file_bytes, settings.video_frames, settings.linked_pictures)
        seeing = Seeing(gallery, settings.history_tokens)
        prompts = Prompts(_hash_key(settings), settings.history_tokens, seeing, _instructions(settings))
        generation = Generation(paid, admins.mention, operations.failure_book.note)
        drawings, easel = Drawings(database), Easel(gallery)
        studio = Studio(
            drawings=drawings,
            turns=turns,
            painter=PaidPainter(ImageEngine(sources.of("image")), paying, models),
            easel=easel,
            prompts=prompts,
            generation=generation,
            presenter=presenter,
            catalogue=models,
            say=locales.say,
        )
        desk = Desk(studio, Drafts(drawings, threads, choices, easel, presenter, locales.say), threads, choices)
        listening = Listening(
            gallery,
            transcription,
            models,
            most_seconds=settings.longest_recording_minutes * 60,
        )
        hearing = Hearing(listening, presenter)
        filing = FilingRoom.built(
            database,
            engine.source,
            gallery,
            presenter,
            knowledge,
            key=_hash_key(settings),
            font=settings.chart_font,
        )
        fetching = Fetching(gallery, links, limits, Reading(gallery, filing.abilities))
        dictation = Dictation(fetching, hearing, choices, prompts)
        speech = SpeechEngine(sources.of("speech"))

        def safety_key(turn: Turn) -> str:
            return prompts.keys(turn.key, turn.asker.user_id)[1]

        speaking = Speaking(
            Readers(
                PaidSpeaker(speech, paying, models, lambda: speech.model),
                files,
                settings.longest_speech_characters,
            ),
            choices,
            presenter,
            safety_key,
            locales.say,
            admins.mention,
        )
        clerk = Clerk(files, presenter, lambda: speaking.can_speak)
        desks = Desks.of(database, threads, choices)
        desks.on_deleted.append(filing.cabinet.forget)
        titles = Titles(
            archive=desks.threads.archive,
            choices=choices,
            prompts=prompts,
            completer=summing_up,
            catalogue=models,
            name_topic=gateway.name_topic,
            is_wanted=settings.thread_titles,
        )
        stack.push_async_callback(titles.close)
        bench = await toolbox.opened(
            settings,
            stack,
            parts={
                tool.NAME: tool.DrawTool(desk),
                SEARCH_FILES: SearchFiles(knowledge, scopes_in_force),
                **memory_tools(book),
            },
            reminders=Reminders(ReminderBook(database), presenter, locales.say, access.may_talk),
            choices=ToolChoices(preferences),
            asker=presenter,
            turns=turns,
            trusted_hosts=trusted_hosts,
        )
        running = RunningTurns()
        tunings = Tunings(preferences, engine.limits, engine.model)
        answering = Answering(
            threads=threads,
            choices=choices,
            prompts=prompts,
            preparing=Preparing(turns, fetching, hearing),
            generation=generation,
            presenter=presenter,
            catalogue=models,
            say=locales.say,
            assistants=desks.assistants,
            tools=bench.toolbox,
            running=running,
            cabinet=filing.cabinet,
            book=book,
            remembering=Remembering(filing.cabinet.workspace.filings, filing.cabinet.workspace.hosting),
            is_tool_on=bench.toolbox.choices.is_on,
            tunings=tunings,
            structured=Structured(paid),
        )
        conversations = Conversations(
            turns=turns,
            threads=threads,
            choices=choices,
            answering=answering,
            presenter=presenter,
            tidying=Tidying(
                turns=turns,
                threads=threads,
                choices=choices,
                prompts=prompts,
                seeing=seeing,
                completer=summing_up,
                catalogue=models,
                titles=titles,
            ),
            say=locales.say,
            tasks={
                TASK: desk,
                taking_schemas.TASK: TakingSchemas(fetching, tunings, presenter),
                transcribing.TASK: Transcribing(dictation, clerk),
                translating.TASK: Translating(
                    dictation, clerk, presenter, PaidEngine(engine, paying, models, Purpose.TRANSLATION), models
                ),
                report.TASK: report.Reporting(money, presenter, files),
                TAKEOUT: privacy_room.takeout(database, desks.assistants, files, gateway, presenter),
                "say": Saying(speaking),
                "speak": ReadingAnswers(speaking, turns, desks.assistants),
                **desks.tasks(
                    prompts=prompts, completer=paid, catalogue=models, presenter=presenter, files=files
                ),
                "sample": Sampling(speaking, preferences, lambda: speech.model.id if speech.model else ""),
            },
            speaking=speaking,
            price_line=money.price_line,
            assistants=desks.assistants,
            running=running,
            made=filing.made,
            answer_files=AnswerFiles(files, presenter),
        )
        forgetting = await privacy_room.forgetting(
            database,
            conversations=conversations,
            studio=studio,
            cabinet=filing.cabinet,
            indexing=finding.indexing,
            files=files,
            presenter=presenter,
            say=locales.say,
        )
        await until_telegram_answers(gateway.get_me)  # a refused token ends the start here
        application = await stack.enter_async_context(_application(settings, wire))
        worker = Worker(
            application,
            conversations,
            inbox,
            on_worked=finding.indexing.nudge,
            admits=privacy_room.admission(forgetting),
        )
        on_set_aside = SetAside(inbox, admins, presenter, locales, choices, access, operations.failure_book)
        attempts = Attempts(inbox, worker, on_set_aside=on_set_aside, at_once=settings.answers_at_once)
        dispatcher = Dispatcher(inbox, attempts)
        reception = Reception(inbox, dispatcher)
        poller = None if settings.webhook_url else Poller(gateway, reception, conflict=Conflict)
        health = intake_health.Health(database, inbox, dispatcher, poller)

        async def counted() -> Health:
            counts = await inbox.counts()
            return Health(len(conversations.running), dispatcher.waiting, counts.set_aside)

        me = application.bot.bot
        application.bot_data["services"] = Services(
            me=me,
            gateway=gateway,
            presenter=presenter,
            locales=locales,
            conversations=conversations,
            choices=choices,
            access=access,
            drawing=desk,
            finding=finding,
            money=money,
            cabinet=filing.cabinet,
            tunings=tunings,
            operating=operations.operating(),
            toolbox=bench.toolbox,
            reminders=bench.reminders,
            places=bench.places,
            catalogue=models,
            voices=speech.voices,
            health=counted,
            ask_admins=strangers.ask,
            assistants=desks.assistants,
            threads=desks.threads,
            dialogs=desks.dialogs,
            memory=book,
            forgetting=forgetting,
            files=files,
            is_offline=is_offline,
        )
        yield Parley(
            settings=settings,
            me=me,
            gateway=gateway,
            locales=locales,
            access=access,
            preferences=preferences,
            choices=choices,
            inbox=inbox,
            files=files,
            cabinet=filing.cabinet,
            turns=turns,
            studio=studio,
            knowledge=knowledge,
            book=book,
            forgetting=forgetting,
            indexing=finding.indexing,
            bench=bench,
            dispatcher=dispatcher,
            reception=reception,
            poller=poller,
            health=health,
            sources=sources,
            operations=operations,
            admins=admins,
            money=money,
            today=today,
        )


@asynccontextmanager
async def _application(settings: Settings, wire: Wire) -> AsyncGenerator[BotApplication]:
    """python-telegram-bot's routing on our own transport; its updater, queue, limiter and jobs are not used."""
    bot: ExtBot[None] = ExtBot(
        _token(settings),
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


def _token(settings: Settings) -> str:
    assert settings.telegram_bot_token is not None, "the command line sees to it that there is a token"
    return settings.telegram_bot_token.get_secret_value()


def _hash_key(settings: Settings) -> bytes:
    """Keys the hashes of people and conversations that the provider sees; the same after a restart."""
    return hashlib.sha256(f"parley:{_token(settings)}".encode()).digest()


def _instructions(settings: Settings) -> str:
    path = settings.instructions_file
    if path is None:
        return INSTRUCTIONS
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"INSTRUCTIONS_FILE is {str(path)!r}: it cannot be read ({error})") from error
