"""Tools in a chat: the model uses them, people switch them, and what changes things is asked for first."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bot.service import Parley
from bot.settings import WrongSetting
from sandbox.telegram.client import TelegramClient
from tests.tools.shops import file_of, program
from tests.town import BOT_NAME, Town, answered, button, forged_tap, texts

_ORDER = '{{tool: shop__order {"article": "pens", "count": 2}}} {{outputs}}'


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return tmp_path / "orders.txt"


@pytest.fixture
async def shop(town: Town, tmp_path: Path, orders: Path) -> AsyncGenerator[Parley]:
    """The bot with the shop as its server, connected."""
    async with town.bot(mcp_file=file_of(tmp_path, shop=program(orders))) as parley:
        await _connected(parley)
        yield parley


async def _connected(parley: Parley) -> None:
    async with asyncio.timeout(60):
        while "shop__order" not in list(parley.bench.toolbox):  # noqa: ASYNC110  # a server tells nobody how it is
            await asyncio.sleep(0.05)


async def _asked(telegram: TelegramClient, chat: int, after: int = 0) -> dict[str, Any]:
    """The question whether a tool may be used."""

    def there(messages: list[dict[str, Any]]) -> bool:
        return any(_is_question(one) and one["message_id"] > after for one in messages)

    messages = await telegram.wait_for(chat, there)
    return next(one for one in messages if _is_question(one) and one["message_id"] > after)


def _ordered(orders: Path) -> str:
    """What the shop has in its book."""
    return orders.read_text() if orders.exists() else ""


def _is_question(message: dict[str, Any]) -> bool:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(str(tap.get("callback_data", "")).startswith("allow:") for row in rows for tap in row)


async def _said(telegram: TelegramClient, chat: int, words: str) -> None:
    """Waits until somebody reads this from the bot."""
    await telegram.wait_for(
        chat,
        lambda messages: any(words in text for text in texts([m for m in messages if m["from"]["is_bot"]])),
    )


async def test_the_model_looks_things_up(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    await telegram.say(ada, '{{tool: current_weather {"place": "Berlin"}}} {{outputs}}')

    await _said(telegram, ada, "Europe/Berlin")


async def test_one_of_several_tools_that_fails_keeps_none_from_working(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    await telegram.say(
        ada,
        '{{tool: calculate {"expression": "1/0"}}} {{tool: calculate {"expression": "6*7"}}} '
        '{{tool: calculate {"sum": 1}}} {{tool: calculate nonsense}} {{outputs}}',
    )

    for words in ("divides by zero", "6*7 = 42", "expression: Field required", "are no JSON"):
        await _said(telegram, ada, words)


async def test_all_tools_are_listed_and_can_be_switched_off(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    listed = await answered(telegram, ada, "/tools")

    tap = await telegram.tap(ada, listed["message_id"], button(listed, "✓ Calculating"))

    assert (await telegram.callback_answer(tap))["text"] == "Calculating is off."
    await telegram.say(ada, '{{unknown_tool: calculate {"expression": "6*7"}}} {{outputs}}')
    await _said(telegram, ada, "switched off")


@pytest.mark.parametrize(
    ("language", "weather", "drawing"), [("zh-hans", "当前天气", "画图"), ("ar", "الطقس الآن", "الرسم")]
)
async def test_the_tools_have_names_in_ones_language(
    telegram: TelegramClient, language: str, weather: str, drawing: str
) -> None:
    ada = await telegram.user(language_code=language)

    listed = await answered(telegram, ada, "/tools")

    assert f"• {weather}" in listed["text"]
    assert button(listed, f"✓ {drawing}")
    assert "_" not in listed["text"]  # as in current_weather


async def test_a_tool_that_is_off_is_not_offered(telegram: TelegramClient, town: Town) -> None:
    ada = await telegram.user()
    listed = await answered(telegram, ada, "/tools")
    tap = await telegram.tap(ada, listed["message_id"], button(listed, "✓ Calculating"))
    await telegram.callback_answer(tap)

    await answered(telegram, ada, "Good morning")

    body = (await town.model.requests())[-1]["body"]
    names = {tool.get("name") for tool in body["tools"]}
    assert "calculate" not in names
    assert "current_weather" in names


async def test_only_a_groups_admins_switch_its_tools(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    group = await telegram.group("Club", members=[ada])
    listed = await answered(telegram, group, f"/tools@{BOT_NAME}", user=ada)

    tap = await telegram.tap(group, listed["message_id"], button(listed, "✓ Calculating"), user=ada)

    assert (await telegram.callback_answer(tap))["text"] == "Only this group's admins can change that."


async def test_what_changes_things_is_done_once_allowed(shop: Parley, town: Town, orders: Path) -> None:
    ada = await town.telegram.user()
    await town.telegram.say(ada, _ORDER)
    asked = await _asked(town.telegram, ada)
    assert "shop__order" in asked["text"]
    assert '"pens"' in asked["text"]
    assert _ordered(orders) == ""

    await town.telegram.tap(ada, asked["message_id"], button(asked, "Allow once"))

    await _said(town.telegram, ada, "Ordered: 2 of pens.")
    await _said(town.telegram, ada, "✅ Allowed: shop__order")
    assert _ordered(orders) == "2 pens\n"


async def test_what_a_question_does_not_show_it_tells_of(
    shop: Parley,  # pyright: ignore[reportUnusedParameter]  # it works beside
    town: Town,
) -> None:
    ada = await town.telegram.user()
    article = f"\u202e{'x' * 2_000} and all of the till"

    await town.telegram.say(ada, f'{{{{tool: shop__order {{"article": "{article}"}}}}}}')

    asked = await _asked(town.telegram, ada)
    assert "\u202e" not in asked["text"]
    assert asked["text"].endswith("⚠️ 135 more characters, too many to be shown.")
    await town.telegram.tap(ada, asked["message_id"], button(asked, "Deny"))  # or the stop would wait for it


async def test_what_is_denied_is_not_done(shop: Parley, town: Town, orders: Path) -> None:
    ada = await town.telegram.user()
    await town.telegram.say(ada, _ORDER)
    asked = await _asked(town.telegram, ada)

    await town.telegram.tap(ada, asked["message_id"], button(asked, "Deny"))

    await _said(town.telegram, ada, "did not allow this call")
    assert _ordered(orders) == ""


async def test_what_is_always_allowed_is_not_asked_for_again(shop: Parley, town: Town, orders: Path) -> None:
    ada = await town.telegram.user()
    await town.telegram.say(ada, _ORDER)
    asked = await _asked(town.telegram, ada)
    await town.telegram.tap(ada, asked["message_id"], button(asked, "Always"))
    await _said(town.telegram, ada, "Ordered: 2 of pens.")

    await town.telegram.say(ada, '{{tool: shop__order {"article": "ink"}}} {{outputs}}')

    await _said(town.telegram, ada, "Ordered: 1 of ink.")
    assert _ordered(orders) == "2 pens\n1 ink\n"


async def test_what_only_reads_is_not_asked_for(shop: Parley, town: Town) -> None:
    ada = await town.telegram.user()

    await town.telegram.say(ada, '{{tool: shop__stock {"article": "pens"}}} {{outputs}}')

    await _said(town.telegram, ada, "There are 12 of pens.")


async def test_nobody_else_in_a_group_can_allow(shop: Parley, town: Town, orders: Path) -> None:
    ada, bob = await town.telegram.user("Ada"), await town.telegram.user("Bob")
    group = await town.telegram.group("Club", members=[ada, bob])
    await town.telegram.say(group, f"@{BOT_NAME} {_ORDER}", user=ada)
    asked = await _asked(town.telegram, group)

    tap = await town.telegram.tap(group, asked["message_id"], button(asked, "Allow once"), user=bob)

    assert (await town.telegram.callback_answer(tap))["text"] == "Only who asked for this can answer."
    assert _ordered(orders) == ""
    await town.telegram.tap(group, asked["message_id"], button(asked, "Deny"), user=ada)


async def test_a_stop_ends_the_waiting_for_an_answer(shop: Parley, town: Town, orders: Path) -> None:
    ada = await town.telegram.user()
    await town.telegram.say(ada, _ORDER)
    await _asked(town.telegram, ada)

    await town.telegram.say(ada, "/stop")

    await _said(town.telegram, ada, "🚫 Not allowed: shop__order")
    await _said(town.telegram, ada, "Stopped.")
    assert _ordered(orders) == ""


async def test_a_question_outlives_a_restart(town: Town, tmp_path: Path, orders: Path) -> None:
    servers = file_of(tmp_path, shop=program(orders))
    ada = await town.telegram.user()
    async with town.bot(mcp_file=servers) as parley:
        await _connected(parley)
        await town.telegram.say(ada, _ORDER)
        asked = await _asked(town.telegram, ada)
        await parley.dispatcher.drain(0.1)

    async with town.bot(mcp_file=servers):
        await town.telegram.tap(ada, asked["message_id"], button(asked, "Allow once"))

        await _said(town.telegram, ada, "Ordered: 2 of pens.")
    questions = [one for one in await town.telegram.messages(ada) if "may I use" in str(one.get("text"))]
    assert questions == []
    assert _ordered(orders) == "2 pens\n"


async def test_an_answered_question_is_not_answered_again(shop: Parley, town: Town, orders: Path) -> None:
    ada = await town.telegram.user()
    await town.telegram.say(ada, _ORDER)
    asked = await _asked(town.telegram, ada)
    data = button(asked, "Deny")
    await town.telegram.callback_answer(await town.telegram.tap(ada, asked["message_id"], data))

    permissions = shop.bench.toolbox.permissions
    _, _, turn_id, ticket = data.split(":")
    question = await permissions.question(int(turn_id), ticket)

    assert question is not None
    assert question.verdict == "deny"


async def test_the_tools_of_a_server_are_listed_by_their_server(shop: Parley, town: Town) -> None:
    ada = await town.telegram.user()
    listed = await answered(town.telegram, ada, "/tools")

    await town.telegram.tap(ada, listed["message_id"], button(listed, "›"))

    await _said(town.telegram, ada, "Tools of the server shop:\n• shop__stock\n• shop__order ❓")


async def test_a_server_that_is_not_there_is_told_of(town: Town, tmp_path: Path) -> None:
    async with town.bot(mcp_file=file_of(tmp_path, ghost={"command": "/no/such/program"})):
        listed = await answered(town.telegram, await town.telegram.user(), "/tools")

    assert "⚠️ The server ghost is not connected right now." in listed["text"]


async def test_a_mistake_in_the_file_of_servers_stops_the_start(town: Town, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"MCP_FILE: .*, line 3: server 'shop': either command"):
        async with town.bot(mcp_file=file_of(tmp_path, shop={})):
            pass


async def test_the_providers_own_tools_are_switched_like_ours(telegram: TelegramClient, town: Town) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/tools")

    mark = hashlib.sha256(b"web_search").hexdigest()[:12]  # it is on another page
    told = await forged_tap(telegram, menu, f"tools:flip:{mark}:0", user=ada)
    await answered(telegram, ada, "Hello {{say: hi}}")

    body = [one["body"] for one in await town.model.requests() if one["path"] == "/v1/responses"][-1]
    kinds = {tool["type"] for tool in body["tools"]}
    assert told == "Web search is off."
    assert ("web_search" in kinds, "code_interpreter" in kinds) == (False, True)
