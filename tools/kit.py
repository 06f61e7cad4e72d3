"""The kit: makes a tool of a plain typed function, its JSON schema from the signature and the docstring."""

import dataclasses
import inspect
import json
import re
import types
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PydanticUserError, ValidationError, create_model
from pydantic.fields import FieldInfo

from domain.engine import ToolSpec
from domain.texts import Sentence, Text
from domain.turn import ChatKind, ConversationKey
from tools.errors import ToolFailed, WrongArguments
from tools.threads import in_thread

USUAL_SECONDS = 30.0
LONGEST_OUTPUT = 50_000
"""Characters of one result that are handed on."""

_NOTHING = "(nothing)"
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_PARAMETER_LINE = re.compile(r"^\s*(\w+):\s+(\S.*)$")
_MARK = "__parley_tool__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a tool is called, and where. A parameter of this type is filled in, and the model knows of none.

    `origin` names the call; it is the same when the turn is resumed. `zone` is None where the person has not
    told theirs. `language` is one of ours.
    """

    user_id: int
    name: str
    language: str
    key: ConversationKey
    chat_kind: ChatKind
    origin: str
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What `@tool` says of a function."""

    name: str = ""
    seconds: float = USUAL_SECONDS
    changes: bool = False
    activity: Sentence | None = None
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A tool, wherever it is from. `invoke` takes what the model gave, as JSON values.

    `changes`: the person is asked before it is called. `invoke` raises `ToolFailed` with words for the model.
    Without a `title`, people read its name.
    """

    spec: ToolSpec
    invoke: Callable[[Mapping[str, object], Caller], Awaitable[str]] = field(repr=False)
    seconds: float = USUAL_SECONDS
    changes: bool = False
    activity: Sentence = field(default_factory=lambda: Text("Working…"))
    title: Text | None = None

    @property
    def name(self) -> str:
        return self.spec.name


def tool(
    *,
    name: str = "",
    seconds: float = USUAL_SECONDS,
    changes: bool = False,
    activity: Sentence | str = "",
    title: Text | None = None,
) -> Callable[[F], F]:
    """Marks a function as a tool: how long a call may take, whether it changes anything, what people read.

    One that `changes` is not called before the person has allowed it. A text as `activity` is shown as it is.
    `title` is what people call it, in their language; without one they read its name.
    """
    said = Text(activity.replace("{", "{{").replace("}", "}}")) if isinstance(activity, str) else activity
    marks = Marks(name, seconds, changes, said if activity else None, title)

    def mark(function: F) -> F:
        setattr(function, _MARK, marks)
        return function

    return mark


def is_tool(candidate: object) -> bool:
    """Whether it bears the mark of `@tool`."""
    return isinstance(getattr(candidate, _MARK, None), Marks)


def function_of(function: Callable[..., object]) -> Function:
    """The tool that a function is. Raises `ValueError` with what is wrong with its signature or name."""
    marks = cast("Marks", getattr(function, _MARK, Marks()))
    name = marks.name or getattr(function, "__name__", "")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a tool: 1-64 of A-Z, a-z, 0-9, _ and -")
    description, told = _documented(inspect.getdoc(function) or "")
    parameters, callers = _parameters(function, told)
    try:
        arguments = create_model(name, __config__=ConfigDict(extra="forbid"), **parameters)
        schema = _slim(arguments.model_json_schema())
    except (PydanticUserError, NameError) as error:
        raise ValueError(f"the parameters of {name} have no JSON schema: {error}") from error
    return Function(
        ToolSpec(name, description or name, {"properties": {}, **schema}),
        _Invoking(function, arguments, callers),
        marks.seconds,
        marks.changes,
        marks.activity or Text("Working with {tool}…", tool=name),
        marks.title,
    )


@dataclass(frozen=True, slots=True)
class _Invoking:
    """Checks the arguments, calls the function, and puts its result into words."""

    function: Callable[..., object]
    arguments: type[BaseModel]
    callers: Sequence[str]

    async def __call__(self, given: Mapping[str, object], caller: Caller) -> str:
        try:
            checked = self.arguments.model_validate(given)
        except ValidationError as error:
            raise WrongArguments(_explained(error, self.arguments)) from None
        values = {name: getattr(checked, name) for name in self.arguments.model_fields}
        values |= dict.fromkeys(self.callers, caller)
        if inspect.iscoroutinefunction(self.function):
            return await _in_words(await self.function(**values))
        return await in_thread(lambda: as_text(self.function(**values)))


async def _in_words(result: object) -> str:
    """A result as text; one of unknown size is not written as JSON on the loop."""
    if result is None or isinstance(result, (str, int, float, bool)):
        return as_text(result)
    return await in_thread(lambda: as_text(result))


def as_text(result: object) -> str:
    """What the model reads of a result, not longer than it can be handed on. Raises `ToolFailed`."""
    if isinstance(result, str):
        text = result
    elif result is None:
        text = ""
    else:
        try:
            text = json.dumps(result, ensure_ascii=False, default=_plain)
        except (TypeError, ValueError, RecursionError) as error:
            raise ToolFailed(f"The tool's result cannot be written as JSON ({type(error).__name__}).") from None
    if not text.strip():
        return _NOTHING
    return clipped(text)


def clipped(text: str) -> str:
    """Its beginning, with a note of how much is missing."""
    if len(text) <= LONGEST_OUTPUT:
        return text
    return f"{text[:LONGEST_OUTPUT]}\n[Cut: these are the first {LONGEST_OUTPUT} of {len(text)} characters.]"


def _plain(value: object) -> object:
    """What JSON does not know itself."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset, tuple)):
        return list(cast("Sequence[object]", value))
    return str(value)


