"""`/timezone`: by name, by city, by a location in reply, by a tap."""

import pytest

from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, button


@pytest.mark.parametrize("words", ["Europe/Berlin", "europe/berlin", "Berlin", "柏林"])
async def test_a_name_or_a_city_sets_the_clock(telegram: TelegramClient, words: str) -> None:
    told = await answered(telegram, await telegram.user(), f"/timezone {words}")

    assert told["text"].startswith("Your time zone is Europe/Berlin; it is ")


async def test_the_clock_is_the_models_too(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "/timezone Asia/Tokyo")

    told = await answered(telegram, ada, "{{tool: date_and_time}} {{outputs}}")

    assert "Asia/Tokyo" in told["text"]


async def test_what_is_no_place_is_said(telegram: TelegramClient) -> None:
    told = await answered(telegram, await telegram.user(), "/timezone Xyzzyville")

    assert told["text"].startswith("I know no such place or time zone.")


async def test_without_words_it_is_explained_and_a_tap_chooses(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    asked = await answered(telegram, ada, "/timezone")
    assert asked["text"].startswith("I do not know your time zone yet.")

    await telegram.tap(ada, asked["message_id"], button(asked, "UTC"))

    await telegram.wait_for(
        ada, lambda found: any("Your time zone is UTC" in str(one.get("text")) for one in found)
    )


async def test_trouble_with_the_look_up_is_said(town: Town, telegram: TelegramClient) -> None:
    await town.world.fault(path="/v1/search", times=9)

    told = await answered(telegram, await telegram.user(), "/timezone Berlin")

    assert told["text"].startswith("I cannot look places up right now.")


async def test_a_location_in_reply_sets_the_clock(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    asked = await answered(telegram, ada, "/timezone")

    told = await answered(
        telegram,
        ada,
        "",
        reply_to=asked["message_id"],
        location={"latitude": 35.68, "longitude": 139.69},
    )

    assert told["text"].startswith("Your time zone is Asia/Tokyo;")
