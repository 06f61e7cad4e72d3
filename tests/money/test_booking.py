"""Every capability is booked by the provider's own numbers, to whoever asked for it."""

from pathlib import Path
from typing import Any

from bot.service import Parley
from domain.money import Account, Purpose
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import drawn
from tests.money.books import catalogue, only, spent, totals
from tests.pictures import picture
from tests.sandbox.model.samples import tones, voice_note
from tests.town import BOT_NAME, Town, answered, settled


def _priced(input_tokens: int, output_tokens: int) -> int:
    """By the default model's prices, without a cache."""
    return -(-(input_tokens * 100_000 + output_tokens * 500_000) // 1_000_000)


async def test_an_answer_is_booked_by_the_tokens_that_were_reported(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "{{say: hello there}}")

    chat = await only(bot, Purpose.CHAT)
    assert (chat.model, chat.calls, chat.unknown, chat.estimated_microdollars) == ("gpt-6-luna", 1, 0, 0)
    assert _priced(100, 1) <= chat.microdollars <= _priced(5_000, 20)
    assert await spent(bot, Account("user", ada)) == {Purpose.CHAT: chat.microdollars}
    assert await spent(bot, Account("user", ada + 1)) == {}


async def test_what_is_asked_in_a_group_counts_for_the_group_and_the_person(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])

    await answered(telegram, group, f"@{BOT_NAME} {{{{say: hi}}}}", user=ada)

    booked = await spent(bot)
    assert booked[Purpose.CHAT] > 0
    assert await spent(bot, Account("chat", group)) == booked
    assert await spent(bot, Account("user", ada)) == booked


