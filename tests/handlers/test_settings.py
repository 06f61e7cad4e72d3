"""`/settings` and `/seed`: what the chosen model takes is offered, and nothing else."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.servers import CompatibleServer, compatible
from tests.town import Town, answered, button

Message = dict[str, Any]


@pytest.fixture
async def server() -> AsyncGenerator[CompatibleServer]:
    async with compatible(fingerprint="fp_1") as server:
        yield server


@pytest.fixture
async def local(town: Town, server: CompatibleServer) -> AsyncGenerator[Parley]:
    """A bot at a compatible server."""
    async with town.bot(**server.settings) as parley:
        yield parley


async def _tapped(telegram: TelegramClient, chat: int, message: Message, label: str) -> Message:
    await telegram.callback_answer(await telegram.tap(chat, message["message_id"], button(message, label)))
    return next(one for one in await telegram.messages(chat) if one["message_id"] == message["message_id"])


async def _body(model: ModelClient) -> Message:
    asked = [request["body"] for request in await model.requests() if request["path"] == "/v1/responses"]
    return dict(asked[-1])  # models may be listed meanwhile


def _labels(message: Message) -> list[str]:
    return [tap["text"] for row in message["reply_markup"]["inline_keyboard"] for tap in row]


async def test_the_menu_shows_all_settings_of_the_chat(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    menu = await answered(telegram, ada, "/settings")

    for command in ("/model", "/language", "/json", "/rich", "/detail", "/voice", "/image"):
        assert command in menu["text"]
    assert _labels(menu) == ["Thought", "Wordiness", "Temperature", "Longest answer"]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("Tables and formulas: When an answer needs it", "Spoken answers: Voice to voice")),
        ("zh-hans", ("表格与公式: 回答需要时", "语音回答: 语音回语音")),
    ],
)
async def test_the_menu_says_how_things_are_in_words(
    telegram: TelegramClient, language: str, lines: tuple[str, str]
) -> None:
    ada = await telegram.user("Ada", language_code=language)

    menu = await answered(telegram, ada, "/settings")

    for line in lines:
        assert line in menu["text"]


async def test_a_tapped_effort_holds_from_then_on(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/settings")

    menu = await _tapped(telegram, ada, await _tapped(telegram, ada, menu, "Thought"), "high")
    await answered(telegram, ada, "hi")

    assert "Thought: high" in menu["text"]
    assert (await _body(model))["reasoning"] == {"effort": "high"}


async def test_a_choice_is_taken_back(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/settings effort high")

    await _tapped(telegram, ada, await _tapped(telegram, ada, menu, "Thought"), "As usual")
    await answered(telegram, ada, "hi")

    assert (await _body(model))["reasoning"] == {"effort": "none"}


@pytest.mark.parametrize(
    ("words", "name", "sent"),
    [
        ("temperature 0,4", "temperature", 0.4),
        ("length 1500", "max_output_tokens", 1500),
        ("verbosity low", "text", {"verbosity": "low"}),
    ],
)
async def test_settings_may_be_written(
    telegram: TelegramClient, model: ModelClient, words: str, name: str, sent: object
) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, f"/settings {words}")
    await answered(telegram, ada, "hi")

    assert (await _body(model))[name] == sent


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("temperature 2.1", "A temperature is a number from 0 to 2"),
        ("temperature -1", "A temperature is a number from 0 to 2"),
        ("temperature nan", "A temperature is a number from 0 to 2"),
        ("temperature ٣", "A temperature is a number from 0 to 2"),
        ("length 15", "from 16 to 128,000"),
        ("length 999999999999", "from 16 to 128,000"),
        ("length lots", "from 16 to 128,000"),
        ("effort huge", "Choose one of: none, low, medium, high, xhigh, max."),
        ("verbosity chatty", "Choose one of: low, medium, high."),
        ("mood good", "I know these: effort, verbosity, temperature, length, seed."),
    ],
)
async def test_what_is_out_of_range_is_explained(telegram: TelegramClient, words: str, told: str) -> None:
    ada = await telegram.user("Ada")

    assert told in (await answered(telegram, ada, f"/settings {words}"))["text"]


async def test_what_the_model_does_not_take_is_not_offered(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await answered(telegram, ada, "/model")
    await _tapped(telegram, ada, menu, "GPT-6.2 Sol")

    menu = await answered(telegram, ada, "/settings")
    told = await answered(telegram, ada, "/settings temperature 0.5")

    assert _labels(menu) == ["Thought", "Wordiness", "Longest answer"]
    assert "The model here takes no temperature." in menu["text"]
    assert told["text"] == "The model here takes no temperature."


async def test_a_temperature_needs_a_model_at_rest(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "/settings effort low")

    told = await answered(telegram, ada, "/settings temperature 0.5")

    assert "with the effort “none” only" in told["text"]


async def test_each_topic_has_settings_of_its_own(telegram: TelegramClient, model: ModelClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await answered(telegram, ada, "/settings length 1000")

    await answered(telegram, bob, "hi")

    assert (await _body(model))["max_output_tokens"] > 1000


async def test_only_a_groups_admins_change_its_settings(telegram: TelegramClient) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")
    group = await telegram.group("Club", members=[ada, eve])
    menu = await answered(telegram, group, "/settings", user=eve)

    tap = await telegram.tap(group, menu["message_id"], "set:effort", user=eve)
    await telegram.callback_answer(tap)
    menu = (await telegram.messages(group))[-1]
    told = await telegram.callback_answer(
        await telegram.tap(group, menu["message_id"], "set:effort:high", user=eve)
    )

    assert told["text"] == "Only this group's admins can change that."


async def test_a_seed_is_refused_where_there_is_none(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    told = await answered(telegram, ada, "/seed 10086")

    assert told["text"].startswith("The model here takes no seed, so its answers cannot be repeated.")


@pytest.mark.usefixtures("local")
async def test_a_seed_goes_along_and_its_fingerprint_is_told(town: Town, server: CompatibleServer) -> None:
    ada = await town.telegram.user("Ada")

    await answered(town.telegram, ada, "/seed 10086")
    reply = await answered(town.telegram, ada, "hi")

    assert server.asked[-1]["seed"] == 10086
    assert "Seed 10086, fingerprint fp_1" in reply["text"]


@pytest.mark.usefixtures("local")
async def test_the_same_seed_asks_with_the_same_parameters(town: Town, server: CompatibleServer) -> None:
    ada = await town.telegram.user("Ada")
    await answered(town.telegram, ada, "/seed 7")
    await answered(town.telegram, ada, "/settings temperature 0.2")
    await answered(town.telegram, ada, "hi")
    await answered(town.telegram, ada, "/new")

    await answered(town.telegram, ada, "hi")

    assert server.asked[-1] == server.asked[-2]


@pytest.mark.usefixtures("local")
async def test_another_fingerprint_is_warned_of_once(town: Town, server: CompatibleServer) -> None:
    ada = await town.telegram.user("Ada")
    await answered(town.telegram, ada, "/seed 7")
    first = await answered(town.telegram, ada, "one")
    server.fingerprint = "fp_2"

    second = await answered(town.telegram, ada, "two")
    third = await answered(town.telegram, ada, "three")

    warned = ["set-up has changed (it was fp_1)" in reply["text"] for reply in (first, second, third)]
    assert warned == [False, True, False]


@pytest.mark.usefixtures("local")
async def test_a_server_that_refuses_seeds_is_not_pretended_to_keep_them(
    town: Town, server: CompatibleServer
) -> None:
    server.refuses = frozenset({"seed"})
    ada = await town.telegram.user("Ada")
    await answered(town.telegram, ada, "/seed 7")

    reply = await answered(town.telegram, ada, "hi")
    told = await answered(town.telegram, ada, "/seed 8")

    assert "takes no seed: this answer cannot be repeated." in reply["text"]
    assert told["text"].startswith("The model here takes no seed")


@pytest.mark.parametrize("seed", ["9223372036854775808", "-9223372036854775809", "1.5", "ten", "1" * 40])
@pytest.mark.usefixtures("local")
async def test_a_seed_out_of_range_is_explained(town: Town, seed: str) -> None:
    ada = await town.telegram.user("Ada")

    told = await answered(town.telegram, ada, f"/seed {seed}")

    assert told["text"].startswith("A seed is a whole number from -9223372036854775808 to 9223372036854775807")


@pytest.mark.usefixtures("local")
async def test_a_seed_is_taken_back(town: Town, server: CompatibleServer) -> None:
    ada = await town.telegram.user("Ada")
    await answered(town.telegram, ada, "/seed 7")

    await answered(town.telegram, ada, "/seed off")
    reply = await answered(town.telegram, ada, "hi")

    assert "seed" not in server.asked[-1]
    assert reply["text"] == "hello"


async def test_a_seed_repeats_an_answer_until_the_set_up_changes(town: Town) -> None:
    telegram, ada = town.telegram, await town.telegram.user("Ada")
    async with town.bot(openai_api="chat"):
        await answered(telegram, ada, "/seed 10086")
        first = await answered(telegram, ada, "surprise me")
        await answered(telegram, ada, "/new")
        second = await answered(telegram, ada, "surprise me")
        await town.model.set_fingerprint("gpt-6-luna", "fp_new")
        await answered(telegram, ada, "/new")
        third = await answered(telegram, ada, "surprise me")

    assert first["text"] == second["text"]
    assert "it was fp_5a0db0c7e1" in third["text"]
    assert third["text"].partition("\n")[0] != first["text"].partition("\n")[0]
