"""Speech to text: `/v1/audio/transcriptions` and `/v1/audio/translations`."""

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from sandbox.model import hearing
from sandbox.model.checks import (
    Check,
    either,
    flag,
    list_of,
    number,
    one_of,
    shape,
    text,
)
from sandbox.model.delivery import Manner, deliver
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, missing, unsupported_parameter, unsupported_value
from sandbox.model.forms import Form, Upload
from sandbox.model.journal import Entry
from sandbox.model.models import Served
from sandbox.model.small_talk import language_of
from sandbox.model.sounds import Unreadable, decoded
from sandbox.model.stream import Stream, event
from sandbox.model.tokens import count, pieces
from sandbox.model.values import Json, as_list, as_text

_MOST_BYTES = 25 * 1024 * 1024
_SHORTEST_SECONDS = 0.1
_LONGEST_SECONDS = {"4o-transcribe": 1_500, "diarize": 1_400}
_ENDINGS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_KINDS: Mapping[str, type] = {"stream": bool, "temperature": float}
_FORMATS = one_of("json", "text", "srt", "verbose_json", "vtt", "diarized_json")
_TOKENS_PER_SECOND = 10
_LANGUAGES = {"en": "english", "zh": "chinese", "ar": "arabic"}

_SHARED: Mapping[str, Check] = {
    "model": text,
    "prompt": text,
    "response_format": _FORMATS,
    "temperature": number(0, 1),
}
_VAD = shape(
    {
        "type": one_of("server_vad"),
        "prefix_padding_ms": text,
        "silence_duration_ms": text,
        "threshold": text,
    },
    needs=("type",),
)
TRANSCRIPTION: Check = shape(
    {
        **_SHARED,
        "chunking_strategy": either(string=one_of("auto"), otherwise=_VAD),
        "include": list_of(one_of("logprobs")),
        "keywords": list_of(text),
        "known_speaker_names": list_of(text, at_most=4),
        "known_speaker_references": list_of(text, at_most=4),
        "language": text,
        "languages": list_of(text),
        "stream": flag,
        "timestamp_granularities": list_of(one_of("word", "segment")),
    },
    needs=("model",),
)
TRANSLATION: Check = shape(_SHARED, needs=("model",))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a family of models takes beside file, model, prompt, temperature and language."""

    formats: tuple[str, ...]
    refuses: frozenset[str]
    streams: bool = True


_RULES = {
    "gpt-transcribe": _Rules(
        ("json",),
        frozenset({"language", "timestamp_granularities", "include", "known_speaker_names",
                   "known_speaker_references"}),
    ),
    "4o-transcribe": _Rules(
        ("json",),
        frozenset({"languages", "keywords", "timestamp_granularities", "known_speaker_names",
                   "known_speaker_references"}),
    ),
    "diarize": _Rules(
        ("json", "text", "diarized_json"),
        frozenset({"languages", "keywords", "timestamp_granularities", "include", "prompt"}),
    ),
    "whisper": _Rules(
        ("json", "text", "srt", "verbose_json", "vtt"),
        frozenset({"languages", "keywords", "include", "chunking_strategy", "known_speaker_names",
                   "known_speaker_references"}),
        streams=False,
    ),
}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Transcriptions:
    """The two endpoints."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        journalled = self.endpoints.journalled
        return [
            web.post("/v1/audio/transcriptions", journalled(self._transcribe)),
            web.post("/v1/audio/translations", journalled(self._translate)),
        ]

    async def _transcribe(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        form = await self.endpoints.read_form(request, entry, _KINDS)
        if broken := await self.endpoints.begin(request):
            return broken
        TRANSCRIPTION(form.fields, "")
        model = self.endpoints.models.find_for("transcription", as_text(form.fields["model"]), request.path)
        rules = _RULES[model.family]
        _judge(form.fields, rules, model)
        heard = await self._hear(form, model, entry)
        if form.fields.get("stream") is True and rules.streams:
            stream = _stream(heard, form.fields, model)
            manner = Manner(self.endpoints.pace)
            return await deliver(request, stream, manner, self.endpoints.journal, entry)
        return _written(heard, form.fields, model)

    async def _translate(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        form = await self.endpoints.read_form(request, entry, _KINDS)
        if broken := await self.endpoints.begin(request):
            return broken
        TRANSLATION(form.fields, "")
        model = self.endpoints.models.find_for("transcription", as_text(form.fields["model"]), request.path)
        if model.family != "whisper":
            message = f"'{model.id}' does not translate. Supported values are: 'whisper-1'."
            raise unsupported_value("model", message)
        _judge(form.fields, _RULES["whisper"], model)
        heard = await self._hear(form, model, entry)
        english = Heard(f"[English] {heard.text}" if heard.text else "", heard.seconds, "translate")
        return _written(english, form.fields, model)

    async def _hear(self, form: Form, model: Served, entry: Entry) -> Heard:
        files = form.all("file")
        if not files:
            raise missing("file")
        if others := [file.field for file in form.files if file.field != "file"]:
            raise ApiError(400, f"Unknown parameter: '{others[0]}'.", "unknown_parameter", others[0])
        upload = files[0]
        _check_upload(upload)
        heard, container = await asyncio.to_thread(self._heard, upload.content)
        entry.files[0] |= {"seconds": round(heard.seconds, 2), "container": container}
        _check_length(heard.seconds, model)
        entry.paid = 1
        return heard

    def _heard(self, content: bytes) -> tuple[Heard, str]:
        try:
            recording = decoded(content, hearing.RATE)
        except Unreadable as error:
            message = "The audio file could not be decoded or its format is not supported."
            raise invalid("file", message) from error
        words = hearing.heard(recording, self.endpoints.vocabulary)
        return Heard(words, recording.seconds), recording.container


def _judge(fields: Json, rules: _Rules, model: Served) -> None:
    for name in fields:
        if name in rules.refuses or name in model.refuses:
            raise unsupported_parameter(name)
    wanted = as_text(fields.get("response_format")) or "json"
    if wanted not in rules.formats:
        message = (
            f"response_format '{wanted}' is not compatible with model '{model.id}'. Use a compatible format"
        )
        raise unsupported_value("response_format", f"{message} instead: {', '.join(rules.formats)}.")
    if as_list(fields.get("timestamp_granularities")) and wanted != "verbose_json":
        message = "Timestamp granularities are only available with response_format 'verbose_json'."
        raise invalid("timestamp_granularities", message)


def _check_upload(upload: Upload) -> None:
    ending = upload.name.rpartition(".")[2].lower() if "." in upload.name else ""
    if ending not in _ENDINGS:
        listed = ", ".join(f"'{known}'" for known in _ENDINGS)
        raise invalid("file", f"Unrecognized file format. Supported formats: [{listed}]")
    if len(upload.content) > _MOST_BYTES:
        message = f"Maximum content size limit ({_MOST_BYTES}) exceeded ({len(upload.content)} bytes read)"
        raise ApiError(413, message)
    if not upload.content:
        raise invalid("file", "Audio file is empty.", "audio_too_short")


def _check_length(seconds: float, model: Served) -> None:
    if seconds < _SHORTEST_SECONDS:
        message = f"Audio file is too short. Minimum audio length is {_SHORTEST_SECONDS} seconds."
        raise invalid("file", message, "audio_too_short")
    longest = _LONGEST_SECONDS.get(model.family, math.inf)
    if seconds > longest:
        message = f"audio duration {seconds:.1f} seconds is longer than {longest} seconds which is the maximum"
        raise invalid("file", f"{message} for this model")


def _written(heard: Heard, fields: Json, model: Served) -> web.Response:
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


def _stream(heard: Heard, fields: Json, model: Served) -> Stream:
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
