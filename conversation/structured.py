"""Answers in JSON: checked, asked for once more where they are not, and shown as code or as a file."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from conversation.running import RunningTurn
from conversation.schemas import Checked, check, unfenced
from domain.characters import fit
from domain.engine import Completer, Prompt, PromptMessage
from domain.errors import UserFacingError
from domain.reply import Destination, Keyboard, Outgoing, Presenter, Preview
from domain.run import Hosted, Remote
from domain.steps import Steps
from domain.texts import Sentence, Text
from domain.turn import Answer, Ending, Usage
from storage.files import Files

log = logging.getLogger(__name__)

LONGEST_CODE: Final = 3_000  # characters; more is easier to use as a file
FILE_NAME: Final = "answer.json"
_MEDIA_TYPE = "application/json"
_FILE_STEP = "json"
_REPAIR = """\
[Your answer cannot be used:
{problems}
Send all of it again, corrected: JSON and nothing else.{schema}]"""


@dataclass(frozen=True, slots=True)
class Structured:
    """`completer` is asked when an answer has to be put right."""

    completer: Completer

    async def finished(
        self, prompt: Prompt, answer: Answer, running: RunningTurn, say: Callable[[Sentence], str]
    ) -> Answer:
        """The answer as it is shown, if JSON was asked for: neat, and repaired once where it is wrong."""
        if prompt.format is None or answer.ending is not Ending.COMPLETED or not answer.text.strip():
            return answer
        checked = await asyncio.to_thread(check, answer.text, prompt.format.schema)
        text, usage = answer.text, answer.usage
        if checked.problems:
            log.info("turn %s: the answer is not the JSON asked for: asking once more", running.turn_id)
            repaired = await running.stoppable(self._repaired(prompt, answer.text, checked))
            if repaired is not None:
                usage += repaired[1]
                again = await asyncio.to_thread(check, repaired[0], prompt.format.schema)
                text, checked = (repaired[0], again) if not again.problems else (text, checked)
        if checked.problems:
            return replace(answer, usage=usage, note=_joined(answer.note, say(_problem(checked))))
        return replace(answer, usage=usage, **_shown(text, checked.value))

    async def _repaired(self, prompt: Prompt, text: str, checked: Checked) -> tuple[str, Usage] | None:
        """What the model sends in place of it; None where it cannot be asked."""
        schema = prompt.format.schema if prompt.format is not None else None
        told = "" if schema is None else f" It must obey: {json.dumps(schema, ensure_ascii=False)}"
        order = _REPAIR.format(problems="\n".join(checked.problems), schema=told)
        messages = (*prompt.messages, PromptMessage("assistant", text), PromptMessage("user", order))
        again = replace(prompt, messages=messages, tools=(), rounds=(), hosted=Hosted(), remote=Remote())
        try:
            return await self.completer.complete(again)
        except UserFacingError as error:
            log.warning("the answer could not be put right: %s: %s", type(error).__name__, error)
            return None


class _CodePreview:
    """Shows JSON as code while it grows."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def show(self, markdown: str) -> None:
        self._preview.show(f"```json\n{unfenced(markdown)}\n```")


def preview_of(prompt: Prompt, preview: Preview) -> Preview:
    """How the growing answer is shown."""
    return preview if prompt.format is None else _CodePreview(preview)


@dataclass(frozen=True, slots=True)
class AnswerFiles:
    """Answers that are sent as a file."""

    files: Files
    presenter: Presenter

    async def deliver(
        self,
        to: Destination,
        answer: Answer,
        *,
        steps: Steps,
        buttons: Callable[[], Keyboard],
        quote: str,
        say: Callable[[Sentence], str],
    ) -> tuple[int, ...]:
        """The file, then a message that says what it is, in which the preview ends. The text where it fails."""
        content = unfenced(answer.text)
        words = say(Text("The answer is a file of {count} characters.", count=len(content)))
        sent: tuple[int, ...] = ()
        try:
            sent = await self._sent(to, answer.as_file, content, steps)
        except UserFacingError as error:
            log.warning("an answer could not be sent as a file: %s: %s", type(error).__name__, error)
            words = answer.text
        ids = await self.presenter.deliver(
            to, words, steps=steps, buttons=buttons, note=answer.note, quote=quote
        )
        return (*ids, *sent)

    async def _sent(self, to: Destination, name: str, content: str, steps: Steps) -> tuple[int, ...]:
        async with self.files.workshop() as folder:
            await asyncio.to_thread(_write, folder / name, content)
            kept = await self.files.keep(folder / name, Path(name).suffix)
        file = Outgoing("document", self.files.path(kept), name, _MEDIA_TYPE)
        sent = await self.presenter.send_media(to, [file], steps=steps, step=_FILE_STEP)
        return tuple(one.message_id for one in sent)


def _shown(text: str, value: object) -> dict[str, str]:
    neat = fit(json.dumps(value, ensure_ascii=False, indent=2))
    longest = max((len(run) for run in re.findall("`+", neat)), default=0)
    fence = "`" * max(3, longest + 1)
    is_long = len(neat) > LONGEST_CODE
    return {"text": f"{fence}json\n{neat}\n{fence}", "as_file": FILE_NAME if is_long else ""}


def _problem(checked: Checked) -> Text:
    if not checked.where:
        return Text("I asked for JSON, and twice this is what came: it is not valid.")
    return Text(
        "This JSON does not obey the schema, even after a second try: look at {where}.", where=checked.where
    )


def _joined(*notes: str) -> str:
    return " · ".join(filter(None, notes))


def _write(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")
