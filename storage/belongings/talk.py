"""What a person said and was answered: their own threads, and their words in those of groups."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from domain.material import Material
from domain.steps import JsonValue
from domain.turn import ConversationKey, Turn
from storage.belongings import drawings
from storage.belongings.kinds import Whose
from storage.belongings.traces import empty_updates, untie
from storage.turns import material_as_text, material_from, request_as_text, request_from

OWN_THREADS = "(chat_id = :user OR (chat_id < 0 AND user_id = :user))"
"""The condition for the threads that are a person's alone: a private chat has the id of its person."""


@dataclass(frozen=True, slots=True)
class Uttered:
    """A turn of a group's thread in which a person had a say, perhaps with others."""

    turn: Turn
    material: Material
    thread_id: int
    answer: str
    created_ms: int

    def is_all_of(self, user_id: int) -> bool:
        return all(said.person.user_id == user_id for said in self.turn.said)


@dataclass(frozen=True, slots=True)
class Talk:
    """`storage.belongings.kinds.Belongings`. `worded` is the question as a turn and its material make it."""

    worded: Callable[[Turn, Material], str]
    name: str = "group_messages"
    tables: frozenset[str] = frozenset({"threads", "turns", "steps", "inbox", "failures", "to_index"})

    def count(self, connection: sqlite3.Connection, whose: Whose) -> Mapping[str, int]:
        ids = thread_ids(connection, whose)
        said = 0 if whose.thread_id else len(uttered(connection, whose.user_id))
        threads, turns = 0, 0
        for thread_id in ids:
            query = "SELECT count(*) FROM turns WHERE thread_id = ? AND question <> ''"
            (found,) = connection.execute(query, (thread_id,)).fetchone()
            threads, turns = threads + (found > 0), turns + found
        return {"threads": threads, "messages": turns + said}

    def rows(self, connection: sqlite3.Connection, user_id: int) -> Iterable[JsonValue]:
        """Their words in groups' threads; the answer, too, where nobody else had a say in the question."""
        for one in uttered(connection, user_id):
            own = _kept(one.turn, lambda said_by: said_by == user_id)
            yield {
                "turn_id": one.turn.id,
                "chat_id": one.turn.key.chat_id,
                "topic_id": one.turn.key.topic_id,
                "asked_ms": one.created_ms,
                "messages": [
                    {"message_id": said.message_id, "text": said.text, "about": said.about} for said in own.said
                ],
                "answer": one.answer if one.is_all_of(user_id) else None,
            }

    def forget(self, connection: sqlite3.Connection, whose: Whose) -> None:
        for thread_id in thread_ids(connection, whose):
            erase_thread(connection, thread_id)
        if whose.thread_id:
            return
        for one in uttered(connection, whose.user_id):
            _forget_in_group(connection, one, whose.user_id, self.worded)
        empty_updates(connection, received(connection, whose))
        connection.execute("UPDATE threads SET chosen_by = 0 WHERE chosen_by = :user", whose.values)


def thread_ids(connection: sqlite3.Connection, whose: Whose) -> list[int]:
    if whose.thread_id:
        return [whose.thread_id]
    query = f"SELECT id FROM threads WHERE {OWN_THREADS} ORDER BY id"
    return [int(thread_id) for (thread_id,) in connection.execute(query, whose.values)]


def thread_sizes(connection: sqlite3.Connection, user_id: int) -> list[tuple[int, int]]:
    """The person's own threads in which something was said, each with about its bytes when written out."""
    columns = ("request", "question", "answer", "material", "run")
    size = " + ".join(f"length(CAST({column} AS BLOB))" for column in columns)
    query = (
        f"SELECT thread_id, 2 * sum({size}) FROM turns WHERE thread_id IN "
        f"(SELECT id FROM threads WHERE {OWN_THREADS}) AND state <> 'open' "
        "AND (question <> '' OR answer <> '') GROUP BY thread_id ORDER BY thread_id"
    )
    return connection.execute(query, {"user": user_id}).fetchall()


def uttered(connection: sqlite3.Connection, user_id: int) -> list[Uttered]:
    """The turns in threads of groups in which the person had a say."""
    query = (
        "SELECT t.request, t.material, t.thread_id, t.answer, t.created_ms FROM turns t "
        "JOIN threads ON threads.id = t.thread_id WHERE t.chat_id < 0 AND threads.user_id <> :user "
        "AND t.request LIKE :mentions ORDER BY t.id"
    )
    values = {"user": user_id, "mentions": f'%"user_id":{user_id},%'}  # as pydantic writes it
    found = (
        Uttered(request_from(request), material_from(material), thread_id, answer, created_ms)
        for request, material, thread_id, answer, created_ms in connection.execute(query, values).fetchall()
    )
    return [one for one in found if _has_say(one.turn, user_id)]


