"""All settings: read once from the environment and `.env`, checked, and passed down."""

import difflib
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ENV_FILE = Path(".env")
_OFFICIAL_ROOT = "https://api.telegram.org"
_ALIKE = 0.75  # of 1: OPENAI_KEY is that close to OPENAI_API_KEY


class WrongSetting(Exception):
    """One line that names the setting, its value and what is allowed."""


def _root(value: str) -> str:
    if not value.startswith(("http://", "https://")) or not _has_host(value):
        raise ValueError("an address that begins with http:// or https:// and names a host")
    return value.rstrip("/")


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0  # reading a port that is none raises
    except ValueError:
        return False


def _font(value: Path) -> Path:
    if value.suffix.lower() not in (".ttf", ".otf", ".ttc") or not value.is_file():
        raise ValueError("a font file: .ttf, .otf or .ttc")
    return value


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _ids(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return frozenset(int(part) for part in value.replace(",", " ").split())
    except ValueError as error:
        raise ValueError("numeric Telegram ids, separated by commas") from error


def _allowed(value: Any) -> Any:
    return "*" if value == "*" else _ids(value)


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise ValueError("the name of a time zone, as Europe/Berlin") from None


Root = Annotated[str, AfterValidator(_root)]
Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)]
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000)]
Zone = Annotated[str, AfterValidator(_zone)]
Allowed = Annotated[frozenset[int] | Literal["*"], NoDecode, BeforeValidator(_allowed)]


class Settings(BaseSettings):
    """The bot's settings. Every field is explained in `.env.example`, which a test keeps equal to this list."""

    model_config = SettingsConfigDict(env_file=_ENV_FILE, frozen=True, extra="ignore", env_ignore_empty=True)

    telegram_bot_token: SecretStr | None = None
    telegram_api_root: Root = _OFFICIAL_ROOT
    telegram_messages_per_second: float = Field(default=30, gt=0, le=1000)
    openai_api_key: SecretStr | None = None
    openai_base_url: Root = "https://api.openai.com/v1"
    openai_api: Literal["auto", "responses", "chat"] = "auto"
    openai_dialect: Literal["auto", "openai", "plain"] = "auto"
    catalogue_file: Path | None = None
    instructions_file: Path | None = None
    database_url: str | None = None
    data_dir: Path = Path("data")
    allowed_user_ids: Allowed = frozenset[int]()
    admin_user_ids: Ids = frozenset[int]()
    webhook_url: Root | None = None
    webhook_secret: SecretStr | None = None
    webhook_listen: str | None = None
    rich_messages: Literal["auto", "always", "never"] = "auto"
    thread_titles: bool = True
    history_tokens: int = Field(default=16_000, ge=500, le=200_000)
    linked_pictures: Literal["fetch", "provider", "off"] = "fetch"
    chat_model: str = ""
    image_model: str = ""
    image_base_url: Root | None = None
    image_api_key: SecretStr | None = None
    speech_model: str = ""
    speech_base_url: Root | None = None
    speech_api_key: SecretStr | None = None
    longest_speech_characters: int = Field(default=30_000, ge=100, le=200_000)
    open_meteo_url: Root = "https://api.open-meteo.com"
    open_meteo_geocoding_url: Root = "https://geocoding-api.open-meteo.com"
    exchange_rates_url: Root = "https://api.frankfurter.dev"
    mcp_file: Path | None = None
    video_frames: int = Field(default=8, ge=1, le=50)
    transcription_model: str = ""
    transcription_base_url: Root | None = None
    transcription_api_key: SecretStr | None = None
    embedding_model: str = ""
    embedding_base_url: Root | None = None
    embedding_api_key: SecretStr | None = None
    longest_recording_minutes: int = Field(default=240, ge=1, le=10_000)
    chart_font: Annotated[Path, AfterValidator(_font)] | None = None
    answers_at_once: int = Field(default=1_000, ge=1, le=10_000)
    keep_updates_days: int = Field(default=7, ge=0, le=365)
    keep_media_days: int = Field(default=30, ge=1, le=3650)
    user_daily_budget: Dollars | None = None
    user_monthly_budget: Dollars | None = None
    bot_daily_budget: Dollars | None = None
    bot_monthly_budget: Dollars | None = None
    unknown_prices: Literal["allow", "refuse"] = "allow"
    bot_timezone: Zone = "UTC"
    log_format: Literal["console", "json"] = "console"
    log_level: Level = "INFO"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_URL needs WEBHOOK_SECRET: 1-256 characters of A-Z, a-z, 0-9, _ and -")
        return self

    @property
    def database_path(self) -> Path:
        """The SQLite file: `DATABASE_URL` (`sqlite:///path`) or `parley.db` in the data folder."""
        if self.database_url is None:
            return self.data_dir / "parley.db"
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def most_file_bytes(self) -> int:
        """What a bot may fetch: 20 MB from Telegram itself, 2 GB from a Bot API server of one's own."""
        return 20 * 1024 * 1024 if self.telegram_api_root == _OFFICIAL_ROOT else 2_000_000_000

    @property
    def listen_address(self) -> tuple[str, int] | None:
        """Host and port of our own HTTP server, None where it is not wanted."""
        if self.webhook_listen is None:
            return ("127.0.0.1", 8080) if self.webhook_url else None
        host, _, port = self.webhook_listen.rpartition(":")
        return host or "127.0.0.1", int(port)


