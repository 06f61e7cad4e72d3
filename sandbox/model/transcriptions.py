"""Speech to text: `/v1/audio/transcriptions` and `/v1/audio/translations`."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from sandbox.model import hearing
from sandbox.model.checks import (
    Check,
    either,
    flag,
    integer,
    list_of,
    number,
    one_of,
    shape,
    text,
)
from sandbox.model.delivery import CUT, Manner, deliver
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, missing, unsupported_parameter, unsupported_value
from sandbox.model.forms import Form, Upload
from sandbox.model.journal import Entry
from sandbox.model.models import Served
from sandbox.model.sounds import Unreadable, decoded
from sandbox.model.transcripts import Heard, streamed, written
from sandbox.model.values import Json, as_list, as_text

_MOST_BYTES = 25 * 1024 * 1024
_SHORTEST_SECONDS = 0.1
_LONGEST_SECONDS = {"4o-transcribe": 1_500, "diarize": 1_400}
_LONGEST_BLOCK = 30
_ENDINGS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_KINDS: Mapping[str, type] = {
    "stream": bool,
    "temperature": float,
    "chunking_strategy[prefix_padding_ms]": int,
    "chunking_strategy[silence_duration_ms]": int,
    "chunking_strategy[threshold]": float,
}
_FORMATS = one_of("json", "text", "srt", "verbose_json", "vtt", "diarized_json")

_SHARED: Mapping[str, Check] = {
    "model": text,
    "prompt": text,
    "response_format": _FORMATS,
    "temperature": number(0, 1),
}
_VAD = shape(
    {
        "type": one_of("server_vad"),
        "prefix_padding_ms": integer(0),
        "silence_duration_ms": integer(0),
        "threshold": number(0, 1),
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
            stream = streamed(heard, form.fields, model)
            manner = Manner(self.endpoints.pace, request.get(CUT))
            return await deliver(request, stream, manner, self.endpoints.journal, entry)
        return written(heard, form.fields, model)

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
        return written(english, form.fields, model)

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
        if (
            model.family == "diarize"
            and heard.seconds > _LONGEST_BLOCK
            and "chunking_strategy" not in form.fields
        ):
            raise invalid("chunking_strategy", "chunking_strategy is required for diarization models")
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
