"""Limits of a response: how much of the past is read, and what code costs."""

from typing import Any

import pytest
from openai import BadRequestError

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Json

_LONG: list[Json] = [
    {"role": "user", "content": "old " * 400},
    {"role": "assistant", "content": "older " * 400},
    {"role": "user", "content": "{{history}}"},
]


async def _ask(sdk: Any, items: Any, **more: Any) -> Any:
    return await sdk.responses.create(model=MODEL, input=items, reasoning={"effort": "none"}, **more)


async def test_too_much_is_refused_unless_the_oldest_may_go(sdk: Any, control: ModelClient) -> None:
    await control.set_context(MODEL, 700)
    with pytest.raises(BadRequestError) as refused:
        await _ask(sdk, _LONG)

    cut = await _ask(sdk, _LONG, truncation="auto")

    assert refused.value.code == "context_length_exceeded"
    assert cut.output_text.splitlines()[0] == "2 messages"
    assert cut.usage.input_tokens < 700
    assert cut.truncation == "auto"


async def test_an_output_goes_with_its_call(sdk: Any, control: ModelClient) -> None:
    await control.set_context(MODEL, 700)
    call = {"type": "function_call", "call_id": "call_1", "name": "clock", "arguments": "x" * 3_000}
    output = {"type": "function_call_output", "call_id": "call_1", "output": "12:30"}

    cut = await _ask(sdk, [call, output, {"role": "user", "content": "{{history}}"}], truncation="auto")

    assert cut.output_text.splitlines()[0] == "1 messages"


async def test_code_is_paid_like_words(sdk: Any) -> None:
    tool: Json = {"type": "code_interpreter", "container": {"type": "auto"}}
    plain = await _ask(sdk, "{{say: x}}")
    coded = await _ask(sdk, "{{say: x}} {{python: chart}}", tools=[tool])

    assert coded.usage.output_tokens > plain.usage.output_tokens + 10
    assert coded.output_text == "x"
    assert coded.output[-1].content[0].annotations == []
