"""A thread continued in two ways: its turns copied into another one."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

from domain.turn import ConversationKey, Turn
from storage.database import now_ms
from storage.turns import request_as_text, request_from

_COPIES_BELOW = -(1 << 48)  # the ids of copies; those of drawings that were noted are negative, too, and small


def copy_up_to(
    connection: sqlite3.Connection, thread_id: int, turn_id: int | None, to: Mapping[str, object]
) -> int:
    """Makes a thread with the turns up to that one (all, without one) and puts it in place of the active one.

    What was answered stays readable word for word, with its pictures and files. Usage and message ids are not
    copied: what was paid is paid once, and the messages belong to the first thread.
    """
    values = {**to, "source": thread_id, "turn": turn_id, "now": now_ms()}
    query = (
        "SELECT position FROM turns WHERE id = :turn AND thread_id = :source"
        if turn_id is not None
        else "SELECT coalesce(max(position), 0) FROM turns WHERE thread_id = :source"
    )
    (last,) = connection.execute(query, values).fetchone() or (0,)
    connection.execute(
        "UPDATE threads SET is_active = 0 WHERE chat_id = :chat_id AND topic_id = :topic_id "
        "AND user_id = :user_id AND is_active = 1",
        values,
    )
    # A summary of more than what is copied would tell what has not happened here.
    copied = connection.execute(
        "INSERT INTO threads (chat_id, topic_id, user_id, is_active, title, assistant, chosen_by, summary, "
        "summed_up_to, created_ms, updated_ms) SELECT :chat_id, :topic_id, :user_id, 1, :title, assistant, "
        "chosen_by, CASE WHEN summed_up_to <= :last THEN summary ELSE '' END, "
        "CASE WHEN summed_up_to <= :last THEN summed_up_to ELSE 0 END, :now, :now "
        "FROM threads WHERE id = :source RETURNING id",
        {**values, "last": last},
    ).fetchone()
    new_id = int(copied[0])
    _copy_turns(connection, {**values, "last": last, "thread_id": new_id})
    return new_id


def _copy_turns(connection: sqlite3.Connection, values: Mapping[str, object]) -> None:
    found = connection.execute(
        "SELECT id, request FROM turns WHERE thread_id = :source AND position <= :last AND state = 'closed' "
        "ORDER BY position, id",
        values,
    ).fetchall()
    (lowest,) = connection.execute("SELECT min(id) FROM turns").fetchone()
    next_id = min(lowest or 0, _COPIES_BELOW)
    key = ConversationKey(int(str(values["chat_id"])), int(str(values["topic_id"])))
    for old_id, request in found:
        next_id -= 1
        copy = _copied(request_from(request), next_id, key)
        connection.execute(
            "INSERT INTO turns (id, thread_id, position, chat_id, topic_id, state, request, question, answer, "
            "ending, model, material, run, task, created_ms, closed_ms) SELECT :id, :thread_id, position, "
            ":chat_id, :topic_id, 'closed', :request, question, answer, ending, model, material, run, task, "
            "created_ms, closed_ms FROM turns WHERE id = :old",
            {**values, "id": next_id, "old": old_id, "request": request_as_text(copy)},
        )


def _copied(turn: Turn, turn_id: int, key: ConversationKey) -> Turn:
    return replace(turn, id=turn_id, update_ids=(), key=key, again_of=None, in_place=False)
