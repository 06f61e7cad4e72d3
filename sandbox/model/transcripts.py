"""What was heard, told in the shapes that the API has for it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.models import Served
from sandbox.model.small_talk import language_of
from sandbox.model.stream import Stream, event
from sandbox.model.tokens import count, pieces
from sandbox.model.values import Json, as_list, as_text

_TOKENS_PER_SECOND = 10
_LANGUAGES = {"en": "english", "zh": "chinese", "ar": "arabic"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recording says, and how long it is."""

    text: str
    seconds: float
    task: str = "transcribe"

    @property
    def languages(self) -> list[str]:
        return [language_of(self.text)] if self.text else []

    @property
    def words(self) -> list[tuple[str, float, float]]:
        """Each word with its start and end, spread evenly."""
        found = self.text.split()
        each = self.seconds / max(1, len(found))
        return [(word, round(at * each, 2), round((at + 1) * each, 2)) for at, word in enumerate(found)]


def written(heard: Heard, fields: Json, model: Served) -> web.Response:
    write = _WRITERS[as_text(fields.get("response_format")) or "json"]
    written = write(heard, fields, model)
    if isinstance(written, str):
        return web.Response(text=written, content_type="text/plain")
    return web.json_response(written)


def _json(heard: Heard, fields: Json, model: Served) -> dict[str, object]:
    return {"text": heard.text} | _extras(heard, fields, model) | {"usage": _usage(heard, model)}


def _extras(heard: Heard, fields: Json, model: Served) -> dict[str, object]:
    """What only some models tell."""
    extras: dict[str, object] = {}
    if model.family == "gpt-transcribe":
        extras["languages"] = [{"code": code} for code in heard.languages]
    if "logprobs" in as_list(fields.get("include")):
        extras["logprobs"] = [
            {"token": piece, "bytes": list(piece.encode()), "logprob": -0.01} for piece in pieces(heard.text)
        ]
    return extras


def _verbose(heard: Heard, fields: Json, _model: Served) -> dict[str, object]:
    wanted = as_list(fields.get("timestamp_granularities")) or ["segment"]
    told: dict[str, object] = {
        "task": heard.task,
        "language": _LANGUAGES[language_of(heard.text)],
        "duration": round(heard.seconds, 2),
        "text": heard.text,
        "usage": {"type": "duration", "seconds": math.ceil(heard.seconds)},
    }
    if "segment" in wanted:
        told["segments"] = [_segment(heard)] if heard.text else []
    if "word" in wanted:
        told["words"] = [{"word": word, "start": start, "end": end} for word, start, end in heard.words]
    return told


def _segment(heard: Heard) -> dict[str, object]:
    return {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": round(heard.seconds, 2),
        "text": heard.text,
        "tokens": list(range(len(pieces(heard.text)))),
        "temperature": 0.0,
        "avg_logprob": -0.2,
        "compression_ratio": 1.0,
        "no_speech_prob": 0.01,
    }


def _diarized(heard: Heard, _fields: Json, model: Served) -> dict[str, object]:
    segment = {"type": "transcript.text.segment", "id": "seg_0", "speaker": "A", "text": heard.text}
    times = {"start": 0.0, "end": round(heard.seconds, 2)}
    return {
        "task": "transcribe",
        "duration": round(heard.seconds, 2),
        "text": heard.text,
        "segments": [segment | times] if heard.text else [],
        "usage": _usage(heard, model),
    }


def _srt(heard: Heard, _fields: Json, _model: Served) -> str:
    return f"1\n{_clock(0, ',')} --> {_clock(heard.seconds, ',')}\n{heard.text}\n\n" if heard.text else ""


def _vtt(heard: Heard, _fields: Json, _model: Served) -> str:
    times = f"{_clock(0, '.')} --> {_clock(heard.seconds, '.')}"
    return f"WEBVTT\n\n{times}\n{heard.text}\n\n" if heard.text else "WEBVTT\n\n"


def _clock(seconds: float, point: str) -> str:
    whole, thousandths = divmod(round(seconds * 1_000), 1_000)
    return f"{whole // 3_600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{thousandths:03}"


def streamed(heard: Heard, fields: Json, model: Served) -> Stream:
    kind = "transcript.text.delta"
    deltas = [event(kind, {"type": kind, "delta": piece}) for piece in pieces(heard.text)]
    done: dict[str, object] = {"type": "transcript.text.done", "text": heard.text}
    done |= _extras(heard, fields, model) | {"usage": _usage(heard, model)}
    return Stream(b"", deltas, event("transcript.text.done", done))


def _usage(heard: Heard, model: Served) -> dict[str, object]:
    if model.family in ("whisper", "gpt-transcribe"):
        return {"type": "duration", "seconds": math.ceil(heard.seconds)}
    sound, said = math.ceil(heard.seconds * _TOKENS_PER_SECOND), count(heard.text)
    return {
        "type": "tokens",
        "input_tokens": sound,
        "input_token_details": {"text_tokens": 0, "audio_tokens": sound},
        "output_tokens": said,
        "total_tokens": sound + said,
    }


_WRITERS: dict[str, Callable[[Heard, Json, Served], object]] = {
    "json": _json,
    "text": lambda heard, _fields, _model: f"{heard.text}\n",
    "srt": _srt,
    "vtt": _vtt,
    "verbose_json": _verbose,
    "diarized_json": _diarized,
}
