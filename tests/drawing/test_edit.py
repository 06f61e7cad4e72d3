"""Changing pictures: by words, by what is painted over, by transparency, by regions; and varying them."""

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import (
    BLUE,
    EDITS,
    GREEN,
    RED,
    Message,
    asked,
    colour,
    drawn,
    is_like,
    orders,
    packed,
    paid,
    picture,
    told,
)
from tests.media import made
from tests.media.making import photo
from tests.town import Town, button

SIZE = (600, 400)


def _green() -> Image.Image:
    return Image.new("RGB", SIZE, GREEN)


def _with_hole(image: Image.Image) -> Image.Image:
    clear = image.convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 200, 400))
    return clear


async def _edits(model: ModelClient) -> list[dict[str, Any]]:
    return [order for order in await orders(model) if order["path"] == EDITS]


async def test_a_reply_with_edit_changes_a_picture(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    shown = await telegram.send_photo(ada, packed(_green()), caption="{{say: nice}}")

    await telegram.say(ada, "/edit make it blue", reply_to=shown)

    (message,) = await drawn(telegram, ada, after=shown)
    (edit,) = await _edits(model)
    assert edit["body"]["prompt"] == "make it blue"
    assert "make it blue" in message["caption"]
    assert [(image["width"], image["height"]) for image in edit["images"]] == [SIZE]


async def test_the_caption_of_a_picture_may_be_the_command(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    await telegram.send_photo(ada, packed(_green()), caption="/edit make it blue")

    await drawn(telegram, ada)
    assert len((await _edits(model))[0]["images"]) == 1


async def test_an_album_is_combined(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    mug, logo = packed(_green()), packed(Image.new("RGB", (64, 64), "white"))

    await telegram.send_album(ada, [mug, logo], caption="/edit put this logo on that mug")

    await drawn(telegram, ada)
    (edit,) = await _edits(model)
    assert [(image["width"], image["height"]) for image in edit["images"]] == [SIZE, (64, 64)]


async def test_edit_without_a_picture_goes_on_with_the_last_one(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/imagine a red sofa --size 1024x1024")
    (first,) = await drawn(telegram, ada)

    await telegram.say(ada, "/edit make it night")

    await drawn(telegram, ada, after=first["message_id"])
    (edit,) = await _edits(model)
    # the file as it was drawn, not what Telegram made of it
    assert (edit["images"][0]["format"], edit["images"][0]["width"]) == ("png", 1_024)


async def test_a_mask_sent_as_a_file_says_what_changes(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    shown = await telegram.send_document(
        ada, packed(_green()), name="a.png", mime="image/png", caption="{{say: ok}}"
    )
    mask = packed(_with_hole(Image.new("RGB", SIZE)))

    await telegram.send_document(
        ada, mask, name="mask.png", mime="image/png", caption="/edit blue water", reply_to=shown
    )

    (message,) = await drawn(telegram, ada, after=shown)
    result = await picture(telegram, message)
    assert is_like(colour(result, (100, 350)), BLUE)
    assert is_like(colour(result, (500, 350)), GREEN)


async def test_a_transparent_file_is_picture_and_mask(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await telegram.send_document(
        ada, packed(_with_hole(_green())), name="a.png", mime="image/png", caption="/edit blue water"
    )

    (message,) = await drawn(telegram, ada)
    result = await picture(telegram, message)
    assert is_like(colour(result, (100, 350)), BLUE)
    assert is_like(colour(result, (500, 350)), GREEN)


def _painted(image: Image.Image) -> Image.Image:
    copy = image.copy()
    ImageDraw.Draw(copy).line((60, 300, 240, 300), fill="magenta", width=60)
    return copy


async def test_what_was_painted_over_is_shown_and_then_changed(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    original = photo(*SIZE)
    shown = await telegram.send_photo(ada, packed(original), caption="{{say: nice}}")

    await telegram.send_photo(ada, packed(_painted(original)), caption="blue water", reply_to=shown)
    draft = await asked(telegram, ada, after=shown)
    assert await paid(model) == 0
    await telegram.tap(ada, draft["message_id"], button(draft, "Change this"))

    assert draft["caption"].startswith("Shall I change the marked part")
    (message,) = await drawn(telegram, ada, after=draft["message_id"])
    result = await picture(telegram, message)
    assert is_like(colour(result, (150, 300)), BLUE)
    assert not is_like(colour(result, (500, 100)), BLUE)


async def test_painted_without_words_the_reply_says_what_shall_be_there(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    original = photo(*SIZE)
    shown = await telegram.send_photo(ada, packed(original), caption="{{say: nice}}")
    await telegram.send_photo(ada, packed(_painted(original)), reply_to=shown)
    draft = await asked(telegram, ada, after=shown)

    await telegram.say(ada, "a red hat", reply_to=draft["message_id"])

    (message,) = await drawn(telegram, ada, after=draft["message_id"])
    assert is_like(colour(await picture(telegram, message), (150, 300)), RED)


async def test_another_picture_in_reply_is_a_question(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    shown = await telegram.send_photo(ada, packed(photo(*SIZE)), caption="{{say: nice}}")
    await telegram.next_reply(ada, after=shown)

    second = await telegram.send_photo(
        ada, packed(Image.new("RGB", (300, 300), "blue")), caption="{{say: both seen}}", reply_to=shown
    )

    assert await told(telegram, ada, after=second) == "both seen"
    assert await orders(model) == []


async def test_regions_are_chosen_by_buttons(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/imagine a red sofa --size 1200x1200")
    (first,) = await drawn(telegram, ada)
    await telegram.tap(ada, first["message_id"], button(first, "Edit"))
    draft = await asked(telegram, ada, after=first["message_id"])

    await telegram.callback_answer(await telegram.tap(ada, draft["message_id"], button(draft, "9")))
    await telegram.say(ada, "blue water", reply_to=draft["message_id"])

    (message,) = await drawn(telegram, ada, after=draft["message_id"])
    result = await picture(telegram, message)
    width, height = result.size
    assert is_like(colour(result, (width * 5 // 6, height * 3 // 4)), BLUE)
    assert is_like(colour(result, (width // 6, height * 3 // 4)), RED)


async def test_vary_keeps_the_subject(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/imagine a red sofa")
    (first,) = await drawn(telegram, ada)

    await telegram.say(ada, "/vary 2", reply_to=first["message_id"])

    assert len(await drawn(telegram, ada, after=first["message_id"], count=2)) == 2
    assert "variation" in (await _edits(model))[0]["body"]["prompt"]


async def test_the_variations_button_asks_how_many(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await telegram.say(ada, "/imagine a red sofa")
    (first,) = await drawn(telegram, ada)
    await telegram.callback_answer(await telegram.tap(ada, first["message_id"], button(first, "Variations")))
    asking = next(one for one in await telegram.messages(ada) if one["message_id"] == first["message_id"])

    await telegram.tap(ada, first["message_id"], button(asking, "× 3"))

    assert len(await drawn(telegram, ada, after=first["message_id"], count=3)) == 3


def _mask(size: tuple[int, int], alpha: int) -> bytes:
    return packed(Image.new("RGBA", size, (0, 0, 0, alpha)))


@pytest.mark.parametrize(
    ("mask", "answer"),
    [
        (lambda: _mask(SIZE, 0), "All of the picture is marked."),
        (lambda: packed(_with_hole(Image.new("RGB", (400, 600)))), "That is not the same picture"),
    ],
    ids=["all", "other shape"],
)
async def test_a_mask_that_says_nothing_is_explained(
    mask: Callable[[], bytes], answer: str, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    shown = await telegram.send_photo(ada, packed(_green()), caption="{{say: ok}}")
    await telegram.next_reply(ada, after=shown)

    sent = await telegram.send_document(
        ada, mask(), name="mask.png", mime="image/png", caption="/edit blue", reply_to=shown
    )

    assert answer in await told(telegram, ada, after=sent)
    assert await orders(model) == []


async def test_a_picture_that_vanished_is_explained(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    shown = await telegram.send_photo(ada, packed(_green()), caption="{{say: ok}}")
    await telegram.next_reply(ada, after=shown)
    message = next(one for one in await telegram.messages(ada) if one["message_id"] == shown)
    for size in message["photo"]:
        await telegram.lose_file(size["file_id"])

    asked_ = await telegram.say(ada, "/edit blue", reply_to=shown)

    assert "Telegram no longer has that file." in await told(telegram, ada, after=asked_)
    assert await orders(model) == []


async def test_a_video_cannot_be_changed(telegram: TelegramClient, model: ModelClient, tmp_path: Any) -> None:
    ada = await telegram.user("Ada")
    clip = made.video(tmp_path / "clip.mp4", [made.Scene("red", 1)])
    sent = await telegram.send_video(ada, clip.read_bytes(), caption="/edit make it blue")

    assert "I can change still pictures only" in await told(telegram, ada, after=sent)
    assert await orders(model) == []


async def test_without_any_picture_there_is_nothing_to_change(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    sent = await telegram.say(ada, "/edit make it blue")

    assert "Which picture?" in await told(telegram, ada, after=sent)


async def test_two_edits_at_once_are_both_made(telegram: TelegramClient, model: ModelClient) -> None:
    await model.pace_images(0.5)
    ada = await telegram.user("Ada")
    shown = await telegram.send_photo(ada, packed(_green()), caption="{{say: ok}}")
    await telegram.next_reply(ada, after=shown)

    for colour_ in ("blue", "red"):
        await telegram.say(ada, f"/edit make it {colour_}", reply_to=shown)

    def captions(messages: list[Message]) -> set[str]:
        return {str(one.get("caption")).partition("\n")[0] for one in messages}

    wanted = {"make it blue", "make it red"}
    assert await telegram.wait_for(ada, lambda messages: captions(messages) >= wanted)


async def test_a_sticker_that_stands_still_can_be_changed(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    sticker = await telegram.send_sticker(ada, packed(Image.new("RGBA", (512, 512), "green"), "WEBP"))
    await telegram.next_reply(ada, after=sticker)

    await telegram.say(ada, "/edit make it blue", reply_to=sticker)

    await drawn(telegram, ada, after=sticker)
    assert len(await _edits(model)) == 1


async def test_a_server_with_the_retired_model_gets_squares(town: Town) -> None:
    await town.model.revive_model("dall-e-2")
    catalogue = town.data_dir.parent / "models.toml"
    catalogue.write_text('[models."dall-e-2"]\nshutdown = 2099-01-01\noffered = true\ndefault = true\n')
    async with town.bot(catalogue_file=catalogue):
        ada = await town.telegram.user("Ada")
        mask = packed(_with_hole(_green()))
        await town.telegram.send_document(ada, mask, name="a.png", mime="image/png", caption="/edit blue water")

        (message,) = await drawn(town.telegram, ada)

    (edit,) = await _edits(town.model)
    squares = {(image["format"], image["width"], image["height"]) for image in edit["images"]}
    assert squares == {("png", 1_024, 1_024)}
    assert edit["body"]["model"] == "dall-e-2"
    assert is_like(colour(await picture(town.telegram, message), (100, 512)), BLUE)
