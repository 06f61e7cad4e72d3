"""The hosted tool `code_interpreter`: when code is written and run, in which container, and what is told of it.

Orders: `{{python: TASK …}}`, where each task is one run: `chart`, `line`, `csv`, `xlsx`, `txt`, `summary`,
`fail`. The word `uncited` leaves out of the answer what was made; with `inline` pictures are shown by the run
and written to no file; `seconds=5` is how long each run takes.
"""

import asyncio
import base64
import re
from dataclasses import dataclass
from secrets import token_hex

from sandbox.model.analysts import Work, work
from sandbox.model.asked import Asked
from sandbox.model.checks import Check, either, list_of, one_of, optional, shape, text
from sandbox.model.container_endpoints import MEMORY, NETWORK, copy_files, made
from sandbox.model.containers import Container, ContainerFile
from sandbox.model.endpoints import Endpoints
from sandbox.model.hosted import HostedItem, Step, Used, is_forced, offered
from sandbox.model.journal import Entry
from sandbox.model.scripts import Order, Script, as_number
from sandbox.model.tokens import pieces
from sandbox.model.values import Json, as_object, as_text

CODE_INTERPRETER: Check = shape(
    {
        "type": text,
        "container": either(
            string=text,
            otherwise=shape(
                {
                    "type": one_of("auto"),
                    "file_ids": list_of(text, at_most=50),
                    "memory_limit": optional(MEMORY),
                    "network_policy": NETWORK,
                },
                needs=("type",),
            ),
        ),
    },
    needs=("container",),
)

_KIND = "code_interpreter_call"
_PLAIN = (
    ("line", r"\bline (chart|graph)\b|折线图|خط بياني"),
    ("chart", r"\b(bar )?chart\b|\bplot\b|\bgraph\b|\bdiagram\b|图表|柱状图|画.*图|رسم(ا)? بياني|مخطط"),
    ("xlsx", r"\b(to|as|an?) (excel|xlsx|spreadsheet)\b|转.*(excel|xlsx)"),
    ("csv", r"\b(to|as|an?) csv\b|转.*csv"),
    (
        "summary",
        r"\banaly[sz]e\b|\bstatistics\b|\baverage\b|\brun (the |some )?(code|python)\b|分析|统计|حل(ّ)?ل",
    ),
)
_TABLES = (".csv", ".xlsx")
_JPEG = b"\xff\xd8"
_PICTURES = (".png", ".jpg")


async def run_code(asked: Asked, script: Script, endpoints: Endpoints, entry: Entry) -> Used | None:
    """Runs code where it is asked for; a container that is named has to be there in any case."""
    tool = offered(asked.body, "code_interpreter")
    if tool is None:
        return None
    named = as_text(tool.get("container"))
    if named:
        endpoints.containers.active(named)
    order = script.first("python")
    tasks = _tasks(asked, script, order)
    if not tasks:
        return None
    container = _container(asked, tool, endpoints)
    _upload(asked, container)
    entry.paid = (entry.paid or 1) + 1
    seconds = endpoints.containers.code_seconds
    if order is not None and "seconds" in order.options():
        seconds = as_number(order.options()["seconds"], order)
    title = script.spoken or "Chart"
    is_inline = order is not None and "inline" in order.words()
    runs = [await _run(task, title, container, endpoints, is_inline=is_inline) for task in tasks]
    text, annotations = _told(runs, container, cites=order is None or "uncited" not in order.words())
    return Used(tuple(run.item(container, seconds) for run in runs), text, annotations)


