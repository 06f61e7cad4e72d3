"""The cabinet: files of threads and assistants, and what the provider needs to use them in an answer."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conversation.filing.charts import ADVICE, asks_for_chart
from conversation.filing.notes import note_on, told_of
from conversation.filing.routing import Abilities, may_go
from conversation.filing.shelves import Shelves
from conversation.filing.sweeping import Sweeper
from conversation.filing.workspace import Workspace
from domain.assistant import CODE, FILES, Assistant
from domain.characters import has_cjk
from domain.errors import HostedGone, UserFacingError
from domain.filing import Filing, assistant_scope, thread_scope
from domain.hosting import Place
from domain.material import Material
from domain.run import AUTO, Hosted
from domain.texts import Sentence
from domain.turn import Turn

log = logging.getLogger(__name__)

_NOTHING = Material()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a prompt needs for its files: the provider's tools, and a `note` at its end for the model.

    `pinned` are files that go along with the question; `told` is what the person hears below the answer.
    """

    hosted: Hosted
    note: str = ""
    pinned: tuple[Filing, ...] = ()
    told: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Cabinet:
    workspace: Workspace
    sweeper: Sweeper
    shelves: Shelves
    abilities: Callable[[], Abilities]

    async def hosted(
        self, turn: Turn, thread_id: int, assistant: Assistant, material: Material = _NOTHING
    ) -> Prepared:
        """Lists what the turn brought and sees to it that everything listed is where it was put.

        What the provider cannot do is said, and the rest goes on: nothing here ends a turn.
        """
        scope = thread_scope(thread_id)
        if material.filed:
            await self.workspace.filings.add(scope, turn.asker.user_id, material.filed)
        scopes = [scope, assistant_scope(assistant.id)] if assistant.id else [scope]
        before = await self.workspace.filings.of(*scopes)
        wants_font = await self._wants_font(turn, material, before, scope)
        container, uploads = await self._container(scope, assistant, before, wants_font=wants_font)
        stores = await self._stores(scopes, assistant, before)
        if not self.workspace.hosting.can_search and assistant.may_use(FILES):
            await self.shelves.fill(before)
        now = await self.workspace.filings.of(*scopes) if before else before
        hosted = Hosted(container=container, container_files=uploads, stores=stores)
        paths = await self._paths(container)
        note = note_on(now, paths, hosted, self.abilities().within(assistant))
        if wants_font and container:
            note = f"{note}\n[{ADVICE}]".strip()
        pinned = tuple(filing for filing in now if filing.is_pinned and not filing.problem)
        return Prepared(hosted, note, pinned, tuple(told_of(before, now)))

    async def renew(
        self, turn: Turn, thread_id: int, assistant: Assistant, material: Material = _NOTHING
    ) -> Prepared:
        """Like `hosted`, after `HostedGone`: what is gone is made again, with its files."""
        await self.workspace.check(thread_scope(thread_id))
        if assistant.id:
            await self.workspace.check(assistant_scope(assistant.id))
        return await self.hosted(turn, thread_id, assistant, material)

    async def listed(self, *scopes: str) -> Sequence[Filing]:
        return await self.workspace.filings.of(*scopes)

    async def find(self, filing_id: int) -> Filing | None:
        return await self.workspace.filings.find(filing_id)

    def places(self, filing: Filing, assistant: Assistant) -> list[Place]:
        """Where else it can be put, for this assistant to use it."""
        abilities = self.abilities().within(assistant)
        return [
            place
            for place in Place
            if (place is not filing.place or (place is Place.TURN and not filing.is_pinned))
            and may_go(place, filing.media_type, filing.name, abilities)
        ]

    async def move(self, filing: Filing, *, place: Place | None = None, scope: str = "") -> bool:
        """Puts it elsewhere, with the next question; False if it is gone, or there already."""
        moved = await self.workspace.filings.move(
            filing.id, place=place or filing.place, scope=scope or filing.scope
        )
        if moved:
            await self.shelves.clear(filing)
        self.sweeper.wake()
        return moved

    async def remove(self, filing_id: int) -> None:
        """Takes it off the list, and its copies away from the provider."""
        filing = await self.find(filing_id)
        if filing is not None:
            await self.shelves.clear(filing)
        await self.workspace.filings.remove(filing_id)
        self.sweeper.wake()

    async def forget(self, scope: str) -> None:
        """A thread or an assistant goes, with all its files here and at the provider."""
        await self.workspace.filings.remove_scope(scope)
        await self.shelves.knowledge.forget(scope)
        self.sweeper.wake()

    async def _container(
        self, scope: str, assistant: Assistant, filings: Sequence[Filing], *, wants_font: bool
    ) -> tuple[str, tuple[str, ...]]:
        """The container for code and, where the provider makes it when it is needed, what goes into that."""
        hosting = self.workspace.hosting
        if not (hosting.can_run and assistant.may_use(CODE)):
            return "", ()
        to_code = [one for one in filings if one.place is Place.CODE and not one.problem]
        try:
            if to_code or await self.workspace.living_container(scope):
                return await self.workspace.container(scope, to_code, wants_font=wants_font), ()
            uploads = (await self.workspace.font.uploaded(),) if wants_font else ()
        except UserFacingError as error:
            log.warning("no container for %s: %s: %s", scope, type(error).__name__, error)
            return "", ()
        return AUTO, uploads

    async def _wants_font(self, turn: Turn, material: Material, filings: Sequence[Filing], scope: str) -> bool:
        """Where code is likely to draw letters that a container has no font for."""
        for_code = [one for one in filings if one.place is Place.CODE and not one.problem]
        if any(one.wants_font for one in for_code):
            return True
        words = [said.text for said in turn.said]
        if not has_cjk(*words, *(line for brought in material.brought for line in brought.lines)):
            return False
        return bool(for_code) or asks_for_chart(*words) or await self.workspace.has_run(scope)

    async def _stores(
        self, scopes: Sequence[str], assistant: Assistant, filings: Sequence[Filing]
    ) -> tuple[str, ...]:
        if not (self.workspace.hosting.can_search and assistant.may_use(FILES)):
            return ()
        found: list[str] = []
        for scope in scopes:
            known = [one for one in filings if one.scope == scope and one.place is Place.KNOWLEDGE]
            if any(not one.problem for one in known):
                try:
                    found.append(await self.workspace.store(scope, known))
                except (UserFacingError, HostedGone) as error:
                    log.warning("no store for %s: %s: %s", scope, type(error).__name__, error)
        return tuple(found)

    async def _paths(self, container: str) -> dict[int, str]:
        if container in ("", AUTO):
            return {}
        copies = await self.workspace.filings.copies(container)
        return {filing_id: copy.path for filing_id, copy in copies.items()}
