"""The model answers from files: it searches them, says what they say, and cites them."""

from typing import Any

import pytest
from openai import APIStatusError, AsyncOpenAI, BadRequestError
from openai.types.responses import FileSearchToolParam, Response, ResponseFileSearchToolCall

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Asker, Json, loosely

_RULES = "The house opens at nine. Refunds are paid within 14 days. Dogs are welcome in the garden."
_QUESTION = "When are refunds paid?"


async def _store(client: AsyncOpenAI, **files: str) -> str:
    store = await client.vector_stores.create()
    for name, words in files.items():
        await client.vector_stores.files.upload_and_poll(
            vector_store_id=store.id, file=(f"{name}.txt", words.encode())
        )
    return store.id


def _tool(*stores: str) -> FileSearchToolParam:
    return {"type": "file_search", "vector_store_ids": list(stores)}


def _call(response: Response) -> ResponseFileSearchToolCall:
    return next(item for item in response.output if item.type == "file_search_call")


def _citations(response: Response) -> list[Any]:
    (message,) = [item for item in response.output if item.type == "message"]
    return list(loosely(message.content[0]).annotations)


async def test_the_answer_is_what_the_file_says_and_cites_it(client: AsyncOpenAI, control: ModelClient) -> None:
    store = await _store(client, rules=_RULES, birds="Penguins live in Antarctica.")

    response = await client.responses.create(
        model=MODEL, input=_QUESTION, tools=[_tool(store)], include=["file_search_call.results"]
    )

    assert "Refunds are paid within 14 days." in response.output_text
    assert "Penguins" not in response.output_text
    (citation,) = _citations(response)
    assert (citation.type, citation.filename) == ("file_citation", "rules.txt")
    assert citation.index == len(response.output_text)
    results = _call(response).results or []
    assert [one.filename for one in results] == ["rules.txt", "birds.txt"]
    assert _call(response).queries == [_QUESTION]
    assert (await control.requests())[-1]["paid"] == 2


async def test_results_are_told_to_those_who_want_them(client: AsyncOpenAI) -> None:
    store = await _store(client, rules=_RULES)

    response = await client.responses.create(model=MODEL, input=_QUESTION, tools=[_tool(store)])
    later = await client.responses.retrieve(response.id, include=["file_search_call.results"])

    assert _call(response).results is None
    assert [one.filename for one in _call(later).results or []] == ["rules.txt"]


async def test_the_search_is_seen_in_the_stream(client: AsyncOpenAI, ask: Asker) -> None:
    store = await _store(client, rules=_RULES)

    reply = await ask.responses(_QUESTION, tools=[_tool(store)])

    searched = [name for name in reply.names if "file_search_call" in name]
    assert [name.rpartition(".")[2] for name in searched] == ["in_progress", "searching", "completed"]
    assert "response.output_text.annotation.added" in reply.names
    assert [event["sequence_number"] for event in reply.events] == list(range(len(reply.events)))


async def test_what_has_nothing_to_do_with_the_files_is_answered_as_usual(client: AsyncOpenAI) -> None:
    store = await _store(client, rules=_RULES)

    response = await client.responses.create(model=MODEL, input="count to 3", tools=[_tool(store)])

    assert response.output_text == "1, 2, 3"
    assert "file_search_call" not in [item.type for item in response.output]


async def test_a_forced_search_may_find_nothing(client: AsyncOpenAI) -> None:
    store = await _store(client, rules=_RULES)

    response = await client.responses.create(
        model=MODEL, input="Where do zebras sleep?", tools=[_tool(store)], tool_choice={"type": "file_search"}
    )

    assert response.output_text == "I found nothing about that in your files."
    assert _call(response).status == "completed"


async def test_two_stores_are_searched_and_both_files_cited(client: AsyncOpenAI) -> None:
    one, two = await _store(client, rules=_RULES), await _store(client, shop="We pay refunds at once.")

    response = await client.responses.create(model=MODEL, input=_QUESTION, tools=[_tool(one, two)])

    assert {citation.filename for citation in _citations(response)} == {"rules.txt", "shop.txt"}


async def test_a_call_that_is_sent_back_is_understood(client: AsyncOpenAI) -> None:
    store = await _store(client, rules=_RULES)
    first = await client.responses.create(model=MODEL, input=_QUESTION, tools=[_tool(store)])

    items = [item.to_dict() for item in first.output]
    again = await loosely(client.responses.create)(
        model=MODEL, input=[*items, {"role": "user", "content": "count to 2"}], tools=[_tool(store)]
    )

    assert again.output_text == "1, 2"


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"vector_store_ids": []}, "tools[0].vector_store_ids"),
        ({"vector_store_ids": ["a", "b", "c"]}, "tools[0].vector_store_ids"),
        ({"max_num_results": 51}, "tools[0].max_num_results"),
        ({"ranking_options": {"ranker": "none"}}, "tools[0].ranking_options.ranker"),
        (
            {"ranking_options": {"hybrid_search": {"text_weight": 1}}},
            "tools[0].ranking_options.hybrid_search.embedding_weight",
        ),
        ({"filters": {"type": "eq", "key": "a"}}, "tools[0].filters.value"),
        ({"file_ids": ["a"]}, "tools[0].file_ids"),
    ],
)
async def test_a_tool_that_cannot_be_is_refused(client: AsyncOpenAI, given: Json, param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await loosely(client.responses.create)(model=MODEL, input="hi", tools=[{**_tool("vs_1"), **given}])

    assert refused.value.param == param


async def test_an_unknown_or_expired_store_is_refused(client: AsyncOpenAI, control: ModelClient) -> None:
    store = await _store(client, rules=_RULES)
    await control.expire_vector_store(store)

    for store_id, status in (("vs_unknown", 404), (store, 400)):
        with pytest.raises(APIStatusError) as refused:
            await client.responses.create(model=MODEL, input="hi", tools=[_tool(store_id)])
        assert refused.value.status_code == status
