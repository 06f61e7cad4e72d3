"""Which functions may be called and whether one has to be, in the words of either protocol."""

from sandbox.model.asked import Asked, Function
from sandbox.model.errors import ApiError, invalid
from sandbox.model.values import Json, as_list, as_object, as_text


def callable_functions(asked: Asked) -> tuple[Function, ...]:
    """Those that `tool_choice` leaves."""
    choice = asked.body.get("tool_choice")
    if choice == "none":
        return ()
    names = _named(as_object(choice))
    return asked.functions if names is None else tuple(one for one in asked.functions if one.name in names)


def has_to_call(asked: Asked) -> bool:
    """Whether the answer has to be a call of a function."""
    choice = asked.body.get("tool_choice")
    chosen = as_object(choice)
    allowed = _allowed(chosen)
    if choice == "required" or allowed.get("mode") == "required":
        return bool(callable_functions(asked))
    return chosen.get("type") == "function"


def check_choice(asked: Asked) -> None:
    """Raises for a choice of what is not there."""
    choice = asked.body.get("tool_choice")
    chosen = as_object(choice)
    tools = as_list(asked.body.get("tools"))
    if (choice == "required" or chosen) and not tools:
        message = "Tool choice requires that tools are specified in the 'tools' parameter."
        raise invalid("tool_choice", message)
    for name in _named(chosen) or ():
        if name not in asked.tools:
            raise ApiError(400, f"Tool choice '{name}' not found in 'tools' parameter.", None, "tool_choice")
    kind = as_text(chosen.get("type"))
    kinds = {as_object(tool).get("type") for tool in tools}
    if chosen and kind not in ("function", "allowed_tools") and kind not in kinds:
        raise ApiError(400, f"Tool choice '{kind}' not found in 'tools' parameter.", None, "tool_choice")


def _named(chosen: Json) -> list[str] | None:
    """The names of functions it names; None if it names none and leaves them all."""
    if chosen.get("type") == "function":
        return [_name(chosen)]
    if allowed := _allowed(chosen):
        tools = (as_object(tool) for tool in as_list(allowed.get("tools")))
        return [_name(tool) for tool in tools if tool.get("type") == "function"]
    return [] if chosen else None


def _allowed(chosen: Json) -> Json:
    """Chat Completions puts one more object around it."""
    if chosen.get("type") != "allowed_tools":
        return {}
    return as_object(chosen.get("allowed_tools")) or chosen


def _name(tool: Json) -> str:
    return as_text(tool.get("name")) or as_text(as_object(tool.get("function")).get("name"))
