"""`/models`: the admins see which model does which job, and change it with a tap."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.servers import compatible
from tests.town import Town, answered, button, texts

BOSS = 99
Message = dict[str, Any]


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    path = tmp_path / "models.toml"
    path.write_text('[models."gpt-6-luna"]\ntitle = "Moon"\n')
    return path


@pytest.fixture
async def bot(town: Town, catalogue_file: Path) -> AsyncGenerator[Parley]:
    """The bot at work; one admin, and a catalogue file."""
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(admin_user_ids=frozenset({BOSS}), catalogue_file=catalogue_file) as parley:
        yield parley


def _write(path: Path, text: str) -> None:
    path.write_text(text)


async def _tapped(telegram: TelegramClient, message: Message, label: str) -> Message:
    await telegram.callback_answer(await telegram.tap(BOSS, message["message_id"], button(message, label)))
    return next(one for one in await telegram.messages(BOSS) if one["message_id"] == message["message_id"])


async def test_each_job_shows_its_model_price_and_end(telegram: TelegramClient) -> None:
    menu = await answered(telegram, BOSS, "/models")

    assert "Moon · $0.10 / $0.50" in menu["text"]
    assert "GPT-4o mini TTS · $12.00/M 🔊 · until 2027-01-06" in menu["text"]
    assert "GPT Transcribe · $0.0045/min" in menu["text"]
    assert "GPT Image 2.6 Flare · $30.00/M 🖼" in menu["text"]
    assert "Embedding 3 small · $0.02" in menu["text"]


async def test_a_name_that_nothing_bears_is_said_with_what_there_is(telegram: TelegramClient) -> None:
    reply = await answered(telegram, BOSS, "/models nope")

    assert reply["text"].startswith("There is neither a model nor a job called nope.")
    assert "Answers: /models chat" in reply["text"]
    assert "The models: Moon, " in reply["text"]


@pytest.mark.parametrize("word", ["chat", "answers", "moon", "GPT-6-Luna"])
async def test_a_job_or_a_model_leads_to_the_models_of_that_job(telegram: TelegramClient, word: str) -> None:
    reply = await answered(telegram, BOSS, f"/models {word}")

    assert "Moon · $0.10 / $0.50" in reply["text"]
    assert button(reply, "Moon")


async def test_real_calls_show_how_a_model_does(telegram: TelegramClient, model: ModelClient) -> None:
    await answered(telegram, BOSS, "hi")
    await answered(telegram, BOSS, "{{cut: 1}}")

    menu = await answered(telegram, BOSS, "/models")

    assert "✓ 1 ✗ 1 (AnswerBroken) · 0.0 s" in menu["text"]


async def test_a_tap_changes_the_default_over_restarts(
    town: Town, telegram: TelegramClient, bot: Parley
) -> None:
    menu = await answered(telegram, BOSS, "/models")
    await _tapped(telegram, await _tapped(telegram, menu, "Answers"), "GPT-6.1 Terra")
    eve = await telegram.user("Eve")
    await answered(telegram, eve, "hi")

    chosen = bot.sources.catalogue.default("chat").id
    asked = (await town.model.requests())[-1]["body"]["model"]

    assert (chosen, asked) == ("gpt-6.1-terra", "gpt-6.1-terra")


async def test_a_choice_outlives_the_process(town: Town) -> None:
    await town.telegram.user("Boss", id=BOSS)
    async with town.bot(admin_user_ids=frozenset({BOSS})):
        menu = await answered(town.telegram, BOSS, "/models")
        await _tapped(town.telegram, await _tapped(town.telegram, menu, "Drawing"), "Sunburst")

    async with town.bot(image_model="gpt-image-2.6-flare") as again:
        assert again.sources.catalogue.default("image").id == "gpt-image-2.6-sunburst"


async def test_what_a_person_chose_stays(telegram: TelegramClient, model: ModelClient) -> None:
    eve = await telegram.user("Eve")
    await answered(telegram, eve, "/model gpt-6.2-sol")
    menu = await answered(telegram, BOSS, "/models")
    await _tapped(telegram, await _tapped(telegram, menu, "Answers"), "GPT-6.1 Terra")

    await answered(telegram, eve, "hi")

    assert (await model.requests())[-1]["body"]["model"] == "gpt-6.2-sol"


async def test_others_see_and_change_nothing(telegram: TelegramClient, bot: Parley) -> None:
    eve = await telegram.user("Eve")

    told = await answered(telegram, eve, "/models")

    assert told["text"] == "Only this bot's admins can do that."
    assert bot.sources.catalogue.default("chat").id == "gpt-6-luna"


async def test_a_changed_file_is_read_without_a_restart(telegram: TelegramClient, catalogue_file: Path) -> None:
    _write(catalogue_file, '[models."gpt-6-luna"]\ntitle = "Selene"\n')

    menu = await answered(telegram, BOSS, "/models reload")

    assert "Selene" in menu["text"]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('input = "cheap"', "line 4: models.gpt-6-luna.input: "),
        ('replacements = ["gpt-9"]', "line 4: models.gpt-6-luna.replacements: no model known here"),
        ('[models.""]', 'line 4: models."": a model needs an id'),
    ],
)
async def test_a_mistake_names_the_line_and_the_last_good_one_stays(
    telegram: TelegramClient, catalogue_file: Path, line: str, mistake: str
) -> None:
    _write(catalogue_file, f'[models."gpt-6-luna"]\ntitle = "Selene"\n\n{line}\n')

    told = await answered(telegram, BOSS, "/models reload")
    menu = await telegram.next_reply(BOSS, after=told["message_id"])

    assert f"models.toml: {mistake}" in told["text"]
    assert "the last good one stays" in told["text"]
    assert "Moon" in menu["text"]


async def test_a_named_model_is_the_default(town: Town) -> None:
    async with town.bot(chat_model="gpt-6.1-terra", speech_model="gpt-audio-1.5") as parley:
        catalogue = parley.sources.catalogue

    assert (catalogue.default("chat").id, catalogue.default("speech").id) == ("gpt-6.1-terra", "gpt-audio-1.5")


async def test_a_capability_may_have_a_provider_of_its_own(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with (
        compatible() as server,
        town.bot(
            **server.settings,
            openai_api_key="sk-of-the-main-server",
            image_base_url=town.model_server.base_url,
            image_api_key=town.model_server.api_key,
            image_model="gpt-image-2.6-flare",
        ),
    ):
        reply = await answered(town.telegram, ada, "hi")
        await town.telegram.say(ada, "/imagine a red sofa")
        await town.telegram.wait_for(ada, lambda messages: "photo" in messages[-1])

    assert reply["text"] == "hello"
    assert [request["path"] for request in await town.model.requests()] == ["/v1/images/generations"]


async def test_the_main_key_goes_to_no_other_server(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(image_base_url=f"{town.model_server.base_url}/", image_model="gpt-image-2.6-flare"):
        asked = await town.telegram.say(ada, "/imagine a red sofa")
        told = await town.telegram.next_reply(ada, after=asked)

    assert "does not accept this bot's key" in str(told)


async def test_drawing_is_not_offered_where_nothing_draws(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with compatible(models=()) as server, town.bot(**server.settings):
        await answered(town.telegram, ada, "draw a cat")

    assert "draw_picture" not in [tool["function"]["name"] for tool in server.asked[-1]["tools"]]


async def test_a_model_that_dies_in_a_conversation_is_replaced(
    telegram: TelegramClient, model: ModelClient
) -> None:
    eve = await telegram.user("Eve")
    await answered(telegram, eve, "/model gpt-6.1-terra")
    await answered(telegram, eve, "my cat is Mia {{say: nice}}")
    await model.kill_model("gpt-6.1-terra")

    reply = await answered(telegram, eve, "what is she called? {{say: Mia}}")

    assert reply["text"].startswith("Mia")
    assert "gpt-6.1-terra is no longer available; gpt-6.2-sol answered." in reply["text"]
    assert "my cat is Mia" in str((await model.requests())[-1]["body"]["input"])


@pytest.mark.parametrize("name", ["gpt-2", "x" * 5_000, "sol luna", "gpt"])
async def test_an_unknown_model_is_said_to_be_unknown(telegram: TelegramClient, name: str) -> None:
    eve = await telegram.user("Eve")

    told = await answered(telegram, eve, f"/model {name}"[:4_000])

    assert told["text"].startswith("I do not know the model")


async def test_an_end_is_announced_with_its_successor_a_tap_away(town: Town) -> None:
    await town.telegram.user("Boss", id=BOSS)
    eve = await town.telegram.user("Eve")
    async with town.bot(admin_user_ids=frozenset({BOSS})):
        await answered(town.telegram, eve, "/model gpt-6.1-terra")
    await town.model.set_shutdown("gpt-6.1-terra", "2026-11-10")

    async with town.bot(admin_user_ids=frozenset({BOSS})):
        found = await town.telegram.wait_for(
            BOSS, lambda messages: any("gpt-6.1-terra shuts down" in text for text in texts(messages))
        )
        warning = next(one for one in found if "gpt-6.1-terra shuts down" in one["text"])
        changed = await _tapped(town.telegram, warning, "GPT-6.2 Sol")
        await answered(town.telegram, eve, "hi")

    assert (
        "GPT-6.2 Sol answers from now on, in 1 conversation that chose GPT-6.1 Terra, too." in changed["text"]
    )
    assert (await town.model.requests())[-1]["body"]["model"] == "gpt-6.2-sol"


async def test_an_end_is_told_60_14_and_3_days_before_each_once_over_restarts(town: Town) -> None:
    shutdown, telegram = date(2027, 2, 28), town.telegram
    await telegram.user("Boss", id=BOSS)
    await town.model.set_shutdown("gpt-6.1-terra", shutdown.isoformat())
    counts = [(61, 0), (60, 1), (60, 1), (14, 2), (14, 2), (3, 3), (3, 3)]
    told: list[tuple[int, int]] = []

    for left, count in counts:
        today = shutdown - timedelta(days=left)
        async with town.bot(
            admin_user_ids=frozenset({BOSS}), chat_model="gpt-6.1-terra", today=today
        ) as parley:
            await _end_known(parley, "gpt-6.1-terra", shutdown)
            found = await telegram.wait_for(
                BOSS, lambda messages, count=count: len(_warnings(messages)) >= count
            )
            told.append((left, len(_warnings(found))))

    warnings = _warnings(await telegram.messages(BOSS))
    assert (told, len(warnings)) == (counts, 3)
    assert all(button(warning, "GPT-6.2 Sol") for warning in warnings)


async def _end_known(parley: Parley, model_id: str, shutdown: date) -> None:
    """Waits until the provider has told of it, and a round trip longer."""
    async with asyncio.timeout(40):
        while parley.sources.catalogue.models[model_id].shutdown != shutdown:  # noqa: ASYNC110  # tells nobody
            await asyncio.sleep(0.01)
    await parley.gateway.get_me()


def _warnings(messages: Sequence[Message]) -> Sequence[Message]:
    return [one for one in messages if "gpt-6.1-terra shuts down" in one.get("text", "")]
