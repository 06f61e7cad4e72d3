"""Dictation: what is said in the recording a task is about, and how words that came of it are shown."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from conversation.choices import Choices
from conversation.fetching import Fetching
from conversation.hearing import Hearing
from conversation.listening import Asked, Wanted
from conversation.prompts import Prompts
from conversation.tasks import Done, Order
from conversation.transcripts import MEDIA_TYPES, TranscriptForm
from domain.errors import NoSound, NothingHeard
from domain.material import Recording
from domain.reply import Button, Keyboard, Outgoing, Presenter
from domain.speech import Transcript
from domain.texts import Text
from domain.turn import Answer, Ending
from storage.files import Files

LONGEST_MESSAGE = 8_000  # characters; more is easier to read in a file
_FETCH = "fetch"

_recording = TypeAdapter(Recording)


@dataclass(frozen=True, slots=True)
class Dictation:
    fetching: Fetching
    hearing: Hearing
    choices: Choices
    prompts: Prompts

    async def recording(self, order: Order) -> Recording:
        """The sound that the task is about, fetched once. Raises `UserFacingError`."""
        recorded = await order.steps.result(_FETCH)
        if recorded is not None:
            return _recording.validate_python(recorded)
        brought = order.turn.said[-1].attachments
        if not brought:
            raise NoSound("nothing was brought")
        found = await self.fetching.sound_of(brought[0])
        self.hearing.listening.gate(found)
        await order.steps.record(_FETCH, _recording.dump_python(found, mode="json"))
        return found

    async def heard(self, order: Order, wanted: Wanted) -> Transcript | None:
        """What is said in it; None if English is wanted and nobody translates. Raises `NothingHeard`."""
        recording = await self.recording(order)
        asker = order.turn.asker.user_id
        _, safety_key = self.prompts.keys(order.turn.key, asker)
        asked = Asked(self.choices.hints(asker), order.steps, safety_key, wanted)
        async with self.hearing.showing(order, [recording]) as progress:
            asked = replace(asked, on_progress=progress.of(recording))
            transcript = await self.hearing.listening.listen(recording, asked)
        if transcript is not None and not transcript.text.strip():
            raise NothingHeard(f"{recording.seconds:.0f} s without words")
        return transcript


@dataclass(frozen=True, slots=True)
class Clerk:
    """Shows what a task has written: as messages, or as a file where that is asked for or easier to read."""

    files: Files
    presenter: Presenter
    can_speak: Callable[[], bool]

    async def show(self, order: Order, markdown: str, answer: Answer, *, quote: str = "") -> Done:
        """As messages, with the button that reads them aloud."""

        def buttons() -> Keyboard:
            speaks = answer.ending is Ending.COMPLETED and self.can_speak()
            return ((Button("🔊", f"ask:speak:{order.turn.id}"),),) if speaks else ()

        ids = await self.presenter.deliver(
            order.to, markdown, steps=order.steps, buttons=buttons, note=answer.note, quote=quote
        )
        return Done(ids, answer)

    async def send(
        self, order: Order, content: str, answer: Answer, *, name: str, form: TranscriptForm
    ) -> Done:
        """The answer's words as a file of that name."""
        async with self.files.workshop() as folder:
            await asyncio.to_thread(_write, folder / "text", content)
            kept = await self.files.keep(folder / "text", f".{form}")
        file = Outgoing(
            "document", self.files.path(kept), f"{name}.{form}", MEDIA_TYPES[form], caption=answer.note
        )
        sent = await self.presenter.send_media(order.to, [file], steps=order.steps, step="file")
        return Done(tuple(one.message_id for one in sent), answer)

    async def stopped(self, order: Order) -> Done:
        """A person stopped it: what was paid for is lost, and they are told that it ended."""
        answer = Answer("", Ending.STOPPED, note=order.say(Text("Stopped.")))
        return await self.show(order, "", answer)


def _write(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")


def notes(order: Order, sentences: Sequence[Text]) -> str:
    return " · ".join(map(order.say, sentences))
