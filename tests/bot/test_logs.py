"""Logs: for people or machines, and never with a secret in them."""

import json
import logging
from collections.abc import Generator

import pytest

from bot.logs import set_up_logs

_TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-Fe"


@pytest.fixture(autouse=True)
def logs_as_before() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def _logged(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


@pytest.mark.parametrize("as_json", [True, False])
def test_a_token_in_a_url_is_blacked_out(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    set_up_logs(level="INFO", json=as_json, secrets=[])

    logging.getLogger("x").info("POST https://api.telegram.org/bot%s/getMe", _TOKEN)

    said = _logged(capsys)
    assert _TOKEN not in said
    assert "[secret]" in said


@pytest.mark.parametrize("as_json", [True, False])
def test_a_secret_in_a_traceback_is_blacked_out(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    set_up_logs(level="INFO", json=as_json, secrets=["opensesame"])

    try:
        raise ValueError("the key is opensesame")
    except ValueError:
        logging.getLogger("x").exception("failed")

    said = _logged(capsys)
    assert "opensesame" not in said
    assert "ValueError" in said


def test_a_line_for_machines_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="INFO", json=True, secrets=[])

    logging.getLogger("some.room").warning("sent %s", 7)

    line = json.loads(_logged(capsys))
    assert (line["event"], line["level"], line["logger"]) == ("sent 7", "warning", "some.room")


@pytest.mark.parametrize("name", ["markdown_it", "markdown_it.rules_block", "asyncio", "aiosqlite"])
def test_chatty_libraries_are_quiet_even_at_debug(capsys: pytest.CaptureFixture[str], name: str) -> None:
    set_up_logs(level="DEBUG", json=False, secrets=[])

    logging.getLogger(name).debug("entering paragraph: what somebody wrote")

    assert _logged(capsys) == ""


def test_the_sdks_do_not_log_their_urls(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(level="INFO", json=False, secrets=[])

    logging.getLogger("httpx").info("HTTP Request: POST https://x/bot1/getMe")

    assert _logged(capsys) == ""
