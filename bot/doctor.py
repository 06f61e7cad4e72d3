"""`parley doctor`: one line for each thing that must be right, with what to do where it is not."""

import asyncio
import errno
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp

from ai.catalogue import load
from ai.source import Source
from ai.sources import Sources
from bot.providers import main_provider, named_models, own_providers
from bot.settings import Settings
from domain.catalogue import Capability, Catalogue
from domain.errors import ProviderUnreachable, UserFacingError
from replies.errors import TelegramError, TokenRefused
from replies.gateway import Gateway
from replies.governor import Governor
from replies.wire import Wire
from storage.database import Database, StorageUnusable

_GOOD, _NOTE, _BAD = "ok  ", "note", "BAD "
_LITTLE_DISK_BYTES = 500 * 1024 * 1024
_CLOCK_TOLERANCE = timedelta(seconds=30)
_SOON = timedelta(days=60)
_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Finding(NamedTuple):
    """One line of the report; the doctor's exit status is 1 when any is `_BAD`."""

    mark: str
    subject: str
    text: str


async def examine(settings: Settings, tell: Callable[[str], object]) -> int:
    """Checks everything it can reach and tells it line by line; returns the exit status."""
    status = 0
    for examination in (_telegram, _webhook_listen, _models, _instructions, _database, _disk, _clock):
        async for finding in examination(settings):
            tell(f"{finding.mark} {finding.subject:<9} {finding.text}")
            status = max(status, int(finding.mark == _BAD))
    return status


async def _telegram(settings: Settings) -> AsyncGenerator[Finding]:
    token = settings.telegram_bot_token
    if token is None:
        yield Finding(
            _NOTE, "token", "TELEGRAM_BOT_TOKEN is not set: the sandbox stands in. Get one from @BotFather."
        )
        return
    async with Wire.open(settings.telegram_api_root, token.get_secret_value()) as wire:
        gateway = Gateway(wire, Governor(per_second=settings.telegram_messages_per_second), _ignore_migration)
        try:
            me = await gateway.get_me()
            webhook = await gateway.get_webhook_info()
        except TokenRefused:
            yield Finding(_BAD, "token", "Telegram refuses TELEGRAM_BOT_TOKEN: copy it again from @BotFather.")
            return
        except TelegramError as error:
            yield Finding(_BAD, "telegram", f"{_host(settings.telegram_api_root)} does not answer ({error})")
            return
    yield Finding(_GOOD, "token", f"the bot is @{me.get('username')}")
    yield _webhook(settings, webhook)
    yield _privacy(me)
    yield _topics(me)


def _webhook(settings: Settings, found: Mapping[str, Any]) -> Finding:
    url, error = str(found.get("url") or ""), str(found.get("last_error_message") or "")
    if settings.webhook_url is None:
        if not url:
            return Finding(_GOOD, "webhook", "none: updates are polled")
        return Finding(_NOTE, "webhook", f"one is set for {_host(url)}; polling removes it at start")
    if url != settings.webhook_url:
        return Finding(_NOTE, "webhook", "not set yet: the bot sets WEBHOOK_URL when it starts")
    if error:
        return Finding(
            _BAD, "webhook", f"Telegram could not deliver: {error}. Check proxy, certificate and port."
        )
    return Finding(_GOOD, "webhook", f"{_host(url)}, {found.get('pending_update_count', 0)} updates pending")


def _privacy(me: Mapping[str, Any]) -> Finding:
    if me.get("can_read_all_group_messages"):
        return Finding(_GOOD, "privacy", "off: in groups the bot sees every message")
    return Finding(
        _NOTE,
        "privacy",
        "on: in groups the bot sees commands, mentions and replies only; /setprivacy changes that",
    )


def _topics(me: Mapping[str, Any]) -> Finding:
    if me.get("has_topics_enabled"):
        return Finding(_GOOD, "topics", "on: each topic of a private chat is a conversation of its own")
    return Finding(
        _NOTE, "topics", "off in private chats; Threaded mode in @BotFather gives each subject its topic"
    )


