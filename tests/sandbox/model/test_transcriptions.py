"""Speech to text: what is heard, in which shape it is told, and which recordings are refused."""

import io
from typing import Any

import av
import pytest
from openai import APIStatusError, AsyncOpenAI, BadRequestError

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import Asker, Reply, loosely
from tests.sandbox.model.samples import picture, tones, voice_note

_MODEL = "gpt-transcribe"
_OLD = "whisper-1"


async def _translated(ask: Asker, model: str) -> Reply:
    """Without the SDK, where it is deprecated."""
    return await ask.form("audio/translations", {"model": model}, ("file", "a.ogg", voice_note("hallo")))


async def _heard(client: AsyncOpenAI, recording: bytes, *, name: str = "voice.ogg") -> str:
    return (await client.audio.transcriptions.create(model=_MODEL, file=(name, recording))).text


@pytest.mark.parametrize(
    ("kind", "name"),
    [("opus", "a.ogg"), ("mp3", "a.mp3"), ("m4a", "a.m4a"), ("flac", "a.flac"), ("wav", "a.wav")],
)
async def test_it_hears_the_words_a_tag_brings_along(client: AsyncOpenAI, kind: str, name: str) -> None:
    assert await _heard(client, voice_note("hello there", kind=kind), name=name) == "hello there"


@pytest.mark.parametrize(
    ("hertz", "words"),
    [
        ((440, 440), "a tone of 450 Hz lasting 2 seconds"),
        ((440, 523, 659), "450 500 650"),
        ((300, 0, 300), "300 300"),
        ((0, 0), ""),
        ((4_000,), "(A recording of 1.0 seconds that the offline stand-in cannot understand.)"),
    ],
)
@pytest.mark.parametrize("kind", ["opus", "mp3"])
async def test_it_hears_tones(client: AsyncOpenAI, hertz: tuple[float, ...], words: str, kind: str) -> None:
    heard = await _heard(client, tones(*hertz, kind=kind), name=f"a.{kind}".replace("opus", "ogg"))

    assert heard.partition(" of 1.")[0] == words.partition(" of 1.")[0]


async def test_it_hears_the_sound_of_a_video(client: AsyncOpenAI) -> None:
    video = io.BytesIO()
    with loosely(av.open(video, "w", format="mp4")) as output:
        stream = output.add_stream("mpeg4", rate=10, width=16, height=16, pix_fmt="yuv420p")
        sound = output.add_stream("aac", rate=24_000, layout="mono")
        output.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        with loosely(av.open(io.BytesIO(tones(500, 700, kind="wav")))) as recording:
            for frame in recording.decode(audio=0):
                frame.pts = None
                output.mux(sound.encode(frame))
        output.mux([*stream.encode(None), *sound.encode(None)])

    assert await _heard(client, video.getvalue(), name="clip.mp4") == "500 700"


async def test_languages_and_duration_are_told(client: AsyncOpenAI) -> None:
    told = await client.audio.transcriptions.create(
        model=_MODEL,
        file=("voice.ogg", voice_note("你好", 2.3)),
        languages=["zh", "en"],
        keywords=["Parley"],
        prompt="A greeting.",
        response_format="json",
    )

    assert (told.text, [language.code for language in told.languages or []]) == ("你好", ["zh"])
    assert told.usage is not None
    assert told.usage.to_dict() == {"type": "duration", "seconds": 3}


async def test_it_streams(client: AsyncOpenAI) -> None:
    stream = await client.audio.transcriptions.create(
        model=_MODEL, file=("voice.ogg", voice_note("one two three")), stream=True
    )
    events = [event async for event in stream]

    assert "".join(event.delta for event in events if event.type == "transcript.text.delta") == "one two three"
    assert events[-1].type == "transcript.text.done"
    assert events[-1].text == "one two three"


@pytest.mark.parametrize(
    ("response_format", "told"),
    [
        ("text", "hello there\n"),
        ("srt", "1\n00:00:00,000 --> 00:00:01,000\nhello there\n\n"),
        ("vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nhello there\n\n"),
    ],
)
async def test_the_old_model_writes_subtitles(client: AsyncOpenAI, response_format: Any, told: str) -> None:
    recording = ("a.wav", voice_note("hello there", kind="wav"))
    create = loosely(client.audio.transcriptions.create)
    written = await create(
        model=_OLD, file=recording, response_format=response_format, language="en", temperature=0.2
    )

    assert written == told


async def test_the_old_model_tells_when_what_was_said(client: AsyncOpenAI) -> None:
    told = await client.audio.transcriptions.create(
        model=_OLD,
        file=("a.wav", voice_note("hello there", 2.0, kind="wav")),
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )

    assert (told.duration, told.language) == (2.0, "english")
    assert [(word.word, word.start, word.end) for word in told.words or []] == [
        ("hello", 0, 1),
        ("there", 1, 2),
    ]
    assert [segment.text for segment in told.segments or []] == ["hello there"]