def open_turns(connection: sqlite3.Connection, whose: Whose) -> list[tuple[int, ConversationKey]]:
    """What is being answered of it."""
    query = "SELECT id, chat_id, topic_id, thread_id, request FROM turns WHERE state = 'open' ORDER BY id"
    own = set(thread_ids(connection, whose))
    return [
        (int(turn_id), ConversationKey(chat_id, topic_id))
        for turn_id, chat_id, topic_id, thread_id, request in connection.execute(query).fetchall()
        if thread_id in own or (not whose.thread_id and _has_say(request_from(request), whose.user_id))
    ]


def _has_say(turn: Turn, user_id: int) -> bool:
    return any(said.person.user_id == user_id for said in turn.said)


def erase_thread(connection: sqlite3.Connection, thread_id: int) -> None:
    """The thread with its turns and drawings, as if it had never been."""
    query = "SELECT id FROM drawings WHERE thread_id = ?"
    drawings.erase(connection, [int(one) for (one,) in connection.execute(query, (thread_id,)).fetchall()])
    query = "SELECT request FROM turns WHERE thread_id = ?"
    found = [request_from(request) for (request,) in connection.execute(query, (thread_id,)).fetchall()]
    _erase_turns(connection, found)
    connection.execute("DELETE FROM threads WHERE id = ?", (thread_id,))


def _erase_turns(connection: sqlite3.Connection, turns: Sequence[Turn]) -> None:
    ids = [turn.id for turn in turns]
    empty_updates(connection, [update_id for turn in turns for update_id in (turn.id, *turn.update_ids)])
    untie(connection, ids)
    these = "(SELECT value FROM json_each(:ids))"
    values = {"ids": json.dumps(ids)}
    connection.execute(f"DELETE FROM steps WHERE turn_id IN {these}", values)
    connection.execute(f"DELETE FROM turns WHERE id IN {these}", values)
    connection.executemany("DELETE FROM to_index WHERE source = ?", [(f"turn:{one}",) for one in ids])


def _forget_in_group(
    connection: sqlite3.Connection, one: Uttered, user_id: int, worded: Callable[[Turn, Material], str]
) -> None:
    """Their own turn goes; of one with others only their words, and the answer, which may repeat them."""
    _forget_derived(connection, one)
    if one.is_all_of(user_id):
        _erase_turns(connection, [one.turn])
        return
    left = replace(_kept(one.turn, lambda said_by: said_by != user_id), instruction="")
    ids = {said.message_id for said in left.said}
    material = Material(tuple(brought for brought in one.material.brought if brought.message_id in ids))
    connection.execute(
        # The state is set, too: what changes it has the turn indexed anew.
        "UPDATE turns SET request = :request, material = :material, question = :question, answer = '', "
        "run = '', state = state WHERE id = :id",
        {
            "id": one.turn.id,
            "request": request_as_text(left),
            "material": material_as_text(material),
            "question": worded(left, material),
        },
    )
    connection.execute("DELETE FROM steps WHERE turn_id = ?", (one.turn.id,))
    connection.execute("DELETE FROM documents WHERE source = ?", (f"turn:{one.turn.id}",))


def _forget_derived(connection: sqlite3.Connection, one: Uttered) -> None:
    """A summary may hold the turn in other words, and a title was made of the first one."""
    values = {"turn": one.turn.id, "thread": one.thread_id}
    position = "(SELECT position FROM turns WHERE id = :turn)"
    connection.execute(
        f"UPDATE threads SET summary = '', summed_up_to = 0 WHERE id = :thread AND summed_up_to >= {position}",
        values,
    )
    first = "(SELECT min(position) FROM turns WHERE thread_id = :thread)"
    connection.execute(f"UPDATE threads SET title = '' WHERE id = :thread AND {position} = {first}", values)


def received(connection: sqlite3.Connection, whose: Whose) -> list[int]:
    """What Telegram sent of their private chat, and of them in groups, and we still have."""
    came = "accepted_ms <= :before AND raw <> ''"
    values = {**whose.values, "mentions": f'%"id":{whose.user_id},%'}  # as the inbox writes it
    query = f"SELECT update_id FROM inbox WHERE {came} AND chat_id = :user"
    found = [int(update_id) for (update_id,) in connection.execute(query, values).fetchall()]
    query = f"SELECT update_id, raw FROM inbox WHERE {came} AND chat_id <> :user AND raw LIKE :mentions"
    elsewhere = connection.execute(query, values).fetchall()
    return found + [int(one) for one, raw in elsewhere if sender_of(json.loads(raw)) == whose.user_id]


def sender_of(update: Mapping[str, object]) -> int:
    """The id of who caused the update, 0 where nobody did."""
    for kind in update.values():
        if isinstance(kind, Mapping):
            sender = cast("Mapping[str, Any]", kind).get("from")
            if isinstance(sender, Mapping):
                return int(cast("Mapping[str, Any]", sender).get("id") or 0)
    return 0


def _kept(turn: Turn, wanted: Callable[[int], bool]) -> Turn:
    return replace(turn, said=tuple(said for said in turn.said if wanted(said.person.user_id)))
