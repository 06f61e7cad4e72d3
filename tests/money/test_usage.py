"""`/usage`: numbers that add up, a chart to look at, and nobody else's business."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.service import Parley
from domain.money import dollars
from media.chart import DARK, LIGHT
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import colour, is_like, opened
from tests.money.books import spent
from tests.town import BOT_NAME, Town, answered, settled

BOSS = 99


@pytest.fixture
async def bot(town: Town) -> AsyncGenerator[Parley]:
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(admin_user_ids=frozenset({BOSS})) as parley:
        yield parley


async def _usage(telegram: TelegramClient, chat: int, words: str = "", **how: Any) -> dict[str, Any]:
    return await answered(telegram, chat, f"/usage {words}".strip(), **how)


async def test_what_is_said_adds_up(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "{{words: 300}}")
    await settled(bot, telegram)

    told = (await _usage(telegram, ada))["caption"]

    amount = dollars(sum((await spent(bot)).values()))
    assert told.splitlines()[:3] == ["What you have spent", f"Today: {amount}", f"This month: {amount}"]
    assert f"💬 Answers: {amount}" in told
    assert f"GPT-6 Luna: {amount}" in told


async def test_who_has_spent_nothing_is_told_so_in_words(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    told = await _usage(telegram, ada)

    assert "Today: $0.00" in told["text"]
    assert "photo" not in told


async def test_what_is_left_of_each_budget_is_said(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, BOSS, f"/budget user {ada} 2 day")
    await answered(telegram, BOSS, "/budget bot 20 month")

    mine, the_boss = await _usage(telegram, ada), await _usage(telegram, BOSS)

    assert mine["text"].splitlines()[-1] == "Left for today: $2.00 of $2.00"
    assert the_boss["text"].splitlines()[-1] == "Left for the whole bot this month: $20.00 of $20.00"


async def test_the_chart_has_the_look_that_was_chosen(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "{{words: 300}}")

    light, dark = await _usage(telegram, ada), await _usage(telegram, ada, "dark")
    still_dark = await _usage(telegram, ada)

    for message, look in ((light, LIGHT), (dark, DARK), (still_dark, DARK)):
        image = opened(await telegram.file(message))
        wanted = tuple(int(look.card[at : at + 2], 16) for at in (1, 3, 5))
        assert is_like(colour(image), wanted)
        assert image.width > 800


async def test_a_group_sees_its_own_and_admins_see_all(telegram: TelegramClient) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")
    group = await telegram.group("Club", members=[ada, eve])
    await answered(telegram, group, f"@{BOT_NAME} {{{{words: 200}}}}", user=ada)

    told = [
        await _usage(telegram, group, user=eve),
        await _usage(telegram, BOSS, "all"),
        await _usage(telegram, BOSS, f"@{ada}"),
    ]

    heads = [one["caption"].splitlines()[0] for one in told]
    assert heads == ["What this group has spent", "What the whole bot has spent", f"What {ada} has spent"]


@pytest.mark.parametrize("words", ["all", "12345"])
async def test_what_others_spend_is_nobodys_business(telegram: TelegramClient, words: str) -> None:
    ada = await telegram.user("Ada")

    assert (await _usage(telegram, ada, words))["text"] == "Only this bot's admins can do that."


async def test_a_word_that_means_nothing_is_explained(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    assert (await _usage(telegram, ada, "everything"))["text"].startswith("Whose?")


@pytest.mark.parametrize(("language", "word"), [("ar", "الإجابات"), ("zh-hans", "回答")])
async def test_words_are_the_persons_and_the_chart_still_comes(
    telegram: TelegramClient, language: str, word: str
) -> None:
    ada = await telegram.user("Ada", language_code=language)
    await answered(telegram, ada, "{{words: 30}}")

    told = await _usage(telegram, ada)

    assert word in told["caption"]
    assert "photo" in told
