"""Spoken answers: whether one is wanted, and the voice message that follows the text or stands for it."""

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from conversation.choices import Choices, VoiceReplies
from conversation.recital import Readers, Reading, Recital, Recording
from conversation.running import RunningTurn
from conversation.speakable import needs_eyes
from domain.errors import CannotSpeak, SpokeOtherwise, UserFacingError
from domain.material import Material
from domain.reply import Destination, MediaForm, Outgoing, Presenter, Preview
from domain.speech import SoundFormat
from domain.steps import Json, Steps
from domain.texts import Sentence, Text
from domain.turn import Answer, Ending, Turn
from media.encoding import SUFFIXES

log = logging.getLogger(__name__)

SPEAK = "speak"
_FORMS: dict[SoundFormat, MediaForm] = {"opus": "voice", "mp3": "audio", "aac": "audio"}
_TYPES: dict[SoundFormat, str] = {
    "opus": "audio/ogg",
    "mp3": "audio/mpeg",
    "aac": "audio/mp4",
    "flac": "audio/flac",
}
_READ = {Ending.COMPLETED, Ending.INCOMPLETE}


@dataclass(frozen=True, slots=True)
class Speaking:
    """What spoken answers need. `safety_key` gives the hash of a turn's asker."""

    readers: Readers
    choices: Choices
    presenter: Presenter
    safety_key: Callable[[Turn], str]
    say: Callable[[Sentence, str], str]
    tell_admins: Callable[[Sentence], None]

    @asynccontextmanager
    async def voice(
        self, turn: Turn, steps: Steps, to: Destination, *, name: str = ""
    ) -> AsyncGenerator["Voice"]:
        """The voice of an answer, that of the `name` where there is one; nothing is left after the block."""
        async with AsyncExitStack() as stack:
            yield Voice(self, turn, steps, to, stack, name)

    def reading(self, turn: Turn, format_: SoundFormat = "opus", *, voice: str = "") -> Reading:
        """How the asker wants to be read to, or in that voice."""
        language = turn.asker.language
        manner = self.choices.manner(turn.asker.user_id)
        return Reading(
            manner=replace(manner, voice=voice or manner.voice),
            safety_key=self.safety_key(turn),
            say=lambda sentence: self.say(sentence, language),
            format=format_,
        )

    def is_wanted(self, turn: Turn, material: Material) -> bool:
        """Whether the answer is to be spoken, by the chat's setting."""
        match self.choices.voice_replies(turn.key.chat_id):
            case VoiceReplies.NEVER:
                return False
            case VoiceReplies.TO_VOICE:
                return bool(material.spoken) and self.can_speak
            case VoiceReplies.ALWAYS:
                return True

    @property
    def can_speak(self) -> bool:
        """Whether there is a model that speaks at all."""
        return bool(self.readers.speaker.voices())

    def why_not(self, error: UserFacingError, language: str) -> str:
        """One line on why there is no voice; the log and, where they must act, the admins have the rest."""
        log.warning("no voice: %s: %s", type(error).__name__, error)
        if error.for_admin is not None:
            self.tell_admins(error.for_admin)
        if isinstance(error, CannotSpeak):
            return self.say(error.text, language)
        reason = self.say(error.text, language)
        return self.say(Text("No voice message this time. {reason}", reason=reason), language)


