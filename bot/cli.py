"""The command line: `parley run`, `parley sandbox`, `parley doctor`."""

import argparse
import asyncio
import json
import logging
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot import app, doctor, stand_ins
from bot.logs import set_up_logs
from bot.settings import Settings, WrongSetting, read_settings
from bot.stand_ins import BotProcess, StandInFailed, StandIns
from replies.errors import TokenRefused
from sandbox.telegram.client import TelegramClient
from sandbox.terminal import chat
from storage.database import StorageUnusable

log = logging.getLogger(__name__)

_USAGE_ERROR, _FAILURE = 2, 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits with its status; what a person can mend is said in one line."""
    given = _parser().parse_args(arguments)
    try:
        status = _run(given)
    except WrongSetting as error:
        sys.exit(_told(str(error), _USAGE_ERROR))
    except (StorageUnusable, StandInFailed, ValueError) as error:
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
    settings = read_settings()
    match given.command:
        case "doctor":
            return _in_loop(doctor.examine(settings, print))
        case "sandbox":
            return _in_loop(_join(given.at) if given.at else _chat(settings, given.host))
        case _ if settings.telegram_bot_token is None and given.stand_ins is None and _is_watched():
            return _in_loop(_chat(settings, given.host))
        case _:
            return _in_loop(_serve(settings, given.stand_ins, given.host))


async def _serve(settings: Settings, given: StandIns | None, host: str) -> int:
    """The bot in this process, and the sandbox beside it where a key is missing."""
    only = stand_ins.needed(settings)
    async with AsyncExitStack() as stack:
        if only is not None:
            beside = stand_ins.running(only, _state_file(settings), host=host)
            found = given or await stack.enter_async_context(beside)
            settings = stand_ins.standing_in(settings, found)
            _set_up_logs(settings)
            _explain(only, found)
        else:
            _set_up_logs(settings)
        parley = await stack.enter_async_context(app.opened(settings, is_offline=only in ("both", "model")))
        await parley.run(_stop_on_signals())
    return 0


def _explain(only: str, found: StandIns) -> None:
    if only in ("both", "telegram"):
        log.warning(
            "no TELEGRAM_BOT_TOKEN: the sandbox stands in. Open %s in a browser, or chat in a terminal with "
            ".venv/bin/parley sandbox --at %s",
            found.page,
            found.telegram_root,
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
        stand_ins.running(only, _state_file(settings), host=host) as found,
        stand_ins.bot_process(
            [sys.executable, "-m", "bot", "run", "--stand-ins", _as_json(found)], log_file
        ) as bot,
        TelegramClient.open(found.telegram_root, page_token=found.page_token) as client,
        _obeying(client, bot),
    ):
        print(f"Chat in a browser: {found.page}\nThe bot's log:     {log_file}")
        await chat(client, restart=bot.restart, is_offline=only in ("both", "model"))
    return 0


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


async def _join(root: str) -> int:
    async with TelegramClient.open(root) as client:
        await chat(client)
    return 0


def _is_watched() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _state_file(settings: Settings) -> Path:
    return settings.data_dir / "sandbox" / "telegram.json"


def _as_json(found: StandIns) -> str:
    return json.dumps(asdict(found))


def _set_up_logs(settings: Settings) -> None:
    secrets = (settings.telegram_bot_token, settings.openai_api_key, settings.webhook_secret)
    set_up_logs(
        level=settings.log_level,
        json=settings.log_format == "json",
        secrets=[secret.get_secret_value() for secret in secrets if secret],
    )


def _stop_on_signals() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; a second one does not wait for answers any more."""
    stop = asyncio.Event()
    loop, main_task = asyncio.get_running_loop(), asyncio.current_task()
    assert main_task is not None

    def on_signal() -> None:
        if stop.is_set():
            main_task.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    return stop


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
