"""Settings: wrong values stop the start in one line, and `.env.example` explains all of them."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, WrongSetting, read_settings

_EXAMPLE = Path(__file__).parents[2] / ".env.example"


def _read(**given: Any) -> Settings:
    return read_settings(_env_file=None, **given)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_example_file_explains_every_setting_and_no_other() -> None:
    explained = re.findall(r"^([A-Z_]+)=", _EXAMPLE.read_text(), flags=re.MULTILINE)

    assert sorted(explained) == sorted(name.upper() for name in Settings.model_fields)


def test_the_values_of_the_example_file_are_the_defaults(tmp_path: Path) -> None:
    given = tmp_path / ".env"
    given.write_text(_EXAMPLE.read_text())

    assert read_settings(_env_file=given) == _read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_USER_IDS", "ada"),
        ("ADMIN_USER_IDS", "1,two"),
        ("TELEGRAM_API_ROOT", "api.telegram.org"),
        ("OPENAI_API", "assistants"),
        ("HISTORY_TOKENS", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("WEBHOOK_LISTEN", "localhost"),
        ("DATABASE_URL", "postgres://localhost/parley"),
        ("ANSWERS_AT_ONCE", "0"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSetting) as wrong:
        _read()

    line = str(wrong.value)
    assert line.startswith(name)
    assert repr(value) in line
    assert "allowed is" in line
    assert "\n" not in line


@pytest.mark.parametrize("secret", ["has space", "ümlaut", "", "x" * 257])
def test_a_wrong_secret_is_never_shown(secret: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        _read(webhook_url="https://bot.example", webhook_secret=secret)

    assert secret not in str(wrong.value) or not secret


def test_a_webhook_needs_its_secret() -> None:
    with pytest.raises(WrongSetting, match="WEBHOOK_URL needs WEBHOOK_SECRET"):
        _read(webhook_url="https://bot.example")


def test_ids_are_read_from_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_USER_IDS", "12, 34")

    assert _read().allowed_user_ids == {12, 34}


def test_a_star_lets_everybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_USER_IDS", "*")

    assert _read().allowed_user_ids == "*"


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")

    assert _read().telegram_bot_token is None


def test_secrets_do_not_show_in_a_printed_settings_object() -> None:
    assert "verysecret" not in repr(_read(openai_api_key="sk-verysecret"))
