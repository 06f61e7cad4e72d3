"""Calls of functions: several at once, round after round, wrong ones, forced ones, and by plain words."""

import json
from typing import Any

import pytest
from openai import BadRequestError

from tests.sandbox.model.asker import MODEL, Asker, Json
from tests.sandbox.model.samples import data_url, picture


def _function(name: str, *required: str, **properties: Json) -> Json:
    schema = {"type": "object", "properties": properties, "required": list(required or properties)}
    return {"type": "function", "name": name, "parameters": schema}


_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "number"}
_WEATHER = _function("get_weather", city=_TEXT)
_CLOCK = _function("current_time", timezone=_TEXT)
_TOOLS = [_WEATHER, _CLOCK]


async def _asked(sdk: Any, text: str | list[Any], /, **more: Any) -> Any:
    given: Json = {"model": MODEL, "tools": _TOOLS, "store": False, "reasoning": {"effort": "none"}} | more
    return await sdk.responses.create(input=text, **given)


def _calls(response: Any) -> list[tuple[str, str]]:
    return [(item.name, item.arguments) for item in response.output if item.type == "function_call"]


def _outputs(response: Any) -> list[Json]:
    return [
        {"type": "function_call_output", "call_id": item.call_id, "output": f"{item.name} says so"}
        for item in response.output
        if item.type == "function_call"
    ]


async def _rounds(sdk: Any, text: str, most: int = 6, **more: Any) -> list[list[tuple[str, str]]]:
    """The calls of each round, every one answered, until the model answers."""
    items: list[Any] = [{"role": "user", "content": text}]
    rounds: list[list[tuple[str, str]]] = []
    for _ in range(most):
        response = await _asked(sdk, items, **more)
        rounds.append(_calls(response))
        items += [*response.output, *_outputs(response)]
    return rounds


async def test_several_are_called_at_once(sdk: Any) -> None:
    text = (
        '{{tool: get_weather {"city": "Oslo"}}} {{tool: get_weather {"city": "Rome"}}} {{tool: current_time}}'
    )
    response = await _asked(sdk, text)

    assert _calls(response) == [
        ("get_weather", '{"city": "Oslo"}'),
        ("get_weather", '{"city": "Rome"}'),
        ("current_time", "{}"),
    ]
    assert response.status == "completed"


async def test_outputs_are_quoted_in_the_answer(sdk: Any) -> None:
    response = await _asked(sdk, "{{tool: get_weather}} {{tool: current_time}}")
    asked = {"role": "user", "content": "{{tool: get_weather}} {{tool: current_time}}"}

    answer = await _asked(sdk, [asked, *response.output, *_outputs(response)])

    assert (
        answer.output_text
        == "`get_weather` answered: get_weather says so\n\n`current_time` answered: current_time says so"
    )


async def test_an_output_may_be_text_and_pictures(sdk: Any) -> None:
    from_tool = [
        {"type": "input_text", "text": "see"},
        {
            "type": "input_image",
            "image_url": data_url(picture("red")),
        },
    ]
    call = {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "call_1", "output": from_tool}

    answer = await _asked(sdk, [{"role": "user", "content": "hm"}, call, output])

    assert answer.output_text.startswith("`get_weather` answered: see\nPicture 1: 640×480, mostly red")


async def test_rounds_follow_each_other(sdk: Any) -> None:
    text = "{{tool: get_weather}} {{tool: current_time}} {{then}} {{tool: get_weather {}}} {{say: done}}"

    assert [len(calls) for calls in await _rounds(sdk, text, 3)] == [2, 1, 0]


async def test_without_parallel_calls_they_come_one_by_one(sdk: Any) -> None:
    rounds = await _rounds(sdk, "{{tool: get_weather}} {{tool: current_time}}", 3, parallel_tool_calls=False)

    assert rounds == [[("get_weather", "{}")], [("current_time", "{}")], []]


