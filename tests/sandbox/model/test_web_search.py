"""The model searches a made-up web when it is asked to, and cites what it found."""

from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError
from openai.types.responses import Response, ResponseFunctionWebSearch, WebSearchToolParam

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, Asker, Json, loosely

_TOOL: WebSearchToolParam = {"type": "web_search"}
_ASKED = "Search the web for news about lighthouses"


def _calls(response: Response) -> list[ResponseFunctionWebSearch]:
    return [item for item in response.output if item.type == "web_search_call"]


def _citations(response: Response) -> list[Any]:
    (message,) = [item for item in response.output if item.type == "message"]
    return list(loosely(message.content[0]).annotations)


async def test_pages_are_found_opened_and_cited_where_they_stand(
    client: AsyncOpenAI, control: ModelClient
) -> None:
    response = await client.responses.create(
        model=MODEL, input=_ASKED, tools=[_TOOL], include=["web_search_call.action.sources"]
    )

    search, opened = [loosely(call.action) for call in _calls(response)]
    assert (search.type, search.queries) == ("search", ["news about lighthouses"])
    assert (opened.type, opened.url) == ("open_page", search.sources[0].url)
    citations = _citations(response)
    assert len(citations) == len(search.sources) == 2
    cited = [response.output_text[one.start_index : one.end_index] for one in citations]
    assert all(one.url in words for one, words in zip(citations, cited, strict=True))
    assert "example.com" in citations[0].url
    assert loosely(response).tool_usage.web_search.num_requests == 1
    assert (await control.requests())[-1]["paid"] == 2


async def test_sources_are_told_to_those_who_want_them(client: AsyncOpenAI) -> None:
    response = await client.responses.create(model=MODEL, input=_ASKED, tools=[_TOOL])

    assert loosely(_calls(response)[0].action).sources is None


async def test_the_same_question_finds_the_same(client: AsyncOpenAI) -> None:
    said = [
        (await client.responses.create(model=MODEL, input=_ASKED, tools=[_TOOL])).output_text for _ in range(2)
    ]

    assert said[0] == said[1]


async def test_the_search_is_seen_in_the_stream(ask: Asker) -> None:
    reply = await ask.responses(_ASKED, tools=[_TOOL])

    searched = [name.rpartition(".")[2] for name in reply.names if "web_search_call" in name]
    assert searched == ["in_progress", "searching", "completed"] * 2
    assert reply.names.count("response.output_text.annotation.added") == 2


async def test_a_search_takes_its_time(ask: Asker, control: ModelClient) -> None:
    await control.pace_searches(0.2)

    await ask.responses(_ASKED, tools=[_TOOL])

    (request,) = await control.requests()
    assert request["finished_at"] - request["at"] >= 0.4


async def test_nothing_is_searched_when_nobody_asks(client: AsyncOpenAI) -> None:
    response = await client.responses.create(model=MODEL, input="count to 3", tools=[_TOOL])

    assert (_calls(response), response.output_text) == ([], "1, 2, 3")
    assert loosely(response).tool_usage.web_search.num_requests == 0


async def test_it_searches_when_it_has_to(client: AsyncOpenAI) -> None:
    response = await client.responses.create(
        model=MODEL, input="lighthouses", tools=[_TOOL], tool_choice="required"
    )

    assert len(_calls(response)) == 2


@pytest.mark.parametrize(
    ("allowed", "domains"),
    [(["example.org"], ["encyclopedia.example.org"]), (["nasa.gov"], ["nasa.gov"])],
)
async def test_only_allowed_domains_are_found(
    client: AsyncOpenAI, allowed: list[str], domains: list[str]
) -> None:
    response = await client.responses.create(
        model=MODEL, input=_ASKED, tools=[{**_TOOL, "filters": {"allowed_domains": allowed}}]
    )

    assert [one.url.split("/")[2] for one in _citations(response)] == domains


@pytest.mark.parametrize(("size", "count"), [("low", 1), ("medium", 2), ("high", 3)])
async def test_the_size_of_the_context_says_how_much_is_read(
    client: AsyncOpenAI, size: Any, count: int
) -> None:
    response = await client.responses.create(
        model=MODEL, input=_ASKED, tools=[{"type": "web_search", "search_context_size": size}]
    )

    assert len(_citations(response)) == count


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (None, "Searched from US."),
        ({"type": "approximate", "city": "Berlin", "country": "DE"}, "Searched from Berlin, DE."),
        ({"type": "approximate"}, ""),
    ],
)
async def test_the_place_is_the_united_states_unless_it_is_told(
    client: AsyncOpenAI, location: Any, words: str
) -> None:
    response = await client.responses.create(
        model=MODEL, input=_ASKED, tools=[{"type": "web_search", "user_location": location}]
    )

    assert response.output_text.rpartition("\n\n")[2].startswith(words)
    assert ("Searched from" in response.output_text) == bool(words)


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"search_context_size": "huge"}, "search_context_size"),
        ({"filters": {"allowed_domains": ["https://nasa.gov"]}}, "filters.allowed_domains[0]"),
        ({"filters": {"blocked": []}}, "filters.blocked"),
        ({"user_location": {"type": "exact"}}, "user_location.type"),
        ({"user_location": {"type": "approximate", "country": "Germany"}}, "user_location.country"),
        ({"external_web_access": "no"}, "external_web_access"),
        ({"max_results": 3}, "max_results"),
    ],
)
async def test_a_tool_that_cannot_be_is_refused(client: AsyncOpenAI, given: Json, param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await loosely(client.responses.create)(model=MODEL, input="hi", tools=[{**_TOOL, **given}])

    assert refused.value.param == f"tools[0].{param}"


async def test_what_is_more_than_it_may_call_is_not_searched(client: AsyncOpenAI) -> None:
    response = await client.responses.create(
        model=MODEL, input="{{web: 5}} lighthouses", tools=[_TOOL], max_tool_calls=3
    )

    assert len(_calls(response)) == 3
    assert loosely(response).tool_usage.web_search.num_requests == 3
