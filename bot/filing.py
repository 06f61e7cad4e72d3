"""Puts the cabinet together: files of threads and assistants, here and at the provider."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ai.hosted import HostedTools
from ai.source import Source
from conversation.filing.at_hand import AtHand
from conversation.filing.cabinet import Cabinet
from conversation.filing.charts import ChartFont, font_file
from conversation.filing.made import Made
from conversation.filing.routing import Abilities, indexed_by_provider
from conversation.filing.shelves import Shelves, indexed_here
from conversation.filing.sweeping import Sweeper
from conversation.filing.workspace import Workspace
from conversation.gallery import Gallery
from conversation.knowledge.library import Knowledge
from conversation.moderation.guard import Guard
from domain.reply import Presenter
from storage.database import Database
from storage.filings import Filings


@dataclass(frozen=True, slots=True)
class FilingRoom:
    cabinet: Cabinet
    made: Made
    abilities: Callable[[], Abilities]

    @classmethod
    def built(
        cls,
        database: Database,
        source: Source,
        gallery: Gallery,
        guard: Guard,
        presenter: Presenter,
        knowledge: Knowledge,
        *,
        key: bytes,
        font: Path | None,
    ) -> "FilingRoom":
        """`key` tells this bot's things at the provider from others'; `font` is the operator's choice."""
        hosting = HostedTools(source, hashlib.sha256(key).hexdigest()[:8])
        filings = Filings(database)
        at_hand = AtHand(gallery.files, gallery.downloads)
        workspace = Workspace(filings, hosting, at_hand, ChartFont(filings, hosting, font_file(font)))

        def abilities() -> Abilities:
            return Abilities(
                runs=hosting.can_run,
                searches=True,
                reads=any(model.reads_files for model in source.catalogue.of("chat")),
                indexes=indexed_by_provider if hosting.can_search else indexed_here,
            )

        shelves = Shelves(filings, knowledge, at_hand)
        cabinet = Cabinet(workspace, Sweeper(filings, hosting), shelves, abilities)
        return cls(cabinet, Made(workspace, gallery, guard, presenter), abilities)
