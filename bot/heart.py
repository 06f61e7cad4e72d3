"""The heart put together: how turns are answered, and what else turns can ask for."""

from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot import toolbox
from bot.base import Base
from bot.capabilities import Capabilities
from bot.desks import Desks
from bot.memory import memory_in, memory_tools
from bot.privacy import forgetting_in, takeout
from bot.senses import Senses
from bot.toolbox import Bench
from conversation import taking_schemas, transcribing, translating
from conversation.answering import Answering
from conversation.drawing import tool
from conversation.drawing.desk import TASK
from conversation.filing.charts import font_file
from conversation.knowledge.tool import NAME as SEARCH_FILES
from conversation.knowledge.tool import SearchFiles
from conversation.memory.book import FactBook
from conversation.money import report
from conversation.preparing import Preparing
from conversation.privacy.forgetting import Forgetting
from conversation.privacy.takeout import TASK as TAKEOUT
from conversation.remembering import Remembering
from conversation.reminders import Reminders
from conversation.running import RunningTurns
from conversation.saying import ReadingAnswers, Sampling, Saying
from conversation.structured import AnswerFiles, Structured
from conversation.taking_schemas import TakingSchemas
from conversation.tasks import Task
from conversation.tidying import Tidying
from conversation.titles import Titles
from conversation.tool_choices import ToolChoices
from conversation.transcribing import Transcribing
from conversation.translating import Translating
from conversation.tuning import Tunings
from conversation.turns import Conversations
from domain.money import Purpose
from media.lettering import Lettering, arabic_file
from storage.reminders import Reminders as ReminderBook


@dataclass(frozen=True, slots=True)
class Heart:
    conversations: Conversations
    desks: Desks
    bench: Bench
    tunings: Tunings
    book: FactBook
    forgetting: Forgetting


async def heart_of(
    base: Base, can: Capabilities, senses: Senses, stack: AsyncExitStack, *, trusted_hosts: Collection[str]
) -> Heart:
    """Raises `WrongSetting`."""
    desks = Desks.of(base.database, base.threads, base.choices)
    desks.on_deleted.append(senses.filing.cabinet.forget)
    book = memory_in(base.database, senses.knowledge, base.preferences)
    base.moves.append(book.memories.move_chat)
    bench = await _bench(base, senses, book, stack, trusted_hosts=trusted_hosts)
    base.moves.append(bench.reminders.store.move_chat)
    tunings, running = Tunings(base.preferences, can.engine.limits, can.engine.model), RunningTurns()
    conversations = Conversations(
        turns=base.turns,
        threads=base.threads,
        choices=base.choices,
        answering=_answering(base, can, senses, bench, book, tunings, running),
        presenter=base.presenter,
        tidying=_tidying(base, can, senses, desks, stack),
        say=base.locales.say,
        tasks=_tasks(base, can, senses, desks, tunings),
        speaking=senses.speaking,
        price_line=can.money.price_line,
        assistants=desks.assistants,
        running=running,
        made=senses.filing.made,
        answer_files=AnswerFiles(base.files, base.presenter),
    )
    base.moves.append(conversations.migrate)
    forgetting = await forgetting_in(
        base.database,
        conversations=conversations,
        studio=senses.studio,
        cabinet=senses.filing.cabinet,
        indexing=senses.finding.indexing,
        files=base.files,
        presenter=base.presenter,
        say=base.locales.say,
    )
    base.moves.append(forgetting.wishes.move_chat)
    return Heart(conversations, desks, bench, tunings, book, forgetting)


async def _bench(
    base: Base, senses: Senses, book: FactBook, stack: AsyncExitStack, *, trusted_hosts: Collection[str]
) -> Bench:
    return await toolbox.opened(
        base.settings,
        stack,
        parts={
            tool.NAME: tool.DrawTool(senses.desk),
            SEARCH_FILES: SearchFiles(senses.knowledge),
            **memory_tools(book),
        },
        hosting=senses.filing.cabinet.workspace.hosting,
        reminders=Reminders(
            ReminderBook(base.database), base.presenter, base.locales.say, base.access.may_talk
        ),
        choices=ToolChoices(base.preferences),
        asker=base.presenter,
        turns=base.turns,
        trusted_hosts=trusted_hosts,
    )


def _answering(
    base: Base,
    can: Capabilities,
    senses: Senses,
    bench: Bench,
    book: FactBook,
    tunings: Tunings,
    running: RunningTurns,
) -> Answering:
    cabinet = senses.filing.cabinet
    return Answering(
        threads=base.threads,
        choices=base.choices,
        prompts=senses.prompts,
        preparing=Preparing(base.turns, senses.fetching, senses.hearing),
        generation=senses.generation,
        presenter=base.presenter,
        catalogue=can.models,
        say=base.locales.say,
        tools=bench.toolbox,
        is_tool_on=bench.toolbox.choices.is_on,
        running=running,
        cabinet=cabinet,
        book=book,
        guard=senses.guard,
        remembering=Remembering(cabinet.workspace.filings, cabinet.workspace.hosting, cabinet.sweeper.wake),
        tunings=tunings,
        structured=Structured(can.paid()),
    )


def _tidying(base: Base, can: Capabilities, senses: Senses, desks: Desks, stack: AsyncExitStack) -> Tidying:
    summing_up = can.paid(Purpose.SUMMARY)
    titles = Titles(
        archive=desks.threads.archive,
        choices=base.choices,
        prompts=senses.prompts,
        completer=summing_up,
        catalogue=can.models,
        name_topic=base.gateway.name_topic,
        is_wanted=base.settings.thread_titles,
    )
    stack.push_async_callback(titles.close)
    return Tidying(
        turns=base.turns,
        threads=base.threads,
        choices=base.choices,
        prompts=senses.prompts,
        seeing=senses.seeing,
        completer=summing_up,
        catalogue=can.models,
        titles=titles,
    )


def _tasks(base: Base, can: Capabilities, senses: Senses, desks: Desks, tunings: Tunings) -> Mapping[str, Task]:
    """What turns ask for besides answers, by name."""
    speech, presenter, files = can.speech, base.presenter, base.files
    translator = can.paid(Purpose.TRANSLATION)
    lettering = Lettering(font_file(base.settings.chart_font), arabic_file())
    return {
        TASK: senses.desk,
        taking_schemas.TASK: TakingSchemas(senses.fetching, tunings, presenter),
        transcribing.TASK: Transcribing(senses.dictation, senses.clerk),
        translating.TASK: Translating(senses.dictation, senses.clerk, presenter, translator, can.models),
        report.TASK: report.Reporting(can.money, presenter, files, lettering),
        TAKEOUT: takeout(base.database, desks.assistants, files, base.gateway, presenter),
        "say": Saying(senses.speaking),
        "speak": ReadingAnswers(senses.speaking, base.turns, desks.assistants),
        "sample": Sampling(senses.speaking, base.preferences, lambda: speech.model.id if speech.model else ""),
        **desks.tasks(
            prompts=senses.prompts,
            completer=can.paid(),
            catalogue=can.models,
            presenter=presenter,
            files=files,
        ),
    }
