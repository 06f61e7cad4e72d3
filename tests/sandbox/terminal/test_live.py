"""The chat on a terminal: answers grow in place, and the finished one stands there once."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from sandbox.telegram.client import TelegramClient
from sandbox.terminal import chat
from tests.sandbox.terminal.glass import Glass, glass


@asynccontextmanager
async def _chatting(telegram: TelegramClient) -> AsyncGenerator[Glass]:
    async with glass() as seen:
        talking = asyncio.create_task(chat(telegram, is_offline=True, stdin=seen.stdin, stdout=seen.stdout))
        try:
            await seen.until(lambda text: text.endswith("› "))
            yield seen
        finally:
            seen.type("!quit")
            await talking


@pytest.fixture
async def screen(telegram: TelegramClient) -> AsyncGenerator[Glass]:
    async with _chatting(telegram) as seen:
        yield seen


def _holds(words: str) -> Callable[[str], bool]:
    return lambda text: words in text


async def test_an_answer_grows_in_place_and_stands_once(screen: Glass) -> None:
    screen.type("{{pace: 0 20}} {{words: 120}}")
    await screen.until(_holds("is writing"))
    text = await screen.until(_holds("Parley: Sentence 1"))

    assert text.count("Sentence 1 says") == 1
    assert "is writing" not in text
    assert any(earlier.count("Sentence 1 says") == 1 and "is writing" in earlier for earlier in screen.seen)


async def test_stop_stops_a_growing_answer(screen: Glass) -> None:
    screen.type("{{pace: 0 50}} {{words: 900}}")
    await screen.until(_holds("is writing (!stop)"))

    screen.type("!stop")

    assert "Stopped." in await screen.until(_holds("Stopped."))


async def test_a_menu_changes_in_place(screen: Glass) -> None:
    screen.type("/rich")
    await screen.until(_holds("!3 Never"))

    screen.type("!3")

    await screen.until(_holds("✓ Never"))


async def test_in_a_group_the_answer_grows_too(screen: Glass, telegram: TelegramClient) -> None:
    me = await telegram.me()
    screen.type("!group Club")
    await screen.until(_holds("new group Club"))

    screen.type(f"@{me['username']} {{{{pace: 0 20}}}} {{{{words: 120}}}} {{{{say: The end.}}}}")

    text = await screen.until(_holds("\nThe end."))
    assert text.count("Sentence 1 says") == 1


async def test_styles_are_shown(screen: Glass) -> None:
    screen.type("{{say: **bold**}}")

    await screen.until(_holds("Parley: bold"))


async def test_lines_break_between_words(screen: Glass) -> None:
    screen.type("{{chars: 300}}")

    text = await screen.until(_holds("Parley: Sentence 1"))

    answer = text[text.index("Sentence 1") :].partition("\n     !1 ")[0].removesuffix("\n› ")
    assert len(" ".join(answer.split("\n"))) == 300
    assert answer.count("\n") >= 3
