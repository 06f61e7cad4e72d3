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
from conversation.money.ledger import Paying
from conversation.money.renting import Renting
from domain.reply import Presenter
from storage.database import Database
from storage.filings import Filings


@dataclass(frozen=True, slots=True)
class FilingRoom:
    cabinet: Cabinet
    made: Made
    renting: Renting
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
        paying: Paying,
        *,
        key: bytes,
        font: Path | None,
    ) -> "FilingRoom":
        """`key` tells this bot's things at the provider from others'; `font` is the operator's choice."""
        hosting = HostedTools(source, hashlib.sha256(key).hexdigest()[:8])
        renting = Renting(hosting, paying, lambda: source.catalogue)
        filings = Filings(database)
        at_hand = AtHand(gallery.files, gallery.downloads)
        chart_font = ChartFont(filings, hosting, font_file(font))
        workspace = Workspace(filings, hosting, at_hand, chart_font, renting.container)

        def abilities() -> Abilities:
            return Abilities(
                runs=hosting.can_run,
                searches=True,
                reads=any(model.reads_files for model in source.catalogue.of("chat")),
                indexes=indexed_by_provider if hosting.can_search else indexed_here,
                is_index_ours=not hosting.can_search,
            )

        shelves = Shelves(filings, knowledge, at_hand)
        cabinet = Cabinet(workspace, Sweeper(filings, hosting), shelves, abilities)
        return cls(cabinet, Made(workspace, gallery, guard, presenter), renting, abilities)