async def test_looking_at_a_picture_is_booked(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    sent = await telegram.send_photo(ada, picture(), caption="What is this?")
    await telegram.next_reply(ada, after=sent)

    assert (await only(bot, Purpose.VISION)).microdollars > 0


async def test_a_recording_is_booked_by_its_seconds_and_its_answer_by_its_sound(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")

    sent = await telegram.send_voice(ada, voice_note("Why is the sky blue?"))
    await telegram.wait_for(
        ada, lambda messages: any(one["message_id"] > sent and "voice" in one for one in messages)
    )
    await settled(bot, telegram)

    heard, spoken = await only(bot, Purpose.TRANSCRIPTION), await only(bot, Purpose.SPEECH)
    assert (heard.model, heard.unknown) == ("gpt-transcribe", 0)
    assert 1 <= heard.microdollars <= 4_500
    assert (spoken.model, spoken.unknown) == ("gpt-4o-mini-tts", 0)
    assert spoken.microdollars > 0


async def test_a_model_that_speaks_and_tells_its_tokens_is_booked_by_them(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(speech_model="gpt-audio-1.5") as bot:
        sent = await town.telegram.say(ada, "/say Good morning to all of you")
        await town.telegram.wait_for(
            ada, lambda messages: any(one["message_id"] > sent and "voice" in one for one in messages)
        )

        spoken = await only(bot, Purpose.SPEECH)

    assert (spoken.model, spoken.estimated_microdollars, spoken.unknown) == ("gpt-audio-1.5", 0, 0)
    assert spoken.microdollars > 0


async def test_a_picture_is_booked_at_the_price_below_it(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    (message,) = await drawn(telegram, ada, after=await telegram.say(ada, "/imagine a red sofa, low"))

    image = await only(bot, Purpose.IMAGE)
    assert (image.calls, image.unknown, image.estimated_microdollars) == (1, 0, 0)
    assert f"${image.microdollars / 1_000_000:.3f}" in message["caption"]
    assert await spent(bot, Account("user", ada)) == {Purpose.IMAGE: image.microdollars}


async def test_a_translation_is_booked(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "/translate fr Good morning")

    assert (await only(bot, Purpose.TRANSLATION)).microdollars > 0


async def test_a_summary_is_booked(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(history_tokens=500) as bot:
        for _ in range(3):
            await answered(town.telegram, ada, "{{words: 250}}")
        await settled(bot, town.telegram)

        assert (await only(bot, Purpose.SUMMARY)).microdollars > 0


async def test_what_is_refused_costs_nothing(bot: Parley, telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await model.fault(path="/v1/responses", status=401, times=5)

    await answered(telegram, ada, "hello")

    assert await totals(bot) == []


async def test_a_recording_that_cannot_be_heard_costs_nothing(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await model.fault(path="/v1/audio/transcriptions", status=403, times=5)

    sent = await telegram.send_audio(ada, tones(450), name="song.wav")
    await telegram.next_reply(ada, after=sent)

    assert Purpose.TRANSCRIPTION not in await spent(bot)


async def test_a_stopped_answer_is_booked_by_what_had_come(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "{{pace: 5 40}} {{words: 4000}}")
    await telegram.wait_for_calls(bool, method="sendMessageDraft")

    await telegram.say(ada, "/stop")
    await settled(bot, telegram)

    chat = await only(bot, Purpose.CHAT)
    assert chat.estimated_microdollars == chat.microdollars > 0
    assert chat.microdollars < _priced(2_000, 4_000)


async def test_a_stream_that_breaks_off_is_booked_by_what_had_come(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await model.fault(path="/v1/responses", kind="cut", tokens=10)

    await answered(telegram, ada, "{{words: 400}}")

    chat = await only(bot, Purpose.CHAT)
    assert chat.estimated_microdollars == chat.microdollars > 0


async def test_an_answer_that_tells_nothing_of_its_tokens_is_estimated(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    await town.model.refuse("gpt-6-luna", ["stream_options"])
    async with town.bot(openai_api="chat", openai_dialect="plain") as bot:
        await answered(town.telegram, ada, "{{words: 50}}")

        chat = await only(bot, Purpose.CHAT)

    assert chat.estimated_microdollars == chat.microdollars > 0


async def test_the_prices_of_the_moment_stay_with_the_entry(town: Town, tmp_path: Path) -> None:
    ada = await town.telegram.user("Ada")
    dear = catalogue(tmp_path, '[models."gpt-6-luna"]\noutput = 5_000')
    async with town.bot():
        await answered(town.telegram, ada, "{{say: cheap}}")
    async with town.bot(catalogue_file=dear) as bot:
        cheap = (await totals(bot))[0].microdollars
        await answered(town.telegram, ada, "{{say: dear}}")

        both = (await totals(bot))[0].microdollars

    assert both > 5 * cheap


async def test_a_model_without_a_price_is_unknown_and_never_zero(town: Town, tmp_path: Path) -> None:
    boss = await town.telegram.user("Boss", id=99)
    await town.model.add_model("stranger", like="gpt-6-luna")
    strange = catalogue(tmp_path, '[models."stranger"]\ndefault = true')
    async with town.bot(catalogue_file=strange, admin_user_ids=frozenset({boss})) as bot:
        await answered(town.telegram, boss, "{{say: one}}")
        await answered(town.telegram, boss, "{{say: two}}")
        await settled(bot, town.telegram)
        told = await _told_of_price(town, boss)
        chat = await only(bot, Purpose.CHAT)
    async with town.bot(catalogue_file=strange, admin_user_ids=frozenset({boss})) as bot:
        await answered(town.telegram, boss, "{{say: three}}")
        await settled(bot, town.telegram)
        told_again = await _told_of_price(town, boss)

    assert (chat.calls, chat.unknown, chat.microdollars) == (2, 2, 0)
    assert (told, told_again) == (1, 1)


async def _told_of_price(town: Town, chat: int) -> int:
    def of_price(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in messages if "no price for stranger" in str(one.get("text"))]

    return len(of_price(await town.telegram.wait_for(chat, lambda messages: bool(of_price(messages)))))


async def test_the_price_stands_below_an_answer_for_whoever_wants_it(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    before = await answered(telegram, ada, "{{say: hello}}")
    await answered(telegram, ada, "/price on")

    priced = await answered(telegram, ada, "{{say: hello}}")
    await answered(telegram, ada, "/price off")
    after = await answered(telegram, ada, "{{say: hello}}")

    assert "Cost: $0.00" in priced["text"]
    assert before["text"] == after["text"] == "hello"


async def test_a_search_of_the_web_is_booked_beside_its_answer(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "Search the web for news about lighthouses")

    search = await only(bot, Purpose.WEB_SEARCH)
    assert (search.microdollars, search.unknown) == (10_000, 0)
    assert Purpose.CHAT in await spent(bot)
