"""The buttons below a drawing; each runs once, however often it is tapped."""

import asyncio

from PIL import Image

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import Message, drawn, from_bot, opened, orders, paid, picture, told
from tests.town import button, forged_tap


async def _first(telegram: TelegramClient, ada: int, words: str = "a red sofa") -> Message:
    await telegram.say(ada, f"/imagine {words}")
    return (await drawn(telegram, ada))[0]


async def _tapped(telegram: TelegramClient, ada: int, message: Message, label: str) -> str:
    tap = await telegram.tap(ada, message["message_id"], button(message, label))
    return str((await telegram.callback_answer(tap)).get("text", ""))


async def _now(telegram: TelegramClient, ada: int, message: Message) -> Message:
    return next(one for one in await telegram.messages(ada) if one["message_id"] == message["message_id"])


async def test_again_draws_the_same_once_more(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada, "a red sofa --quality low")

    await telegram.tap(ada, first["message_id"], button(first, "Again"))

    await drawn(telegram, ada, after=first["message_id"])
    bodies = [order["body"] for order in await orders(model)]
    assert bodies[0] == bodies[1]


async def test_a_double_tap_runs_once(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada)
    await model.pace_images(1)

    answers = await asyncio.gather(*(_tapped(telegram, ada, first, "Again") for _ in range(4)))
    await drawn(telegram, ada, after=first["message_id"])

    assert sorted(answers) == ["Drawing…", *["I am at it already."] * 3]
    assert await paid(model) == 2


async def test_a_tap_that_comes_twice_runs_once(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada)

    await forged_tap(telegram, first, button(first, "Again"), user=ada)
    await drawn(telegram, ada, after=first["message_id"])
    calls = await telegram.calls("answerCallbackQuery")

    assert len(calls) == 1
    assert await paid(model) == 2


async def test_another_quality_is_shown_with_prices_and_drawn(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada)
    await _tapped(telegram, ada, first, "Quality")

    asking = await _now(telegram, ada, first)
    answer = await _tapped(telegram, ada, asking, "high · ≈$0.211")

    assert answer == "Drawing…"
    await drawn(telegram, ada, after=first["message_id"])
    assert (await orders(model))[-1]["body"]["quality"] == "high"
    assert button(await _now(telegram, ada, first), "Again")


async def test_another_size_is_drawn(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada)
    await _tapped(telegram, ada, first, "Size")

    await _tapped(telegram, ada, await _now(telegram, ada, first), "1024×1536")

    (second,) = await drawn(telegram, ada, after=first["message_id"])
    width, height = (await picture(telegram, second)).size
    assert round(height / width, 2) == 1.5


async def test_back_leads_back(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada)
    await _tapped(telegram, ada, first, "Size")

    await _tapped(telegram, ada, await _now(telegram, ada, first), "Back")

    assert await _now(telegram, ada, first) | {"edit_date": 0} == first | {"edit_date": 0}


async def test_as_file_sends_every_byte(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada)

    await telegram.tap(ada, first["message_id"], button(first, "As file"))

    messages = await telegram.wait_for(ada, lambda messages: any("document" in one for one in messages))
    image = opened(await telegram.file(messages[-1]))
    assert (image.format, image.size) == ("PNG", (1_024, 1_024))
    assert isinstance(image, Image.Image)


async def test_a_draft_can_be_dropped(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    first = await _first(telegram, ada)
    await telegram.tap(ada, first["message_id"], button(first, "Edit"))
    messages = await telegram.wait_for(ada, lambda messages: len(messages) > 2)
    draft = messages[-1]

    dropped = await _tapped(telegram, ada, draft, "Cancel")
    again = await forged_tap(telegram, draft, button(draft, "Cancel"), user=ada)

    assert dropped == "Dropped."
    assert again == "This button no longer works."
    assert await paid(model) == 1


async def test_a_button_of_another_chat_does_nothing(telegram: TelegramClient, model: ModelClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    first = await _first(telegram, ada)
    asked = await telegram.say(bob, "{{say: hi}}")
    his = await telegram.next_reply(bob, after=asked)

    answer = await forged_tap(telegram, his, button(first, "Again"), user=bob)

    assert answer == "This button no longer works."
    assert await paid(model) == 1


async def test_what_the_rules_forbid_can_be_said_differently(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    asked = await telegram.say(ada, "/imagine {{refuse_image: violence}} a fight")
    refused = await telegram.next_reply(ada, after=asked)
    assert "rules on violence forbid it" in refused["text"]
    assert await _tapped(telegram, ada, refused, "Say it differently")

    await telegram.say(ada, "a red sofa", reply_to=refused["message_id"])

    await drawn(telegram, ada, after=refused["message_id"])
    assert (await orders(model))[-1]["body"]["prompt"] == "a red sofa"


async def test_one_person_has_three_at_a_time(telegram: TelegramClient, model: ModelClient) -> None:
    await model.pace_images(30)
    ada = await telegram.user("Ada")
    for number in range(3):
        await telegram.say(ada, f"/imagine a red sofa {number}")

    fourth = await telegram.say(ada, "/imagine one more")
    answer = await told(telegram, ada, after=fourth)
    await telegram.say(ada, "/stop")
    await telegram.wait_for(
        ada, lambda messages: sum("Stopped." in one.get("text", "") for one in messages) == 3
    )

    assert answer.startswith("I am still drawing for you.")
    assert not [message for message in await from_bot(telegram, ada) if "photo" in message]
