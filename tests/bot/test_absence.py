"""What libraries would load on the side."""

import importlib
import sys

import pytest

from bot.absence import absent


def test_what_is_absent_cannot_be_imported_within_the_block() -> None:
    with absent("colorsys_that_is_not_loaded"), pytest.raises(ImportError):
        importlib.import_module("colorsys_that_is_not_loaded")


def test_it_can_be_imported_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)

    with absent("colorsys"):
        pass

    assert importlib.import_module("colorsys").rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)


def test_what_is_loaded_already_stays() -> None:
    with absent("importlib"):
        assert sys.modules["importlib"] is importlib
