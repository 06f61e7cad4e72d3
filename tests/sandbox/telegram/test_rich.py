"""Rich messages: every block exactly, every limit."""

from typing import Any

import pytest

from tests.sandbox.telegram.bot import Bot, Json

CELL = {"text": "a", "align": "left", "valign": "top"}


def paragraph(text: Any) -> Json:
    return {"type": "paragraph", "text": text}


def nested(kind: str, depth: int) -> Any:
    """Formatting around a word."""
    text: Any = "deep"
    for _ in range(depth):
        text = {"type": kind, "text": text}
    return text


def quotes(depth: int) -> Json:
    block: Json = paragraph("deep")
    for _ in range(depth):
        block = {"type": "blockquote", "blocks": [block]}
    return block


async def refusal_of(bot: Bot, chat_id: int, *blocks: Any) -> str:
    return await bot.refused("sendRichMessage", chat_id=chat_id, rich_message={"blocks": list(blocks)})


async def test_every_block_an_answer_needs_is_taken(bot: Bot, ada: int) -> None:
    blocks: list[Json] = [
        {"type": "heading", "text": "Title", "size": 1},
        paragraph(
            ["a ", {"type": "bold", "text": "b"}, {"type": "url", "text": "c", "url": "https://a.example"}]
        ),
        {"type": "pre", "text": "print()", "language": "python"},
        {"type": "divider"},
        {"type": "mathematical_expression", "expression": "E = mc^2"},
        {"type": "blockquote", "blocks": [paragraph("quoted")], "credit": "Ada"},
        {"type": "expandable_blockquote", "text": "long"},
        {"type": "table", "cells": [[CELL | {"is_header": True}], [CELL]], "is_bordered": True},
        {"type": "details", "summary": "more", "blocks": [paragraph("inside")]},
        {"type": "footer", "text": {"type": "mathematical_expression", "expression": "x"}},
        {"type": "buttons", "buttons": [{"text": "Go", "callback_data": "go"}]},
    ]

    sent = await bot("sendRichMessage", chat_id=ada, rich_message={"blocks": blocks})

    assert sent["rich_message"]["blocks"] == blocks
    assert "text" not in sent


async def test_a_list_item_is_shown_with_its_label(bot: Bot, ada: int) -> None:
    items = [{"blocks": [paragraph("one")]}, {"blocks": [paragraph("two")], "value": 4}]

    sent = await bot(
        "sendRichMessage", chat_id=ada, rich_message={"blocks": [{"type": "list", "items": items}]}
    )

    [shown] = sent["rich_message"]["blocks"]
    assert [item["label"] for item in shown["items"]] == ["•", "4."]


UNREADABLE: list[tuple[Any, str]] = [
    ({"type": "banner", "text": "x"}, 'no block of type "banner"'),
    ({"type": "plain", "text": "x"}, 'no block of type "plain"'),
    ("words", "no block of type"),
    ({"type": "paragraph"}, '"text" is required'),
    ({"type": "paragraph", "text": 5}, "no rich text of type"),
    ({"type": "paragraph", "text": "x", "colour": "red"}, '"colour" is not known'),
    ({"type": "heading", "text": "x", "size": 7}, "between 1 and 6"),
    ({"type": "heading", "text": "x", "size": "1"}, "an integer is expected"),
    ({"type": "thinking", "text": "x"}, 'no block of type "thinking"'),
    ({"type": "list", "items": [{"text": "x"}]}, '"text" is not known'),
    ({"type": "list", "items": [{"blocks": [], "type": "z"}]}, "must be one of"),
    ({"type": "table", "cells": [[{"text": "x", "valign": "top"}]]}, '"align" is required'),
    ({"type": "table", "cells": [[CELL | {"align": "middle"}]]}, "must be one of"),
    ({"type": "table", "cells": [[CELL | {"type": "cell"}]]}, '"type" is not known'),
    ({"type": "table", "cells": [CELL]}, "an array is expected"),
    ({"type": "details", "summary": "x", "blocks": [], "is_open": 1}, "a boolean is expected"),
    ({"type": "collage", "blocks": [paragraph("x")]}, "only media blocks"),
    ({"type": "buttons", "buttons": []}, "1 to 8 buttons"),
    (paragraph({"type": "plain", "text": "x"}), 'no rich text of type "plain"'),
    (paragraph({"type": "bold"}), '"text" is required'),
    (paragraph({"type": "url", "text": "x"}), '"url" is required'),
]


