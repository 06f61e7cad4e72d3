"""Recordings are heard: by the right model, told what helps it, and paid for once."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from ai.provider import Provider
from ai.source import Source
from ai.transcription import Transcription
from domain.errors import (
    CannotHear,
    CreditExhausted,
    NothingHeard,
    PromptTooLong,
    ProviderUnreachable,
    RateLimited,
    Unreadable,
    UserFacingError,
)
from domain.speech import Hints, Passage
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import OURS, Reports, noting
from tests.ai.recordings import hearing_at, recording

GPT, MINI, WHISPER = "gpt-transcribe", "gpt-4o-mini-transcribe", "whisper-1"
HINTS = Hints(("it", "en"), ("Parley", "Ada"), "We spoke about “engines”. 👋")
PATH = "/v1/audio/transcriptions"


@pytest.fixture
async def ears(sandbox: ModelSandbox) -> AsyncGenerator[Transcription]:
    async with hearing_at(sandbox) as ears:
        yield ears


@pytest.fixture
def ciao(tmp_path: Path) -> Path:
    return recording(tmp_path, "ciao Ada")


async def test_what_was_said_is_heard(ears: Transcription, model: ModelClient, ciao: Path) -> None:
    heard = await ears.transcribe(ciao, Hints(), safety_key="user-hash")

    assert (heard.text, heard.model, heard.passages) == ("ciao Ada", GPT, ())
    assert heard.seconds == pytest.approx(1.0, abs=0.1)
    assert [request["status"] for request in await model.requests()] == [200]


@pytest.mark.parametrize(
    ("kind", "ending"), [("opus", "ogg"), ("mp3", "mp3"), ("m4a", "m4a"), ("flac", "flac"), ("wav", "wav")]
)
async def test_the_name_it_goes_by_says_the_kind_only(
    ears: Transcription, model: ModelClient, tmp_path: Path, kind: str, ending: str
) -> None:
    heard = await ears.transcribe(recording(tmp_path, "hello", kind=kind), Hints(), safety_key="x")

    assert heard.text == "hello"
    assert (await model.requests())[0]["files"][0]["name"] == f"recording.{ending}"


async def test_every_byte_of_it_arrives(ears: Transcription, model: ModelClient, tmp_path: Path) -> None:
    path = recording(tmp_path, "a long one", seconds=20, kind="wav")

    await ears.transcribe(path, Hints(), safety_key="x")

    sent = (await model.requests())[0]["files"][0]
    content = path.read_bytes()
    assert len(content) > 900_000
    assert (sent["bytes"], sent["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


async def test_it_is_told_what_helps(ears: Transcription, model: ModelClient, ciao: Path) -> None:
    await ears.transcribe(ciao, HINTS, safety_key="x")

    assert (await model.requests())[0]["body"] == {
        "model": GPT,
        "response_format": "json",
        "languages": ["it", "en"],
        "keywords": ["Parley", "Ada"],
        "prompt": "We spoke about “engines”. 👋",
    }


@pytest.mark.parametrize(("languages", "told"), [(("it",), "it"), (("it", "en"), None), ((), None)])
async def test_older_models_are_told_of_one_language_and_of_words_in_the_prompt(
    sandbox: ModelSandbox, model: ModelClient, ciao: Path, languages: tuple[str, ...], told: str | None
) -> None:
    async with hearing_at(sandbox, MINI) as ears:
        heard = await ears.transcribe(ciao, Hints(languages, ("Parley", "Ada"), "Before."), safety_key="x")

    body = (await model.requests())[0]["body"]
    assert (heard.text, heard.model) == ("ciao Ada", MINI)
    assert body.get("language") == told
    assert body["prompt"] == "Parley, Ada Before."


async def test_a_plain_server_gets_what_all_of_them_know(
    sandbox: ModelSandbox, model: ModelClient, ciao: Path
) -> None:
    async with hearing_at(sandbox, WHISPER, dialect="plain") as ears:
        await ears.transcribe(ciao, Hints(("it",), ("Ada",), "Before."), safety_key="x")

    assert (await model.requests())[0]["body"] == {
        "model": WHISPER,
        "response_format": "json",
        "language": "it",
    }


async def test_times_come_from_a_model_that_tells_them(
    ears: Transcription, model: ModelClient, ciao: Path
) -> None:
    heard = await ears.transcribe(ciao, Hints(), safety_key="x", times=True)

    assert heard.model == WHISPER
    assert heard.passages
    assert isinstance(heard.passages[0], Passage)
    assert " ".join(passage.text for passage in heard.passages) == "ciao Ada"
    assert heard.passages[-1].end_seconds == pytest.approx(1.0, abs=0.1)


async def test_after_its_day_there_are_no_times_but_still_words(sandbox: ModelSandbox, ciao: Path) -> None:
    async with hearing_at(sandbox, today=lambda: date(2027, 2, 26)) as ears:
        heard = await ears.transcribe(ciao, Hints(), safety_key="x", times=True)

    assert (heard.text, heard.model, heard.passages) == ("ciao Ada", GPT, ())


async def test_silence_is_no_text(ears: Transcription, tmp_path: Path) -> None:
    assert (await ears.transcribe(recording(tmp_path, ""), Hints(), safety_key="x")).text == ""


async def test_a_model_that_is_gone_is_replaced_and_told_once(
    sandbox: ModelSandbox, model: ModelClient, ciao: Path
) -> None:
    reports: Reports = []
    await model.kill_model(GPT)

    async with hearing_at(sandbox, on_model_gone=noting(reports)) as ears:
        heard = [await ears.transcribe(ciao, Hints(), safety_key="x") for _ in range(2)]

    assert [one.model for one in heard] == [MINI, MINI]
    assert reports == [(GPT, MINI)]
    assert len(await model.requests()) == 3


async def test_a_chosen_model_whose_day_has_come_is_replaced(sandbox: ModelSandbox, ciao: Path) -> None:
    reports: Reports = []

    async with hearing_at(
        sandbox, WHISPER, today=lambda: date(2027, 3, 1), on_model_gone=noting(reports)
    ) as ears:
        heard = await ears.transcribe(ciao, Hints(), safety_key="x")

    assert heard.model == GPT
    assert reports == [(WHISPER, GPT)]


async def test_with_no_model_left_that_is_said(sandbox: ModelSandbox, model: ModelClient, ciao: Path) -> None:
    for model_id, known in OURS.models.items():
        if known.capability == "transcription":
            await model.kill_model(model_id)

    async with hearing_at(sandbox) as ears:
        with pytest.raises(CannotHear):
            await ears.transcribe(ciao, Hints(), safety_key="x")


async def test_what_is_refused_is_left_out_and_remembered(
    ears: Transcription, model: ModelClient, ciao: Path
) -> None:
    await model.refuse(GPT, ["keywords", "prompt"])
    await ears.transcribe(ciao, HINTS, safety_key="x")
    await model.clear()

    heard = await ears.transcribe(ciao, HINTS, safety_key="x")

    assert heard.text == "ciao Ada"
    assert [request["status"] for request in await model.requests()] == [200]


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", NothingHeard), (b"no sound at all", Unreadable), (b"OggS" + bytes(500), Unreadable)],
)
async def test_what_is_no_recording_is_told(
    ears: Transcription, tmp_path: Path, content: bytes, error: type[UserFacingError]
) -> None:
    path = tmp_path / "voice.ogg"
    path.write_bytes(content)

    with pytest.raises(error):
        await ears.transcribe(path, Hints(), safety_key="x")


async def test_a_recording_that_is_gone_is_told(ears: Transcription, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        await ears.transcribe(tmp_path / "gone.ogg", Hints(), safety_key="x")


async def test_one_of_no_length_holds_nothing(ears: Transcription, tmp_path: Path) -> None:
    with pytest.raises(NothingHeard):
        await ears.transcribe(recording(tmp_path, "x", seconds=0.02, kind="wav"), Hints(), safety_key="x")


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (413, "Maximum content size limit (26214400) exceeded", PromptTooLong),
        (400, "audio duration 1600.0 seconds is longer than 1500 seconds", PromptTooLong),
        (400, "Invalid file format. Supported formats: ['flac']", Unreadable),
    ],
)
async def test_refusals_of_the_file_are_told_apart(
    ears: Transcription, model: ModelClient, ciao: Path, status: int, message: str, error: type[UserFacingError]
) -> None:
    await model.fault(status=status, message=message)

    with pytest.raises(error):
        await ears.transcribe(ciao, Hints(), safety_key="x")


async def test_a_server_error_is_tried_once_more(ears: Transcription, model: ModelClient, ciao: Path) -> None:
    await model.fault(path=PATH, status=500)

    assert (await ears.transcribe(ciao, Hints(), safety_key="x")).text == "ciao Ada"


async def test_a_server_error_is_not_tried_for_long(
    ears: Transcription, model: ModelClient, ciao: Path
) -> None:
    await model.fault(path=PATH, status=500, times=9)

    with pytest.raises(ProviderUnreachable):
        await ears.transcribe(ciao, Hints(), safety_key="x")

    assert len(await model.requests()) == 2


async def test_a_busy_provider_is_waited_for(ears: Transcription, model: ModelClient, ciao: Path) -> None:
    await model.fault(path=PATH, status=429, code="rate_limit_exceeded", retry_after=0.05, times=3)

    assert (await ears.transcribe(ciao, Hints(), safety_key="x")).text == "ciao Ada"
    assert len(await model.requests()) == 4


async def test_nobody_waits_for_minutes(ears: Transcription, model: ModelClient, ciao: Path) -> None:
    await model.fault(path=PATH, status=429, code="rate_limit_exceeded", retry_after=61)

    with pytest.raises(RateLimited):
        await ears.transcribe(ciao, Hints(), safety_key="x")


async def test_nobody_waits_for_money(ears: Transcription, model: ModelClient, ciao: Path) -> None:
    await model.fault(path=PATH, status=429, code="insufficient_quota", times=9)

    with pytest.raises(CreditExhausted):
        await ears.transcribe(ciao, Hints(), safety_key="x")

    assert len(await model.requests()) == 1


async def test_many_are_heard_at_once(ears: Transcription, tmp_path: Path) -> None:
    said = [f"part {number}" for number in range(10)]
    paths = [recording(tmp_path, words) for words in said]

    heard = await asyncio.gather(*(ears.transcribe(path, Hints(), safety_key="x") for path in paths))

    assert [one.text for one in heard] == said


async def test_what_was_said_is_told_in_english(ears: Transcription, model: ModelClient, ciao: Path) -> None:
    english = await ears.to_english(ciao, Hints(keywords=("Ada",)))

    assert english is not None
    assert (english.text, english.model) == ("[English] ciao Ada", WHISPER)
    assert (await model.requests())[0]["body"]["prompt"] == "Ada"


async def test_after_its_day_nothing_is_told_in_english(
    sandbox: ModelSandbox, model: ModelClient, ciao: Path
) -> None:
    async with hearing_at(sandbox, today=lambda: date(2027, 2, 26)) as ears:
        assert await ears.to_english(ciao, Hints()) is None

    assert await model.requests() == []


async def test_when_the_translating_model_is_gone_that_is_noticed(
    ears: Transcription, model: ModelClient, ciao: Path
) -> None:
    await model.kill_model(WHISPER)

    assert [await ears.to_english(ciao, Hints()) for _ in range(2)] == [None, None]
    assert len(await model.requests()) == 1


async def test_where_the_call_is_missing_it_is_asked_once(
    ears: Transcription, model: ModelClient, ciao: Path
) -> None:
    await model.fault(path="/v1/audio/translations", status=404, message="Invalid URL")

    assert [await ears.to_english(ciao, Hints()) for _ in range(2)] == [None, None]
    assert len(await model.requests()) == 1


async def test_a_server_without_transcription_is_told(ciao: Path) -> None:
    async def serve(_request: web.BaseRequest) -> web.Response:
        return web.json_response({"detail": "Not Found"}, status=404)

    async with (
        RawTestServer(serve) as server,
        Source.open(Provider(str(server.make_url("/v1")), "sk-x"), OURS) as source,
    ):
        with pytest.raises(CannotHear):
            await Transcription(source).transcribe(ciao, Hints(), safety_key="x")


async def test_a_small_servers_own_model_needs_no_file(ciao: Path) -> None:
    asked: list[str] = []

    async def serve(request: web.BaseRequest) -> web.Response:
        if request.path.endswith("/models"):
            return web.json_response({"data": [{"id": "llama4"}, {"id": "Systran/faster-whisper-small"}]})
        asked.append(str((await request.post())["model"]))
        return web.json_response({"text": " hello "})

    async with (
        RawTestServer(serve) as server,
        Source.open(Provider(str(server.make_url("/v1")), "sk-x"), OURS) as source,
    ):
        await source.learn()
        heard = await Transcription(source).transcribe(ciao, Hints(), safety_key="x")

    assert (heard.text, asked) == ("hello", ["Systran/faster-whisper-small"])
    assert [model.id for model in source.catalogue.of("transcription")] == asked
