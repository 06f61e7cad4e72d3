"""What was asked, in one shape for both protocols."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sandbox.model.hosted import Used
from sandbox.model.pictures import Picture
from sandbox.model.shown import Shown, content
from sandbox.model.tokens import count
from sandbox.model.values import Json, as_count, as_list, as_object, as_text


@dataclass(frozen=True, slots=True)
class Message:
    """One message. A tool's output has role "tool", a call of a tool "call"; `tool` is the tool's name."""

    role: str
    text: str
    shown: tuple[Shown, ...] = ()
    tool: str = ""
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is offered; `parameters` is its JSON schema."""

    name: str
    description: str = ""
    parameters: Json = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Asked:
    """A request. `items` are those of a Responses input, with what was kept from before at their beginning;
    `format` is the wanted text format's object.

    Once somebody has looked and listened, `seen` are the pictures by their paths, `read` the beginnings of
    files, `contents` the bytes of both, `heard_tokens` what all sounds cost. `hosted` is what came of tools
    that run at OpenAI.
    """

    body: Json
    model: str
    instructions: str
    messages: tuple[Message, ...]
    items: tuple[Json, ...] = ()
    functions: tuple[Function, ...] = ()
    format: Json | None = None
    effort: str | None = None
    max_tokens: int | None = None
    streams: bool = False
    with_usage: bool = False
    obfuscated: bool = False
    seen: Mapping[str, Picture] = field(default_factory=dict[str, Picture])
    read: Mapping[str, str] = field(default_factory=dict[str, str])
    contents: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    heard_tokens: int = 0
    hosted: tuple[Used, ...] = ()

    @property
    def tools(self) -> tuple[str, ...]:
        """The names of the functions."""
        return tuple(function.name for function in self.functions)

    @property
    def cache_key(self) -> str:
        return as_text(self.body.get("prompt_cache_key"))

    @property
    def speaks(self) -> bool:
        """Whether the answer is to be spoken."""
        return "audio" in as_list(self.body.get("modalities"))

    @property
    def wants_summary(self) -> bool:
        """Such a request quotes what people said before, scripts included: those are not for now."""
        return self.instructions.lower().startswith("summari")

    @property
    def wants_title(self) -> bool:
        """Quotes a conversation, scripts included, to have it named."""
        return self.instructions.lower().startswith("name the conversation")

    @cached_property
    def last(self) -> str:
        """The newest message of a person."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def outputs(self) -> list[Message]:
        """What tools answered since the person spoke."""
        found: list[Message] = []
        for message in reversed(self.messages):
            if message.role == "user":
                break
            if message.role == "tool":
                found.insert(0, message)
        return found

    @property
    def rounds(self) -> int:
        """How often functions were called since the person spoke; several at once count once."""
        roles = [message.role for message in self.messages]
        spoke = len(roles) - roles[::-1].index("user") if "user" in roles else 0
        return sum(
            role == "call" and (at == spoke or roles[at - 1] != "call")
            for at, role in enumerate(roles)
            if at >= spoke
        )

    def prompt(self) -> list[str]:
        """All of it as the cache sees it, piece by piece."""
        said = [f"{message.role}\n{message.text}\n{_told(message)}" for message in self.messages]
        offered = json.dumps(self.body["tools"]) if "tools" in self.body else ""
        return [offered + self.instructions, *said]

    def sights(self) -> list[int]:
        """What seeing costs in tokens, for each piece of the prompt; nothing where nothing is shown."""
        if not (self.seen or self.read):
            return []
        return [0, *(self._sights(message) for message in self.messages)]

    def _sights(self, message: Message) -> int:
        words = sum(count(self.read[one.path]) for one in message.shown if one.path in self.read)
        return words + sum(seen.tokens for seen in self.pictures(message))

    def pictures(self, message: Message) -> list[Picture]:
        return [self.seen[one.path] for one in message.shown if one.path in self.seen]


def from_responses(body: Json, earlier: Sequence[Json] = (), given: Sequence[Json] = ()) -> Asked:
    """`given` are the items of the input, `earlier` those kept from before."""
    items = [
        *((item, f"earlier[{index}]") for index, item in enumerate(earlier)),
        *((item, f"input[{index}]") for index, item in enumerate(given)),
    ]
    calls = [item for item, _ in items if item.get("type") == "function_call"]
    names = {as_text(call.get("call_id")): as_text(call.get("name")) for call in calls}
    messages = tuple(message for item, path in items for message in _from_item(item, names, path))
    options = as_object(body.get("stream_options"))
    return Asked(
        body=body,
        items=tuple(item for item, _ in items),
        model=as_text(body["model"]),
        instructions=_instructions(body.get("instructions"), messages),
        messages=_without_instructions(messages),
        functions=_functions(tool for tool in _objects(body.get("tools")) if tool.get("type") == "function"),
        format=as_object(as_object(body.get("text")).get("format")) or None,
        effort=as_text(as_object(body.get("reasoning")).get("effort")) or None,
        max_tokens=as_count(body.get("max_output_tokens")),
        streams=body.get("stream") is True,
        obfuscated=options.get("include_obfuscation") is not False,
    )


def from_chat(body: Json) -> Asked:
    given = _objects(body["messages"])
    names = {
        as_text(call.get("id")): _called(call) for item in given for call in _objects(item.get("tool_calls"))
    }
    messages = tuple(
        message
        for index, item in enumerate(given)
        for message in _from_message(item, names, f"messages[{index}]")
    )
    options = as_object(body.get("stream_options"))
    most = body.get("max_completion_tokens", body.get("max_tokens"))
    return Asked(
        body=body,
        model=as_text(body["model"]),
        instructions=_instructions(None, messages),
        messages=_without_instructions(messages),
        functions=_functions(as_object(tool.get("function")) for tool in _objects(body.get("tools"))),
        format=_chat_format(as_object(body.get("response_format"))),
        effort=as_text(body.get("reasoning_effort")) or None,
        max_tokens=as_count(most),
        streams=body.get("stream") is True,
        with_usage=options.get("include_usage") is True,
        obfuscated=options.get("include_obfuscation") is not False,
    )


def _from_item(item: Json, names: dict[str, str], path: str) -> Iterator[Message]:
    call_id = as_text(item.get("call_id"))
    match item.get("type", "message"):
        case "message":
            text, shown = content(item.get("content"), f"{path}.content")
            yield Message(as_text(item.get("role")), text, shown)
        case "function_call":
            yield Message(
                "call", as_text(item.get("arguments")), tool=as_text(item.get("name")), call_id=call_id
            )
        case "function_call_output":
            text, shown = content(item.get("output"), f"{path}.output")
            yield Message("tool", text, shown, names.get(call_id, ""), call_id)
        case _:
            return


def _from_message(item: Json, names: dict[str, str], path: str) -> Iterator[Message]:
    call_id = as_text(item.get("tool_call_id"))
    text, shown = content(item.get("content"), f"{path}.content")
    calls = _objects(item.get("tool_calls"))
    if text or shown or not calls:
        yield Message(as_text(item.get("role")), text, shown, names.get(call_id, ""), call_id)
    for call in calls:
        arguments = as_text(as_object(call.get("function")).get("arguments"))
        yield Message("call", arguments, tool=_called(call), call_id=as_text(call.get("id")))


def _functions(given: Iterable[Json]) -> tuple[Function, ...]:
    return tuple(
        Function(
            as_text(function.get("name")),
            as_text(function.get("description")),
            as_object(function.get("parameters")),
        )
        for function in given
    )


def _told(message: Message) -> str:
    return "\n".join(str(one) for one in message.shown)


def _chat_format(given: Json) -> Json | None:
    """Chat's format in the words of Responses."""
    return {**as_object(given.get("json_schema")), "type": given["type"]} if given else None


def _instructions(given: object, messages: tuple[Message, ...]) -> str:
    said = [message.text for message in messages if message.role in ("system", "developer")]
    return "\n".join(text for text in (as_text(given), *said) if text)


def _without_instructions(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    return tuple(message for message in messages if message.role not in ("system", "developer"))


def _called(call: Json) -> str:
    return as_text(as_object(call.get("function")).get("name"))


def _objects(value: object) -> list[Json]:
    return [as_object(item) for item in as_list(value)]