async def _webhook_listen(settings: Settings) -> AsyncGenerator[Finding]:
    address = settings.listen_address
    if address is None:
        return
    host, port = address
    try:
        server = await asyncio.start_server(_hang_up, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            yield Finding(_NOTE, "listen", f"{host}:{port} is in use: by the bot, if it runs")
        else:
            reason = error.strerror or error
            yield Finding(_BAD, "listen", f"{host}:{port} cannot be used ({reason}): correct WEBHOOK_LISTEN")
        return
    server.close()
    await server.wait_closed()
    yield Finding(_GOOD, "listen", f"{host}:{port} is free")


async def _hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _instructions(settings: Settings) -> AsyncGenerator[Finding]:
    path = settings.instructions_file
    if path is None:
        return
    try:
        text = await asyncio.to_thread(path.read_text, "utf-8")
    except UnicodeDecodeError:
        yield Finding(_BAD, "prompt", f"{path} is not UTF-8 text: correct INSTRUCTIONS_FILE")
    except OSError as error:
        yield Finding(_BAD, "prompt", f"{path} cannot be read ({error.strerror}): correct INSTRUCTIONS_FILE")
    else:
        yield Finding(_GOOD, "prompt", f"{path}, {len(text)} characters")


async def _models(settings: Settings) -> AsyncGenerator[Finding]:
    try:
        catalogue = load(settings.catalogue_file)
    except ValueError as error:
        yield Finding(_BAD, "catalogue", f"{error}: correct CATALOGUE_FILE")
        return
    if settings.openai_api_key is None:
        yield Finding(_NOTE, "key", "OPENAI_API_KEY is not set: an offline stand-in answers")
        return
    async with Sources.open(
        main_provider(settings), own_providers(settings), catalogue, on_model_gone=_tell_nobody
    ) as sources:
        for capability, model_id in named_models(settings).items():
            sources.prefer(capability, model_id)
        for source in sources.all:
            async for finding in _provider(source, is_main=source is sources.main):
                yield finding
        capabilities: set[Capability] = {model.capability for model in catalogue.models.values()}
        for capability in sorted(capabilities):
            yield _capability(capability, sources.catalogue)


async def _provider(source: Source, *, is_main: bool) -> AsyncGenerator[Finding]:
    """Whether it can be asked, and what it says when it is."""
    host = _host(source.provider.base_url)
    key, address = ("OPENAI_API_KEY", "OPENAI_BASE_URL") if is_main else ("its _API_KEY", "its _BASE_URL")
    try:
        is_listed = await source.learn()
    except ProviderUnreachable:
        yield Finding(_BAD, "key", f"{host} does not answer: check {address} and the network")
    except UserFacingError as error:
        yield Finding(_BAD, "key", f"{host} refuses: {type(error).__name__}; check {key} and {address}")
    else:
        yield Finding(_GOOD, "key", f"{host} accepts it")
        if not is_listed and source.provider.lists_what_it_serves:
            yield Finding(_NOTE, "models", f"{host} lists none: name those it serves in .env or CATALOGUE_FILE")


def _tell_nobody(_gone: str, _replacement: str) -> None:
    return


def _capability(capability: Capability, models: Catalogue) -> Finding:
    if not models.of(capability):
        return Finding(_NOTE, capability, "the provider lists no model for this")
    model = models.default(capability)
    if model.shutdown is None:
        return Finding(_GOOD, capability, f"{model.id}, no shutdown announced")
    if model.shutdown > _today() + _SOON:
        return Finding(_GOOD, capability, f"{model.id}, until {model.shutdown}")
    follower = f"then {model.replacements[0]}" if model.replacements else "name another in CATALOGUE_FILE"
    return Finding(_NOTE, capability, f"{model.id} shuts down on {model.shutdown}; {follower}")


async def _database(settings: Settings) -> AsyncGenerator[Finding]:
    path = settings.database_path
    try:
        async with Database.open(path) as database:
            await database.check_writable()
    except StorageUnusable as error:
        is_running = "Another Parley" in str(error)
        yield Finding(
            _GOOD if is_running else _BAD,
            "database",
            f"{path}: in use by the bot" if is_running else str(error),
        )
    except (OSError, sqlite3.Error) as error:
        yield Finding(_BAD, "database", f"{path} cannot be written ({error}): check DATA_DIR and its rights")
    else:
        yield Finding(_GOOD, "database", f"{path} can be written")


async def _disk(settings: Settings) -> AsyncGenerator[Finding]:
    folder = settings.database_path.absolute().parent
    free = shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.is_dir())).free
    text = f"{free / 1024**3:.1f} GiB free"
    if free < _LITTLE_DISK_BYTES:
        yield Finding(_BAD, "disk", f"{text}: make room, or set DATA_DIR to another disk")
    else:
        yield Finding(_GOOD, "disk", text)


async def _clock(settings: Settings) -> AsyncGenerator[Finding]:
    """Compared with the Date header of whoever answers; certificates and dated models depend on it."""
    for root in (settings.telegram_api_root, settings.openai_base_url):
        try:
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(root) as answer:
                theirs = parsedate_to_datetime(answer.headers["Date"])
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
            continue
        off = abs(datetime.now(UTC) - theirs)
        if off <= _CLOCK_TOLERANCE:
            yield Finding(_GOOD, "clock", f"agrees with {_host(root)}")
        else:
            yield Finding(_BAD, "clock", f"{off.total_seconds():.0f} s off from {_host(root)}: set it with NTP")
        return
    yield Finding(_NOTE, "clock", "not compared: nobody could be asked")


async def _ignore_migration(_old: int, _new: int) -> None:
    return


def _today() -> date:
    return datetime.now(UTC).date()


def _host(url: str) -> str:
    return urlsplit(url).netloc
