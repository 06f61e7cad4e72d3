"""Trouble with the provider, each kind under its own name: what passes is tried again, what does not is not."""

import asyncio
import socket
from contextlib import aclosing

import pytest

from ai.engine import TextEngine
from ai.errors import TimedOut
from domain.errors import (
    AnswerBroken,
    CreditExhausted,
    KeyRefused,
    PromptRefused,
    PromptTooLong,
    ProviderUnreachable,
    RateLimited,
    UserFacingError,
)
from domain.events import Event, TextDelta
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import LUNA, Api, engine_at, prompt, told
from tests.town import the_same_day


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("{{fail: 429 rate_limit_exceeded}}", RateLimited),
        ("{{fail: 429 slow_down}}", RateLimited),
        ("{{fail: 503 server_is_overloaded}}", RateLimited),
        ("{{fail: 429 insufficient_quota}}", CreditExhausted),
        ("{{fail: 429 credit_balance_exhausted}}", CreditExhausted),
        ("{{fail: 429 project_spend_limit_exceeded}}", CreditExhausted),
        ("{{fail: 429 organization_spend_limit_exceeded}}", CreditExhausted),
        ("{{fail: 402}}", CreditExhausted),
        ("{{fail: 401 invalid_api_key}}", KeyRefused),
        ("{{fail: 403}}", KeyRefused),
        ("{{fail: 400 context_length_exceeded}}", PromptTooLong),
        ("{{fail: 413}}", PromptTooLong),
        ("{{fail: 400 content_filter}}", PromptRefused),
        ("{{fail: 400 invalid_prompt}}", PromptRefused),
    ],
)
async def test_each_kind_has_its_name_and_is_not_repeated(
    engine: TextEngine, model: ModelClient, script: str, error: type[UserFacingError]
) -> None:
    with pytest.raises(error):
        await told(engine, script)

    assert len(await model.requests()) == 1


@pytest.mark.parametrize(("given", "seconds"), [("retry_after=7", 7), ("retry_after=0.5", 0.5), ("", 0)])
async def test_when_to_come_back_is_told(engine: TextEngine, given: str, seconds: float) -> None:
    with pytest.raises(RateLimited) as raised:
        await told(engine, f"{{{{fail: 429 rate_limit_exceeded {given}}}}}")

    assert raised.value.retry_after_seconds == seconds


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
async def test_a_failing_server_is_asked_again(engine: TextEngine, model: ModelClient, status: int) -> None:
    answer = await told(engine, f"{{{{fail: {status} times=2}}}} {{{{say: at last}}}}")

    assert answer.text == "at last"
    assert len(await model.requests()) == 3


async def test_a_server_that_goes_on_failing_is_unreachable(engine: TextEngine, model: ModelClient) -> None:
    with pytest.raises(ProviderUnreachable):
        await told(engine, "{{fail: 500}}")

    assert len(await model.requests()) == 3


async def test_a_proxys_error_page_is_asked_again(engine: TextEngine, model: ModelClient) -> None:
    await model.fault(kind="html", status=502)

    assert (await told(engine, "{{say: at last}}")).text == "at last"


async def test_a_lost_connection_is_asked_again(engine: TextEngine, model: ModelClient) -> None:
    await model.fault(kind="reset", times=2)

    assert (await told(engine, "{{say: at last}}")).text == "at last"