@dataclass(slots=True)
class Voice:
    """The spoken side of one turn."""

    speaking: Speaking
    turn: Turn
    steps: Steps
    to: Destination
    stack: AsyncExitStack
    name: str = ""
    is_wanted: bool = False
    _recital: Recital | None = field(default=None)

    async def prepare(self, material: Material) -> None:
        """Decides, once it is known what was sent, whether the answer will be spoken."""
        is_done = await self.steps.result(SPEAK) is not None
        self.is_wanted = self.speaking.is_wanted(self.turn, material)
        if self.is_wanted and not is_done and self._recital is None:
            reading = self.speaking.reading(self.turn, voice=self.name)
            self._recital = await self.stack.enter_async_context(
                self.speaking.readers.reading(reading, self.steps)
            )

    def grow(self, markdown: str) -> None:
        """The answer so far; never waits."""
        if self._recital is not None:
            self._recital.grow(markdown)

    @property
    def is_alone(self) -> bool:
        """Whether the person reads no text beside it."""
        return self.is_wanted and not self.speaking.choices.text_too(self.turn.key.chat_id)

    def unread(self) -> AbstractAsyncContextManager[Preview] | None:
        """What takes the place of a preview while an answer grows that is only heard; None if it is read."""
        return self._unread() if self.is_alone else None

    @asynccontextmanager
    async def _unread(self) -> AsyncGenerator[Preview]:
        async with self.speaking.presenter.acting(self.to.key, "record_voice"):
            yield _Unread()

    def stands_for(self, answer: Answer) -> bool:
        """Whether no text needs to be sent: nothing to be seen is in it, and nothing to be told of it."""
        return self.is_alone and answer.ending is Ending.COMPLETED and not needs_eyes(answer.text)

    async def send(self, answer: Answer, running: RunningTurn) -> "Spoken":
        """The voice message of the answer, once. A failure is told by `Spoken`, not raised."""
        if self._recital is None or answer.ending not in _READ:
            return await self._done(await self.steps.result(SPEAK))
        try:
            async with self.speaking.presenter.acting(self.to.key, "record_voice"):
                recording = await running.stoppable(self._recital.finish(answer.text))
            if recording is None:
                return Spoken()
            sent = await self._sent(recording, answer.note if self.stands_for(answer) else "")
        except UserFacingError as error:
            return Spoken(problem=self.speaking.why_not(error, self.to.language))
        await self.steps.record(SPEAK, {"message_ids": list(sent)})
        return Spoken(sent)

    async def _done(self, recorded: Json | None) -> "Spoken":
        message_ids = recorded.get("message_ids") if recorded is not None else None
        return Spoken(tuple(int(str(one)) for one in message_ids) if isinstance(message_ids, list) else ())

    async def _sent(self, recording: Recording, note: str) -> tuple[int, ...]:
        captions = [note] if note else []
        if recording.is_doubtful:
            captions.append(self.speaking.say(SpokeOtherwise.text, self.to.language))
        return await sent(self.speaking.presenter, self.to, recording, self.steps, caption=" · ".join(captions))

    async def tell(self, problem: str) -> None:
        """One line that says why there is no voice. It stands once."""
        to = Destination(self.to.key, self.to.chat_kind, self.to.language, rich=self.to.rich)
        await self.speaking.presenter.deliver(to, problem, steps=Within(self.steps, "voiceless"))
        await self.steps.record(SPEAK, {"message_ids": []})


class _Unread:
    """A preview that nobody looks at."""

    def show(self, markdown: str) -> None:
        """Shows nothing."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The voice messages that stand; or why none does, if somebody is to be told."""

    message_ids: tuple[int, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """Steps of a turn under a name of their own, for a second message beside the answer."""

    steps: Steps
    name: str

    async def result(self, step: str) -> Json | None:
        return await self.steps.result(f"{self.name}:{step}")

    async def record(self, step: str, result: Json) -> None:
        await self.steps.record(f"{self.name}:{step}", result)


async def sent(
    presenter: Presenter,
    to: Destination,
    recording: Recording,
    steps: Steps,
    *,
    format_: SoundFormat = "opus",
    caption: str = "",
) -> tuple[int, ...]:
    """Makes the recording stand as voice messages, or as files of another format; returns their ids."""
    one_of = partial(_outgoing, recording, format_=format_)
    media = [
        one_of(number, caption=caption if number == len(recording.reels) - 1 else "")
        for number in range(len(recording.reels))
    ]
    messages: Sequence[int] = [
        one.message_id for one in await presenter.send_media(to, media, steps=steps, step=SPEAK)
    ]
    return tuple(messages)


def _outgoing(recording: Recording, number: int, *, format_: SoundFormat, caption: str) -> Outgoing:
    reel = recording.reels[number]
    ordinal = f"-{number + 1}" if len(recording.reels) > 1 else ""
    return Outgoing(
        form=_FORMS.get(format_, "document"),
        path=reel.path,
        name=f"voice{ordinal}{SUFFIXES[format_]}",
        media_type=_TYPES[format_],
        caption=caption,
        duration_seconds=max(1, round(reel.seconds)),
    )
