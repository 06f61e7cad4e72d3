"""Units and arithmetic: exact where they can be, and nothing in them runs or grows without bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.calling import call
from tools.arithmetic import calculate, evaluate
from tools.errors import ToolFailed
from tools.units import convert_units


@pytest.mark.parametrize(
    ("value", "unit", "to", "told"),
    [
        (1, "mile", "km", "1 mile = 1.609344 km"),
        (100, "celsius", "fahrenheit", "100 celsius = 212 fahrenheit"),
        (20, "°C", "°F", "20 °C = 68 °F"),
        (1, "m²", "ft^2", "1 m² = 10.76391042 ft^2"),
        (3, "stone", "kg", "3 stone = 19.05087954 kg"),
        (1, "kWh", "J", "1 kWh = 3600000 J"),
    ],
)
async def test_units_are_converted(value: float, unit: str, to: str, told: str) -> None:
    assert await call(convert_units, value=value, unit=unit, to=to) == told


@pytest.mark.parametrize(
    ("unit", "to", "told"),
    [
        ("kg", "m", "kilogram and meter measure different things"),
        ("EUR", "USD", "no unit that is known"),
        ("__import__('os')", "m", "no unit"),
        ("2**9**9**9", "m", "is no unit"),
        ("m**99999999", "m", "is no unit"),
        ("x" * 100, "m", "is no unit"),
    ],
)
async def test_what_is_no_unit_is_told_to_the_model(unit: str, to: str, told: str) -> None:
    with pytest.raises(ToolFailed, match=told):
        await call(convert_units, value=1, unit=unit, to=to)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("0.1 + 0.2", "0.3"),
        ("2^10", "1024"),
        ("5 × 3 ÷ 2", "7.5"),
        ("(1 + 2) * -3", "-9"),
        ("sqrt(2)**2", "2"),
        ("factorial(20)", "2432902008176640000"),
        ("max(1, 2, 3) % 2", "1"),
        ("round(pi, 4)", "3.1416"),
    ],
)
async def test_expressions_are_worked_out(expression: str, value: str) -> None:
    assert await call(calculate, expression=expression) == f"{expression} = {value}"


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("1 / 0", "divides by zero"),
        ("9**9**9", "too large"),
        ("10**(10**10)", "too large"),
        ("1e308 * 10", "too large"),
        ("factorial(10**6)", "whole numbers from 0"),
        ("round(1, -10**9)", "at most 300 digits"),
        ("comb(10**9, 10**8)", "whole numbers up to"),
        ("(-8) ** 0.5", "no real number"),
        ("sqrt(-1)", "cannot be worked out"),
        ("__import__('os').system('true')", "Only numbers"),
        ("(1).__class__", "Only numbers"),
        ("'a' * 10**9", "Only numbers"),
        ("[1] * 3", "Only numbers"),
        ("True + 1", "Only numbers"),
        ("max(*[1, 2])", "Only numbers"),
        ("lambda: 1", "Only numbers"),
        ("1 +", "no arithmetic expression"),
        ("", "no arithmetic expression"),
        ("-" * 900 + "1", "too many parts"),
        ("1" * 1_001, "longer than 1000 characters"),
    ],
)
def test_what_cannot_be_worked_out_is_told_to_the_model(expression: str, told: str) -> None:
    with pytest.raises(ToolFailed, match=told):
        evaluate(expression)


@given(st.text(alphabet="0123456789+-*/().%^, episqrtlog", max_size=40))
def test_any_text_is_worked_out_or_refused(expression: str) -> None:
    try:
        evaluate(expression)
    except ToolFailed as refused:
        assert str(refused)  # noqa: PT017  # both ways are right


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_whole_numbers_stay_exact(left: int, right: int) -> None:
    assert evaluate(f"({left}) * ({right}) + ({left})") == left * right + left