async def test_logprobs_are_told_where_they_are_known(client: AsyncOpenAI) -> None:
    told = await client.audio.transcriptions.create(
        model="gpt-4o-transcribe", file=("a.ogg", voice_note("hello")), include=["logprobs"]
    )

    assert "".join(piece.token or "" for piece in told.logprobs or []) == "hello"
    assert told.usage is not None
    assert told.usage.type == "tokens"


async def test_it_translates(ask: Asker) -> None:
    assert (await _translated(ask, _OLD)).json["text"] == "[English] hallo"


async def test_only_the_old_model_translates(ask: Asker) -> None:
    assert (await _translated(ask, _MODEL)).error["param"] == "model"


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"response_format": "srt"}, "response_format"),
        ({"response_format": "verbose_json"}, "response_format"),
        ({"timestamp_granularities": ["word"]}, "timestamp_granularities"),
        ({"include": ["logprobs"]}, "include"),
        ({"language": "en"}, "language"),
        ({"model": _OLD, "keywords": ["x"]}, "keywords"),
        ({"model": _OLD, "languages": ["en"]}, "languages"),
        ({"model": _OLD, "timestamp_granularities": ["word"]}, "timestamp_granularities"),
        ({"model": "gpt-4o-transcribe", "response_format": "vtt"}, "response_format"),
        ({"model": "gpt-4o-transcribe-diarize", "prompt": "x"}, "prompt"),
        ({"model": "tts-1"}, "model"),
        ({"temperature": 2}, "temperature"),
        ({"response_format": "yaml"}, "response_format"),
        ({"extra_body": {"colour": "blue"}}, "colour"),
        ({"include": ["everything"]}, "include[0]"),
        ({"chunking_strategy": "never"}, "chunking_strategy"),
    ],
)
async def test_what_a_model_does_not_do_is_refused(
    client: AsyncOpenAI, given: dict[str, Any], param: str
) -> None:
    create = loosely(client.audio.transcriptions.create)
    with pytest.raises(BadRequestError) as refused:
        await create(**{"model": _MODEL, "file": ("a.ogg", voice_note("x"))} | given)

    assert refused.value.param == param


@pytest.mark.parametrize(
    ("name", "recording", "status", "words"),
    [
        ("a.ogg", b"", 400, "empty"),
        ("a.ogg", b"no sound at all", 400, "could not be decoded"),
        ("a.ogg", tones(500)[:60], 400, "could not be decoded"),
        ("a.mp4", picture(), 400, "could not be decoded"),
        ("a.amr", voice_note("x"), 400, "Unrecognized file format"),
        ("a", voice_note("x"), 400, "Unrecognized file format"),
        ("a.ogg", tones(500, seconds=0.05), 400, "too short"),
        ("a.ogg", bytes(25 * 1024 * 1024 + 1), 413, "size limit"),
    ],
    ids=["nothing", "text", "cut", "picture", "format", "no ending", "short", "large"],
)
async def test_a_recording_that_cannot_be_used_is_refused(
    client: AsyncOpenAI, name: str, recording: bytes, status: int, words: str
) -> None:
    with pytest.raises(APIStatusError) as refused:
        await _heard(client, recording, name=name)

    assert refused.value.status_code == status
    assert words in refused.value.message


async def test_speakers_are_told_apart_in_chunks(client: AsyncOpenAI) -> None:
    create = loosely(client.audio.transcriptions.create)
    given = {"model": "gpt-4o-transcribe-diarize", "file": ("a.ogg", voice_note("hello", 31.0))}

    with pytest.raises(BadRequestError) as refused:
        await create(**given)
    told = await create(**given, chunking_strategy="auto", response_format="diarized_json")

    assert refused.value.param == "chunking_strategy"
    assert [(segment.speaker, segment.text) for segment in told.segments] == [("A", "hello")]


async def test_without_a_file_it_is_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.post("/audio/transcriptions", body={"model": _MODEL}, cast_to=object)

    assert "multipart" in refused.value.message


async def test_the_journal_tells_the_form_and_keeps_the_file(client: AsyncOpenAI, control: ModelClient) -> None:
    recording = voice_note("hello", 1.5)
    await client.audio.transcriptions.create(
        model=_MODEL, file=("voice.ogg", recording), languages=["en", "ar"]
    )

    request = (await control.requests())[0]

    assert request["body"] == {"model": _MODEL, "languages": ["en", "ar"]}
    file = request["files"][0]
    assert (file["name"], file["bytes"], file["container"]) == ("voice.ogg", len(recording), "ogg")
    assert file["seconds"] == pytest.approx(1.5, abs=0.1)
    assert await control.content(request) == recording


async def test_faults_happen_here_too(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.fault(path="/v1/audio/transcriptions", status=503)

    with pytest.raises(APIStatusError):
        await _heard(client, voice_note("one"))

    assert await _heard(client, voice_note("two")) == "two"


async def test_a_model_whose_day_has_come_is_not_found(ask: Asker, control: ModelClient) -> None:
    await control.set_shutdown(_OLD, "2020-01-01")
    await control.add_model("my-whisper", like=_OLD)

    assert (await _translated(ask, _OLD)).error["code"] == "model_not_found"
    assert (await _translated(ask, "my-whisper")).json["text"] == "[English] hallo"