def _documented(text: str) -> tuple[str, dict[str, str]]:
    """The description of a docstring, and its lines `parameter: what it is`."""
    lines: list[str] = []
    told: dict[str, str] = {}
    for line in text.splitlines():
        match = _PARAMETER_LINE.match(line)
        if match is not None:
            told[match[1]] = match[2].strip()
        elif told and line.strip() and line.startswith((" ", "\t")):
            last = next(reversed(told))
            told[last] = f"{told[last]} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines).strip(), told


def _parameters(
    function: Callable[..., object], told: Mapping[str, str]
) -> tuple[dict[str, Any], Sequence[str]]:
    """Those the model fills in, as pydantic's fields, and the names of those that get the `Caller`."""
    try:
        hints = get_type_hints(function, include_extras=True)
        parameters = inspect.signature(function).parameters
    except (NameError, TypeError, ValueError) as error:
        raise ValueError(f"its signature cannot be read: {error}") from error
    fields: dict[str, Any] = {}
    callers: list[str] = []
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise ValueError(f"parameter {name} must have a name that it can be given by")
        if name not in hints:
            raise ValueError(f"parameter {name} has no type")
        if _is_caller(hints[name]):
            callers.append(name)
        else:
            fields[name] = (_annotated(hints[name], told.get(name)), _default(parameter))
    return fields, callers


def _is_caller(hint: object) -> bool:
    if get_origin(hint) is types.UnionType:
        return Caller in get_args(hint)
    return hint is Caller


def _annotated(hint: Any, told: str | None) -> Any:
    """The type with the docstring's words, unless it brings its own; a bare text in `Annotated` is such."""
    if get_origin(hint) is Annotated:
        bare, *extras = get_args(hint)
        described = [Field(description=one) if isinstance(one, str) else one for one in extras]
        has_words = any(isinstance(one, FieldInfo) and one.description for one in described)
        if told and not has_words:
            described.append(Field(description=told))
        return Annotated[(bare, *described)]
    return Annotated[hint, Field(description=told)] if told else hint


def _default(parameter: inspect.Parameter) -> Any:
    return ... if parameter.default is parameter.empty else parameter.default


def _slim(schema: Any) -> Any:
    """Without the titles that pydantic makes of names: they tell the model nothing and cost tokens."""
    if isinstance(schema, list):
        return [_slim(one) for one in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {inner: _slim(one) for inner, one in cast("dict[str, object]", value).items()}
        if name in ("properties", "$defs")
        else _slim(value)
        for name, value in cast("dict[str, object]", schema).items()
        if name != "title"
    }


def _explained(error: ValidationError, arguments: type[BaseModel]) -> str:
    wrong = "; ".join(_problem(dict(one)) for one in error.errors(include_url=False, include_context=False)[:5])
    known = ", ".join(arguments.model_fields) or "none"
    return f"Wrong arguments: {wrong}. The parameters are: {known}."


def _problem(one: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in one["loc"]) or "arguments"
    return f"{where}: {one['msg']}"
