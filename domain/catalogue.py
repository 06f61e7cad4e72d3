"""The catalogue's values: which models there are, what they cost, when they end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.limits import Sampling
from domain.speech import SoundFormat

Capability = Literal["chat", "transcription", "translation", "speech", "image", "embedding", "moderation"]


@dataclass(frozen=True, slots=True)
class Vision:
    """How a model counts a picture: patches of `patch` pixels a side, times `multiplier`, plus `base_tokens`.

    Before that it is scaled to fit `short_side` and `long_side` (pixels), which we do ourselves; `low_side` is
    the square that `low` detail fits into.
    """

    patch: int = 32
    multiplier: float = 1.0
    base_tokens: int = 0
    low_side: int = 512
    short_side: int = 768
    long_side: int = 2_000


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a transcribing model can be told beforehand, and what it tells besides words.

    `languages`: how many it may be hinted at. `context`: it reads what was said before. `times`: it tells when
    each passage was said. `translates`: it also serves the translation call.
    """

    languages: Literal["none", "one", "many"] = "one"
    keywords: bool = False
    context: bool = True
    times: bool = False
    translates: bool = False


@dataclass(frozen=True, slots=True)
class Speaking:
    """How a model speaks: through which call, in which voices (the default first) and formats (the best first).

    `most_characters` is what one call should be given at most. `slowest` and `fastest` bound its speed, both 1
    where it has one only; `style`: it follows a style in words.
    """

    backend: Literal["speech", "chat_audio", "realtime"] = "speech"
    voices: tuple[str, ...] = ("alloy",)
    formats: tuple[SoundFormat, ...] = ("wav", "mp3")
    most_characters: int = 4_096
    slowest: float = 0.25
    fastest: float = 4.0
    style: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a model that draws takes, and in which words.

    `dialect`: "gpt" are OpenAI's models of today, "dall-e" the retired ones, "plain" any server's, asked with
    what all of them understand. Without `sizes` any within the limits of today's models (domain/sizes.py) can
    be had. `qualities` go from the quickest to the best; `tokens` says of the first of them how many output
    tokens a square of 1,024 pixels takes. `most` pictures come from one call, which takes `most_inputs`
    (0: it changes none). `squares`: what is to be changed has to be a square PNG. `varies`: it has a call for
    variations.
    """

    dialect: Literal["gpt", "dall-e", "plain"] = "gpt"
    sizes: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ("low", "medium", "high")
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    styles: tuple[str, ...] = ()
    tokens: tuple[int, ...] = ()
    most: int = 10
    most_inputs: int = 16
    longest_prompt: int = 32_000
    squares: bool = False
    varies: bool = False
    transparent: bool = True
    sketches: bool = True


@dataclass(frozen=True, slots=True)
class Model:
    """One model of one capability.

    Prices are micro-dollars (0.10 USD is 100_000), `None` where unknown: per million tokens of text, sound or
    pictures; `minute_price` per minute heard, `characters_price` per million characters spoken,
    `picture_price` per picture drawn. A request of more than `long_context_tokens` costs more as a whole
    (domain/money.py); 0: none does. `efforts` are
    the reasoning efforts it accepts, empty for a model without reasoning; `effort` is the one we ask for.
    `replacements` are tried in order when it is gone. One that is not offered is known, so that an earlier
    choice of it is still understood, but nobody is shown it. `vision` is None for a model that cannot see;
    `reads_files` says whether it reads documents itself. `hearing` and `speaking` describe models of
    transcription and of speech, `drawing` one of pictures. `dimensions` is the length of an embedding.
    `sampling`, `verbosity` and `seed` say which of these choices it takes. `is_own`: the operator described it.
    """

    id: str
    capability: Capability
    title: str
    input_price: int | None = None
    cached_input_price: int | None = None
    cache_write_price: int | None = None
    output_price: int | None = None
    context_tokens: int = 128_000
    max_output_tokens: int = 16_000
    efforts: tuple[str, ...] = ()
    effort: str | None = None
    shutdown: date | None = None
    replacements: tuple[str, ...] = ()
    is_default: bool = False
    summarises: bool = False
    is_offered: bool = True
    vision: Vision | None = None
    reads_files: bool = False
    hearing: Hearing | None = None
    speaking: Speaking | None = None
    drawing: Drawing | None = None
    minute_price: int | None = None
    characters_price: int | None = None
    audio_input_price: int | None = None
    audio_output_price: int | None = None
    image_input_price: int | None = None
    image_output_price: int | None = None
    picture_price: int | None = None
    dimensions: int = 0
    long_context_tokens: int = 0
    sampling: Sampling = "always"
    verbosity: bool = False
    seed: bool = True
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class HostedPrices:
    """What the provider's own tools cost, in micro-dollars, `None` where unknown.

    A search, a minute of code, a gigabyte in vector stores for a day. A container counts as
    `container_least_minutes` at least; `storage_free_bytes` cost nothing.
    """

    web_search: int | None = None
    file_search: int | None = None
    container_minute: int | None = None
    container_least_minutes: int = 5
    storage_gigabyte_day: int | None = None
    storage_free_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known models by id, in the order of the file."""

    models: Mapping[str, Model]
    hosted: HostedPrices = HostedPrices()

    def of(self, capability: Capability) -> tuple[Model, ...]:
        """The models offered for one capability, in the order of the file."""
        return tuple(
            model for model in self.models.values() if model.capability == capability and model.is_offered
        )

    def default(self, capability: Capability) -> Model:
        """The model used until somebody chooses; raises `KeyError` when the capability has none."""
        models = self.of(capability)
        for model in models:
            if model.is_default:
                return model
        if not models:
            raise KeyError(capability)
        return models[0]