@pytest.mark.parametrize(("block", "why"), UNREADABLE)
async def test_other_shapes_are_refused_loudly(bot: Bot, ada: int, block: Any, why: str) -> None:
    refusal = await refusal_of(bot, ada, block)

    assert refusal.startswith("can't parse InputRichBlock: blocks[0]")
    assert why in refusal


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([paragraph("x" * 32_769)], "RICH_MESSAGE_TEXT_TOO_LONG"),
        ([paragraph("x" * 20_000), {"type": "pre", "text": "x" * 12_769}], "RICH_MESSAGE_TEXT_TOO_LONG"),
        ([paragraph("x")] * 501, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        ([{"type": "list", "items": [{"blocks": [paragraph("x")]}] * 250}], "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        ([{"type": "table", "cells": [[CELL]] * 500}], "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        ([{"type": "table", "cells": [[CELL] * 21]}], "RICH_MESSAGE_TABLE_COLS_TOO_MANY"),
        ([{"type": "table", "cells": [[CELL | {"colspan": 11}] * 2]}], "RICH_MESSAGE_TABLE_COLS_TOO_MANY"),
        ([paragraph(nested("bold", 16))], "RICH_MESSAGE_DEPTH_INVALID"),
        ([quotes(16)], "RICH_MESSAGE_DEPTH_INVALID"),
        ([{"type": "divider"}], "RICH_MESSAGE_EMPTY"),
        ([{"type": "heading", "text": " ", "size": 1}], "RICH_MESSAGE_EMPTY"),
        ([], "RICH_MESSAGE_EMPTY"),
        ([paragraph({"type": "url", "text": "x", "url": "docs/a.md"})], "RICH_MESSAGE_URL_INVALID"),
        ([paragraph({"type": "url", "text": "x", "url": "file:///etc"})], "RICH_MESSAGE_URL_INVALID"),
        (
            [paragraph({"type": "email_address", "text": "x", "email_address": "nobody"})],
            "RICH_MESSAGE_EMAIL_INVALID",
        ),
        (
            [paragraph({"type": "custom_emoji", "custom_emoji_id": "1", "alternative_text": "x"})],
            "RICH_MESSAGE_EMOJI_INVALID",
        ),
        (
            [{"type": "photo", "photo": {"type": "photo", "media": "https://a.example/a.png"}}],
            "RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND",
        ),
    ],
)
async def test_what_is_too_much_has_its_own_code(bot: Bot, ada: int, blocks: list[Json], code: str) -> None:
    assert await refusal_of(bot, ada, *blocks) == code


@pytest.mark.parametrize(
    "blocks",
    [
        [paragraph("語" * 32_768)],
        [paragraph("x")] * 500,
        [{"type": "list", "items": [{"blocks": [paragraph("x")]}] * 249}],
        [{"type": "table", "cells": [[CELL] * 20] * 499}],
        [paragraph(nested("bold", 15))],
        [quotes(15)],
    ],
)
async def test_what_just_fits_is_taken(bot: Bot, ada: int, blocks: list[Json]) -> None:
    assert await bot("sendRichMessage", chat_id=ada, rich_message={"blocks": blocks})


@pytest.mark.parametrize(
    ("rich_message", "refusal"),
    [
        ({}, "RICH_MESSAGE_CONTENT_REQUIRED"),
        ({"blocks": [paragraph("x")], "markdown": "x"}, "RICH_MESSAGE_CONTENT_REQUIRED"),
        ({"markdown": "x"}, "this sandbox reads blocks, not markdown or html"),
        ({"blocks": [paragraph("x")], "title": "x"}, '"rich_message.title" is not known'),
    ],
)
async def test_a_rich_message_is_blocks_and_nothing_else(
    bot: Bot, ada: int, rich_message: Json, refusal: str
) -> None:
    assert await bot.refused("sendRichMessage", chat_id=ada, rich_message=rich_message) == refusal


async def test_tabs_in_code_become_spaces(bot: Bot, ada: int) -> None:
    sent = await bot("sendRichMessage", chat_id=ada, rich_message={"blocks": [{"type": "pre", "text": "a\tb"}]})

    assert sent["rich_message"]["blocks"][0]["text"] == "a b"


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ("Go", '"blocks[0].buttons[0]" must be an object'),
        ({"callback_data": "go"}, '"blocks[0].buttons[0].text" is required'),
        ({"text": "Go", "callback_data": 5}, "must be a string"),
        ({"text": "Go", "callback_data": "go", "icon": "x"}, "is not known"),
        ({"text": "Go", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": 5, "callback_data": "go"}, "no rich text of type"),
    ],
)
async def test_buttons_in_blocks_are_checked_like_others(bot: Bot, ada: int, button: Any, refusal: str) -> None:
    assert refusal in await refusal_of(bot, ada, {"type": "buttons", "buttons": [button]})


@pytest.mark.parametrize(
    ("block", "refusal"),
    [
        ({"type": "map", "location": {"latitude": 1, "longitude": "x"}}, "must be a number"),
        ({"type": "map", "location": {"latitude": 1.5, "longitude": 2}, "zoom": 25}, "between 0 and 24"),
        (paragraph({"type": "text_mention", "text": "Ada", "user": {"id": 1}}), "is required"),
        ({"type": "pre", "text": "x", "language": 5}, "a string is expected"),
        ({"type": "list", "items": ["one"]}, "an object is expected"),
    ],
)
async def test_what_blocks_hold_is_checked_too(bot: Bot, ada: int, block: Json, refusal: str) -> None:
    assert refusal in await refusal_of(bot, ada, block)


async def test_a_map_alone_is_a_message(bot: Bot, ada: int) -> None:
    place = {"type": "map", "location": {"latitude": 1.5, "longitude": 2}, "zoom": 3}

    assert await bot("sendRichMessage", chat_id=ada, rich_message={"blocks": [place], "is_rtl": True})
