"""Embeddings: what is alike is near, in every encoding."""

from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError

from tests.sandbox.model.asker import Asker, Json, loosely

_SMALL = "text-embedding-3-small"


async def _embedded(client: AsyncOpenAI, given: Any, **more: Any) -> list[list[float]]:
    answer = await loosely(client.embeddings.create)(**{"model": _SMALL, "input": given} | more)
    return [one.embedding for one in answer.data]


def _near(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("dimensions", [1_536, 64])
async def test_what_is_alike_is_near(client: AsyncOpenAI, dimensions: int) -> None:
    texts = ["The cat sleeps on the sofa", "My cats sleep on sofas", "Quarterly revenue grew by five percent"]
    cat, cats, money = await _embedded(client, texts, dimensions=dimensions)

    assert _near(cat, cats) > _near(cat, money) + 0.1
    assert _near(cat, cat) == pytest.approx(1, abs=1e-5)
    assert len(cat) == dimensions


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("What does my car cost?", "The price of the automobile is 20,000 euros"),
        ("When was I born?", "Her birthday is 3 May"),
        ("Which food do I like?", "The favourite dish is lasagne"),
        ("What is my pet called?", "The dog's name is Rex"),
        ("studies of universities", "A university study"),
        ("我的车多少钱", "汽车的价格是两万"),
        ("كم سعر السيارة", "تكلفة سيارتي عشرون ألف"),
        ("أين الطبيب", "the doctor is in Berlin"),
    ],
)
async def test_what_means_the_same_is_nearer_than_what_does_not(
    client: AsyncOpenAI, question: str, fact: str
) -> None:
    others = ["Penguins live in Antarctica", "The meeting is at noon", "我在北京工作", "القطار متأخر اليوم"]

    asked, meant, *rest = await _embedded(client, [question, fact, *others], dimensions=256)

    assert _near(asked, meant) > max(_near(asked, other) for other in rest) + 0.05


async def test_every_kind_of_input_is_taken(client: AsyncOpenAI) -> None:
    words, tokens, lists = [
        await _embedded(client, given) for given in ("你好 world", [1, 2, 3], [[1, 2], [3]])
    ]

    assert (len(words), len(tokens), len(lists)) == (1, 1, 2)
    assert words[0] != tokens[0]


async def test_the_large_one_is_larger_and_usage_is_told(client: AsyncOpenAI) -> None:
    answer = await client.embeddings.create(
        model="text-embedding-3-large", input="hello", encoding_format="float"
    )

    assert len(answer.data[0].embedding) == 3_072
    assert answer.usage.prompt_tokens == 2


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"input": ""}, "input"),
        ({"input": []}, "input"),
        ({"input": ["a", ""]}, "input"),
        ({"input": [True]}, "input"),
        ({"input": ["a"] * 2_049}, "input"),
        ({"input": "x" * 40_000}, "input"),
        ({"dimensions": 1_537}, "dimensions"),
        ({"dimensions": 10, "model": "text-embedding-ada-002"}, "dimensions"),
        ({"encoding_format": "int8"}, "encoding_format"),
        ({"model": "gpt-6-luna"}, "model"),
    ],
)
async def test_what_cannot_be_embedded_is_refused(client: AsyncOpenAI, given: Json, param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _embedded(client, "a", **given)

    assert refused.value.param == param


async def test_an_unknown_parameter_is_refused(ask: Asker) -> None:
    reply = await ask.post("embeddings", {"model": _SMALL, "input": "a", "colour": "blue"})

    assert (reply.status, reply.error["code"]) == (400, "unknown_parameter")
