"""Reading aloud on request: any text, an answer, and the samples of the voices."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, cast

from conversation.assistants.desk import AssistantDesk
from conversation.recital import NothingToSpeak
from conversation.speaking import SPEAK, Speaking, sent
from conversation.tasks import Done, Order
from domain.errors import SpokeOtherwise
from domain.reply import Outgoing
from domain.speech import Manner, SoundFormat
from domain.texts import Text
from domain.turn import Answer, Ending
from storage.preferences import Preferences, Scope
from storage.turns import Turns

FILE_FORMATS: Final[tuple[SoundFormat, ...]] = ("mp3", "aac", "flac")
_SAMPLE = Text("Hello! This is how I sound when I read an answer aloud.")


@dataclass(frozen=True, slots=True)
class Saying:
    """`/say`, as a voice message, or as a file of the format behind the colon (`say:mp3`)."""

    speaking: Speaking

    async def work(self, order: Order) -> Done:
        text = "\n\n".join(said.text for said in order.turn.said if said.text.strip())
        format_: SoundFormat = cast("SoundFormat", order.argument) if order.argument in FILE_FORMATS else "opus"
        return await read_aloud(self.speaking, order, text, format_)


@dataclass(frozen=True, slots=True)
class ReadingAnswers:
    """The button under an answer (`speak:1234` names its turn)."""

    speaking: Speaking
    turns: Turns
    assistants: AssistantDesk

    async def work(self, order: Order) -> Done:
        text = await self.turns.answer_text(order.turn.key, int(order.argument))
        if text is None:
            raise NothingToSpeak("that turn has no answer")
        thread_id = await self.turns.thread(int(order.argument))
        assistant = await self.assistants.of_thread(thread_id)
        return await read_aloud(self.speaking, order, text, "opus", voice=assistant.voice)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a voice sounds (`sample:marin`): paid once for each model and language, then kept.

    `model` is the id of the model that speaks now.
    """

    speaking: Speaking
    preferences: Preferences
    model: Callable[[], str]

    async def work(self, order: Order) -> Done:
        voice = order.argument
        file = await self._kept(order, voice) or await self._made(order, voice)
        if file is None:
            return Done(answer=Answer("", Ending.STOPPED))
        outgoing = Outgoing(
            form="voice",
            path=self.speaking.readers.files.path(file),
            name=f"{voice}.ogg",
            media_type="audio/ogg",
            caption=voice.capitalize(),
        )
        media = await self.speaking.presenter.send_media(order.to, [outgoing], steps=order.steps, step=SPEAK)
        return Done(tuple(one.message_id for one in media))

    async def _kept(self, order: Order, voice: str) -> str | None:
        file = self.preferences.get(Scope.bot(), self._name(order, voice))
        return file if isinstance(file, str) and await self.speaking.readers.files.has(file) else None

    async def _made(self, order: Order, voice: str) -> str | None:
        reading = replace(self.speaking.reading(order.turn), manner=Manner(voice))
        async with self.speaking.readers.reading(reading, order.steps) as recital:
            recording = await order.running.stoppable(recital.finish(order.say(_SAMPLE)))
            if recording is None:
                return None
            file = await self.speaking.readers.files.keep(recording.reels[0].path, ".ogg")
        if not recording.is_doubtful:
            await self.preferences.set(Scope.bot(), self._name(order, voice), file)
        return file

    def _name(self, order: Order, voice: str) -> str:
        return f"sample:{self.model()}:{voice}:{order.to.language}"


async def read_aloud(
    speaking: Speaking, order: Order, text: str, format_: SoundFormat, *, voice: str = ""
) -> Done:
    """The text as the asker likes to hear it, or in that voice.

    Raises `NothingToSpeak`, `TooLongToSpeak` and others.
    """
    reading = speaking.reading(order.turn, format_, voice=voice)
    async with speaking.readers.reading(reading, order.steps) as recital:
        async with speaking.presenter.acting(order.to.key, "record_voice"):
            recording = await order.running.stoppable(recital.finish(text))
        if recording is None:
            return Done(answer=Answer("", Ending.STOPPED))
        caption = order.say(SpokeOtherwise.text) if recording.is_doubtful else ""
        message_ids = await sent(
            speaking.presenter, order.to, recording, order.steps, format_=format_, caption=caption
        )
    return Done(message_ids)