def read_settings(**given: Any) -> Settings:
    """The settings of this process; `given` ones win. Raises `WrongSetting`."""
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise WrongSetting(_explain(error)) from None
    except UnicodeDecodeError as error:
        raise WrongSetting(f"{_ENV_FILE} is not UTF-8 text ({error.reason}): save it as UTF-8.") from error
    except OSError as error:
        raise WrongSetting(f"{_ENV_FILE} cannot be read ({error.strerror}).") from error
    _check_formats(settings)
    return settings


def misspelt(env_file: Path = _ENV_FILE) -> list[str]:
    """A sentence for each name in the file that is no setting, but nearly one."""
    if not env_file.is_file():
        return []
    known = {name.upper() for name in Settings.model_fields}
    sentences: list[str] = []
    for name in dotenv_values(env_file, interpolate=False):
        alike = difflib.get_close_matches(name.upper(), known, n=1, cutoff=_ALIKE)
        if alike and name.upper() not in known:
            sentences.append(f"{env_file}: {name} is not a setting. Is {alike[0]} meant?")
    return sentences


def _check_formats(settings: Settings) -> None:
    url = settings.database_url
    if url is not None and (not url.startswith("sqlite:///") or url == "sqlite:///"):
        raise WrongSetting(f"DATABASE_URL is {url!r}: allowed is sqlite:///path/to/file.db")
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else "ok"
    if not secret.replace("_", "").replace("-", "").isalnum() or len(secret) > 256 or not secret.isascii():
        raise WrongSetting("WEBHOOK_SECRET: allowed are 1-256 characters of A-Z, a-z, 0-9, _ and -")
    port = (settings.webhook_listen or ":0").rpartition(":")[2]
    if not port.isdecimal() or int(port) > 65_535:
        raise WrongSetting(f"WEBHOOK_LISTEN is {settings.webhook_listen!r}: allowed is host:port")
    if settings.webhook_url and not _may_be_delivered_to(settings.webhook_url, settings.telegram_api_root):
        raise WrongSetting(f"WEBHOOK_URL is {settings.webhook_url!r}: allowed is an address with https://")


def _may_be_delivered_to(url: str, root: str) -> bool:
    """Telegram delivers over https only; a Bot API server of one's own, and tests on one machine, need not."""
    return url.startswith("https://") or root != _OFFICIAL_ROOT or _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if not first["loc"]:
        return first["msg"].removeprefix("Value error, ")
    name = str(first["loc"][0])
    field = Settings.model_fields.get(name)
    reason = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    secret = field is not None and SecretStr in (field.annotation, *get_args(field.annotation))
    shown = "" if secret else f" is {first['input']!r}"
    return f"{name.upper()}{shown}: allowed is {reason}"


def token_of(settings: Settings) -> str:
    assert settings.telegram_bot_token is not None, "the command line sees to it that there is a token"
    return settings.telegram_bot_token.get_secret_value()
