"""Function tools."""

import json

from tests.sandbox.model.asker import Asker, Json

_CLOCK: Json = {"type": "function", "name": "clock", "parameters": {"type": "object", "properties": {}}}
_CHAT_CLOCK: Json = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}
_ASKED: Json = {"role": "user", "content": '{{tool: clock {"city": {"name": "Lisbon"}}}}'}


async def test_a_tool_is_called_when_the_script_says_so(ask: Asker) -> None:
    reply = await ask.responses([_ASKED], tools=[_CLOCK])

    call = reply.last["response"]["output"][0]
    assert (call["type"], call["name"]) == ("function_call", "clock")
    assert json.loads(call["arguments"]) == {"city": {"name": "Lisbon"}}
    assert "response.function_call_arguments.done" in reply.names


async def test_its_output_becomes_the_answer(ask: Asker) -> None:
    call = (await ask.responses([_ASKED], tools=[_CLOCK])).last["response"]["output"][0]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "12:30"}

    reply = await ask.responses([_ASKED, call, output], tools=[_CLOCK])

    assert reply.said == "`clock` answered: 12:30"


async def test_a_call_without_an_output_is_refused(ask: Asker) -> None:
    call = {"type": "function_call", "call_id": "call_1", "name": "clock", "arguments": "{}"}

    reply = await ask.responses([_ASKED, call, {"role": "user", "content": "well?"}], tools=[_CLOCK])

    assert reply.status == 400
    assert "No tool output found for function call call_1" in reply.error["message"]


async def test_chat_calls_tools_in_its_own_words(ask: Asker) -> None:
    reply = await ask.chat([_ASKED], tools=[_CHAT_CLOCK], stream=None)

    message = reply.json["choices"][0]["message"]
    assert reply.json["choices"][0]["finish_reason"] == "tool_calls"
    output = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "12:30"}
    asked: Json = {"role": "assistant", "content": None, "tool_calls": message["tool_calls"]}
    assert (await ask.chat([_ASKED, asked, output])).said == "`clock` answered: 12:30"
