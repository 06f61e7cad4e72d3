"""Speech: recordings heard as text and text spoken, and the ports of both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

SoundFormat = Literal["pcm", "wav", "opus", "mp3", "aac", "flac"]
"""`pcm` is headerless 16-bit little-endian mono at 24 kHz; `opus` is in an Ogg container."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What helps to hear right: languages (ISO 639-1) and words to be expected, and what was said before."""

    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a recording with its words, where the model tells times."""

    start_seconds: float
    end_seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. `text` is empty when nothing was; `seconds` is what the provider bills."""

    text: str
    model: str
    seconds: float = 0.0
    languages: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()


class Transcriber(Protocol):
    """Hears recordings of at most `most_bytes` in one of the formats OpenAI takes (Ogg/Opus among them)."""

    @property
    def most_bytes(self) -> int: ...

    async def transcribe(self, path: Path, hints: Hints, *, safety_key: str, times: bool = False) -> Transcript:
        """`times`: passages are wanted, where a model tells them. Raises `UserFacingError`."""
        ...

    async def to_english(self, path: Path, hints: Hints) -> Transcript | None:
        """What was said, in English, through the translation call; None where there is none (any more)."""
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is spoken: a voice of the catalogue, its speed (0.25 to 4), and a style in words."""

    voice: str
    speed: float = 1.0
    style: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """Spoken text. `words` is what a generative back end says it spoke, None where it reads by nature.

    `speed` is how fast it was spoken: 1 where the back end cannot do otherwise, whatever was asked for.
    `input_tokens` and `text_tokens`, those read and written, and `output_tokens`, those of sound, are as the
    provider reported them: all 0 where it reports nothing.
    """

    sound: bytes
    format: SoundFormat
    model: str
    words: str | None = None
    output_tokens: int = 0
    speed: float = 1.0
    input_tokens: int = 0
    text_tokens: int = 0


class Speaker(Protocol):
    """Speaks short texts, a few sentences at a time."""

    @property
    def most_characters(self) -> int:
        """The longest text that one call may be given."""
        ...

    def voices(self) -> tuple[str, ...]:
        """The voices of the model that speaks now, the default one first."""
        ...

    async def speak(self, text: str, manner: Manner, *, safety_key: str) -> Speech:
        """Speaks in the manner asked for, or the nearest there is. Raises `CannotSpeak` and others."""
        ...
