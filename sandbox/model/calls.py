"""Which functions the model calls: those a script names, `tool_choice` wants, or plain words ask for.

Orders: `{{tool: NAME ARGUMENTS}}` calls a function that is offered, several of them call several at once;
`{{then}}` between them begins another round, after the outputs of the one before. `{{unknown_tool: NAME}}`
calls one that nobody offered, `{{endless_tool: NAME}}` calls it again after every output. Arguments need not
be JSON.
"""

import json
import re
from dataclasses import dataclass

from sandbox.model.arguments import filled
from sandbox.model.asked import Asked, Function
from sandbox.model.scripts import Order, Script
from sandbox.model.tool_choice import callable_functions, has_to_call
from sandbox.model.tool_wishes import wished

_DRAW = re.compile(r"(?:please\s+)?(?:draw|paint|sketch|画|ارسم)\s*(?:me\s+)?(\S.*)", re.I | re.S)
_CHANGE = re.compile(r"(?:now with|now without|make it|make them|把它|اجعلها|اجعله)\s*\S.*", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: str


def calls(asked: Asked, script: Script) -> tuple[Call, ...]:
    """The calls of this round: at most one where the request forbids parallel ones."""
    made = _scripted(asked, script)
    if not made and not asked.outputs and not asked.hosted:
        made = _wished(callable_functions(asked), script)
    if not made and has_to_call(asked):
        first = callable_functions(asked)[0]
        made = [Call(first.name, filled(first, script.text))]
    return tuple(made if _are_parallel(asked) else made[:1])


def _scripted(asked: Asked, script: Script) -> list[Call]:
    offered = {function.name for function in callable_functions(asked)}
    if asked.body.get("tool_choice") == "none":
        return []
    rounds: list[list[Call]] = [[]]
    for order in script.orders:
        if order.name == "then":
            rounds.append([])
        call = _call(order)
        if call is not None and (call.name in offered or order.name == "unknown_tool"):
            rounds[-1].append(call)
            if order.name == "endless_tool":
                return [call]
    if not _are_parallel(asked):
        rounds = [[call] for calls in rounds for call in calls]
    rounds = [calls for calls in rounds if calls]
    return rounds[asked.rounds] if asked.rounds < len(rounds) else []


def _call(order: Order) -> Call | None:
    if order.name not in ("tool", "unknown_tool", "endless_tool"):
        return None
    name, _, arguments = order.argument.strip().partition(" ")
    return Call(name, arguments.strip() or "{}")


def _wished(offered: tuple[Function, ...], script: Script) -> list[Call]:
    """A function is called by plain words: "draw a cat", "make it night", "weather in Oslo"."""
    if script.orders:
        return []
    drawing = next((function.name for function in offered if function.name.startswith("draw")), None)
    if drawing is not None and (wish := _drawing(script.text)) is not None:
        return [Call(drawing, json.dumps(wish, ensure_ascii=False))]
    others = tuple(function for function in offered if function.name != drawing)
    return [Call(function.name, filled(function, script.text)) for function in wished(others, script.text)]


def _drawing(text: str) -> dict[str, object] | None:
    if match := _DRAW.match(text):
        return {"prompt": match[1].strip()}
    if match := _CHANGE.match(text):
        return {"prompt": match[0].strip(), "pictures": ["last"]}
    return None


def _are_parallel(asked: Asked) -> bool:
    return asked.body.get("parallel_tool_calls") is not False
