"""The kit: from a function to a tool."""

import asyncio
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from tests.tools.calling import call
from tools.errors import ToolFailed, WrongArguments
from tools.kit import LONGEST_OUTPUT, Caller, Function, function_of, tool


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def paint(
    wall: str,
    colour: Colour,
    coats: Annotated[int, Field(ge=1, le=3)] = 1,
    finish: Literal["matt", "glossy"] = "matt",
    notes: Annotated[str, "what the painter must know"] = "",
) -> str:
    """Paints a wall.

    It takes a day.

    wall: which one,
        seen from the door
    colour: of the paint
    """
    return f"{wall} {colour.value} {coats} {finish} {notes}"


def _properties(function: Function) -> dict[str, Any]:
    properties = function.spec.parameters["properties"]
    assert isinstance(properties, dict)
    return properties  # pyright: ignore[reportUnknownVariableType]  # JSON


def test_name_and_description_are_those_of_the_function() -> None:
    made = function_of(paint)

    assert (made.name, made.spec.description) == ("paint", "Paints a wall.\n\nIt takes a day.")


def test_parameters_are_described_by_the_docstring_and_by_annotations() -> None:
    properties = _properties(function_of(paint))

    assert properties["wall"]["description"] == "which one, seen from the door"
    assert properties["notes"]["description"] == "what the painter must know"


def test_the_schema_knows_defaults_choices_and_limits() -> None:
    made = function_of(paint)
    properties = _properties(made)

    assert made.spec.parameters["required"] == ["wall", "colour"]
    assert properties["finish"]["enum"] == ["matt", "glossy"]
    assert (properties["coats"]["minimum"], properties["coats"]["maximum"]) == (1, 3)
    assert made.spec.parameters["additionalProperties"] is False


def test_the_schema_spends_no_tokens_on_titles() -> None:
    assert "title" not in str(function_of(paint).spec.parameters)


def test_a_parameter_may_be_called_title() -> None:
    def shelve(title: str) -> str:
        return title

    assert "title" in _properties(function_of(shelve))


async def test_a_call_is_checked_and_converted() -> None:
    assert await call(paint, wall="north", colour="red", coats=2) == "north red 2 matt "


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"colour": "red"}, "wall: Field required"),
        ({"wall": "north", "colour": "green"}, "colour: Input should be 'red' or 'blue'"),
        ({"wall": "north", "colour": "red", "ladder": True}, "ladder: Extra inputs are not permitted"),
        ({"wall": ["north"], "colour": "red"}, "wall: Input should be a valid string"),
    ],
)
async def test_wrong_arguments_are_explained_to_the_model(given: dict[str, object], told: str) -> None:
    with pytest.raises(WrongArguments) as wrong:
        await call(paint, **given)

    assert told in str(wrong.value)
    assert "The parameters are: wall, colour, coats, finish, notes." in str(wrong.value)


async def test_the_caller_is_filled_in_and_no_parameter() -> None:
    def whoami(caller: Caller) -> str:
        return caller.name

    assert _properties(function_of(whoami)) == {}
    assert await call(whoami) == "Ada"


async def test_the_model_cannot_say_who_calls() -> None:
    def whoami(caller: Caller) -> str:
        return caller.name

    with pytest.raises(WrongArguments):
        await call(whoami, caller="Eve")


@dataclass
class Place:
    name: str
    height: float


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (None, "(nothing)"),
        ("", "(nothing)"),
        (" \n", "(nothing)"),
        (True, "true"),
        (4.5, "4.5"),
        ({"city": "京都", "rain": [1, 2]}, '{"city": "京都", "rain": [1, 2]}'),
        (Place("Rigi", 1798), '{"name": "Rigi", "height": 1798}'),
        ({1: {3}}, '{"1": [3]}'),
    ],
)
async def test_a_result_of_any_kind_becomes_text(result: object, text: str) -> None:
    def give() -> object:
        return result

    assert await call(give) == text


async def test_ten_megabytes_are_cut_with_a_note() -> None:
    def give() -> str:
        return "x" * 10_000_000

    text = await call(give)

    assert text.startswith("x" * LONGEST_OUTPUT + "\n[Cut: these are the first")
    assert len(text) < LONGEST_OUTPUT + 100


async def test_a_result_that_holds_itself_is_an_error_for_the_model() -> None:
    circle: list[object] = []
    circle.append(circle)

    def give() -> object:
        return circle

    with pytest.raises(ToolFailed, match="cannot be written as JSON"):
        await call(give)


async def test_endless_recursion_is_an_error_like_any_other() -> None:
    def fall() -> str:
        return fall()

    with pytest.raises(RecursionError):
        await call(fall)


async def test_a_plain_function_does_not_hold_up_the_loop() -> None:
    def where() -> bool:
        return threading.current_thread() is threading.main_thread()

    assert await call(where) == "false"


async def test_a_coroutine_function_runs_on_the_loop() -> None:
    async def where() -> bool:
        return asyncio.get_running_loop().is_running()

    assert await call(where) == "true"


async def test_a_function_that_loops_is_ended() -> None:
    began, ended = threading.Event(), threading.Event()

    def circle() -> None:
        began.set()
        try:
            while True:
                time.sleep(0)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await call(circle)

    assert began.is_set()
    assert await asyncio.to_thread(ended.wait, 10)


def test_marks_say_how_long_what_is_shown_and_whether_it_changes_anything() -> None:
    @tool(name="water-plants", seconds=5, changes=True, activity="Watering {all} plants…")
    def water() -> None:
        """Waters the plants."""

    made = function_of(water)

    assert (made.name, made.seconds, made.changes) == ("water-plants", 5, True)
    assert made.activity.values == {}


@pytest.mark.parametrize("name", ["", "with space", "ünder", "x" * 65])
def test_a_name_that_no_provider_takes_is_refused(name: str) -> None:
    def give() -> None: ...

    give.__name__ = name

    with pytest.raises(ValueError, match="is no name for a tool"):
        function_of(give)


def test_a_parameter_without_a_type_is_refused() -> None:
    def give(what) -> None: ...  # pyright: ignore  # the mistake that is to be found

    with pytest.raises(ValueError, match="what has no type"):
        function_of(give)  # pyright: ignore[reportUnknownArgumentType]


def test_a_parameter_without_a_schema_is_refused() -> None:
    def give(what: threading.Lock) -> None: ...

    with pytest.raises(ValueError, match="give"):
        function_of(give)


def test_parameters_without_names_are_refused() -> None:
    def give(*what: str) -> None: ...

    with pytest.raises(ValueError, match="must have a name"):
        function_of(give)
