"""Plugins: found by their entry points, and harmless where they are broken."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.town import lines
from tools.loading import GROUP, load


def double(number: float) -> float:
    """Doubles a number."""
    return number * 2


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module on the path, as an installed package brings it."""
    (tmp_path / "garden_tools.py").write_text(
        "from tools.kit import tool\n\n"
        "@tool(seconds=3)\ndef water() -> str:\n    '''Waters.'''\n    return 'wet'\n\n"
        "def not_a_tool() -> None: ...\n\n"
        "def mow(lawn: str) -> str:\n    '''Mows.'''\n    return lawn\n"
        "LAWN = 'green'\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "garden_tools", raising=False)
    return "garden_tools"


def _point(value: str) -> EntryPoint:
    return EntryPoint(value.replace(":", "_"), value, GROUP)


def test_a_module_brings_its_marked_functions(package: str) -> None:
    assert set(load([double], [_point(package)])) == {"double", "water"}


def test_a_plain_function_can_be_named_itself(package: str) -> None:
    assert set(load([], [_point(f"{package}:mow")])) == {"mow"}


@pytest.mark.parametrize("value", ["no_such_module", "garden_tools:nothing", "garden_tools:LAWN"])
def test_a_plugin_that_cannot_be_loaded_is_logged_and_skipped(
    package: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = load([double], [_point(value), _point(package)])

    assert set(found) == {"double", "water"}
    assert len(lines(caplog, f"plugin {value} is left out")) == 1


def test_a_name_that_is_taken_is_refused_with_one_line(package: str, caplog: pytest.LogCaptureFixture) -> None:
    found = load([double], [_point(package), _point(f"{package}:water")])

    assert set(found) == {"double", "water"}
    assert len(lines(caplog, "tool water of plugin garden_tools:water is left out")) == 1


def test_without_plugins_there_are_ours() -> None:
    assert set(load([double])) == {"double"}