async def test_an_endless_caller_never_answers(sdk: Any) -> None:
    rounds = await _rounds(sdk, "{{endless_tool: get_weather}}", 6)

    assert rounds == [[("get_weather", "{}")]] * 6


async def test_arguments_may_be_broken_and_names_made_up(sdk: Any) -> None:
    response = await _asked(sdk, '{{tool: get_weather {"city": }} {{unknown_tool: fly {"to": "moon"}}}')

    assert _calls(response) == [("get_weather", '{"city":'), ("fly", '{"to": "moon"}')]


async def test_no_choice_means_no_call(sdk: Any) -> None:
    assert _calls(await _asked(sdk, "{{tool: get_weather}}", tool_choice="none")) == []


async def test_a_choice_is_kept_to(sdk: Any) -> None:
    chosen = {"type": "function", "name": "current_time"}
    allowed = {"type": "allowed_tools", "mode": "auto", "tools": [chosen]}

    assert [name for name, _ in _calls(await _asked(sdk, "hello", tool_choice=chosen))] == ["current_time"]
    assert [name for name, _ in _calls(await _asked(sdk, "hello", tool_choice="required"))] == ["get_weather"]
    assert _calls(await _asked(sdk, "{{tool: get_weather}}", tool_choice=allowed)) == []


@pytest.mark.parametrize(
    "choice",
    [
        {"type": "function", "name": "fly"},
        {"type": "code_interpreter"},
        {"type": "dance"},
        {"type": "function"},
    ],
)
async def test_a_choice_of_what_is_not_there_is_refused(sdk: Any, choice: Json) -> None:
    with pytest.raises(BadRequestError) as refused:
        await _asked(sdk, "hello", tool_choice=choice)

    assert (refused.value.param or "").startswith("tool_choice")


@pytest.mark.parametrize(
    ("words", "name", "arguments"),
    [
        ("What is the weather in New York?", "get_weather", {"city": "New York"}),
        ("北京的天气怎么样？", "get_weather", {"city": "北京"}),
        ("كيف الطقس في القاهرة؟", "get_weather", {"city": "القاهرة"}),
        ("what time is it in Tokyo", "current_time", {"timezone": "Tokyo"}),
        ("calculate 12 * (3 + 4)", "calculate", {"expression": "12 * (3 + 4)"}),
        ("what is 17*3?", "calculate", {"expression": "17*3"}),
        ("convert 5 miles to km", "convert_units", {"value": 5, "from_unit": "miles", "to_unit": "km"}),
        ("how many euros are 20 dollars", "convert_units", {"value": 20, "from_unit": "USD", "to_unit": "EUR"}),
        ("remember that my cat is Mia", "remember", {"fact": "my cat is Mia"}),
        ("Remind me to call Bob in 5 minutes", "set_reminder", {"text": "call Bob", "minutes": 5}),
        ("translate good morning", "translate_text", {"text": "translate good morning"}),
        ("read https://example.com/a.html, please", "read_page", {"url": "https://example.com/a.html"}),
    ],
)
async def test_plain_words_call_the_fitting_function(sdk: Any, words: str, name: str, arguments: Json) -> None:
    tools = [
        *_TOOLS,
        _function("calculate", expression=_TEXT),
        _function("convert_units", value=_NUMBER, from_unit=_TEXT, to_unit=_TEXT),
        _function("remember", fact=_TEXT),
        _function("set_reminder", text=_TEXT, minutes={"type": "integer"}),
        _function("translate_text", text=_TEXT),
        _function("read_page", url=_TEXT),
    ]

    calls = _calls(await _asked(sdk, words, tools=tools))

    assert [(called, json.loads(given)) for called, given in calls] == [(name, arguments)]


@pytest.mark.parametrize("words", ["hello", "I had a good time", "my dog is called Rex", "tell me a story"])
async def test_other_words_call_nothing(sdk: Any, words: str) -> None:
    assert _calls(await _asked(sdk, words)) == []


