"""Settings: wrong values stop the start in one line, and `.env.example` explains all of them."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, WrongSetting, misspelt, read_settings

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
        ("TELEGRAM_API_ROOT", "http://"),
        ("OPENAI_BASE_URL", "https:///v1"),
        ("OPENAI_BASE_URL", "https://[half"),
        ("OPENAI_BASE_URL", "https://host:99999"),
        ("OPENAI_API", "assistants"),
        ("HISTORY_TOKENS", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("WEBHOOK_LISTEN", "localhost"),
        ("WEBHOOK_LISTEN", ":²"),
        ("WEBHOOK_LISTEN", ":65536"),
        ("DATABASE_URL", "postgres://localhost/parley"),
        ("DATABASE_URL", "sqlite:///"),
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


def test_telegram_delivers_over_https_only() -> None:
    with pytest.raises(WrongSetting, match=r"WEBHOOK_URL is 'http://bot.example': allowed is .*https://"):
        _read(webhook_url="http://bot.example", webhook_secret="s")


@pytest.mark.parametrize(
    "given",
    [
        {"webhook_url": "http://127.0.0.1:8080/hook"},
        {"webhook_url": "http://localhost"},
        {"webhook_url": "http://bot.lan", "telegram_api_root": "http://telegram.lan:8081"},
    ],
)
def test_at_home_a_webhook_may_do_without_https(given: dict[str, str]) -> None:
    assert _read(webhook_secret="s", **given).webhook_url == given["webhook_url"]


def test_a_log_level_may_be_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")

    assert _read().log_level == "DEBUG"


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"WEBHOOK_SECRET=caf\xe9\n")

    with pytest.raises(WrongSetting, match=r"^\.env is not UTF-8 text"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("ADMIN_IDS", "ADMIN_USER_IDS"),
        ("openai_base_uri", "OPENAI_BASE_URL"),
    ],
)
def test_a_misspelt_name_is_noticed(tmp_path: Path, name: str, meant: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{name}=x\n")

    (sentence,) = misspelt(file)

    assert sentence.endswith(f"{name} is not a setting. Is {meant} meant?")


def test_right_names_and_those_of_others_are_let_be(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OPENAI_API_KEY=x\nlog_level=debug\nCOMPOSE_PROJECT_NAME=parley\nTZ=UTC\n")

    assert misspelt(file) == []
    assert misspelt(tmp_path / "none") == []
