"""The estate: all that is kept of a person, whatever kind it is of."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.hosting import RemoteThing
from domain.steps import JsonValue
from domain.turn import ConversationKey
from storage.belongings import elsewhere
from storage.belongings.kinds import Belongings, Whose
from storage.belongings.talk import open_turns, thread_sizes
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Inventory:
    """What goes: how much of each kind, its scopes, single files of other scopes, media, and what is remote."""

    counts: Mapping[str, int]
    scopes: Sequence[str]
    filings: Sequence[int]
    media: Sequence[str]
    remote: Sequence[RemoteThing]


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the media folder, and Telegram's name of it, if it has one."""

    file: str
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class Estate:
    database: Database
    kinds: Sequence[Belongings]

    @property
    def names(self) -> list[str]:
        return [kind.name for kind in self.kinds]

    async def count(self, whose: Whose, names: Collection[str]) -> Mapping[str, int]:
        """How much there is of these kinds."""
        chosen = [kind for kind in self.kinds if kind.name in names]
        counts: Counter[str] = Counter()
        for kind in chosen:
            counts.update(
                await self.database.search(lambda connection, kind=kind: kind.count(connection, whose))
            )
        return dict(counts)

    async def inventory(self, whose: Whose, names: Collection[str]) -> Inventory:
        counts = await self.count(whose, names)
        if elsewhere.OwnFiles().name not in names:
            return Inventory(counts, (), (), (), ())
        return await self.database.search(
            lambda connection: Inventory(
                counts,
                elsewhere.scopes(connection, whose),
                elsewhere.filing_ids(connection, whose),
                elsewhere.media(connection, whose),
                elsewhere.remote(connection, whose),
            )
        )

    async def rows(self, name: str, user_id: int) -> Sequence[JsonValue]:
        """All of that kind, for machines to read."""
        kind = next(kind for kind in self.kinds if kind.name == name)
        return await self.database.search(lambda connection: list(kind.rows(connection, user_id)))

    async def thread_sizes(self, user_id: int) -> Sequence[tuple[int, int]]:
        """The person's own threads in which something was said, each with about its bytes when written out."""
        return await self.database.search(lambda connection: thread_sizes(connection, user_id))

    async def media(self, user_id: int) -> Sequence[Found]:
        """All files that belong to what the person said and made."""
        found = await self.database.search(lambda connection: elsewhere.named_media(connection, user_id))
        return [Found(file, file_id) for file, file_id in found.items()]

    async def forget(self, name: str, whose: Whose) -> None:
        """Removes all of that kind, in one transaction."""
        kind = next(kind for kind in self.kinds if kind.name == name)
        await self.database.write(lambda connection: kind.forget(connection, whose))

    async def open_turns(self, whose: Whose) -> Sequence[tuple[int, ConversationKey]]:
        """What is being answered of it."""
        return await self.database.read(lambda connection: open_turns(connection, whose))

    async def open_drawings(self, whose: Whose) -> Sequence[int]:
        """What is being drawn of it."""
        where = "thread_id = :thread" if whose.thread_id else "user_id = :user"
        query = f"SELECT id FROM drawings WHERE state = 'waiting' AND {where}"
        found = await self.database.read(lambda c: c.execute(query, whose.values).fetchall())
        return [int(drawing_id) for (drawing_id,) in found]

    async def unused(self, media: Sequence[str], whose: Whose) -> list[str]:
        """Those of the files that nothing names any more, nor anybody else has."""
        used = await self.database.search(lambda connection: elsewhere.still_used(connection, media, whose))
        return [name for name in media if name not in used]

    async def waste_left(self, things: Sequence[RemoteThing]) -> int:
        """How many of these are still to be deleted at the provider."""
        return await self.database.read(lambda connection: elsewhere.waste_left(connection, things))


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the files of the media folder are."""

    database: Database

    async def note(self, user_id: int, file: str) -> None:
        query = "INSERT INTO owned_files (user_id, file) VALUES (:user, :file) ON CONFLICT DO NOTHING"
        values = {"user": user_id, "file": file}
        await self.database.write(lambda connection: connection.execute(query, values))
