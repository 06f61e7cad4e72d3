"""The command line: `parley run`, `parley sandbox`, `parley doctor`."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from ai import catalogue
from bot import app, doctor, stand_ins, toolbox
from bot.logs import set_up_logs
from bot.settings import Settings, WrongSetting, misspelt, read_settings
from bot.stand_ins import BotProcess, StandInFailed, StandIns
from replies.errors import TokenRefused
from sandbox.leash import when_input_closes
from sandbox.telegram.client import SandboxRefused, TelegramClient
from sandbox.terminal import chat
from storage.database import Database, StorageUnusable

log = logging.getLogger(__name__)

_USAGE_ERROR, _FAILURE, _SIGNALLED = 2, 1, 128
_GOODBYE_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits with its status; what a person can mend is said in one line."""
    given = _parser().parse_args(arguments)
    try:
        status = _run(given)
    except WrongSetting as error:
        sys.exit(_told(str(error), _USAGE_ERROR))
    except (StorageUnusable, StandInFailed) as error:
        sys.exit(_told(str(error), _FAILURE))
    except TokenRefused:
        sys.exit(_told("Telegram refuses TELEGRAM_BOT_TOKEN: copy it again from @BotFather.", _FAILURE))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parley", description="A Telegram AI bot you host yourself.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start the bot; the sandbox stands in for what has no key yet")
    run.add_argument("--stand-ins", type=_stand_ins, help=argparse.SUPPRESS)
    _add_host(run)
    sandbox = commands.add_parser("sandbox", help="chat with the bot here in the terminal, or in a browser")
    sandbox.add_argument("--at", metavar="URL", help="join a sandbox that is running already")
    _add_host(sandbox)
    commands.add_parser("doctor", help="check settings, keys, models, database, disk and clock")
    return parser


def _add_host(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="where the sandbox's chat page listens (127.0.0.1; with another address it asks for a token)",
    )


def _stand_ins(text: str) -> StandIns:
    return StandIns(**json.loads(text))


def _run(given: argparse.Namespace) -> int:
    if given.command == "sandbox" and given.at:
        return _in_loop(_join(given.at))
    settings = read_settings()
    if given.command == "doctor":
        _each(print, misspelt())
        return _in_loop(doctor.examine(settings, print))
    _check_catalogue(settings)
    has_chat = given.command == "sandbox" or (
        settings.telegram_bot_token is None and given.stand_ins is None and _is_watched()
    )
    if has_chat:
        _each(print, misspelt())
        return _in_loop(_chat(settings, given.host))
    if given.stand_ins is None and settings.telegram_bot_token is None:
        return _in_loop(_watch_over(settings, given.host))
    return _in_loop(_serve(settings, given.stand_ins, given.host))


def _each(tell: Callable[[str], object], sentences: Sequence[str]) -> None:
    for sentence in sentences:
        tell(sentence)


def _check_catalogue(settings: Settings) -> None:
    try:
        catalogue.load(settings.catalogue_file)
    except ValueError as error:
        raise WrongSetting(f"CATALOGUE_FILE: {error}") from error


async def _serve(settings: Settings, given: StandIns | None, host: str) -> int:
    """The bot in this process, and the sandbox beside it where a key is missing."""
    stop = asyncio.Event()
    if given is not None:
        _stop_with_the_chat(stop)
    only = stand_ins.needed(settings)
    async with AsyncExitStack() as stack:
        if only is not None:
            found = given or await stack.enter_async_context(_sandbox(only, settings, host))
            settings = stand_ins.standing_in(settings, found)
            _set_up_logs(settings)
            _explain(only, found)
        else:
            _set_up_logs(settings)
        _each(log.warning, misspelt())
        parley = await stack.enter_async_context(app.opened(settings, is_offline=only in ("both", "model")))
        _stop_on_signals(stop)
        await parley.run(stop)
    return 0


async def _watch_over(settings: Settings, host: str) -> int:
    """The sandbox, and the bot as a process of its own, that can be killed and started from the page."""
    only = stand_ins.needed(settings)
    assert only is not None
    signalled = _status_of_signal(signal.SIGTERM, signal.SIGINT)
    async with (
        _sandbox(only, settings, host) as found,
        TelegramClient.open(found.telegram_root, page_token=found.page_token) as client,
        stand_ins.bot_process(_bot_command(found)) as bot,
        _obeying(client, bot),
    ):
        dying = asyncio.create_task(bot.died())
        await asyncio.wait({dying, signalled}, return_when=asyncio.FIRST_COMPLETED)
        if dying.done():
            return dying.result()
        dying.cancel()
        return 0


def _bot_command(found: StandIns) -> list[str]:
    return [sys.executable, "-m", "bot", "run", "--stand-ins", _as_json(found)]


@asynccontextmanager
async def _sandbox(only: str, settings: Settings, host: str) -> AsyncGenerator[StandIns]:
    """Starts it, unless another Parley has these data: its sandbox would write over the other one's state."""
    state_file = settings.data_dir / "sandbox" / "telegram.json"
    try:
        state_file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        folder = str(settings.data_dir)
        raise WrongSetting(f"DATA_DIR is {folder!r}: it cannot be made a folder ({error.strerror})") from error
    async with Database.open(settings.database_path):
        pass
    async with stand_ins.running(only, state_file, host=host) as found:
        yield found


