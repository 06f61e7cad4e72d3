"""Entities: their places, their nesting, and what the server finds by itself."""

from typing import Any

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Json


def entity(kind: str, offset: int, length: int, **fields: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length, **fields}


@pytest.mark.parametrize(
    ("entities", "refusal"),
    [
        ([entity("bold", -1, 2)], "incorrect offset"),
        ([entity("bold", 0, 0)], "incorrect length"),
        ([entity("bold", 20, 1)], "starts after the end of the text"),
        ([entity("bold", 5, 20)], "ends after the end of the text"),
        ([entity("bold", 7, 1)], "starts in a middle of a UTF-16 symbol"),
        ([entity("bold", 5, 2)], "ends in a middle of a UTF-16 symbol"),
        ([entity("sparkling", 0, 2)], "must be one of"),
        ([entity("bold", 0, 2, url="https://a.example")], 'has no "url"'),
        ([entity("text_link", 0, 2)], 'needs "url"'),
        ([entity("text_link", 0, 2, url="docs/a.md")], "is invalid"),
        ([entity("text_link", 0, 2, url="javascript:alert(1)")], "is invalid"),
        ([entity("bold", 0, 2, colour="red")], "is not known"),
        ([{"type": "bold", "offset": 0}], "is required"),
        ([entity("bold", 0, 4), entity("italic", 2, 4)], "overlap without nesting"),
        ([entity("bold", 0, 4), entity("bold", 0, 4)], "given twice"),
        ([entity("bold", 0, 4), entity("code", 1, 2)], "can't be nested"),
        ([entity("pre", 0, 4), entity("bold", 0, 4)], "can't be nested"),
        ([entity("text_link", 0, 4, url="https://a.example"), entity("code", 0, 4)], "can't be nested"),
        ([entity("blockquote", 0, 4), entity("expandable_blockquote", 1, 2)], "can't be nested"),
    ],
)
async def test_unsound_entities_are_refused(bot: Bot, ada: int, entities: list[Json], refusal: str) -> None:
    assert refusal in await bot.refused("sendMessage", chat_id=ada, text="012345😀89", entities=entities)


@pytest.mark.parametrize(
    "entities",
    [
        [entity("bold", 0, 5), entity("italic", 1, 2)],
        [entity("bold", 0, 5), entity("text_link", 0, 5, url="https://a.example")],
        [entity("blockquote", 0, 9), entity("bold", 0, 5), entity("code", 5, 3)],
        [entity("blockquote", 0, 9), entity("pre", 0, 9, language="python")],
        [entity("bold", 0, 6), entity("spoiler", 6, 2), entity("code", 8, 2)],
    ],
)
async def test_sound_entities_are_kept(bot: Bot, ada: int, entities: list[Json]) -> None:
    sent = await bot("sendMessage", chat_id=ada, text="012345😀89", entities=entities)

    assert sent["entities"] == entities


async def test_the_101st_entity_is_lost(bot: Bot, ada: int) -> None:
    entities = [entity("bold", place * 2, 1) for place in range(101)]

    sent = await bot("sendMessage", chat_id=ada, text="a " * 101, entities=entities)

    assert len(sent["entities"]) == 100


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("/start now", "bot_command", "/start"),
        ("😀 ask /help@parley_sandbox_bot", "bot_command", "/help@parley_sandbox_bot"),
        ("hi @parley_sandbox_bot!", "mention", "@parley_sandbox_bot"),
        ("see https://a.example/b?c=d.", "url", "https://a.example/b?c=d"),
        ("write to ada@a.example", "email", "ada@a.example"),
        ("about #maths", "hashtag", "#maths"),
    ],
)
async def test_the_server_finds_entities_in_what_people_write(
    people: TelegramClient, ada: int, text: str, kind: str, found: str
) -> None:
    await people.say(ada, text)

    [message] = await people.messages(ada)

    offset = len(text[: text.index(found)].encode("utf-16-le")) // 2
    assert message["entities"] == [entity(kind, offset, len(found))]


@pytest.mark.parametrize("text", ["and/or", "</b>", "a path /usr/bin", "1/2", "costs #1", "plain words"])
async def test_the_server_finds_nothing_where_nothing_is(people: TelegramClient, ada: int, text: str) -> None:
    await people.say(ada, text)

    assert "entities" not in (await people.messages(ada))[0]


async def test_nothing_is_found_inside_code(bot: Bot, ada: int) -> None:
    sent = await bot("sendMessage", chat_id=ada, text="/start", entities=[entity("code", 0, 6)])

    assert sent["entities"] == [entity("code", 0, 6)]


async def test_what_the_bot_writes_is_searched_too(bot: Bot, ada: int) -> None:
    sent = await bot("sendMessage", chat_id=ada, text="try /new")

    assert sent["entities"] == [entity("bot_command", 4, 4)]