@dataclass(frozen=True, slots=True)
class _Run:
    """Code that was run, and the files it left."""

    done: Work
    files: tuple[ContainerFile, ...]
    shown: tuple[bytes, ...]

    def item(self, container: Container, seconds: float) -> HostedItem:
        begun: Json = {
            "id": f"ci_{token_hex(24)}",
            "type": _KIND,
            "status": "in_progress",
            "container_id": container.id,
            "code": "",
            "outputs": None,
        }
        event = f"response.{_KIND}"
        steps = [
            Step(f"{event}.in_progress"),
            *(Step(f"{event}_code.delta", {"delta": piece}) for piece in pieces(self.done.code)),
            Step(f"{event}_code.done", {"code": self.done.code}),
            Step(f"{event}.interpreting"),
        ]
        if not self.done.has_failed:
            steps.append(Step(f"{event}.completed", pause_seconds=seconds))
        outputs: list[Json] = [{"type": "logs", "logs": self.done.logs}]
        outputs += [{"type": "image", "url": _data_url(content)} for content in self.shown]
        status = "failed" if self.done.has_failed else "completed"
        finished = {**begun, "status": status, "code": self.done.code, "outputs": outputs}
        return HostedItem(begun, tuple(steps), finished, seconds if self.done.has_failed else 0.0)


def _tasks(asked: Asked, script: Script, order: Order | None) -> list[str]:
    if order is not None:
        return [word for word in order.words() if word not in ("uncited", "inline")] or ["summary"]
    if script.orders and not is_forced(asked.body, "code_interpreter"):
        return []
    for task, words in _PLAIN:
        if re.search(words, script.spoken, re.IGNORECASE):
            return [task]
    newest = next((message for message in reversed(asked.messages) if message.role == "user"), None)
    has_table = newest is not None and any(one.name.lower().endswith(_TABLES) for one in newest.shown)
    return ["summary"] if has_table or is_forced(asked.body, "code_interpreter") else []


def _container(asked: Asked, tool: Json, endpoints: Endpoints) -> Container:
    """The named one; else the one that this conversation used before, or a new one."""
    if named := as_text(tool.get("container")):
        return endpoints.containers.active(named)
    wanted = as_object(tool.get("container"))
    used = [as_text(item.get("container_id")) for item in asked.items if item.get("type") == _KIND]
    known = [one for one in endpoints.containers.listed() if one.id in used and not one.is_expired]
    container = known[-1] if known else made(wanted, "auto")
    copy_files(container, wanted, endpoints)
    endpoints.containers.add(container)
    container.touch()
    return container


def _upload(asked: Asked, container: Container) -> None:
    """What the messages show is put into the container, unless it is there."""
    known = {file.name for file in container.files}
    shown = [one for message in asked.messages for one in message.shown if one.path in asked.contents]
    for number, one in enumerate(shown, 1):
        kind = "jpg" if asked.contents[one.path].startswith(_JPEG) else "png"
        name = one.name or f"image-{number}.{kind}"
        if name not in known:
            container.put(name, asked.contents[one.path], "user")


async def _run(task: str, title: str, container: Container, endpoints: Endpoints, *, is_inline: bool) -> _Run:
    wanted = "fail" if endpoints.containers.fails() else task
    done = await asyncio.to_thread(work, wanted, title, container.files)
    written = [one for one in done.files if not (is_inline and _is_picture(one[0]))]
    files = tuple(container.put(name, content, "assistant") for name, content in written)
    return _Run(done, files, tuple(content for name, content in done.files if _is_picture(name)))


def _told(runs: list[_Run], container: Container, *, cites: bool) -> tuple[str, tuple[Json, ...]]:
    """What the answer says of them, with a citation for each link to a file."""
    text = ""
    annotations: list[Json] = []
    for run in runs:
        text += ("\n\n" if text else "") + (run.done.said if cites or run.done.has_failed else "Done.")
        for file in run.files if cites else ():
            text += f"\n\n[{file.name}]("
            start = len(text)
            text += f"sandbox:{file.path}"
            annotations.append(
                {
                    "type": "container_file_citation",
                    "container_id": container.id,
                    "file_id": file.id,
                    "filename": file.name,
                    "start_index": start,
                    "end_index": len(text),
                }
            )
            text += ")"
    return text, tuple(annotations)


def _is_picture(name: str) -> bool:
    return name.endswith(_PICTURES)


def _data_url(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"
