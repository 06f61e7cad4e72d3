"""A thread as a file: Markdown to be read, JSON to be worked with."""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from conversation.assistants.desk import AssistantDesk
from conversation.tasks import Done, Order
from conversation.thread_desk import ThreadDesk, heading
from conversation.wording import indented
from domain.assistant import Assistant
from domain.material import Material
from domain.reply import Outgoing, Presenter
from domain.steps import JsonValue
from domain.texts import Sentence, Text
from domain.turn import ChatKind
from storage.archive import Entry, Thread
from storage.files import Files
from storage.turns import Run

TASK: Final = "export"
WORDLESS_THREAD: Final = Text("Conversation without words")
FORMATS: Final = ("md", "json")
_TYPES = {"md": "text/markdown", "json": "application/json"}
_UNFIT = re.compile(r"[^\w \-]+")
_material = TypeAdapter(Material)
_run = TypeAdapter(Run)


@dataclass(frozen=True, slots=True)
class Exporting:
    """`export:12:md`: the thread's number, and the format."""

    desk: ThreadDesk
    assistants: AssistantDesk
    files: Files
    presenter: Presenter

    async def work(self, order: Order) -> Done:
        """Raises `ThreadGone`."""
        number, _, wished = order.argument.partition(":")
        turn, format_ = order.turn, "json" if wished == "json" else "md"
        of = self.desk.of(turn.key, turn.chat_kind, turn.asker.user_id)
        thread = await self.desk.find(int(number), of)
        assistant = await self.assistants.known(thread.assistant)
        entries = [entry for entry in await self.desk.archive.entries(thread.id) if entry.turn.task != TASK]
        text = (
            as_json(thread, assistant, entries)
            if format_ == "json"
            else as_markdown(thread, entries, order.say)
        )
        async with self.files.workshop() as folder:
            path = folder / f"thread.{format_}"
            await asyncio.to_thread(path.write_text, text, "utf-8")
            media = [_outgoing(path, thread, format_)]
            sent = await self.presenter.send_media(order.to, media, steps=order.steps, step=TASK)
        return Done(tuple(one.message_id for one in sent))


def _outgoing(path: Path, thread: Thread, format_: Literal["md", "json"]) -> Outgoing:
    name = " ".join(_UNFIT.sub(" ", heading(thread)).split())[:60].strip() or "conversation"
    return Outgoing("document", path, f"{name}.{format_}", _TYPES[format_])


def as_markdown(thread: Thread, entries: Sequence[Entry], say: Callable[[Sentence], str]) -> str:
    """A heading for each who speaks, with the time, and what they said as it was written."""
    parts = [f"# {heading(thread) or say(WORDLESS_THREAD)}"]
    for entry in entries:
        when = f"{_time(entry.asked_ms):%Y-%m-%d %H:%M} UTC"
        parts += [f"## {_speaker(entry)} · {when}", entry.question, *_brought(entry, say)]
        if entry.answer:
            parts += [f"## {entry.model or 'Parley'}", entry.answer]
    return "\n\n".join(part for part in parts if part) + "\n"


def _speaker(entry: Entry) -> str:
    return " ".join(entry.turn.asker.name.split()) or str(entry.turn.asker.user_id)


def _brought(entry: Entry, say: Callable[[Sentence], str]) -> Iterable[str]:
    """A line for the pictures, and what was said in recordings that is no question already."""
    pictures = len(entry.material.pictures)
    if pictures:
        described = entry.material.description
        told = say(Text("Pictures: {count}", count=pictures))
        yield f"*{told}{f': {described}' if described else ''}*"
    for paper in entry.material.papers:
        yield f"*{indented(paper.name)}*"


def as_json(thread: Thread, assistant: Assistant, entries: Sequence[Entry]) -> str:
    """Everything that is kept, with the ids by which Telegram and the database know it."""
    whole: dict[str, JsonValue] = {
        "thread_id": thread.id,
        "chat_id": thread.key.chat_id,
        "topic_id": thread.key.topic_id,
        "user_id": thread.user_id,
        "title": thread.title,
        "assistant": {"id": assistant.id, "name": assistant.name},
        "updated": _time(thread.updated_ms).isoformat(),
        "turns": [_as_json(entry) for entry in entries],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _as_json(entry: Entry) -> JsonValue:
    turn = entry.turn
    said: list[JsonValue] = [
        {
            "message_id": said.message_id,
            "user_id": said.person.user_id,
            "name": said.person.name,
            "text": said.text,
            "about": said.about,
        }
        for said in turn.said
    ]
    return {
        "turn_id": turn.id,
        "task": turn.task,
        "replaced": entry.is_replaced,
        "instruction": turn.instruction,
        "asked": _time(entry.asked_ms).isoformat(),
        "in_group": turn.chat_kind is ChatKind.GROUP,
        "messages": said,
        "question": entry.question,
        "answer": entry.answer,
        "answer_message_ids": list(entry.answer_message_ids),
        "ending": entry.ending,
        "model": entry.model,
        "run": _run.dump_python(entry.run, mode="json"),
        "material": _material.dump_python(entry.material, mode="json"),
    }


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
