"""What is brought and what is heard and said: pictures, files, recordings, speech, drawings."""

from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.base import Base
from bot.capabilities import Capabilities
from bot.filing import FilingRoom
from bot.knowledge import finding_in, open_knowledge
from bot.settings import Settings, WrongSetting
from conversation.dictation import Clerk, Dictation
from conversation.drawing.desk import Desk
from conversation.drawing.drafts import Drafts
from conversation.drawing.easel import Easel
from conversation.drawing.studio import Studio
from conversation.fetching import Fetching, Limits
from conversation.filing.reading import Reading
from conversation.gallery import Gallery
from conversation.generation import Generation
from conversation.hearing import Hearing
from conversation.knowledge.library import Knowledge
from conversation.listening import Listening
from conversation.moderation.guard import Guard
from conversation.prompts import Prompts
from conversation.recital import Readers
from conversation.searching.finding import Finding
from conversation.searching.stores import Stores
from conversation.seeing import Seeing
from conversation.speaking import Speaking
from conversation.wording import INSTRUCTIONS
from domain.turn import Turn
from media.links import LinkedPicture
from storage.drawings import Drawings


@dataclass(frozen=True, slots=True)
class Senses:
    """Everything between a message's media and the words of a prompt, and back."""

    seeing: Seeing
    prompts: Prompts
    generation: Generation
    guard: Guard
    knowledge: Knowledge
    finding: Finding
    filing: FilingRoom
    fetching: Fetching
    hearing: Hearing
    dictation: Dictation
    clerk: Clerk
    speaking: Speaking
    studio: Studio
    desk: Desk


async def senses_of(
    base: Base, can: Capabilities, stack: AsyncExitStack, *, trusted_hosts: Collection[str]
) -> Senses:
    """`trusted_hosts` (`host:port`) may be asked for linked pictures wherever they are."""
    settings = base.settings
    gallery = Gallery(base.files, base.gateway)
    stack.callback(gallery.close)
    seeing = Seeing(gallery, settings.history_tokens)
    prompts = Prompts(base.hash_key, settings.history_tokens, seeing, _instructions(settings))
    generation = Generation(can.paid(), base.admins.mention, can.operations.failure_book.note)
    knowledge = await open_knowledge(base.database, base.files, can.embedder)
    guard = Guard(can.moderator, gallery, base.admins.mention, settings.moderation)
    filing = FilingRoom.built(
        base.database,
        can.engine.source,
        gallery,
        guard,
        base.presenter,
        knowledge,
        can.money.paying,
        key=base.hash_key,
        font=settings.chart_font,
    )
    workspace = filing.cabinet.workspace
    finding = finding_in(base.database, knowledge, Stores(workspace.filings, workspace.hosting))
    base.moves.append(finding.indexing.move_chat)
    limits = Limits(settings.most_file_bytes, settings.video_frames, settings.linked_pictures)
    links = LinkedPicture(allowed_hosts=trusted_hosts)
    fetching = Fetching(gallery, links, limits, Reading(gallery, filing.abilities))
    longest_seconds = settings.longest_recording_minutes * 60
    hearing = Hearing(
        Listening(gallery, can.transcriber, can.models, most_seconds=longest_seconds), base.presenter
    )
    speaking = _speaking(base, can, prompts)
    studio = _studio(base, can, gallery, guard, prompts, generation)
    base.moves.append(studio.move_chat)
    drafts = Drafts(studio.drawings, base.threads, base.choices, studio.easel, base.presenter, base.locales.say)
    return Senses(
        seeing=seeing,
        prompts=prompts,
        generation=generation,
        guard=guard,
        knowledge=knowledge,
        finding=finding,
        filing=filing,
        fetching=fetching,
        hearing=hearing,
        dictation=Dictation(fetching, hearing, base.choices, prompts),
        clerk=Clerk(base.files, base.presenter, lambda: speaking.can_speak),
        speaking=speaking,
        studio=studio,
        desk=Desk(studio, drafts, base.threads, base.choices),
    )


def _speaking(base: Base, can: Capabilities, prompts: Prompts) -> Speaking:
    def safety_key(turn: Turn) -> str:
        return prompts.keys(turn.key, turn.asker.user_id)[1]

    return Speaking(
        Readers(can.speaker, base.files, base.settings.longest_speech_characters),
        base.choices,
        base.presenter,
        safety_key,
        base.locales.say,
        base.admins.mention,
    )


def _studio(
    base: Base, can: Capabilities, gallery: Gallery, guard: Guard, prompts: Prompts, generation: Generation
) -> Studio:
    return Studio(
        drawings=Drawings(base.database),
        turns=base.turns,
        painter=can.painter,
        easel=Easel(gallery),
        prompts=prompts,
        generation=generation,
        guard=guard,
        presenter=base.presenter,
        catalogue=can.models,
        say=base.locales.say,
    )


def _instructions(settings: Settings) -> str:
    path = settings.instructions_file
    if path is None:
        return INSTRUCTIONS
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"INSTRUCTIONS_FILE is {str(path)!r}: it cannot be read ({error})") from error
