"""Moderation: a few words and scripts are flagged, pictures are looked at."""

import pytest
from openai import AsyncOpenAI, BadRequestError

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import Asker, loosely
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


_MODEL = "omni-moderation-latest"


async def test_question_and_answer_are_judged_on_the_way(client: AsyncOpenAI) -> None:
    response = await loosely(client.responses.create)(
        model="gpt-6-luna", input="you idiot {{say: hello}}", moderation={"model": _MODEL}
    )

    assert (response.output_text, response.moderation.input.flagged) == ("hello", True)
    assert response.moderation.input.categories["harassment"] is True
    assert response.moderation.output.flagged is False


async def test_a_flagged_question_can_be_blocked(ask: Asker) -> None:
    moderation = {"model": _MODEL, "policy": {"input": {"mode": "block"}}}

    reply = await ask.responses("you idiot", moderation=moderation)

    assert (reply.status, reply.error["code"]) == (400, "invalid_prompt")
    assert (await ask.responses("you angel", moderation=moderation)).status == 200


async def test_a_flagged_answer_can_be_blocked(ask: Asker) -> None:
    moderation = {"model": _MODEL, "policy": {"output": {"mode": "block"}}}

    reply = await ask.responses("{{say: you idiot}}", moderation=moderation)

    assert reply.last["response"]["incomplete_details"] == {"reason": "content_filter"}
    assert reply.said == ""


async def test_chat_tells_what_was_found_in_its_own_words(ask: Asker) -> None:
    reply = await ask.chat("you idiot", moderation={"model": _MODEL}, stream=None)

    found = reply.json["moderation"]["input"]
    assert (found["type"], found["results"][0]["flagged"]) == ("moderation_results", True)


@pytest.mark.parametrize(
    ("moderation", "param"),
    [
        ({}, "moderation.model"),
        ({"model": _MODEL, "policy": {"input": {"mode": "drop"}}}, "moderation.policy.input.mode"),
        ({"model": "gpt-6-luna"}, "model"),
    ],
)
async def test_moderation_that_cannot_be_is_refused(
    ask: Asker, moderation: dict[str, object], param: str
) -> None:
    reply = await ask.responses("hi", moderation=moderation)

    assert (reply.status, reply.error["param"]) == (400, param)


async def test_pictures_are_flagged_by_what_they_show(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.flag("mostly red", "violence/graphic")

    answer = await client.moderations.create(
        input=[{"type": "image_url", "image_url": {"url": data_url(picture("red"))}}]
    )

    assert answer.results[0].categories.violence_graphic
