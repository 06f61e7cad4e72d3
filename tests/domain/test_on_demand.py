"""Modules that are loaded when something of them is first used."""

import subprocess
import sys
from pathlib import Path

import pytest

from domain.on_demand import OnDemand

_ROOT = Path(__file__).parents[2]
_HEAVY = ("av", "PIL", "pi_heif", "python_calamine", "pint", "mcp", "pypdfium2", "cryptography")


def test_a_module_is_loaded_when_something_of_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    colours = OnDemand("colorsys")
    before = "colorsys" in sys.modules

    grey = colours.rgb_to_hsv(0.5, 0.5, 0.5)

    assert (before, grey, "colorsys" in sys.modules) == (False, (0.0, 0.0, 0.5), True)


def test_a_part_of_a_module_stands_for_itself() -> None:
    assert OnDemand("os", "path").basename("a/b") == "b"


def test_what_a_module_has_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        _ = OnDemand("colorsys").nothing


def test_the_bot_starts_without_what_only_some_need() -> None:
    program = f"import bot.__main__, sys; print([name for name in {_HEAVY} if name in sys.modules])"

    told = subprocess.run(
        [sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "[]"
