"""The file of MCP servers: what is wrong in it is named with its line, and its secrets stay in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.mcp_file import WrongFile, read


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mcp.json"
    path.write_text(text)
    return path


def _servers(tmp_path: Path, **servers: Any) -> Path:
    return _file(tmp_path, json.dumps({"mcpServers": servers}, indent=2))


def test_programs_and_addresses_are_read(tmp_path: Path) -> None:
    path = _servers(
        tmp_path,
        shop={"command": "shop", "args": ["--all"], "env": {"KEY": "${SHOP_KEY}"}},
        far={"type": "http", "url": "https://far.example/mcp", "headers": {"Authorization": "Bearer ${FAR}"}},
        off={"command": "off", "disabled": True},
    )

    shop, far = read(path, {"SHOP_KEY": "s3cret", "FAR": "away"})

    assert (shop.name, shop.command, shop.args, shop.env) == ("shop", "shop", ("--all",), {"KEY": "s3cret"})
    assert (far.url, far.headers) == ("https://far.example/mcp", {"Authorization": "Bearer away"})


def test_what_may_be_secret_does_not_show_in_print(tmp_path: Path) -> None:
    path = _servers(tmp_path, shop={"command": "shop", "args": ["s1"], "env": {"KEY": "s2"}})

    (shop,) = read(path)

    assert "s1" not in repr(shop)
    assert "s2" not in repr(shop)
    assert shop.secrets == ("s2",)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"command": "x", "url": "http://y"}, "either command or url"),
        ({}, "either command or url"),
        ({"command": ""}, "the name of a program"),
        ({"command": 5}, "command: a text is wanted"),
        ({"command": "x", "args": "y"}, "args: a list of texts"),
        ({"command": "x", "args": [1]}, "args: a list of texts"),
        ({"command": "x", "env": {"A": 1}}, "env: an object of texts"),
        ({"command": "x", "env": {"A": "${NO_SUCH}"}}, "env: the environment has no NO_SUCH"),
        ({"url": "shop.example"}, "url: an address that begins with"),
        ({"url": "https://x", "type": "carrier-pigeon"}, "type: allowed are"),
        ({"comand": "x"}, "'comand' is not known"),
        ("x", "an object is wanted"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_place(tmp_path: Path, given: Any, told: str) -> None:
    path = _servers(tmp_path, good={"command": "x"}, shop=given)

    with pytest.raises(WrongFile) as wrong:
        read(path, {})

    line = str(wrong.value)
    assert line.startswith(f"{path}, line 6: server 'shop': ")
    assert told in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"mcpServers": {\n"a": }}', "line 2: no JSON"),
        ("[]", 'line 1: an object with "mcpServers"'),
        ('{"servers": {}}', 'line 1: an object with "mcpServers"'),
        ('{"mcpServers": {"a b": {"command": "x"}}}', "a server's name is"),
    ],
)
def test_a_file_that_is_none_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(WrongFile, match=told):
        read(_file(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match=r"nothing\.json cannot be read"):
        read(tmp_path / "nothing.json")
