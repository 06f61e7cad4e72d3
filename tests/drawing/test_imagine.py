"""`/imagine`: a picture that sharpens, with its prompt, its price and its buttons."""

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import RED, colour, drawn, from_bot, is_like, opened, orders, paid, picture, told
from tests.town import button


async def test_a_picture_is_drawn_with_prompt_price_and_buttons(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/imagine a red *sofa* --size 1536x1024 --quality low")

    (message,) = await drawn(telegram, ada)
    assert message["caption"].startswith("a red *sofa*")
    assert "1536×1024 · low · $0.0" in message["caption"]
    assert is_like(colour(await picture(telegram, message)), RED)
    labels = ("Again", "Variations", "Edit", "Size", "Quality", "As file")
    assert all(button(message, label) for label in labels)
    (order,) = await orders(model)
    assert (order["body"]["prompt"], order["body"]["size"]) == ("a red *sofa*", "1536x1024")


async def test_brackets_of_the_prompt_stand_below_the_picture(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/imagine [blue] dog, 1+1=2 (great!)")

    (message,) = await drawn(telegram, ada)
    assert message["caption"].startswith("[blue] dog, 1+1=2 (great!)\n")
    assert all(entity["type"] == "italic" for entity in message["caption_entities"])


async def test_it_sharpens_in_one_message(telegram: TelegramClient, model: ModelClient) -> None:
    await model.pace_images(1.5)
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/imagine a red sofa")

    sketch = (await telegram.wait_for(ada, lambda messages: any("photo" in one for one in messages)))[-1]
    (message,) = await drawn(telegram, ada)

    assert sketch["caption"] == "🎨 a red sofa"
    assert message["message_id"] == sketch["message_id"]
    assert await telegram.calls("editMessageMedia")


async def test_several_come_as_an_album_with_their_buttons_below(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/imagine a red sofa, 3 pictures")

    pictures = await drawn(telegram, ada, count=3)
    assert len({message["media_group_id"] for message in pictures}) == 1
    below = (await from_bot(telegram, ada))[-1]
    assert button(below, "✏️ 1").endswith(":0")
    assert button(below, "🎨 3").endswith(":2")
    assert await paid(model) == 3


async def test_a_transparent_picture_comes_as_a_file(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/imagine a red logo --transparent")

    (message,) = await drawn(telegram, ada)
    assert opened(await telegram.file(message)).mode == "RGBA"
    assert "photo" not in message


async def test_a_gif_comes_as_an_animation(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/imagine a red ball --format gif")

    (message,) = await drawn(telegram, ada)
    assert "animation" in message


async def test_a_size_that_is_not_offered_leads_to_the_nearest(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.say(ada, "/imagine a red sofa --size 1000x1000")

    (message,) = await drawn(telegram, ada)
    assert "1000x1000 is not offered; 1008x1008 is the nearest." in message["caption"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "Write what I shall draw"),
        ("a cat --colour red", "I do not know --colour. Allowed are: --size"),
        ("a cat --quality best", "--quality cannot be “best”. Allowed here: low, medium, high"),
        ("--n 2", "Write what I shall draw"),
    ],
)
async def test_what_cannot_be_drawn_is_explained(
    words: str, answer: str, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    asked = await telegram.say(ada, f"/imagine {words}".strip())

    assert answer in await told(telegram, ada, after=asked)
    assert await orders(model) == []


async def test_a_text_that_is_replied_to_is_drawn(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    described = await telegram.say(ada, "a red sofa in the rain")
    await telegram.next_reply(ada, after=described)

    await telegram.say(ada, "/imagine", reply_to=described)

    await drawn(telegram, ada)
    assert (await orders(model))[-1]["body"]["prompt"] == "a red sofa in the rain"


async def test_others_are_answered_while_it_is_drawn(telegram: TelegramClient, model: ModelClient) -> None:
    await model.pace_images(30)
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/imagine a red sofa")
    await model.wait_for_requests(
        lambda requests: any(one["path"].startswith("/v1/images") for one in requests)
    )

    asked = await telegram.say(ada, "{{say: hello}}")
    answer = await told(telegram, ada, after=asked)
    stop = await telegram.say(ada, "/stop")

    assert answer == "hello"
    assert (await told(telegram, ada, after=stop)).startswith("Stopped.")
    assert not [message for message in await from_bot(telegram, ada) if "photo" in message]


async def test_a_prompt_that_the_app_cut_is_one(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, f"/imagine {'red ' * 1_000}")
    await telegram.say(ada, "and a sofa")

    await drawn(telegram, ada)
    (order,) = await orders(model)
    assert order["body"]["prompt"].endswith("red \nand a sofa")


async def test_forty_thousand_characters_are_too_many(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    for start in ("/imagine ", *[""] * 9):
        await telegram.say(ada, start + "r" * 4_050)

    answer = await told(telegram, ada, after=10)

    assert "That is too long for a picture: 40509 characters, and I can read 32000." in answer
    assert await orders(model) == []
