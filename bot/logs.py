"""Logs: structlog over the standard library, for people or as JSON, with every secret blacked out."""

import logging
import re
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import EventDict, WrappedLogger

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9_-]{8,}")  # a bot token, an OpenAI key
_NOISY = (
    "httpx",
    "httpx2",
    "httpcore",
    "openai",
    "telegram",
    "aiosqlite",
    "asyncio",
    "aiohttp",
    "markdown_it",
    "dotenv",
    "concurrent",
)
_SILENT = ("mcp",)  # its errors quote what servers say; tools/mcp_server.py tells what is worth knowing


class Redactor:
    """Replaces the given secrets, and whatever looks like one, in a rendered log line.

    It runs on the finished line: a secret may sit in a traceback, a URL or a library's own message.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def __call__(self, line: str) -> str:
        for secret in self._known:
            line = line.replace(secret, "[secret]")
        return _TOKEN.sub("[secret]", line)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, redact: Redactor, *, json: bool) -> None:
        renderer = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_plain_traceback)
        )
        super().__init__(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _traceback_as_text if json else _as_is,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


_plain_traceback = structlog.dev.plain_traceback
_traceback_as_text = structlog.processors.format_exc_info


def _as_is(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return event


def set_up_logs(*, level: str, json: bool, secrets: Iterable[str]) -> None:
    """One handler on standard error. The SDKs stay at WARNING: at INFO they log URLs with the token in them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_RedactingFormatter(Redactor(secrets), json=json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
