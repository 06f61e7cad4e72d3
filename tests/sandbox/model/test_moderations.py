"""Moderation: a few words and scripts are flagged, pictures are looked at."""

import pytest
from openai import AsyncOpenAI, BadRequestError

from sandbox.model.client import ModelClient
from tests.sandbox.model.samples import data_url, picture


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("I want to kill them", "violence"),
        ("{{flag: self-harm/intent}}", "self-harm/intent"),
        ("杀人", "violence"),
    ],
)
async def test_bad_words_are_flagged(client: AsyncOpenAI, words: str, category: str) -> None:
    result = (await client.moderations.create(input=words)).results[0]

    assert result.flagged
    assert result.categories.to_dict()[category] is True
    assert result.categories.to_dict()["hate"] is False


async def test_a_marker_is_flagged_as_it_was_ordered(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.flag("banana", "illicit")

    result = (await client.moderations.create(input="a banana split")).results[0]

    assert (result.flagged, result.categories.illicit, result.categories.hate) == (True, True, False)
    assert not (await client.moderations.create(input="an apple pie")).results[0].flagged


async def test_each_text_is_judged_by_itself(client: AsyncOpenAI) -> None:
    answer = await client.moderations.create(model="omni-moderation-latest", input=["hello", "you idiot"])

    assert [result.flagged for result in answer.results] == [False, True]


async def test_pictures_are_judged_with_their_words(client: AsyncOpenAI) -> None:
    answer = await client.moderations.create(
        input=[
            {"type": "text", "text": "what is this?"},
            {"type": "image_url", "image_url": {"url": data_url(picture())}},
        ]
    )

    assert [result.flagged for result in answer.results] == [False]
    assert answer.results[0].category_applied_input_types.violence == ["text", "image"]


async def test_a_broken_picture_is_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.moderations.create(
            input=[{"type": "image_url", "image_url": {"url": data_url(b"nothing")}}]
        )

    assert refused.value.code == "invalid_image"
