"""Menus: model, language, tables, groups; and the buttons and commands that nobody knows."""

from pathlib import Path

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, Town, button, forged_tap


async def test_the_model_menu_shows_prices_and_the_current_choice(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/model")

    menu = await telegram.next_reply(ada)
    assert "$0.10 / $0.50" in menu["text"]
    assert button(menu, "✓ GPT-6 Luna") == "model:gpt-6-luna"


async def test_a_chosen_model_answers_from_then_on(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/model")
    menu = await telegram.next_reply(ada)

    tap = await telegram.tap(ada, menu["message_id"], button(menu, "GPT-6.1 Terra"))
    told = await telegram.callback_answer(tap)
    await telegram.say(ada, "{{say: hi}}")
    await telegram.next_reply(ada, after=menu["message_id"])

    assert told["text"] == "GPT-6.1 Terra answers from now on."
    assert (await model.requests())[-1]["body"]["model"] == "gpt-6.1-terra"


async def test_a_model_that_is_no_longer_offered_is_explained(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/model")
    menu = await telegram.next_reply(ada)

    told = await forged_tap(telegram, menu, "model:gpt-2", user=ada)

    assert told.startswith("This model is no longer offered.")


async def test_language_changes_what_the_bot_says(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/language")
    menu = await telegram.next_reply(ada)

    await telegram.callback_answer(await telegram.tap(ada, menu["message_id"], "language:ar"))
    await telegram.say(ada, "/stop")

    told = (await telegram.next_reply(ada, after=menu["message_id"]))["text"]
    assert told != "Nothing is being answered right now."
    assert any("\u0600" <= character <= "\u06ff" for character in told)


async def test_the_menu_shows_its_new_tick(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/rich")
    menu = await telegram.next_reply(ada)

    await telegram.tap(ada, menu["message_id"], "rich:never")

    def ticked(messages: list[dict[str, object]]) -> bool:
        return "✓ Never" in str(messages)

    await telegram.wait_for(ada, ticked)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/modle", "I do not know /modle. Did you mean /model?"),
        ("/qqqqq", "I do not know /qqqqq. /help shows what I understand."),
    ],
)
async def test_an_unknown_command_gets_a_hint(telegram: TelegramClient, typed: str, told: str) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, typed)

    assert (await telegram.next_reply(ada))["text"] == told


async def test_another_bots_command_in_a_group_is_left_alone(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    await telegram.configure(privacy=False)

    await telegram.say(group, "/weather@other_bot", user=ada)
    await telegram.say(group, f"@{BOT_NAME} {{{{say: here}}}}", user=ada)

    assert (await telegram.next_reply(group))["text"] == "here"


async def test_a_dead_button_gets_an_answer(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/rich")
    menu = await telegram.next_reply(ada)

    told = await forged_tap(telegram, menu, "from:an:older:version", user=ada)

    assert told == "This button no longer works."


@pytest.mark.parametrize(
    "data", ["listen:always\n", "rich:never\n", "stop:1\n", "ask:retry:1\n", "language:ar\n"]
)
async def test_a_button_with_something_behind_its_words_is_a_dead_one(
    telegram: TelegramClient, data: str
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/language")
    menu = await telegram.next_reply(ada)

    assert await forged_tap(telegram, menu, data, user=ada) == "This button no longer works."


async def test_a_model_with_a_very_long_id_can_be_chosen(town: Town, tmp_path: Path) -> None:
    model_id = "accounts/fireworks/models/a-model-whose-id-is-longer-than-a-button-can-carry"
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(f'[models."{model_id}"]\ntitle = "Long"\n')
    ada = await town.telegram.user("Ada")

    async with town.bot(catalogue_file=catalogue, openai_base_url="http://127.0.0.1:9/v1") as parley:
        await town.telegram.say(ada, "/model")
        menu = await town.telegram.next_reply(ada)
        told = await town.telegram.callback_answer(
            await town.telegram.tap(ada, menu["message_id"], button(menu, "Long"))
        )

        assert told["text"] == "Long answers from now on."
        assert parley.choices.models_chosen() == {model_id}
