"""Sampling: seeds that repeat an answer, fingerprints, and what models refuse to be told."""

import pytest
from openai import AsyncOpenAI

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Asker, Json

_OLD, _SOL = "gpt-4o", "gpt-6.2-sol"
_ASKED = "Give me a random number"


async def _said(ask: Asker, **body: object) -> str:
    return (await ask.chat(_ASKED, **body)).said


async def test_the_same_seed_and_request_give_the_same_answer(ask: Asker) -> None:
    same = {await _said(ask, seed=7) for _ in range(3)}
    whole = (await ask.chat(_ASKED, seed=7, stream=None)).said

    assert same == {whole}
    assert await _said(ask, seed=8) not in same
    assert await _said(ask, seed=7, temperature=0.5) not in same


async def test_without_a_seed_answers_differ(ask: Asker) -> None:
    assert len({await _said(ask) for _ in range(3)}) == 3


async def test_another_fingerprint_gives_another_answer(
    ask: Asker, client: AsyncOpenAI, control: ModelClient
) -> None:
    before = await _said(ask, seed=7)
    await control.set_fingerprint(MODEL, "fp_other")

    reply = await ask.chat(_ASKED, seed=7)

    assert reply.said != before
    assert {event["system_fingerprint"] for event in reply.events} == {"fp_other"}
    completion = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "hi"}], reasoning_effort="none"
    )
    assert completion.system_fingerprint == "fp_other"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"model": _SOL, "reasoning_effort": "low", "presence_penalty": 1}, "unsupported_value",
         "presence_penalty"),
        ({"model": _SOL, "reasoning_effort": "low", "logprobs": True}, "unsupported_parameter", "logprobs"),
        ({"model": _OLD, "reasoning_effort": None, "verbosity": "low"}, "unsupported_value", "verbosity"),
    ],
)  # fmt: skip
async def test_chat_refuses_what_the_model_does_not_take(ask: Asker, body: Json, code: str, param: str) -> None:
    reply = await ask.chat("hi", **body)

    assert (reply.status, reply.error["code"], reply.error["param"]) == (400, code, param)


async def test_responses_refuses_verbosity_where_a_model_does_not_reason(ask: Asker) -> None:
    reply = await ask.responses("hi", model=_OLD, reasoning=None, text={"verbosity": "high"})

    assert (reply.status, reply.error["param"]) == (400, "text.verbosity")


@pytest.mark.parametrize(
    "body",
    [
        {"temperature": 0.3, "top_p": 0.9},
        {"model": _OLD, "reasoning_effort": None, "temperature": 1.7, "presence_penalty": 1},
        {"model": _SOL, "reasoning_effort": "low", "temperature": 1, "verbosity": "high"},
    ],
)  # fmt: skip
async def test_what_a_model_takes_is_taken(ask: Asker, body: Json) -> None:
    assert (await ask.chat("hi", **body)).status == 200
