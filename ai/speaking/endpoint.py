"""Speech through `POST /audio/speech`: OpenAI's until its models end, and that of compatible servers."""

import logging
from typing import Final

from ai.bodies import Body
from ai.errors import ModelGone, ParameterRefused, RouteMissing
from ai.healing import Healing
from ai.recordings import kind_of
from ai.speaking.task import Task
from ai.wire import Wire
from domain.errors import CannotSpeak
from domain.speech import SoundFormat, Speech

log = logging.getLogger(__name__)

_PATH: Final = "/audio/speech"
_NEEDED = frozenset({"model", "input", "voice", "response_format"})
_FORMATS: dict[str, SoundFormat] = {
    "ogg": "opus", "mp3": "mp3", "wav": "wav", "flac": "flac", "aac": "aac", "m4a": "aac",
}  # fmt: skip


class SpeechEndpoint:
    """`Backend` whose models read by nature: what they say needs no check."""

    def __init__(self, wire: Wire, *, speaks_openai: bool) -> None:
        self._speaks_openai = speaks_openai
        self._healing = Healing(wire.post_for_bytes, _NEEDED)
        self._refused_formats: set[tuple[str, SoundFormat]] = set()

    async def speak(self, task: Task) -> Speech:
        formats = task.speaking.formats
        refused = self._refused_formats
        left: list[SoundFormat] = [one for one in formats if (task.model.id, one) not in refused]
        for wanted in left or formats[-1:]:
            try:
                sound = await self._healing.ask(_PATH, self._body(task, wanted))
            except ParameterRefused as refusal:
                if "response_format" not in (refusal.parameter or refusal.hint) or wanted == formats[-1]:
                    raise
                log.warning("%s does not write %s: %s", task.model.id, wanted, refusal)
                refused.add((task.model.id, wanted))
                continue
            except RouteMissing as error:
                raise ModelGone(str(error)) from None
            return Speech(sound, _format(sound, wanted), task.model.id, speed=task.possible_speed)
        raise CannotSpeak("no format is left")

    def _body(self, task: Task, wanted: SoundFormat) -> Body:
        body: Body = {
            "model": task.model.id,
            "input": task.text,
            "voice": task.voice_parameter,
            "response_format": wanted,
        }
        if task.possible_speed != 1:
            body["speed"] = task.possible_speed
        if task.style and task.speaking.style and self._speaks_openai:
            body["instructions"] = task.style
        return body


def _format(sound: bytes, wanted: SoundFormat) -> SoundFormat:
    """What came, which some servers choose themselves."""
    if kind := kind_of(sound):
        return _FORMATS.get(kind[0], wanted)
    if wanted != "pcm" or len(sound) < 2 or sound.lstrip()[:1] == b"{":
        raise CannotSpeak(f"{len(sound)} bytes that are no sound")
    return "pcm"
