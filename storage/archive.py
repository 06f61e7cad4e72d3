"""Threads as a whole: listed, searched, named, copied, read out, and deleted."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.material import Material
from domain.turn import ConversationKey, Turn
from storage.branching import copy_up_to
from storage.database import Database, now_ms
from storage.turns import Run, material_from, request_from, run_from

_LIKE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
_LISTED = (
    "is_deleted = 0 AND EXISTS (SELECT 1 FROM turns WHERE turns.thread_id = threads.id "
    "AND turns.state <> 'replaced' AND (turns.question <> '' OR turns.state = 'open'))"
)
_COLUMNS = (
    "id, chat_id, topic_id, user_id, title, assistant, is_active, updated_ms, "
    "coalesce((SELECT question FROM turns WHERE turns.thread_id = threads.id AND question <> '' "
    "AND state = 'closed' AND task = '' ORDER BY position LIMIT 1), '') AS opening"
)


@dataclass(frozen=True, slots=True)
class ThreadsOf:
    """Whose threads: those of a conversation, or of one person in it (`user_id`).

    `in_whole_chat`: those of all topics, as in a private chat.
    """

    key: ConversationKey
    user_id: int = 0
    in_whole_chat: bool = False

    @property
    def condition(self) -> str:
        topic = "" if self.in_whole_chat else "AND threads.topic_id = :topic_id "
        return f"threads.chat_id = :chat_id {topic}AND threads.user_id = :user_id"

    @property
    def values(self) -> Mapping[str, object]:
        return {"chat_id": self.key.chat_id, "topic_id": self.key.topic_id, "user_id": self.user_id}


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as a list shows it; `opening` is its first question."""

    id: int
    key: ConversationKey
    user_id: int
    title: str
    assistant: str
    is_active: bool
    updated_ms: int
    opening: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn as it is read out."""

    turn: Turn
    question: str
    answer: str
    ending: str
    model: str
    answer_message_ids: tuple[int, ...]
    material: Material
    run: Run
    asked_ms: int
    is_replaced: bool = False


class Archive:
    """Whoever asks says whose threads they mean: no thread of somebody else is found, or changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, thread_id: int, of: ThreadsOf) -> Thread | None:
        query = f"SELECT {_COLUMNS} FROM threads WHERE id = :id AND is_deleted = 0 AND {of.condition}"
        values = {**of.values, "id": thread_id}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return _thread(*found) if found else None

    async def page(self, of: ThreadsOf, *, skip: int, most: int) -> tuple[Sequence[Thread], int]:
        """The newest first, and how many there are in all."""
        return await self._listed(f"{_LISTED} AND {of.condition}", of.values, skip=skip, most=most)

    async def search(self, of: ThreadsOf, words: str, *, skip: int, most: int) -> tuple[Sequence[Thread], int]:
        """Those in whose title, questions or answers these words stand, in this order."""
        spellings = dict.fromkeys((words, words.lower(), words.upper(), words.capitalize(), words.title()))
        # LIKE tells the case of letters apart unless they are Latin.
        texts = [f":like{number}" for number in range(len(spellings))]
        values = {f"like{n}": f"%{one.translate(_LIKE)}%" for n, one in enumerate(spellings)}
        in_title = _any("title", texts)
        in_turns = f"{_any('question', texts)} OR {_any('answer', texts)}"
        condition = (
            f"is_deleted = 0 AND {of.condition} AND ({in_title} OR EXISTS (SELECT 1 FROM turns "
            f"WHERE turns.thread_id = threads.id AND turns.state = 'closed' AND ({in_turns})))"
        )
        return await self._listed(condition, {**of.values, **values}, skip=skip, most=most)

    async def _listed(
        self, condition: str, values: Mapping[str, object], *, skip: int, most: int
    ) -> tuple[Sequence[Thread], int]:
        listed = (
            f"SELECT {_COLUMNS} FROM threads WHERE {condition} "
            "ORDER BY updated_ms DESC, id DESC LIMIT :most OFFSET :skip"
        )
        counted = f"SELECT count(*) FROM threads WHERE {condition}"
        bounds = {"skip": skip, "most": most}

        def work(connection: sqlite3.Connection) -> tuple[Sequence[Thread], int]:
            found = connection.execute(listed, {**values, **bounds}).fetchall()
            (count,) = connection.execute(counted, values).fetchone()
            return [_thread(*fields) for fields in found], int(count)

        return await self._database.read(work)

    async def get(self, thread_ids: Sequence[int]) -> Sequence[Thread]:
        """These threads; whoever asks has made sure whose they are."""
        query = f"SELECT {_COLUMNS} FROM threads WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
        values = {"ids": json.dumps(list(thread_ids))}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchall())
        return [_thread(*fields) for fields in found]

    async def rename(self, thread_id: int, title: str) -> None:
        query = "UPDATE threads SET title = :title WHERE id = :id AND is_deleted = 0"
        values = {"id": thread_id, "title": title}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def entitle(self, thread_id: int, title: str) -> bool:
        """Gives it a title unless it has one; False if it has, or is gone."""
        query = "UPDATE threads SET title = :title WHERE id = :id AND title = '' AND is_deleted = 0"
        values = {"id": thread_id, "title": title}
        return await self._database.write(lambda connection: connection.execute(query, values).rowcount == 1)

    async def is_untitled(self, thread_id: int) -> bool:
        query = "SELECT 1 FROM threads WHERE id = :id AND title = '' AND is_deleted = 0"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": thread_id}).fetchone()
        )
        return found is not None

    async def turn_of_message(self, of: ThreadsOf, message_id: int) -> tuple[int, int] | None:
        """The thread and the finished turn that a message is the question or an answer of; the newest one."""
        query = (
            "SELECT turns.thread_id, turns.id FROM turns JOIN threads ON threads.id = turns.thread_id "
            "WHERE turns.state = 'closed' AND threads.is_deleted = 0 AND "
            f"{of.condition} AND "
            "(replace(replace(replace(answer_message_ids, '[', ','), ']', ','), ' ', '') LIKE :answer "
            "OR request LIKE :question) ORDER BY turns.thread_id DESC, turns.position DESC LIMIT 1"
        )
        values = {
            **of.values,
            "answer": f"%,{message_id},%",
            "question": f'%"message_id":{message_id},%',  # as pydantic writes it; what people say is escaped
        }
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return (int(found[0]), int(found[1])) if found else None

    async def branch(self, thread_id: int, to: ThreadsOf, *, up_to_turn_id: int | None, title: str) -> int:
        """A copy of the thread, up to that turn or all of it, which is the active one there; its id."""
        return await self._database.write(
            lambda connection: copy_up_to(connection, thread_id, up_to_turn_id, {**to.values, "title": title})
        )

    async def entries(self, thread_id: int, *, with_replaced: bool = False) -> Sequence[Entry]:
        """Every finished question and task of the thread; those that were replaced if they are wanted."""
        states = "('closed', 'replaced')" if with_replaced else "('closed')"
        query = (
            "SELECT request, question, answer, ending, model, answer_message_ids, material, run, created_ms, "
            f"state = 'replaced' FROM turns WHERE thread_id = :id AND state IN {states} "
            "AND (question <> '' OR answer <> '') ORDER BY position, id"
        )
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": thread_id}).fetchall()
        )
        return [_entry(*fields) for fields in found]

    async def delete(self, thread_id: int) -> bool:
        """Everything said in it is gone; False while one of its turns is being answered.

        Its row stays, empty, for the drawings that were ordered in it and are still in somebody's gallery.
        """
        values = {"id": thread_id, "now": now_ms()}

        def work(connection: sqlite3.Connection) -> bool:
            query = "SELECT 1 FROM turns WHERE thread_id = :id AND state = 'open'"
            if connection.execute(query, values).fetchone():
                return False
            turns = "SELECT id FROM turns WHERE thread_id = :id"
            connection.execute(f"DELETE FROM steps WHERE turn_id IN ({turns})", values)
            connection.execute("DELETE FROM turns WHERE thread_id = :id", values)
            connection.execute(
                "UPDATE threads SET is_deleted = 1, is_active = 0, title = '', summary = '', assistant = '', "
                "summed_up_to = 0, updated_ms = :now WHERE id = :id",
                values,
            )
            return True

        return await self._database.write(work)


def _any(column: str, values: Sequence[str]) -> str:
    return "(" + " OR ".join(f"{column} LIKE {value} ESCAPE '\\'" for value in values) + ")"


def _thread(
    id: int,
    chat_id: int,
    topic_id: int,
    user_id: int,
    title: str,
    assistant: str,
    is_active: int,
    updated_ms: int,
    opening: str,
) -> Thread:
    key = ConversationKey(chat_id, topic_id)
    return Thread(id, key, user_id, title, assistant, bool(is_active), updated_ms, opening)


def _entry(
    request: str,
    question: str,
    answer: str,
    ending: str,
    model: str,
    message_ids: str,
    material: str,
    run: str,
    asked_ms: int,
    is_replaced: int,
) -> Entry:
    return Entry(
        request_from(request),
        question,
        answer,
        ending,
        model,
        tuple(json.loads(message_ids)),
        material_from(material),
        run_from(run),
        asked_ms,
        bool(is_replaced),
    )
