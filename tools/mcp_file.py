"""The file of MCP servers: read once at start, and refused in one line if something in it is wrong."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,32}")
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_KNOWN = {"command", "args", "env", "cwd", "url", "headers", "type", "disabled"}
_KINDS = {"stdio", "http", "streamable-http", "streamableHttp"}


class WrongFile(Exception):
    """One line: the file, where in it, and what is wrong. It holds no value of the file."""


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """A program to start (`command`), or an address to ask (`url`). Printed, it shows no secret."""

    name: str
    command: str = ""
    args: tuple[str, ...] = field(default=(), repr=False)
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    cwd: str | None = None
    url: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold."""
        return (*self.env.values(), *self.headers.values())


def read(path: Path, environment: Mapping[str, str] = os.environ) -> list[ServerEntry]:
    """The servers of the file that are not disabled; `${NAME}` is replaced from the environment.

    Raises `WrongFile`.
    """
    try:
        text = path.read_text("utf-8")
        said: object = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise WrongFile(f"{path} cannot be read: {reason}") from None
    except json.JSONDecodeError as error:
        raise WrongFile(f"{path}, line {error.lineno}: no JSON: {error.msg}") from None
    servers = said.get("mcpServers") if isinstance(said, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # JSON
    if not isinstance(servers, dict):
        raise WrongFile(f'{path}, line 1: an object with "mcpServers" is wanted')
    entries = cast("dict[str, object]", servers)
    read_ones = [_Reading(path, text, name, environment).entry(given) for name, given in entries.items()]
    return [entry for entry in read_ones if entry is not None]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One server being read, which knows where it is."""

    path: Path
    text: str
    name: str
    environment: Mapping[str, str]

    def entry(self, given: object) -> ServerEntry | None:
        if not _NAME.fullmatch(self.name):
            raise self._wrong("a server's name is 1-32 of A-Z, a-z, 0-9, _ and -")
        if not isinstance(given, dict):
            raise self._wrong("an object is wanted")
        fields = cast("dict[str, object]", given)
        self._check(fields)
        if fields.get("disabled") is True:
            return None
        return ServerEntry(
            self.name,
            self._text(fields, "command"),
            tuple(self._texts(fields, "args")),
            self._named(fields, "env"),
            self._text(fields, "cwd") or None,
            self._text(fields, "url"),
            self._named(fields, "headers"),
        )

    def _check(self, fields: Mapping[str, object]) -> None:
        unknown = sorted(set(fields) - _KNOWN)
        if unknown:
            raise self._wrong(f"{unknown[0]!r} is not known; known are {', '.join(sorted(_KNOWN))}")
        if ("command" in fields) is ("url" in fields):
            raise self._wrong("either command or url is wanted")
        if fields.get("type", "stdio") not in _KINDS:
            raise self._wrong(f"type: allowed are {', '.join(sorted(_KINDS))}")
        url = self._text(fields, "url")
        if "url" in fields and not url.startswith(("http://", "https://")):
            raise self._wrong("url: an address that begins with http:// or https:// is wanted")
        if "command" in fields and not self._text(fields, "command").strip():
            raise self._wrong("command: the name of a program is wanted")

    def _text(self, fields: Mapping[str, object], name: str) -> str:
        value = fields.get(name, "")
        if not isinstance(value, str):
            raise self._wrong(f"{name}: a text is wanted")
        return self._filled(value, name)

    def _texts(self, fields: Mapping[str, object], name: str) -> list[str]:
        value = fields.get(name, [])
        parts = cast("list[object]", value) if isinstance(value, list) else [None]
        if not all(isinstance(part, str) for part in parts):
            raise self._wrong(f"{name}: a list of texts is wanted")
        return [self._filled(str(part), name) for part in parts]

    def _named(self, fields: Mapping[str, object], name: str) -> dict[str, str]:
        value = fields.get(name, {})
        if not isinstance(value, dict):
            raise self._wrong(f"{name}: an object of texts is wanted")
        found = cast("dict[str, object]", value)
        if not all(isinstance(one, str) for one in found.values()):
            raise self._wrong(f"{name}: an object of texts is wanted")
        return {key: self._filled(str(one), name) for key, one in found.items()}

    def _filled(self, value: str, name: str) -> str:
        missing = next((one for one in _VARIABLE.findall(value) if one not in self.environment), None)
        if missing is not None:
            raise self._wrong(f"{name}: the environment has no {missing}")
        return _VARIABLE.sub(lambda match: self.environment[match[1]], value)

    def _wrong(self, reason: str) -> WrongFile:
        place = re.search(rf"{re.escape(json.dumps(self.name))}\s*:", self.text)
        line = self.text.count("\n", 0, place.start()) + 1 if place is not None else 1
        return WrongFile(f"{self.path}, line {line}: server {self.name[:40]!r}: {reason}")
