"""What the providers can do, each call of it booked."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date

from ai.catalogue import load
from ai.embeddings import EmbeddingEngine
from ai.engine import TextEngine
from ai.images import ImageEngine
from ai.moderation import ModerationEngine
from ai.sources import Sources
from ai.speech import SpeechEngine
from ai.transcription import Transcription
from bot.base import Base
from bot.catalogue_file import CatalogueFile
from bot.money import treasury
from bot.operations import Operations, broadcasting
from bot.providers import main_provider, named_models, own_providers
from conversation.defaults import Defaults
from conversation.money.meanings import PaidEmbedder
from conversation.money.pictures import PaidPainter
from conversation.money.sound import PaidSpeaker, PaidTranscriber
from conversation.money.text import PaidEngine
from conversation.money.treasury import Treasury
from domain.catalogue import Catalogue
from domain.money import Purpose
from domain.texts import Text


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`engine` and `speech` tell what there is; what is asked of them goes through their paid sides."""

    sources: Sources
    operations: Operations
    money: Treasury
    engine: TextEngine
    speech: SpeechEngine
    embedder: PaidEmbedder
    transcriber: PaidTranscriber
    painter: PaidPainter
    speaker: PaidSpeaker
    moderator: ModerationEngine

    def models(self) -> Catalogue:
        """Those of the moment."""
        return self.sources.catalogue

    def paid(self, purpose: Purpose | None = None) -> PaidEngine:
        """The text engine, what it does booked under this purpose, or under what the prompt shows."""
        return PaidEngine(self.engine, self.money.paying, self.models, purpose)


@asynccontextmanager
async def capabilities_of(base: Base, *, today: Callable[[], date]) -> AsyncGenerator[Capabilities]:
    """Raises `WrongSetting`, `ValueError` (catalogue)."""
    settings, admins = base.settings, base.admins

    def on_model_gone(asked: str, used: str) -> None:
        admins.mention(Text("The model {asked} is gone; {used} answers now.", asked=asked, used=used))

    async with AsyncExitStack() as stack:
        opening = Sources.open(
            main_provider(settings),
            own_providers(settings),
            load(settings.catalogue_file),
            on_model_gone=on_model_gone,
            today=today,
        )
        sources = await stack.enter_async_context(opening)
        operations = Operations(
            database=base.database,
            files=base.files,
            sources=sources,
            broadcasting=broadcasting(base.database, base.presenter, base.locales, base.choices, base.access),
            defaults=Defaults(base.preferences, named_models(settings), sources.prefer),
            catalogue_file=CatalogueFile(settings.catalogue_file, sources.replace, admins.mention),
        )
        stack.push_async_callback(operations.failure_book.close)

        def models() -> Catalogue:
            return sources.catalogue

        books = treasury(
            settings,
            base.database,
            base.preferences,
            base.choices,
            base.access,
            admins,
            base.presenter,
            base.locales,
            catalogue=models,
        )
        money = await stack.enter_async_context(books)
        base.moves.append(money.move_chat)
        speech = SpeechEngine(sources.of("speech"))
        yield Capabilities(
            sources=sources,
            operations=operations,
            money=money,
            engine=TextEngine(sources.of("chat")),
            speech=speech,
            embedder=PaidEmbedder(EmbeddingEngine(sources.of("embedding")), money.paying, models),
            transcriber=PaidTranscriber(Transcription(sources.of("transcription")), money.paying, models),
            painter=PaidPainter(ImageEngine(sources.of("image")), money.paying, models),
            speaker=PaidSpeaker(speech, money.paying, models, lambda: speech.model),
            moderator=ModerationEngine(sources.of("moderation")),
        )
