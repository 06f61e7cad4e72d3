"""Passages: what can be found, by words through FTS5 and by meaning through vectors, each in its scope."""

import asyncio
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.embedding import Space
from domain.knowledge import Document, FoundPassage, Passage
from storage.database import Database, now_ms
from storage.units import Work
from storage.vectors import DISTANCE
from storage.words import indexed, matching, scope_word

_FOUND = (
    "SELECT p.id, d.id, d.scope, d.name, d.source, p.text, p.headings, p.page "
    "FROM passages p JOIN documents d ON d.id = p.document_id"
)
# A vector counts if it is of the model, and as long as the model's are, where that is known.
_IN_SPACE = "v.model = :model AND (:dimensions = 0 OR v.dimensions = :dimensions)"

_AT_ONCE = 32  # passages in one transaction: some 20 ms


def _nothing(_connection: sqlite3.Connection) -> None:
    """Where nothing else is to be written."""


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A text that has no vector yet; `hash` is that of its content."""

    passage_id: int
    hash: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Passages:
    """Which scopes hold something is known without asking the database; one process has it open."""

    database: Database
    _documents: Counter[str] = field(default_factory=Counter[str])

    async def load(self) -> "Passages":
        """Clears away what an earlier process left unfinished, and sees what is there."""
        query = "DELETE FROM documents WHERE is_whole = 0"
        await self.database.write(lambda connection: connection.execute(query))
        query = "SELECT scope, count(*) FROM documents GROUP BY scope"
        self._documents.update(dict(await self.database.read(lambda c: c.execute(query).fetchall())))
        return self

    def has(self, scopes: Iterable[str]) -> bool:
        """Whether there is anything to be found."""
        return any(self._documents[scope] for scope in scopes)

    async def add(
        self,
        scope: str,
        name: str,
        source: str,
        passages: Sequence[Passage],
        *,
        along: Work[object] = _nothing,
    ) -> int:
        """The document's id. What was there from the same source in this scope gives way to it.

        Nobody else's write waits for all of it; what is short is one write. `along` happens if and when the
        document is whole.
        """
        rows = await asyncio.to_thread(lambda: [_rows(name, passage) for passage in passages])
        document = {"scope": scope, "name": name, "source": source, "now": now_ms()}
        slices = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)] or [[]]
        document_id, number = 0, 0
        for place, slice_ in enumerate(slices, 1):
            numbered = [{**row, "number": n} for n, row in enumerate(slice_, number)]
            end = along if place == len(slices) else None
            write = _writing(document, document_id, numbered, end)
            document_id, more = await self.database.write(write)
            self._documents[scope] += more
            number += len(slice_)
        return document_id

    async def remove(self, scope: str, source: str) -> bool:
        """False if there is no document from that source in the scope."""
        values = {"scope": scope, "source": source}
        removed = await self.database.write(
            lambda connection: _removed(connection, "scope = :scope AND source = :source", values)
        )
        self._documents[scope] -= removed
        return removed > 0

    async def forget(self, scope: str) -> int:
        """Removes all the scope holds, its words in the index included; returns how many documents."""

        def work(connection: sqlite3.Connection) -> int:
            removed = _removed(connection, "scope = :scope", {"scope": scope})
            if removed:  # deleted words stay in the index's file until its parts are merged
                connection.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")
            return removed

        removed = await self.database.write(work)
        self._documents.pop(scope, None)
        return removed

    async def move(self, old: str, new: str) -> None:
        """What the old scope holds is in the new one from now on."""

        def work(connection: sqlite3.Connection) -> None:
            values = {"old": old, "new": new, "word": scope_word(new)}
            connection.execute(
                "DELETE FROM documents WHERE scope = :new AND source IN "
                "(SELECT source FROM documents WHERE scope = :old)",
                values,
            )
            connection.execute(
                "UPDATE passage_words SET scope = :word WHERE rowid IN (SELECT p.id FROM passages p "
                "JOIN documents d ON d.id = p.document_id WHERE d.scope = :old)",
                values,
            )
            connection.execute("UPDATE documents SET scope = :new WHERE scope = :old", values)

        await self.database.write(work)
        self._documents[new] += self._documents.pop(old, 0)

    async def documents(self, scopes: Sequence[str], *, source: str | None = None) -> list[Document]:
        """Of these scopes, the oldest first; only that from one source, if so wished."""
        query = (
            "SELECT d.id, d.scope, d.name, d.source, count(p.id), d.created_ms FROM documents d "
            "LEFT JOIN passages p ON p.document_id = d.id "
            f"WHERE d.is_whole = 1 AND d.scope IN {_places(scopes)} "
            "AND (:source IS NULL OR d.source = :source) GROUP BY d.id ORDER BY d.id"
        )
        values = {**_named(scopes), "source": source}
        found = await self.database.read(lambda c: c.execute(query, values).fetchall())
        return [Document(*fields) for fields in found]

    async def document(self, scope: str, source: str) -> Document | None:
        return next((one for one in await self.documents((scope,), source=source)), None)

    async def by_words(
        self, scopes: Sequence[str], question: str, most: int, *, all_words: bool = False
    ) -> list[int]:
        """The passages with words of the question, the best first: what is rare in all texts says most."""
        match = matching(question, tuple(scopes), all_words=all_words)
        if not match:
            return []
        query = (
            "SELECT w.rowid FROM passage_words w JOIN passages p ON p.id = w.rowid "
            "JOIN documents d ON d.id = p.document_id "
            f"WHERE w.passage_words MATCH :match AND d.is_whole = 1 AND d.scope IN {_places(scopes)} "
            "ORDER BY bm25(passage_words, 0.0, 1.0), w.rowid LIMIT :most"
        )
        values = {**_named(scopes), "match": match, "most": most}
        found = await self.database.search(lambda c: c.execute(query, values).fetchall())
        return [passage_id for (passage_id,) in found]

    async def by_meaning(
        self, scopes: Sequence[str], vector: bytes, space: Space, most: int
    ) -> list[tuple[int, float]]:
        """The passages nearest to the vector, each with its distance: 0 the same direction, 2 the opposite."""
        query = (
            f"SELECT p.id, {DISTANCE}(v.vector, :vector) AS distance FROM documents d "
            f"JOIN passages p ON p.document_id = d.id JOIN vectors v ON v.hash = p.hash AND {_IN_SPACE} "
            f"WHERE d.is_whole = 1 AND d.scope IN {_places(scopes)} ORDER BY distance, p.id LIMIT :most"
        )
        values = {**_named(scopes), **_of(space), "vector": vector, "most": most}
        return await self.database.search(lambda c: c.execute(query, values).fetchall())

    async def get(self, passage_ids: Sequence[int], scopes: Sequence[str]) -> list[FoundPassage]:
        """Those of the passages that are in the scopes, in the order of the ids."""
        query = f"{_FOUND} WHERE p.id IN (SELECT value FROM json_each(:ids)) AND d.scope IN {_places(scopes)}"
        values = {**_named(scopes), "ids": json.dumps(list(passage_ids))}
        found = {one[0]: one for one in await self.database.read(lambda c: c.execute(query, values).fetchall())}
        return [_found(*found[passage_id]) for passage_id in passage_ids if passage_id in found]

    async def newest(self) -> int:
        """The id of the newest passage, 0 if there is none."""
        query = "SELECT coalesce(max(id), 0) FROM passages"
        (newest,) = await self.database.read(lambda connection: connection.execute(query).fetchone())
        return int(newest)

    async def unembedded(
        self, space: Space, *, after: int = 0, most: int, document_id: int | None = None
    ) -> list[Unembedded]:
        """Passages behind that one without a vector in the space, each content once."""
        query = (
            "SELECT min(p.id), p.hash, d.name, p.text, p.headings FROM passages p "
            "JOIN documents d ON d.id = p.document_id "
            "WHERE p.id > :after AND (:document IS NULL OR p.document_id = :document) "
            f"AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.hash = p.hash AND {_IN_SPACE}) "
            "GROUP BY p.hash ORDER BY 1 LIMIT :most"
        )
        values = {**_of(space), "after": after, "document": document_id, "most": most}
        found = await self.database.search(lambda c: c.execute(query, values).fetchall())
        return [
            Unembedded(passage_id, hash, embedded_text(name, Passage(text, tuple(json.loads(headings)))))
            for passage_id, hash, name, text, headings in found
        ]

    async def keep_vectors(self, vectors: Iterable[tuple[bytes, bytes]], space: Space) -> None:
        """Keeps the vector of each content, by its hash; not of what was removed meanwhile."""
        query = (
            "INSERT INTO vectors (hash, model, dimensions, vector) "
            "SELECT :hash, :model, :dimensions, :vector "
            "WHERE EXISTS (SELECT 1 FROM passages WHERE hash = :hash) "
            "ON CONFLICT (hash, model, dimensions) DO UPDATE SET vector = excluded.vector"
        )
        rows = [{**_of(space), "hash": hash, "vector": vector} for hash, vector in vectors]
        await self.database.write(lambda connection: connection.executemany(query, rows))

    async def drop_vectors_but(self, space: Space) -> int:
        """Removes what earlier models left; returns how many vectors."""
        query = "DELETE FROM vectors WHERE NOT (model = :model AND dimensions = :dimensions)"
        return await self.database.write(lambda connection: connection.execute(query, _of(space)).rowcount)


def embedded_text(name: str, passage: Passage) -> str:
    """What stands for the passage where meanings are compared: its words, and where they stand."""
    above = " › ".join(part for part in (name, *passage.headings) if part)
    return f"{above}\n\n{passage.text}" if above else passage.text


def _rows(name: str, passage: Passage) -> dict[str, object]:
    text = embedded_text(name, passage)
    return {
        "headings": json.dumps(passage.headings, ensure_ascii=False),
        "page": passage.page,
        "text": passage.text,
        "hash": hashlib.sha256(text.encode("utf-8", "replace")).digest()[:20],
        "words": indexed(text),
    }


def _writing(
    document: Mapping[str, object],
    document_id: int,
    rows: Sequence[Mapping[str, object]],
    end: Work[object] | None,
) -> Work[tuple[int, int]]:
    """`_write` of these; no `partial`, which would show the texts to whoever logs it."""
    return lambda connection: _write(document, document_id, rows, end, connection)


def _write(
    document: Mapping[str, object],
    document_id: int,
    rows: Sequence[Mapping[str, object]],
    end: Work[object] | None,
    connection: sqlite3.Connection,
) -> tuple[int, int]:
    """Begins the document if it has no id yet, goes on with it, and ends it if `end` says so.

    Its id, and how many more whole documents there are now.
    """
    if not document_id:
        query = (
            "INSERT INTO documents (scope, name, source, created_ms) "
            "VALUES (:scope, :name, :source, :now) RETURNING id"
        )
        (document_id,) = connection.execute(query, document).fetchone()
    named = {"document_id": document_id, "scope": scope_word(str(document["scope"]))}
    _insert([{**named, **row} for row in rows], connection)
    if end is None:
        return document_id, 0
    more = _finish({**document, "id": document_id}, connection)
    end(connection)
    return document_id, more


def _insert(rows: Iterable[Mapping[str, object]], connection: sqlite3.Connection) -> None:
    """Nothing, if the document has been removed meanwhile."""
    query = (
        "INSERT INTO passages (document_id, number, headings, page, text, hash) "
        "SELECT id, :number, :headings, :page, :text, :hash FROM documents WHERE id = :document_id RETURNING id"
    )
    words = "INSERT INTO passage_words (rowid, scope, words) VALUES (:id, :scope, :words)"
    for row in rows:
        for (passage_id,) in connection.execute(query, row).fetchall():
            connection.execute(words, {**row, "id": passage_id})


def _removed(connection: sqlite3.Connection, where: str, values: Mapping[str, object]) -> int:
    """How many whole documents were there; those being written go, too."""
    query = f"SELECT count(*) FROM documents WHERE is_whole = 1 AND {where}"
    (count,) = connection.execute(query, values).fetchone()
    connection.execute(f"DELETE FROM documents WHERE {where}", values)
    return int(count)


def _finish(values: Mapping[str, object], connection: sqlite3.Connection) -> int:
    """The document is whole; how many more there are than before. A content that both editions have keeps its
    vector, because the old one goes last."""
    query = "DELETE FROM documents WHERE scope = :scope AND source = :source AND is_whole = 1 AND id <> :id"
    replaced = connection.execute(query, values).rowcount
    added = connection.execute("UPDATE documents SET is_whole = 1 WHERE id = :id", values).rowcount
    return added - replaced


def _found(
    passage_id: int,
    document_id: int,
    scope: str,
    name: str,
    source: str,
    text: str,
    headings: str,
    page: int,
) -> FoundPassage:
    passage = Passage(text, tuple(json.loads(headings)), page)
    return FoundPassage(passage_id, document_id, scope, name, source, passage)


def _places(scopes: Sequence[str]) -> str:
    return f"({', '.join(f':scope{number}' for number in range(len(scopes)))})"


def _named(scopes: Sequence[str]) -> Mapping[str, object]:
    return {f"scope{number}": scope for number, scope in enumerate(scopes)}


def _of(space: Space) -> Mapping[str, object]:
    return {"model": space.model, "dimensions": space.dimensions}
