"""A calculator: expressions are read, never run, and no number in them grows without bounds."""

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any, cast

from domain.texts import Text
from tools.errors import ToolFailed
from tools.kit import tool

Number = int | float

_MOST_CHARACTERS = 1_000
_MOST_NODES = 500
_MOST_DIGITS = 2_000
_MOST_BITS = int(_MOST_DIGITS * math.log2(10))
_MOST_FACTORIAL = 800
_MOST_ROUNDED = 300
_SIGNIFICANT = 15

_BINARY: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: lambda left, right: left % right,
}
_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "^": "**", "π": "pi", "²": "**2", "³": "**3"})
_CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e, "tau": math.tau}


def _factorial(number: Number) -> Number:
    if number != int(number) or not 0 <= number <= _MOST_FACTORIAL:
        raise ToolFailed(f"factorial takes whole numbers from 0 to {_MOST_FACTORIAL}.")
    return math.factorial(int(number))


def _comb(n: Number, k: Number) -> Number:
    if not 0 <= k <= n <= _MOST_DIGITS or n != int(n) or k != int(k):
        raise ToolFailed(f"comb takes whole numbers up to {_MOST_DIGITS}.")
    return math.comb(int(n), int(k))


def _rounded(number: Number, digits: Number = 0) -> Number:
    if abs(digits) > _MOST_ROUNDED:
        raise ToolFailed(f"round takes at most {_MOST_ROUNDED} digits.")
    return round(number, int(digits)) if digits else round(number)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "round": _rounded,
    "min": min,
    "max": max,
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "exp": math.exp,
    "log": math.log,
    "ln": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "radians": math.radians,
    "degrees": math.degrees,
    "hypot": math.hypot,
    "floor": math.floor,
    "ceil": math.ceil,
    "gcd": lambda *numbers: math.gcd(*map(int, numbers)),
    "factorial": _factorial,
    "comb": _comb,
}


@tool(seconds=10, title=Text("Calculating"))
def calculate(expression: str) -> str:
    """Works out an arithmetic expression exactly where it can: use it rather than reckoning yourself.

    expression: numbers with + - * / // % ** and brackets, pi, e, and functions such as sqrt, log,
        sin (radians), round, min, max, factorial
    """
    return f"{expression.strip()} = {_written(evaluate(expression))}"


def evaluate(expression: str) -> Number:
    """The value. Raises `ToolFailed` with what is wrong with the expression."""
    if len(expression) > _MOST_CHARACTERS:
        raise ToolFailed(f"The expression is longer than {_MOST_CHARACTERS} characters.")
    try:
        tree = ast.parse(_usual(expression), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ToolFailed("That is no arithmetic expression.") from None
    if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
        raise ToolFailed("The expression has too many parts.")
    try:
        return _bounded(_value(tree.body))
    except ZeroDivisionError:
        raise ToolFailed("It divides by zero.") from None
    except OverflowError:
        raise ToolFailed("A number in it is too large.") from None
    except (ValueError, TypeError) as error:
        raise ToolFailed(f"It cannot be worked out: {error}.") from None


def _usual(expression: str) -> str:
    """As Python writes it: ^ is a power, and signs that people type are those of the keyboard."""
    return expression.strip().translate(_SIGNS)


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return _bounded(cast("Number", node.value))
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand)
        case ast.UnaryOp(op=ast.UAdd()):
            return _value(node.operand)
        case ast.BinOp(op=ast.Pow()):
            return _power(_value(node.left), _value(node.right))
        case ast.BinOp() if type(node.op) in _BINARY:
            return _bounded(_BINARY[type(node.op)](_value(node.left), _value(node.right)))
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in _FUNCTIONS:
            return _bounded(_FUNCTIONS[name](*map(_value, node.args)))
        case _:
            known = ", ".join(sorted((*_CONSTANTS, *_FUNCTIONS)))
            raise ToolFailed(f"Only numbers, + - * / // % ** and these names are understood: {known}.")


def _power(base: Number, exponent: Number) -> Number:
    """Refused before it is worked out where it would be a number of thousands of digits."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        if base.bit_length() * exponent > _MOST_BITS + base.bit_length():
            raise OverflowError
        return _bounded(base**exponent)
    result = cast("Number | complex", float(base) ** float(exponent))
    if isinstance(result, complex):
        raise ToolFailed("A root of a negative number is no real number.")
    return result


def _bounded(value: Number) -> Number:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise OverflowError
    if isinstance(value, float) and not math.isfinite(value):
        raise OverflowError
    return value


def _written(value: Number) -> str:
    """Without the noise that binary fractions leave: 0.1 + 0.2 is 0.3."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.{_SIGNIFICANT}g}"
    return text if "e" not in text or abs(value) >= 1e15 or abs(value) < 1e-4 else f"{value:f}"
