"""Text is spoken in three ways, in the voice asked for or the nearest, and what is spoken is what was given."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from ai.catalogue import load
from ai.errors import TimedOut
from ai.provider import Provider
from ai.source import Source
from ai.speech import SpeechEngine
from domain.errors import (
    AnswerBroken,
    CannotSpeak,
    CreditExhausted,
    KeyRefused,
    ProviderUnreachable,
    SpokeOtherwise,
    UserFacingError,
)
from domain.speech import Manner, Speech
from sandbox.model.client import ModelClient, Requests
from sandbox.model.server import ModelSandbox
from tests.ai.asking import OURS, Reports, noting
from tests.ai.recordings import heard, source_at, voice_at

TTS, AUDIO, REALTIME = "gpt-4o-mini-tts", "gpt-audio-1.5", "gpt-realtime-2.1-mini"
TEXT = "The quick brown fox jumps over the lazy dog."
MARIN = Manner("marin")
AFTER_TTS = date(2027, 1, 6)
PATHS = {TTS: "/v1/audio/speech", AUDIO: "/v1/chat/completions", REALTIME: "/v1/realtime"}

every_way = pytest.mark.parametrize("way", [TTS, AUDIO, REALTIME])
generative = pytest.mark.parametrize("way", [AUDIO, REALTIME])


@pytest.fixture
async def voice(sandbox: ModelSandbox) -> AsyncGenerator[SpeechEngine]:
    async with voice_at(sandbox) as voice:
        yield voice


async def _spoken(voice: SpeechEngine, text: str = TEXT, manner: Manner = MARIN) -> Speech:
    return await voice.speak(text, manner, safety_key="user-hash")


def _asked(requests: Requests) -> list[str]:
    return [request["body"]["model"] for request in requests]


@every_way
async def test_what_is_spoken_is_what_was_given(sandbox: ModelSandbox, tmp_path: Path, way: str) -> None:
    async with voice_at(sandbox, way) as voice:
        speech = await _spoken(voice)

    assert speech.model == way
    assert await heard(sandbox, speech, tmp_path) == TEXT


@pytest.mark.parametrize(
    ("way", "kind", "words", "has_tokens"),
    [(TTS, "pcm", None, False), (AUDIO, "wav", TEXT, True), (REALTIME, "pcm", TEXT, True)],
)
async def test_each_way_tells_what_it_can(
    sandbox: ModelSandbox, way: str, kind: str, words: str | None, has_tokens: bool
) -> None:
    async with voice_at(sandbox, way) as voice:
        speech = await _spoken(voice)

    assert (speech.format, speech.words, speech.output_tokens > 0) == (kind, words, has_tokens)


@every_way
async def test_a_few_are_spoken_at_once(sandbox: ModelSandbox, tmp_path: Path, way: str) -> None:
    texts = [f"This is sentence number {number}." for number in ("one", "two", "three", "four")]

    async with voice_at(sandbox, way) as voice:
        spoken = await asyncio.gather(*(_spoken(voice, text) for text in texts))

    assert [await heard(sandbox, speech, tmp_path) for speech in spoken] == texts


@every_way
@pytest.mark.parametrize("text", ["Ciao, come stai?", "你好，今天天气很好。", "مرحبًا بك في بارلي."])
async def test_other_languages_are_compared_fairly(sandbox: ModelSandbox, way: str, text: str) -> None:
    async with voice_at(sandbox, way) as voice:
        assert (await _spoken(voice, text)).words in (None, text)


async def test_before_its_day_the_call_for_speech_is_used(voice: SpeechEngine, model: ModelClient) -> None:
    assert (await _spoken(voice)).model == TTS
    assert [request["path"] for request in await model.requests()] == [PATHS[TTS]]


async def test_after_its_day_realtime_speaks(sandbox: ModelSandbox, model: ModelClient) -> None:
    async with voice_at(sandbox, today=lambda: AFTER_TTS) as voice:
        speech = await _spoken(voice)

    assert speech.model == REALTIME
    assert [request["path"] for request in await model.requests()] == [PATHS[REALTIME]]


async def test_a_way_that_is_gone_is_replaced_and_told_once(sandbox: ModelSandbox, model: ModelClient) -> None:
    reports: Reports = []
    await model.kill_model(TTS)

    async with voice_at(sandbox, on_model_gone=noting(reports)) as voice:
        spoken = [(await _spoken(voice)).model for _ in range(2)]

    assert spoken == [REALTIME, REALTIME]
    assert reports == [(TTS, REALTIME)]
    assert _asked(await model.requests()) == [TTS, REALTIME, REALTIME]


async def test_the_line_of_ways_is_followed_to_its_end(sandbox: ModelSandbox, model: ModelClient) -> None:
    for gone in (TTS, REALTIME):
        await model.kill_model(gone)

    async with voice_at(sandbox) as voice:
        assert (await _spoken(voice)).model == AUDIO


async def test_with_no_way_left_that_is_said(sandbox: ModelSandbox, model: ModelClient) -> None:
    for model_id, known in OURS.models.items():
        if known.capability == "speech":
            await model.kill_model(model_id)

    async with voice_at(sandbox) as voice:
        with pytest.raises(CannotSpeak):
            await _spoken(voice)

        assert (voice.model, voice.voices()) == (None, ())


async def test_a_call_that_is_missing_is_a_way_that_is_gone(voice: SpeechEngine, model: ModelClient) -> None:
    await model.fault(path=PATHS[TTS], status=404, message="Invalid URL", times=9)

    assert (await _spoken(voice)).model == REALTIME


async def test_without_web_sockets_it_is_spoken_over_http(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.fault(path=PATHS[REALTIME], kind="reset", times=9)

    async with voice_at(sandbox, today=lambda: AFTER_TTS) as voice:
        first, second = (await _spoken(voice)).model, (await _spoken(voice)).model

    assert (first, second) == (AUDIO, AUDIO)


@every_way
async def test_the_voice_asked_for_speaks(sandbox: ModelSandbox, model: ModelClient, way: str) -> None:
    async with voice_at(sandbox, way) as voice:
        await _spoken(voice, manner=Manner("sage"))

    assert '"sage"' in str((await model.requests())[0]["body"]).replace("'", '"')


@pytest.mark.parametrize(
    ("way", "asked", "used"),
    [
        (REALTIME, "onyx", "cedar"),
        (REALTIME, "fable", "ballad"),
        (REALTIME, "nova", "marin"),
        ("tts-1", "marin", "nova"),
        ("tts-1", "cedar", "onyx"),
        ("tts-1", "verse", "fable"),
        (TTS, "nobody", "marin"),
    ],
)
async def test_a_voice_that_is_lacking_maps_to_the_nearest(
    sandbox: ModelSandbox, model: ModelClient, way: str, asked: str, used: str
) -> None:
    async with voice_at(sandbox, way) as voice:
        await _spoken(voice, manner=Manner(asked))

    request = (await model.requests())[0]
    assert request["status"] == 200
    assert f"'{used}'" in str(request["body"])


@every_way
async def test_a_voice_that_is_refused_is_replaced_by_the_default_and_remembered(
    sandbox: ModelSandbox, model: ModelClient, tmp_path: Path, way: str
) -> None:
    path = tmp_path / "models.toml"
    path.write_text(f'[models."{way}".speaking]\nbackend = "{_backend(way)}"\nvoices = ["alloy", "ghost"]')
    catalogue = await asyncio.to_thread(load, path)

    async with voice_at(sandbox, way, catalogue=catalogue) as voice:
        first = await _spoken(voice, manner=Manner("ghost"))
        await model.clear()
        await _spoken(voice, manner=Manner("ghost"))

    assert await heard(sandbox, first, tmp_path) == TEXT
    assert [request["status"] for request in await model.requests() if request["path"] == PATHS[way]] == [200]


@pytest.mark.parametrize(
    ("way", "wished", "sent"),
    [(TTS, 2.0, 2.0), (TTS, 9.0, 4.0), (TTS, 1.0, None), (REALTIME, 2.0, 1.5), (REALTIME, 0.1, 0.25)],
)
async def test_the_speed_is_kept_within_limits(
    sandbox: ModelSandbox, model: ModelClient, way: str, wished: float, sent: float | None
) -> None:
    async with voice_at(sandbox, way) as voice:
        await _spoken(voice, manner=Manner("marin", speed=wished))

    body = (await model.requests())[0]["body"]
    output = body if way == TTS else body["session"]["audio"]["output"]
    assert output.get("speed") == sent


@pytest.mark.parametrize(("way", "told"), [(TTS, 2.0), (AUDIO, 1.0), (REALTIME, 1.5)])
async def test_how_fast_it_was_spoken_is_told(sandbox: ModelSandbox, way: str, told: float) -> None:
    async with voice_at(sandbox, way) as voice:
        assert (await _spoken(voice, manner=Manner("marin", speed=2.0))).speed == told


@every_way
async def test_the_style_is_asked_for(sandbox: ModelSandbox, model: ModelClient, way: str) -> None:
    async with voice_at(sandbox, way) as voice:
        await _spoken(voice, manner=Manner("marin", style="warm and slow"))

    assert "warm and slow" in str((await model.requests())[0]["body"])


async def test_old_models_are_not_told_of_a_style(sandbox: ModelSandbox, model: ModelClient) -> None:
    async with voice_at(sandbox, "tts-1") as voice:
        await _spoken(voice, manner=Manner("nova", style="warm"))

    assert [request["status"] for request in await model.requests()] == [200]


@generative
async def test_other_words_are_asked_for_again_and_paid_for_twice(
    sandbox: ModelSandbox, model: ModelClient, tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    text = "{{answer: once Good}} What is the capital of France, and what of it?"

    async with voice_at(sandbox, way) as voice:
        single = (await _spoken(voice, text.partition("}} ")[2])).output_tokens
        await model.clear()
        speech = await _spoken(voice, text)

    assert len(await model.requests()) == 2
    assert speech.output_tokens > single
    assert "spoke other words" in caplog.text
    assert "France" not in caplog.text


@generative
@pytest.mark.parametrize("order", ["{{reword}}", "{{answer}}"])
async def test_other_words_twice_are_told_with_what_was_said(
    sandbox: ModelSandbox, model: ModelClient, way: str, order: str
) -> None:
    async with voice_at(sandbox, way) as voice:
        with pytest.raises(SpokeOtherwise) as raised:
            await _spoken(voice, f"{order} Where is the station?")

    assert raised.value.speech.words
    assert raised.value.speech.sound
    assert len(await model.requests()) == 2


async def test_nothing_to_say_is_not_asked(voice: SpeechEngine, model: ModelClient) -> None:
    with pytest.raises(CannotSpeak):
        await _spoken(voice, " \n")

    assert await model.requests() == []


@every_way
@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "invalid_api_key", KeyRefused),
        (429, "insufficient_quota", CreditExhausted),
        (500, None, ProviderUnreachable),
    ],
)
async def test_trouble_is_told_by_its_name(
    sandbox: ModelSandbox,
    model: ModelClient,
    way: str,
    status: int,
    code: str | None,
    error: type[UserFacingError],
) -> None:
    await model.fault(path=PATHS[way], status=status, code=code, times=9)

    async with voice_at(sandbox, way) as voice:
        with pytest.raises(error):
            await _spoken(voice)


@every_way
async def test_a_busy_provider_is_waited_for(sandbox: ModelSandbox, model: ModelClient, way: str) -> None:
    await model.fault(path=PATHS[way], status=429, code="rate_limit_exceeded", retry_after=0.05, times=2)

    async with voice_at(sandbox, way) as voice:
        assert (await _spoken(voice)).model == way


async def test_a_connection_that_ends_in_the_middle_is_not_paid_for_again(
    sandbox: ModelSandbox, model: ModelClient
) -> None:
    async with voice_at(sandbox, REALTIME) as voice:
        with pytest.raises(AnswerBroken):
            await _spoken(voice, "{{cut}} One two three four five six.")

    assert len(await model.requests()) == 1


async def test_silence_in_the_middle_ends(
    sandbox: ModelSandbox, model: ModelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ai.speaking.realtime._SILENCE_SECONDS", 0.2)

    async with voice_at(sandbox, REALTIME) as voice:
        with pytest.raises(AnswerBroken):
            await _spoken(voice, "{{hang}} One two three four five six.")


async def test_work_without_end_ends(
    sandbox: ModelSandbox, model: ModelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ai.wire._WORK_SECONDS", 0.2)
    await model.fault(path=PATHS[TTS], kind="hang")

    async with voice_at(sandbox) as voice:
        with pytest.raises(TimedOut):
            await _spoken(voice)

    assert len(await model.requests()) == 1


@every_way
async def test_giving_up_ends_it_at_the_provider(sandbox: ModelSandbox, model: ModelClient, way: str) -> None:
    await model.pace_speech(60.0)

    async with voice_at(sandbox, way) as voice:
        speaking = asyncio.create_task(_spoken(voice))
        await model.wait_for_requests(lambda requests: len(requests) == 1)
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)

        await model.wait_for_requests(lambda requests: requests[0]["finished"])

    assert speaking.cancelled()


async def test_it_tells_voices_and_length_of_what_speaks_now(
    voice: SpeechEngine, sandbox: ModelSandbox
) -> None:
    async with voice_at(sandbox, today=lambda: AFTER_TTS) as later:
        assert (voice.voices()[0], voice.most_characters) == ("marin", 4_096)
        assert "onyx" in voice.voices()
        assert "onyx" not in later.voices()
        assert later.most_characters == 1_000


async def test_what_a_provider_does_not_list_is_not_tried(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.kill_model(TTS)

    async with source_at(sandbox) as source:
        await source.learn()
        voice = SpeechEngine(source)

        assert voice.model == source.catalogue.default("speech")
        assert (await _spoken(voice)).model == REALTIME
    assert _asked(await model.requests()) == [REALTIME]


# Compatible servers.


async def _at_a_small_server(
    answers: dict[str, web.Response | tuple[int, dict[str, Any]]], models: list[str], model: str = ""
) -> tuple[Speech, list[dict[str, Any]]]:
    """Speaks at a server that answers by the format it is asked for."""
    bodies: list[dict[str, Any]] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        if request.path.endswith("/models"):
            return web.json_response({"data": [{"id": model_id} for model_id in models]})
        bodies.append(await request.json())
        answer = answers[bodies[-1]["response_format"]]
        if isinstance(answer, tuple):
            return web.json_response(answer[1], status=answer[0])
        return answer

    async with (
        RawTestServer(serve) as server,
        Source.open(Provider(str(server.make_url("/v1")), "sk-x"), OURS) as source,
    ):
        await source.refresh()
        return await _spoken(SpeechEngine(source, model)), bodies


async def test_a_small_servers_own_model_needs_no_file() -> None:
    sound = web.Response(body=b"RIFF\0\0\0\0WAVE more")

    speech, bodies = await _at_a_small_server({"wav": sound}, ["llama4", "kokoro"])

    assert (speech.format, speech.model) == ("wav", "kokoro")
    assert bodies == [{"model": "kokoro", "input": TEXT, "voice": "alloy", "response_format": "wav"}]


async def test_a_format_it_lacks_is_replaced_by_the_next() -> None:
    refusal = (400, {"error": {"message": "response_format must be mp3", "param": "response_format"}})
    sound = web.Response(body=b"ID3 more")

    speech, bodies = await _at_a_small_server({"wav": refusal, "mp3": sound}, ["kokoro"])

    assert speech.format == "mp3"
    assert [body["response_format"] for body in bodies] == ["wav", "mp3"]


async def test_a_server_that_chooses_the_format_itself_is_understood() -> None:
    speech, _ = await _at_a_small_server({"pcm": web.Response(body=b"OggS more")}, [], model="tts-1")

    assert speech.format == "opus"


@pytest.mark.parametrize("body", [b"", b'{"error": "no"}'])
async def test_what_is_no_sound_is_noticed(body: bytes) -> None:
    with pytest.raises(CannotSpeak):
        await _at_a_small_server({"pcm": web.Response(body=body)}, [], model="tts-1")


async def test_what_openai_ended_a_compatible_server_still_speaks() -> None:
    sound = web.Response(body=b"fLaC more")

    async def serve(request: web.BaseRequest) -> web.Response:
        return sound if request.path.endswith("/speech") else web.json_response({}, status=404)

    async with (
        RawTestServer(serve) as server,
        Source.open(
            Provider(str(server.make_url("/v1")), "sk-x"), OURS, today=lambda: date(2030, 1, 1)
        ) as source,
    ):
        speech = await _spoken(SpeechEngine(source, "tts-1"))

    assert (speech.model, speech.format) == ("tts-1", "flac")


def _backend(way: str) -> str:
    return {TTS: "speech", AUDIO: "chat_audio", REALTIME: "realtime"}[way]
