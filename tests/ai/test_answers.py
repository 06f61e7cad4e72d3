"""Answers: the same over both protocols, with their ending and what they used."""

from dataclasses import replace

import pytest

from ai.engine import TextEngine
from domain.events import TextDelta
from domain.turn import Ending, Usage
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import LUNA, Api, engine_at, prompt, told

_LONG = "An old story, told again and again. " * 200


@pytest.mark.parametrize(
    "message", ["{{say: Hello **Ada**}}", "{{words: 200}}", "{{emoji}}", "{{long}}", "hello"]
)
async def test_both_protocols_bring_the_same_answer(sandbox: ModelSandbox, message: str) -> None:
    async with engine_at(sandbox, "responses") as responses, engine_at(sandbox, "chat") as chat:
        one, other = await told(responses, message), await told(chat, message)

    assert one.text == other.text != ""
    assert one.finished == replace(other.finished, fingerprint="")  # only Chat Completions tells one


async def test_text_comes_as_it_is_written(engine: TextEngine) -> None:
    answer = await told(engine, "{{words: 50}}")

    assert sum(isinstance(event, TextDelta) for event in answer.events) > 50
    assert answer.finished.ending is Ending.COMPLETED
    assert answer.finished.model == LUNA


async def test_history_and_instructions_reach_the_model(engine: TextEngine) -> None:
    answer = await told(engine, "my cat is Mia", "nice", "{{history}}")

    assert answer.text.splitlines()[:4] == ["3 messages", "", "- user: my cat is Mia", "- assistant: nice"]


async def test_an_answer_without_words_is_complete(engine: TextEngine) -> None:
    answer = await told(engine, "{{silent}}")

    assert answer.text == ""
    assert answer.finished.ending is Ending.COMPLETED


async def test_an_answer_that_was_cut_by_its_limit_says_so(engine: TextEngine) -> None:
    answer = await told(engine, "{{words: 200}}", max_output_tokens=30)

    assert answer.finished.ending is Ending.INCOMPLETE
    assert answer.finished.usage.output_tokens == 30


@pytest.mark.parametrize("script", ["{{refuse}}", "{{words: 9}} {{incomplete: content_filter}}"])
async def test_a_refusal_is_text_and_an_ending(engine: TextEngine, script: str) -> None:
    answer = await told(engine, script)

    assert answer.text != ""
    assert answer.finished.ending is Ending.REFUSED


async def test_commentary_is_not_for_the_reader(sandbox: ModelSandbox) -> None:
    async with engine_at(sandbox) as engine:
        assert (await told(engine, "{{commentary: let me see}} {{say: here}}")).text == "here"


async def test_usage_tells_thought_and_what_was_cached(engine: TextEngine) -> None:
    await told(engine, _LONG, "I see.", "and?", model="gpt-6.1-terra")

    usage = (await told(engine, _LONG, "I see.", "so?", model="gpt-6.1-terra")).finished.usage

    assert usage.reasoning_tokens == 64
    assert usage.output_tokens > usage.reasoning_tokens
    assert usage.cached_tokens >= 1_024
    assert usage.cache_write_tokens == usage.input_tokens - usage.cached_tokens


async def test_complete_brings_it_whole(engine: TextEngine) -> None:
    text, usage = await engine.complete(prompt("{{say: all of it}}"))

    assert text == "all of it"
    assert usage.output_tokens > 0


async def test_an_answer_that_reports_no_usage_used_nothing(model: ModelClient, sandbox: ModelSandbox) -> None:
    await model.refuse(LUNA, ["stream_options"])

    async with engine_at(sandbox, "chat") as engine:
        answer = await told(engine, "{{say: hello}}")

    assert answer.text == "hello"
    assert answer.finished.usage == Usage()


async def test_openai_is_asked_with_all_that_it_knows(engine: TextEngine, model: ModelClient, api: Api) -> None:
    await told(engine, "hi")

    body = (await model.requests())[0]["body"]
    assert body["store"] is False
    assert body["prompt_cache_key"] == "chat-hash"
    assert body["safety_identifier"] == "user-hash"
    assert body["stream_options"]["include_obfuscation"] is False
    assert {"responses": body.get("reasoning"), "chat": body.get("reasoning_effort")}[api] in (
        {"effort": "none"},
        "none",
    )


async def test_the_limit_of_the_model_holds(engine: TextEngine, model: ModelClient, api: Api) -> None:
    name = {"responses": "max_output_tokens", "chat": "max_completion_tokens"}[api]

    await told(engine, "hi", max_output_tokens=1_000_000)
    await told(engine, "hi", max_output_tokens=500)

    assert [request["body"][name] for request in await model.requests()] == [128_000, 500]
