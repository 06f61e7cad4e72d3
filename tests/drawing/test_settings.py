"""`/image` and `/gallery`: one's own settings, and one's own pictures."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import BLUE, RED, Message, colour, drawn, is_like, orders, picture, told
from tests.town import button


async def _image(telegram: TelegramClient, ada: int, words: str = "/image") -> Message:
    return await telegram.next_reply(ada, after=await telegram.say(ada, words))


async def _tapped(telegram: TelegramClient, ada: int, message: Message, label: str) -> Message:
    await telegram.callback_answer(await telegram.tap(ada, message["message_id"], button(message, label)))
    return next(one for one in await telegram.messages(ada) if one["message_id"] == message["message_id"])


async def test_settings_hold_until_something_else_is_said(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    menu = await _image(telegram, ada)
    menu = await _tapped(telegram, ada, await _tapped(telegram, ada, menu, "Size"), "1536×1024")
    menu = await _tapped(telegram, ada, await _tapped(telegram, ada, menu, "Quality"), "low")
    menu = await _tapped(telegram, ada, await _tapped(telegram, ada, menu, "Model"), "Sunburst")

    await telegram.say(ada, "/imagine a red sofa --quality high")

    await drawn(telegram, ada)
    assert "Size: 1536×1024" in menu["text"]
    body = (await orders(model))[0]["body"]
    assert (body["model"], body["size"], body["quality"]) == ("gpt-image-2.6-sunburst", "1536x1024", "high")


async def test_settings_may_be_flags(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    menu = await _image(telegram, ada, "/image --n 2 --format webp")

    assert "Number: 2" in menu["text"]
    assert "Format: webp" in menu["text"]


async def test_settings_are_not_something_to_draw(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    asked = await telegram.say(ada, "/image a cat")

    assert "send /imagine" in await told(telegram, ada, after=asked)
    assert await orders(model) == []


async def test_the_gallery_is_turned_page_by_page(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    for words in ("a red sofa", "blue water"):
        asked = await telegram.say(ada, f"/imagine {words}")
        await drawn(telegram, ada, after=asked)

    asked = await telegram.say(ada, "/gallery")
    (page,) = await drawn(telegram, ada, after=asked)
    newest = await picture(telegram, page)
    page = await _tapped(telegram, ada, page, "›")

    assert is_like(colour(newest), BLUE)
    assert is_like(colour(await picture(telegram, page)), RED)
    assert page["caption"].startswith("a red sofa")
    assert button(page, "2 / 2")


async def test_a_gallery_is_ones_own(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await telegram.say(ada, "/imagine a red sofa")
    await drawn(telegram, ada)

    asked = await telegram.say(bob, "/gallery")

    assert "You have no pictures here yet." in await told(telegram, bob, after=asked)


async def test_a_group_sees_only_what_was_drawn_there(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    club = await telegram.group("Club", [ada])
    await telegram.say(ada, "/imagine a red sofa")
    await drawn(telegram, ada)

    asked = await telegram.say(club, "/gallery@parley_sandbox_bot", user=ada)

    assert "You have no pictures here yet." in await told(telegram, club, after=asked)
