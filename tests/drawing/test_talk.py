"""Pictures asked for in the chat: the model has a tool for it, and knows the pictures of the conversation."""

import json

from PIL import Image

from ai.catalogue import load
from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import EDITS, GREEN, RED, colour, drawn, is_like, orders, packed, paid, picture, told
from tests.town import Town


def _call(**arguments: object) -> str:
    return f"{{{{tool: draw_picture {json.dumps(arguments)}}}}}"


async def test_simply_asking_draws(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    asked = await telegram.say(ada, "draw a red sofa")

    (message,) = await drawn(telegram, ada, after=asked)
    assert is_like(colour(await picture(telegram, message)), RED)
    texts = [one.get("text", "") for one in await telegram.messages(ada)]
    assert "I am drawing it: a red sofa" in texts


async def test_asking_draws_over_chat_completions_too(town: Town) -> None:
    async with town.bot(openai_api="chat"):
        ada = await town.telegram.user("Ada")

        asked = await town.telegram.say(ada, "draw a red sofa")

        assert len(await drawn(town.telegram, ada, after=asked)) == 1


async def test_make_it_night_goes_on_from_the_last(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    first = await telegram.say(ada, "draw a red sofa")
    (message,) = await drawn(telegram, ada, after=first)

    second = await telegram.say(ada, "make it night")

    await drawn(telegram, ada, after=max(second, message["message_id"]))
    (edit,) = [order for order in await orders(model) if order["path"] == EDITS]
    assert edit["body"]["prompt"] == "make it night"
    assert (edit["images"][0]["format"], edit["images"][0]["width"]) == ("png", 1_024)


async def test_the_model_sees_what_was_drawn(telegram: TelegramClient, model: ModelClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    first = await telegram.say(ada, "draw a red sofa")
    await drawn(telegram, ada, after=first)
    await bot.studio.drain(10)

    asked = await telegram.say(ada, "{{say: I see}}")
    await telegram.next_reply(ada, after=asked)

    request = [one for one in await model.requests() if one["path"] == "/v1/responses"][-1]
    shown = json.dumps(request["body"]["input"])
    assert "drawing 1" in shown
    assert len(request["images"]) == 1


async def test_a_picture_of_the_message_can_be_changed(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    green = packed(Image.new("RGB", (600, 400), GREEN))

    await telegram.send_photo(ada, green, caption=_call(prompt="a red hat on it", pictures=["picture 1"]))

    await drawn(telegram, ada)
    (edit,) = await orders(model)
    assert [(one["width"], one["height"]) for one in edit["images"]] == [(600, 400)]


async def test_a_drawing_of_another_conversation_is_out_of_reach(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    first = await telegram.say(ada, "draw a red sofa")
    await drawn(telegram, ada, after=first)

    asked = await telegram.say(bob, _call(prompt="blue", pictures=["drawing 1"]))

    await drawn(telegram, bob, after=asked)
    assert [order["path"] for order in await orders(model)] == ["/v1/images/generations"] * 2


async def test_nonsense_of_the_model_is_survived(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    asked = await telegram.say(ada, '{{tool: draw_picture ["no", "object"]}}')

    assert "Write what I shall draw" in await told(telegram, ada, after=asked)
    assert await paid(model) == 0


async def test_where_nothing_can_be_drawn_no_tool_is_offered(town: Town) -> None:
    for name in (model.id for model in load().models.values() if model.capability == "image"):
        await town.model.kill_model(name)
    async with town.bot() as bot:
        await bot.sources.refresh()
        ada = await town.telegram.user("Ada")
        asked = await town.telegram.say(ada, "draw a red sofa")
        await town.telegram.next_reply(ada, after=asked)

        (request,) = await town.model.requests()
        assert "draw_picture" not in [tool.get("name") for tool in request["body"]["tools"]]