async def test_nobody_there_is_unreachable(api: Api) -> None:
    with socket.socket() as taken:  # bound but not listening: nobody else gets the port, and it refuses
        taken.bind(("127.0.0.1", 0))
        nowhere = ModelSandbox(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", "sk-none")
        async with engine_at(nowhere, api) as engine:
            with pytest.raises(ProviderUnreachable):
                await told(engine, "hi")


async def test_a_silent_server_is_left_and_not_asked_again(
    sandbox: ModelSandbox, model: ModelClient, api: Api
) -> None:
    await model.fault(kind="hang", times=5)

    async with engine_at(sandbox, api, silence_seconds=0.2) as engine:
        with pytest.raises(TimedOut):
            await told(engine, "hi")

    assert len(await model.requests()) == 1


@pytest.mark.parametrize("script", ["{{hang}}", "{{pace: 0 60000}} {{words: 9}}"])
async def test_a_stream_that_falls_silent_is_broken(
    sandbox: ModelSandbox, model: ModelClient, api: Api, script: str
) -> None:
    async with engine_at(sandbox, api, silence_seconds=0.2) as engine:
        with pytest.raises(AnswerBroken):
            await told(engine, script)

    requests = await model.wait_for_requests(lambda requests: requests[0]["cancelled"])
    assert len(requests) == 1


async def _until_broken(engine: TextEngine, message: str) -> list[Event]:
    """What came before the answer broke."""
    seen: list[Event] = []
    async with aclosing(engine.stream(prompt(message))) as events:
        with pytest.raises(AnswerBroken):  # noqa: PT012  # what comes before is the point
            async for event in events:
                seen.append(event)  # noqa: PERF401  # a comprehension would lose what came before
    return seen


@pytest.mark.parametrize(
    "script",
    [
        "{{cut: 7}}",
        "{{stream_error: server_error}}",
        "{{stream_error: server_error failed}}",
        "{{stream_error: server_error nested}}",
    ],
)
async def test_a_broken_answer_brings_what_came_before_and_is_not_asked_again(
    engine: TextEngine, model: ModelClient, script: str
) -> None:
    seen = await _until_broken(engine, f"{{{{words: 30}}}} {script}")

    assert len([event for event in seen if isinstance(event, TextDelta)]) >= 7
    assert len(await model.requests()) == 1


async def test_a_limit_that_strikes_in_mid_stream_is_still_a_limit(engine: TextEngine) -> None:
    with pytest.raises(RateLimited):
        await told(engine, "{{words: 9}} {{stream_error: rate_limit_exceeded failed}}")


async def test_a_prompt_that_does_not_fit_is_too_long(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.set_context(LUNA, 100)

    async with engine_at(sandbox, "chat") as engine:
        with pytest.raises(PromptTooLong):
            await told(engine, "word " * 200)


async def test_openai_may_shorten_what_does_not_fit(sandbox: ModelSandbox, model: ModelClient) -> None:
    await model.set_context(LUNA, 100)

    async with engine_at(sandbox, "responses") as engine:
        assert (await told(engine, "{{say: fine}}" + "word " * 200)).text == "fine"


async def test_a_wrong_key_is_refused(sandbox: ModelSandbox, api: Api) -> None:
    async with engine_at(sandbox, api, api_key="sk-wrong") as engine:
        with pytest.raises(KeyRefused):
            await told(engine, "hi")
        with pytest.raises(KeyRefused):
            await engine.source.learn()


async def test_a_server_without_the_route_is_not_asked_again() -> None:
    async with (
        ModelSandbox.open(today=the_same_day, dialect="plain") as local,
        ModelClient.open(local.base_url) as model,
    ):
        async with engine_at(local, "responses", dialect="plain") as engine:
            with pytest.raises(ProviderUnreachable):
                await told(engine, "hi", model="llama4:8b")

        assert await model.requests() == []


@pytest.mark.parametrize("script", ["{{fail: 400 content_filter}}", "{{words: 3}} {{stream_error: odd}}"])
async def test_errors_hold_no_words_of_the_person(engine: TextEngine, script: str) -> None:
    with pytest.raises(UserFacingError) as raised:
        await told(engine, f"my secret {script}")

    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_hundreds_at_once_are_answered_each_with_its_own(engine: TextEngine) -> None:
    answers = await asyncio.gather(*(told(engine, f"{{{{say: {number}}}}}") for number in range(300)))

    assert [answer.text for answer in answers] == [str(number) for number in range(300)]
