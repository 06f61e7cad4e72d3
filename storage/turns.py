"""Turns and their steps: what was asked, how far its answer got, and what became of it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from domain.material import Material
from domain.run import Citation, RunStep
from domain.steps import Json, Steps
from domain.turn import Answer, ConversationKey, Turn
from storage.database import Database, now_ms
from storage.inbox import mark_done

_request = TypeAdapter(Turn)
_material = TypeAdapter(Material)
_NO_MATERIAL = Material()


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn with the thread it belongs to, and whether a person has stopped its answer."""

    turn: Turn
    thread_id: int
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What was done for an answer, and the sources it names, in the order of their numbers."""

    steps: tuple[RunStep, ...] = ()
    citations: tuple[Citation, ...] = ()


_run = TypeAdapter(Run)


class TurnSteps:
    """The `Steps` of one turn. What this process has read or recorded is not read again."""

    def __init__(self, database: Database, turn_id: int) -> None:
        self._database = database
        self._turn_id = turn_id
        self._known: dict[str, Json] | None = None

    async def result(self, step: str) -> Json | None:
        if self._known is None:
            self._known = await self._read()
        return self._known.get(step)

    async def record(self, step: str, result: Json) -> None:
        query = (
            "INSERT INTO steps (turn_id, step, result, recorded_ms) VALUES (:turn_id, :step, :result, :now) "
            "ON CONFLICT (turn_id, step) DO UPDATE SET result = excluded.result"
        )
        text = json.dumps(result, ensure_ascii=False)
        values = {"turn_id": self._turn_id, "step": step, "result": text, "now": now_ms()}
        await self._database.write(lambda connection: connection.execute(query, values))
        if self._known is not None:
            self._known[step] = result

    def begin_empty(self) -> "TurnSteps":
        """For a turn just begun: it has no steps, so none need be looked for."""
        self._known = {}
        return self

    async def _read(self) -> dict[str, Json]:
        query = "SELECT step, result FROM steps WHERE turn_id = :turn_id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"turn_id": self._turn_id}).fetchall()
        )
        return {step: json.loads(result) for step, result in found}


class Turns:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, turn: Turn, thread_id: int) -> Steps:
        """Takes the turn into the books. Beginning a turn that is there already changes nothing.

        A turn that replaces another takes its place in the order of the thread.
        """
        values = {
            "id": turn.id,
            "thread_id": thread_id,
            "again_of": turn.again_of,
            "task": turn.task,
            "chat_id": turn.key.chat_id,
            "topic_id": turn.key.topic_id,
            "request": request_as_text(turn),
            "now": now_ms(),
        }
        query = (
            "INSERT INTO turns "
            "(id, thread_id, position, chat_id, topic_id, state, task, request, created_ms) "
            "VALUES (:id, :thread_id, coalesce((SELECT position FROM turns WHERE id = :again_of), "
            "(SELECT coalesce(max(position), 0) + 1 FROM turns WHERE thread_id = :thread_id)), "
            ":chat_id, :topic_id, 'open', :task, :request, :now) ON CONFLICT (id) DO NOTHING"
        )
        is_new = await self._database.write(lambda connection: connection.execute(query, values).rowcount == 1)
        steps = TurnSteps(self._database, turn.id)
        return steps.begin_empty() if is_new else steps

    def steps(self, turn_id: int) -> Steps:
        return TurnSteps(self._database, turn_id)

    async def open_turns(self) -> list[StoredTurn]:
        """The turns a restart interrupted, oldest first."""
        query = "SELECT request, thread_id, is_stopped FROM turns WHERE state = 'open' ORDER BY id"
        found = await self._database.read(lambda connection: connection.execute(query).fetchall())
        return [_stored(*fields) for fields in found]

    async def open_turn(self, turn_id: int) -> StoredTurn | None:
        query = "SELECT request, thread_id, is_stopped FROM turns WHERE id = :id AND state = 'open'"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": turn_id}).fetchone()
        )
        return _stored(*found) if found else None

    async def last(self, thread_id: int) -> StoredTurn | None:
        """The thread's last finished question, failed or not; tasks, as reading aloud, are none."""
        return await self._last(thread_id, "AND task = ''")

    async def last_of_any_kind(self, thread_id: int) -> StoredTurn | None:
        """The thread's last finished turn, be it a question or a task."""
        return await self._last(thread_id, "")

    async def _last(self, thread_id: int, condition: str) -> StoredTurn | None:
        query = (
            "SELECT request, thread_id, is_stopped FROM turns WHERE thread_id = :thread_id "
            f"AND state = 'closed' {condition} ORDER BY position DESC, id DESC LIMIT 1"
        )
        found = await self._database.read(
            lambda connection: connection.execute(query, {"thread_id": thread_id}).fetchone()
        )
        return _stored(*found) if found else None

    async def answer_messages(self, turn_id: int) -> tuple[int, ...]:
        """The message ids of a turn's answer, first part first."""
        query = "SELECT answer_message_ids FROM turns WHERE id = :id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": turn_id}).fetchone()
        )
        return tuple(json.loads(found[0])) if found else ()

    async def thread(self, turn_id: int) -> int:
        """The id of the turn's thread, 0 if there is no such turn."""
        query = "SELECT thread_id FROM turns WHERE id = :id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": turn_id}).fetchone()
        )
        return int(found[0]) if found else 0

    async def answer_text(self, key: ConversationKey, turn_id: int) -> str | None:
        """The answer of a closed turn of that conversation; None if there is none."""
        query = (
            "SELECT answer FROM turns WHERE id = :id AND chat_id = :chat_id AND topic_id = :topic_id "
            "AND state <> 'open'"
        )
        values = {"id": turn_id, "chat_id": key.chat_id, "topic_id": key.topic_id}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return str(found[0]) if found and found[0] else None

    async def run(self, key: ConversationKey, turn_id: int) -> Run | None:
        """What was done for the answer of a closed turn of that conversation; None if there is no such turn."""
        query = (
            "SELECT run FROM turns WHERE id = :id AND chat_id = :chat_id AND topic_id = :topic_id "
            "AND state <> 'open'"
        )
        values = {"id": turn_id, "chat_id": key.chat_id, "topic_id": key.topic_id}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        if found is None:
            return None
        return run_from(found[0])

    async def has_task(self, key: ConversationKey, task: str, since: int) -> bool:
        """Whether a turn after that one has done, or is about to do, this task in the conversation."""
        query = (
            "SELECT 1 FROM turns WHERE chat_id = :chat_id AND topic_id = :topic_id AND id > :since "
            "AND (state = 'open' OR ending = 'completed') AND request LIKE :task LIMIT 1"
        )
        values = {
            "chat_id": key.chat_id,
            "topic_id": key.topic_id,
            "since": since,
            "task": f'%"task":"{task}"%',  # as pydantic writes it; a quotation mark in what was said is escaped
        }
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return found is not None

    async def request_stop(self, turn_id: int) -> None:
        """Remembers a person's stop, should the process die before the answer has ended."""
        query = "UPDATE turns SET is_stopped = 1 WHERE id = :id"
        await self._database.write(lambda connection: connection.execute(query, {"id": turn_id}))

    async def material(self, turn_id: int) -> Material:
        """What a finished turn brought."""
        query = "SELECT material FROM turns WHERE id = :id"
        found = await self._database.read(
            lambda connection: connection.execute(query, {"id": turn_id}).fetchone()
        )
        return material_from(found[0]) if found else _NO_MATERIAL

    async def replace_material(self, turn_id: int, material: Material) -> None:
        query = "UPDATE turns SET material = :material WHERE id = :id"
        values = {"id": turn_id, "material": material_as_text(material)}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def close(
        self,
        turn: Turn,
        answer: Answer,
        *,
        question: str,
        message_ids: Sequence[int],
        material: Material = _NO_MATERIAL,
    ) -> None:
        """The turn is answered: one transaction for its answer, its usage, its updates and what it replaces.

        What was said in one that is forgotten is no longer in the books.
        """
        usage = answer.usage
        values = {
            "id": turn.id,
            "again_of": turn.again_of,
            "question": question,
            "answer": answer.text,
            "ending": answer.ending.value,
            "model": answer.model,
            "input": usage.input_tokens,
            "cached": usage.cached_tokens,
            "cache_write": usage.cache_write_tokens,
            "output": usage.output_tokens,
            "reasoning": usage.reasoning_tokens,
            "messages": json.dumps(list(message_ids)),
            "material": material_as_text(material),
            "run": _run_as_text(answer),
            "request": request_as_text(turn) if turn.is_forgotten else "",
            "now": now_ms(),
        }

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE turns SET state = 'closed', question = :question, answer = :answer, ending = :ending, "
                "model = :model, input_tokens = :input, cached_tokens = :cached, "
                "cache_write_tokens = :cache_write, output_tokens = :output, reasoning_tokens = :reasoning, "
                "answer_message_ids = :messages, material = :material, run = :run, closed_ms = :now, "
                "request = CASE WHEN :request <> '' THEN :request ELSE request END WHERE id = :id",
                values,
            )
            if turn.again_of is not None:
                connection.execute("UPDATE turns SET state = 'replaced' WHERE id = :again_of", values)
            connection.execute("DELETE FROM steps WHERE turn_id = :id", values)
            connection.execute(
                "UPDATE threads SET updated_ms = :now WHERE id = (SELECT thread_id FROM turns WHERE id = :id)",
                values,
            )
            mark_done(connection, turn.update_ids)

        await self._database.write(work)

    async def note(
        self,
        turn: Turn,
        thread_id: int,
        *,
        question: str,
        answer: Answer,
        message_ids: Sequence[int],
        material: Material = _NO_MATERIAL,
    ) -> None:
        """Adds what happened beside the conversation to its history, as a turn that is answered already.

        Noting a turn that is there, or in a thread that was deleted, changes nothing. Its id is negative, so
        that no update has it.
        """
        values = {
            "id": turn.id,
            "thread_id": thread_id,
            "chat_id": turn.key.chat_id,
            "topic_id": turn.key.topic_id,
            "request": request_as_text(turn),
            "question": question,
            "answer": answer.text,
            "ending": answer.ending.value,
            "model": answer.model,
            "messages": json.dumps(list(message_ids)),
            "material": material_as_text(material),
            "now": now_ms(),
        }
        query = (
            "INSERT INTO turns (id, thread_id, position, chat_id, topic_id, state, request, question, answer, "
            "ending, model, answer_message_ids, material, created_ms, closed_ms) SELECT :id, :thread_id, "
            "(SELECT coalesce(max(position), 0) + 1 FROM turns WHERE thread_id = :thread_id), :chat_id, "
            ":topic_id, 'closed', :request, :question, :answer, :ending, :model, :messages, :material, :now, "
            ":now FROM threads WHERE id = :thread_id AND is_deleted = 0 ON CONFLICT (id) DO NOTHING"
        )
        await self._database.write(lambda connection: connection.execute(query, values))

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup with another id: its threads and turns follow."""

        def work(connection: sqlite3.Connection) -> None:
            values = {"old": old, "new": new}
            taken = (
                "SELECT 1 FROM threads AS there WHERE there.chat_id = :new AND there.is_active = 1 "
                "AND there.topic_id = threads.topic_id AND there.user_id = threads.user_id"
            )
            connection.execute(
                f"UPDATE threads SET is_active = 0 WHERE chat_id = :old AND EXISTS ({taken})", values
            )
            for table in ("threads", "turns"):
                connection.execute(f"UPDATE {table} SET chat_id = :new WHERE chat_id = :old", values)

        await self._database.write(work)


def _stored(request: str, thread_id: int, is_stopped: int) -> StoredTurn:
    return StoredTurn(request_from(request), thread_id, bool(is_stopped))


def request_from(text: str) -> Turn:
    """A turn as a row holds it."""
    return _request.validate_json(text)


def request_as_text(turn: Turn) -> str:
    return _request.dump_json(turn).decode()


def material_from(text: str) -> Material:
    """Material as a row holds it."""
    return _material.validate_json(text) if text else _NO_MATERIAL


def run_from(text: str) -> Run:
    """What was done for an answer as a row holds it."""
    return _run.validate_json(text) if text else Run()


def _run_as_text(answer: Answer) -> str:
    if not answer.run and not answer.citations:
        return ""
    return _run.dump_json(Run(answer.run, answer.citations)).decode()


def material_as_text(material: Material) -> str:
    return "" if material == _NO_MATERIAL else _material.dump_json(material, exclude_defaults=True).decode()