async def test_a_description_in_brackets_commands_nothing(sdk: Any) -> None:
    places = [_function("find_place", name=_TEXT)]

    assert _calls(await _asked(sdk, "[Place: Café, Rua 1]", tools=places)) == []


async def test_a_time_to_come_is_told_as_the_function_wants_it(sdk: Any) -> None:
    when: Json = {"type": "string", "description": "ISO 8601"}
    tool = _function(
        "set_reminder", text=_TEXT, at=when, note={"type": ["string", "null"]}, loud={"type": "boolean"}
    )

    arguments = json.loads(_calls(await _asked(sdk, "remind me to sleep in 2 hours", tools=[tool]))[0][1])

    assert arguments["text"] == "sleep"
    assert arguments["at"].endswith("+00:00")
    assert arguments["loud"] is False


async def test_arguments_stream_in_pieces(ask: Asker) -> None:
    reply = await ask.responses('{{tool: get_weather {"city": "Reykjavik"}}}', tools=_TOOLS)

    pieces = [one["delta"] for one in reply.events if one["type"] == "response.function_call_arguments.delta"]
    assert len(pieces) > 2
    assert json.loads("".join(pieces)) == {"city": "Reykjavik"}


async def test_chat_streams_arguments_in_pieces(sdk: Any) -> None:
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
    asked = [{"role": "user", "content": '{{tool: get_weather {"city": "Oslo"}}}{{tool: get_weather}}'}]
    stream = await sdk.chat.completions.create(
        model=MODEL, messages=asked, tools=tools, stream=True, reasoning_effort="none"
    )

    told: list[Any] = []
    async for chunk in stream:
        told.extend(chunk.choices[0].delta.tool_calls or [])
    assert [(call.index, call.function.name) for call in told if call.id] == [
        (0, "get_weather"),
        (1, "get_weather"),
    ]
    assert "".join(call.function.arguments for call in told if call.index == 0) == '{"city": "Oslo"}'


async def test_chat_wants_every_call_answered_at_once(ask: Asker) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    asked: list[Json] = [{"role": "user", "content": "hm"}, {"role": "assistant", "tool_calls": [call]}]

    open_call = await ask.chat([*asked, {"role": "user", "content": "well?"}])
    no_call = await ask.chat([asked[0], {"role": "tool", "tool_call_id": "call_1", "content": "x"}])

    assert (open_call.status, open_call.error["param"]) == (400, "messages.[2].role")
    assert "did not have response messages: call_1" in open_call.error["message"]
    assert (no_call.status, no_call.error["param"]) == (400, "messages.[1].role")


@pytest.mark.parametrize("model", ["gpt-6-astra", "gpt-6.1-sol", "gpt-6.2-sol"])
async def test_newer_models_call_no_functions_in_chat(ask: Asker, model: str) -> None:
    tools = [{"type": "function", "function": {"name": "get_weather"}}]

    reply = await ask.chat("hello", model=model, tools=tools, reasoning_effort="low")

    assert reply.status == 400
    assert "Function tools with reasoning_effort are not supported" in reply.error["message"]


@pytest.mark.parametrize(
    ("item", "param"),
    [
        ({"type": "function_call_output", "call_id": "call_9"}, "input[1].output"),
        ({"type": "reasoning", "id": "rs_1"}, "input[1].summary"),
        ({"type": "reasoning", "id": "rs_1", "summary": [], "thoughts": "x"}, "input[1].thoughts"),
        ({"type": "code_interpreter_call", "id": "ci_1", "status": "completed"}, "input[1].container_id"),
        ({"type": "web_search_call", "id": "ws_1", "status": "done", "action": {}}, "input[1].status"),
        ({"type": "file_search_call", "id": "fs_1", "status": "completed"}, "input[1].queries"),
        ({"type": "shell_call", "id": "x"}, "input[1].type"),
    ],
)
async def test_items_have_their_shapes(ask: Asker, item: Json, param: str) -> None:
    reply = await ask.responses([{"role": "user", "content": "hm"}, item])

    assert (reply.status, reply.error["param"]) == (400, param)