def _explain(only: str, found: StandIns) -> None:
    if only in ("both", "telegram"):
        log.warning(
            "no TELEGRAM_BOT_TOKEN: the sandbox stands in. Open %s in a browser, or chat in a terminal with "
            ".venv/bin/parley sandbox --at '%s'",
            found.page,
            found.page,
        )
    if only in ("both", "model"):
        log.warning("no OPENAI_API_KEY: the sandbox's offline model answers, which knows nothing")


async def _chat(settings: Settings, host: str) -> int:
    """The sandbox with its page, the bot as a process of its own, and the chat with it on this terminal."""
    if settings.telegram_bot_token is not None:
        raise WrongSetting("TELEGRAM_BOT_TOKEN is set: the sandbox is for trying without one. Unset it first.")
    only = stand_ins.needed(settings)
    assert only is not None
    log_file = settings.data_dir / "sandbox" / "bot.log"
    async with (
        _sandbox(only, settings, host) as found,
        stand_ins.bot_process(_bot_command(found), log_file) as bot,
        TelegramClient.open(found.telegram_root, page_token=found.page_token) as client,
        _obeying(client, bot),
    ):
        print(f"Chat in a browser: {found.page}\nThe bot's log:     {log_file}")
        talk = chat(client, restart=bot.restart, is_offline=only in ("both", "model"))
        return await _attended(talk, bot, log_file)


async def _attended(talk: Coroutine[Any, Any, None], bot: BotProcess, log_file: Path) -> int:
    """Chats until the person leaves, a signal comes, or the bot ends by itself; the exit status."""
    chatting, dying = asyncio.create_task(talk), asyncio.create_task(bot.died())
    signalled = _status_of_signal(signal.SIGTERM, signal.SIGHUP)
    try:
        await asyncio.wait({chatting, dying, signalled}, return_when=asyncio.FIRST_COMPLETED)
        if chatting.done():
            chatting.result()
            return 0
        if signalled.done():
            return signalled.result()
        print()  # the prompt stands there
        why = await asyncio.to_thread(bot.last_words)
        return _told(f"The bot has ended: {why or 'it said nothing'}\nMore in {log_file}", dying.result())
    finally:
        chatting.cancel()
        dying.cancel()
        await asyncio.gather(chatting, dying, return_exceptions=True)


def _status_of_signal(*numbers: signal.Signals) -> asyncio.Future[int]:
    """Done with the exit status when one of these signals comes."""
    loop = asyncio.get_running_loop()
    status = loop.create_future()

    def on_signal(number: signal.Signals) -> None:
        if not status.done():
            status.set_result(_SIGNALLED + number)

    for number in numbers:
        loop.add_signal_handler(number, on_signal, number)
    return status


@asynccontextmanager
async def _obeying(client: TelegramClient, bot: BotProcess) -> AsyncGenerator[None]:
    """Meanwhile kills the bot and starts it again whenever somebody orders that on the page."""

    async def obey() -> None:
        ordered = 0
        while True:
            seen, ordered = ordered, await client.restarts_ordered(ordered)
            if ordered != seen:
                await bot.restart()

    obeying = asyncio.create_task(obey())
    try:
        yield
    finally:
        obeying.cancel()
        await asyncio.gather(obeying, return_exceptions=True)


async def _join(address: str) -> int:
    """`address` as it was printed, with the page's token if it has one."""
    try:
        url = urlsplit(address if "://" in address else f"http://{address}")
        token = parse_qs(url.query).get("token", [""])[0]
        root = f"{url.scheme}://{url.netloc}"
        async with TelegramClient.open(root, page_token=token) as client:
            await client.me()
    except (aiohttp.ClientError, SandboxRefused, TimeoutError, ValueError, LookupError) as error:
        sentence = f"No sandbox answers at {address}: copy the address that `parley run` prints."
        raise StandInFailed(sentence) from error
    async with TelegramClient.open(root, page_token=token) as client:
        await chat(client)
    return 0


def _is_watched() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _as_json(found: StandIns) -> str:
    return json.dumps(asdict(found))


def _set_up_logs(settings: Settings) -> None:
    secrets = (settings.telegram_bot_token, settings.openai_api_key, settings.webhook_secret)
    set_up_logs(
        level=settings.log_level,
        json=settings.log_format == "json",
        secrets=[*(secret.get_secret_value() for secret in secrets if secret), *toolbox.secrets(settings)],
    )


def _stop_on_signals(stop: asyncio.Event) -> None:
    """The first SIGTERM or SIGINT lets answers finish. A second one does not wait: a kill loses nothing."""

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            os._exit(_SIGNALLED + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal, number)


def _stop_with_the_chat(stop: asyncio.Event) -> None:
    """When the terminal chat that started this bot is gone, so is its sandbox: there is nobody to answer."""

    def on_end() -> None:
        stop.set()
        asyncio.get_running_loop().call_later(_GOODBYE_SECONDS, os._exit, 0)

    when_input_closes(on_end)


def _in_loop(work: Coroutine[Any, Any, int]) -> int:
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        return runner.run(work)


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  # not there on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop


def _told(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status
