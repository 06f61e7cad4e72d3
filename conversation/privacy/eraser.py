"""The eraser: one forgetting from its first step to the proof; a step that is recorded is not done again."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, cast

from pydantic import TypeAdapter

from conversation.drawing.studio import Studio
from conversation.filing.cabinet import Cabinet
from conversation.knowledge.scopes import of_user
from conversation.privacy.wording import STAYS, amounts
from conversation.turns import Conversations
from domain.errors import ReaderGone
from domain.hosting import RemoteKind
from domain.privacy import Subject, Wish
from domain.reply import Keyboard
from domain.steps import Json, Steps
from domain.texts import Plural, Sentence, Text
from domain.turn import ConversationKey
from storage.belongings.estate import Estate, Inventory
from storage.belongings.kinds import Whose
from storage.files import Files
from storage.preferences import Preferences

log = logging.getLogger(__name__)

MEMORIES = "memories"
_inventory = TypeAdapter(Inventory)
_STOPPING_SECONDS, _STOPPING_PAUSE_SECONDS = 20.0, 0.1
LONGEST_WAIT_SECONDS = 600.0
"""How long the proof waits for the provider; what is left then is deleted later."""

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 30.0


class Teller(Protocol):
    """How the person hears of it."""

    async def say(self, key: ConversationKey, words: str, keyboard: Keyboard = ()) -> int: ...

    async def edit(
        self, key: ConversationKey, message_id: int, words: str, keyboard: Keyboard = ()
    ) -> None: ...


class Index(Protocol):
    """The index of what was said."""

    def at_rest(self) -> AbstractAsyncContextManager[None]:
        """Nothing is taken into it within the block."""
        ...

    async def forget(self, chat_id: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Eraser:
    """Grants wishes with what the other rooms have for it."""

    estate: Estate
    conversations: Conversations
    studio: Studio
    cabinet: Cabinet
    index: Index
    preferences: Preferences
    files: Files
    teller: Teller
    say: Callable[[Sentence, str], str]

    async def count(self, wish: Wish) -> Mapping[str, int]:
        """What would go."""
        return await self.estate.count(_whose(wish), self.kinds_of(wish))

    async def erase(self, wish: Wish, steps: Steps, release: Callable[[], None]) -> None:
        """`release` is called once nothing of it is left here, and others need not wait any more."""
        await _Erasing(self, wish, steps, release).run()

    def kinds_of(self, wish: Wish) -> Sequence[str]:
        """The kinds of things that go."""
        if wish.subject is Subject.MEMORY:
            return [MEMORIES]
        return [name for name in self.estate.names if wish.subject is Subject.EVERYTHING or name != MEMORIES]


class _Erasing:
    """One forgetting at work."""

    def __init__(self, eraser: Eraser, wish: Wish, steps: Steps, release: Callable[[], None]) -> None:
        self._eraser = eraser
        self._wish = wish
        self._steps = steps
        self._release = release
        self._whose = _whose(wish)
        self._kinds = eraser.kinds_of(wish)

    async def run(self) -> None:
        await self._tell([Text("Forgetting…")])
        if await self._steps.result("erased") is None:
            await self._stop()
        inventory = await self._inventory()
        await self._once("erased", lambda: self._erase(inventory))
        self._release()
        await self._once("media", lambda: self._remove_media(inventory))
        await self._once("rewritten", self._rewrite)
        await self._once("remote", lambda: self._wait_for_provider(inventory))
        await self._prove(inventory)

    async def _once(self, step: str, work: Callable[[], Awaitable[Json]]) -> None:
        if await self._steps.result(step) is None:
            await self._steps.record(step, await work())

    async def _stop(self) -> None:
        """Ends what is being answered and drawn of it; what does not end in time loses its ground."""
        if self._wish.subject is Subject.MEMORY:
            return
        end = time.monotonic() + _STOPPING_SECONDS
        while time.monotonic() < end:
            turns = await self._eraser.estate.open_turns(self._whose)
            drawings = await self._eraser.estate.open_drawings(self._whose)
            if not turns and not drawings:
                return
            for turn_id, key in turns:
                await self._eraser.conversations.stop(key, turn_id)
            self._eraser.studio.stop_these(drawings)
            await asyncio.sleep(_STOPPING_PAUSE_SECONDS)
        log.warning("forgetting %s does not wait any longer for what runs", self._wish.id)

    async def _inventory(self) -> Inventory:
        known = await self._steps.result("inventory")
        if known is not None:
            return _inventory.validate_python(known)
        found = await self._eraser.estate.inventory(self._whose, self._kinds)
        await self._steps.record("inventory", cast("Json", _inventory.dump_python(found, mode="json")))
        return found

    async def _erase(self, inventory: Inventory) -> Json:
        eraser = self._eraser
        async with eraser.index.at_rest():
            filings = eraser.cabinet.workspace.filings
            await filings.discard([one for one in inventory.remote if one.kind is RemoteKind.RESPONSE])
            for scope in inventory.scopes:
                await eraser.cabinet.forget(scope)
            for filing_id in inventory.filings:
                await eraser.cabinet.remove(filing_id)
            for name in self._kinds:
                await eraser.estate.forget(name, self._whose)
            if self._wish.subject is not Subject.THREAD:
                await eraser.cabinet.shelves.knowledge.forget(of_user(self._wish.user_id))
            if self._wish.subject is Subject.EVERYTHING:
                await eraser.index.forget(self._wish.user_id)
                eraser.preferences.drop_cached(self._wish.user_id)
        left = await eraser.estate.count(self._whose, self._kinds)
        return {"left": dict(left)}

    async def _remove_media(self, inventory: Inventory) -> Json:
        unused = await self._eraser.estate.unused(inventory.media, self._whose)
        return {"count": await self._eraser.files.remove(unused)}

    async def _rewrite(self) -> Json:
        return {"done": await self._eraser.estate.database.rewrite()}

    async def _wait_for_provider(self, inventory: Inventory) -> Json:
        """How much of it is still there when patience ends; the sweeper goes on."""
        end, pause = time.monotonic() + LONGEST_WAIT_SECONDS, _FIRST_PAUSE_SECONDS
        told = -1
        while left := await self._eraser.estate.waste_left(inventory.remote):
            if time.monotonic() >= end:
                break
            if left != told:
                total = len(inventory.remote)
                await self._tell(
                    [Text("Deleting at the AI service: {done} of {total}", done=total - left, total=total)]
                )
                told = left
            self._eraser.cabinet.sweeper.wake()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        return {"left": left}

    async def _prove(self, inventory: Inventory) -> None:
        media, remote = await self._steps.result("media") or {}, await self._steps.result("remote") or {}
        erased = await self._steps.result("erased") or {}
        left_here = {**cast("Mapping[str, int]", erased.get("left") or {})}
        left_there = int(str(remote.get("left") or 0))
        left_here.pop("remote", None)
        gone = {
            kind: count - left_here.get(kind, 0) for kind, count in inventory.counts.items() if kind != "remote"
        }
        gone |= {"media": int(str(media.get("count") or 0)), "remote": len(inventory.remote) - left_there}
        lines: list[Sentence] = [Text("Forgotten. This was deleted:"), *amounts(gone)]
        if len(lines) == 1:
            lines = [Text("There was nothing to forget.")]
        lines += _left(left_here, left_there)
        if not (await self._steps.result("rewritten") or {}).get("done"):
            lines.append(Text("The database could not be written anew: traces may be in its file for a while."))
        await self._tell([*lines, STAYS[self._wish.subject]])

    async def _tell(self, sentences: Sequence[Sentence]) -> None:
        """In one message, which is edited. Who has left is not told, and forgotten all the same."""
        head, *others = [self._eraser.say(sentence, self._wish.language) for sentence in sentences]
        words = "\n".join(
            [head, *(f"• {line}" for line in others[:-1]), *([f"\n{others[-1]}"] if others else [])]
        )
        known = await self._steps.result("told")
        try:
            if known is None:
                message_id = await self._eraser.teller.say(self._wish.key, words)
                await self._steps.record("told", {"message_id": message_id})
            else:
                await self._eraser.teller.edit(self._wish.key, int(str(known["message_id"])), words)
        except ReaderGone as gone:
            log.info("forgetting %s has no reader: %s", self._wish.id, gone)


def _left(here: Mapping[str, int], there: int) -> list[Sentence]:
    """What is not gone, said as plainly."""
    found: list[Sentence] = []
    if count := sum(here.values()):
        found.append(Plural("Still here: {count} thing", "Still here: {count} things", count))
    if there:
        found.append(
            Plural(
                "Not deleted at the AI service yet: {count} thing; I go on trying every hour",
                "Not deleted at the AI service yet: {count} things; I go on trying every hour",
                there,
            )
        )
    return found


def _whose(wish: Wish) -> Whose:
    return Whose(wish.user_id, wish.thread_id, wish.asked_ms)
