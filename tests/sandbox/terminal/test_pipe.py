"""The terminal chat in a pipe: each line is answered before the next one is read, in plain text."""

import asyncio
import io
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from sandbox.terminal import chat


async def piped(telegram: TelegramClient, *lines: str, is_offline: bool | None = True) -> str:
    """What the chat prints for these lines."""
    out = io.StringIO()
    await chat(
        telegram, is_offline=is_offline, stdin=io.StringIO("".join(f"{line}\n" for line in lines)), stdout=out
    )
    return out.getvalue()


async def test_it_says_what_it_is_and_who_answers(telegram: TelegramClient) -> None:
    printed = await piped(telegram)

    assert "This is the sandbox" in printed
    assert "an offline stand-in answers" in printed


async def test_with_a_key_it_says_that_a_real_model_answers(telegram: TelegramClient) -> None:
    printed = await piped(telegram, is_offline=False)

    assert "A real model answers" in printed
    assert "stand-in" not in printed


async def test_each_line_is_answered_before_the_next(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "{{say: first}}", "{{pace: 0 10}} {{words: 5}}", "{{say: third}}")

    assert printed.index("Parley: first") < printed.index("Parley: Sentence 1") < printed.index("Parley: third")
    assert "\x1b" not in printed


async def test_buttons_have_numbers_that_tap_them(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "/start", "!3")

    assert "!3 Write a haiku about the sea" in printed
    assert "The tide writes its name" in printed


async def test_the_bots_word_to_a_tap_is_shown(telegram: TelegramClient) -> None:
    assert "[GPT-6.1 Terra answers from now on.]" in await piped(telegram, "/model", "!2")


async def test_a_menu_that_changes_is_shown_again(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "/rich", "!3")

    assert "[changed]" in printed
    assert "✓ Never" in printed


async def test_a_button_that_is_not_there_is_explained(telegram: TelegramClient) -> None:
    assert "there is no button 7" in await piped(telegram, "!7")


async def test_lines_can_go_on(telegram: TelegramClient) -> None:
    assert "Parley: one\ntwo" in await piped(telegram, "{{say: one\\", "two}}")


async def test_a_message_can_be_edited_and_answered(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "{{say: old}}", "!edit {{say: new}}", "!reply {{sent}}")

    assert "Parley: new" in printed
    assert "In reply to your earlier message" in printed


async def test_others_have_a_chat_of_their_own(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "hi", "!user Grace", "/start", "!user Ada", "{{history}}")

    assert "Hello Grace!" in printed
    assert "3 messages" in printed


async def test_in_a_group_the_bot_answers_when_it_is_called(telegram: TelegramClient) -> None:
    me = await telegram.me()

    printed = await piped(telegram, "!group Club", f"@{me['username']} {{{{say: hello Club}}}}")

    assert "You are in the new group Club" in printed
    assert "Parley: hello Club" in printed


async def test_a_group_of_that_name_is_entered_again(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "!group Club", "!private", "!group Club", "!forum Club")

    assert printed.count("You are in the new group Club, its admin.") == 2
    assert printed.count("You are in the group Club again.") == 1


async def test_who_opens_a_group_may_say_when_the_bot_listens(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "!group Club", "/listen")

    assert "!1 " in printed


async def test_in_a_group_one_can_be_somebody_else(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "!group Club", "!user Grace", "/ask {{say: hello}}", "!private")

    assert "You are Grace, still in the group." in printed
    assert "Parley: hello" in printed
    assert "You are Grace, in your private chat" in printed


@pytest.mark.parametrize("command", ["!reply", "!edit", "!user"])
async def test_what_is_missing_is_said(telegram: TelegramClient, command: str) -> None:
    assert f": {command} " in await piped(telegram, "hi", command)


async def test_tables_and_links_are_readable(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "{{table}}", "{{say: see [this](https://example.org)}}")

    assert "Mercury │ 4,223 h │ 0" in printed
    assert "see this (https://example.org)" in printed


async def test_people_are_known_again_the_next_time(telegram: TelegramClient) -> None:
    await piped(telegram, "my cat is Mia")

    printed = await piped(telegram, "!history", "{{history}}")

    assert "Ada: my cat is Mia" in printed
    assert "• user: my cat is Mia" in printed


async def test_help_and_what_is_not_known(telegram: TelegramClient) -> None:
    printed = await piped(telegram, "!help", "!dance")

    assert "!user NAME" in printed
    assert "!dance is not known" in printed


async def test_killing_needs_a_bot_of_ones_own(telegram: TelegramClient) -> None:
    assert "cannot be killed from here" in await piped(telegram, "!kill")


async def test_killing_starts_it_again(telegram: TelegramClient) -> None:
    restarts: list[str] = []

    async def restart() -> None:
        restarts.append("now")

    out = io.StringIO()
    await chat(telegram, restart=restart, stdin=io.StringIO("!kill\n"), stdout=out)

    assert restarts == ["now"]
    assert "What you sent is not lost" in out.getvalue()


async def test_quit_leaves(telegram: TelegramClient) -> None:
    assert "never" not in await piped(telegram, "!quit", "{{say: never}}")


class _Noticing(io.StringIO):
    """Output that notices certain words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.noticed = asyncio.Event()

    def write(self, text: str) -> int:
        if self._words in text:
            self.noticed.set()
        return super().write(text)


async def test_when_the_sandbox_is_gone_the_chat_ends() -> None:
    out = _Noticing("You are Ada")
    read, write = os.pipe()
    with os.fdopen(read) as stdin, os.fdopen(write, "w") as keyboard:
        async with AsyncExitStack() as stack:
            async with TelegramSandbox.open() as sandbox:
                client = await stack.enter_async_context(TelegramClient.open(sandbox.root))
                talking = asyncio.create_task(chat(client, stdin=stdin, stdout=out))
                await out.noticed.wait()

            keyboard.write("anybody there?\n")
            keyboard.flush()
            await talking
        keyboard.close()

    assert "The sandbox has ended" in out.getvalue()


async def test_the_command_runs_sandbox_bot_and_chat(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "TELEGRAM_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "sandbox"),
        env=environment | {"DATA_DIR": str(tmp_path)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )

    printed, _ = await process.communicate(b"{{say: all here}}\n!kill\n{{history}}\n")

    assert process.returncode == 0
    assert "Parley: all here" in printed.decode()
    assert "3 messages" in printed.decode()
