"""Models nobody described: a list of models says no capability, so it is told from the name."""

import re

from domain.catalogue import Capability, Drawing, Hearing, Model, Speaking, Vision

# The first that fits. None: of no use to us, or not asked through a call we know.
_NAMES: tuple[tuple[re.Pattern[str], Capability | None], ...] = (
    (re.compile("embed", re.I), "embedding"),
    (re.compile("whisper|transcri|parakeet|voxtral", re.I), "transcription"),
    (re.compile("moderation", re.I), "moderation"),
    (re.compile("realtime|audio|sora|rerank|babbage|davinci", re.I), None),
    (re.compile("tts|kokoro|piper", re.I), "speech"),
    (re.compile("dall-e|image|stable-diffusion|flux", re.I), "image"),
)


def capability_of(model_id: str) -> Capability | None:
    """What the name speaks of; most names speak of chat."""
    for name, capability in _NAMES:
        if name.search(model_id):
            return capability
    return "chat"


def stranger(model_id: str, capability: Capability) -> Model:
    """A bare model. Whether it sees, and what else it can, shows when it is asked."""
    return Model(
        model_id,
        capability,
        model_id,
        vision=Vision() if capability == "chat" else None,
        hearing=_hearing(model_id) if capability == "transcription" else None,
        drawing=_drawing(model_id) if capability == "image" else None,
        speaking=Speaking() if capability == "speech" else None,
    )


def _hearing(model_id: str) -> Hearing:
    is_whisper = "whisper" in model_id.lower()
    return Hearing(times=is_whisper, translates=is_whisper)


def _drawing(model_id: str) -> Drawing:
    """Named like one of OpenAI's it will understand its words; of any other as little is wished as can be."""
    if "gpt-image" in model_id.lower():
        return Drawing()
    return Drawing("plain", qualities=(), formats=(), transparent=False, sketches=False)
