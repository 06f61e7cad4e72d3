"""sendMessage: what is taken, what is shown, what is refused."""

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot


async def test_a_message_is_trimmed_and_its_entities_move_along(bot: Bot, ada: int) -> None:
    bold = {"type": "bold", "offset": 4, "length": 5}

    sent = await bot("sendMessage", chat_id=ada, text=" \n  Hello, Ada \n", entities=[bold])

    assert sent["text"] == "Hello, Ada"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 5}]


async def test_control_characters_become_spaces_and_carriage_returns_vanish(bot: Bot, ada: int) -> None:
    code = {"type": "code", "offset": 3, "length": 1}

    sent = await bot("sendMessage", chat_id=ada, text="a\tb\r\x07c"[:3] + "x\r\ny", entities=[code])

    assert sent["text"] == "a bx\ny"
    assert sent["entities"] == [code]


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u200d", "\u2800"])
async def test_a_text_that_shows_nothing_is_empty(bot: Bot, ada: int, text: str) -> None:
    assert await bot.refused("sendMessage", chat_id=ada, text=text) == "message text is empty"


async def test_4096_characters_fit_however_many_bytes_they_take(bot: Bot, ada: int) -> None:
    sent = await bot("sendMessage", chat_id=ada, text="😀" * 4096)

    assert len(sent["text"]) == 4096


async def test_4097_characters_are_too_long(bot: Bot, ada: int) -> None:
    assert await bot.refused("sendMessage", chat_id=ada, text="x" * 4097) == "message is too long"


async def test_an_unknown_chat_is_not_found(bot: Bot) -> None:
    assert await bot.refused("sendMessage", chat_id=5, text="hi") == "chat not found"


async def test_someone_who_blocked_the_bot_is_not_reached(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.block(ada)

    answer = await bot.call("sendMessage", chat_id=ada, text="hi")

    assert answer.status == 403
    assert answer.body["description"] == "Forbidden: bot was blocked by the user"


async def test_someone_who_unblocked_the_bot_is_reached(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.block(ada)
    await people.unblock(ada)

    assert await bot("sendMessage", chat_id=ada, text="hi")


async def test_an_answer_shows_what_it_answers(bot: Bot, people: TelegramClient, ada: int) -> None:
    asked = await people.say(ada, "What is 2 + 2?")
    reply = {"message_id": asked, "quote": "2 + 2"}

    sent = await bot("sendMessage", chat_id=ada, text="4", reply_parameters=reply)

    assert sent["reply_to_message"]["text"] == "What is 2 + 2?"
    assert sent["quote"] == {"text": "2 + 2", "position": 8, "is_manual": True}


async def test_an_answer_to_a_missing_message_is_refused(bot: Bot, ada: int) -> None:
    refusal = await bot.refused("sendMessage", chat_id=ada, text="4", reply_parameters={"message_id": 7})

    assert refusal == "message to be replied not found"


async def test_an_answer_to_a_missing_message_may_be_sent_without_it(bot: Bot, ada: int) -> None:
    reply = {"message_id": 7, "allow_sending_without_reply": True}

    sent = await bot("sendMessage", chat_id=ada, text="4", reply_parameters=reply)

    assert "reply_to_message" not in sent


async def test_words_that_were_not_said_cannot_be_quoted(bot: Bot, people: TelegramClient, ada: int) -> None:
    asked = await people.say(ada, "What is 2 + 2?")
    reply = {"message_id": asked, "quote": "3 + 3"}

    assert (
        await bot.refused("sendMessage", chat_id=ada, text="4", reply_parameters=reply) == "QUOTE_TEXT_INVALID"
    )


async def test_message_ids_grow_in_each_chat(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.say(ada, "one")

    ids = [(await bot("sendMessage", chat_id=ada, text="hi"))["message_id"] for _ in range(2)]

    assert ids == [2, 3]


async def test_parse_mode_is_refused_here(bot: Bot, ada: int) -> None:
    refusal = await bot.refused("sendMessage", chat_id=ada, text="*hi*", parse_mode="MarkdownV2")

    assert "parse_mode" in refusal


async def test_a_message_can_be_copied_and_forwarded(bot: Bot, people: TelegramClient, ada: int) -> None:
    said = await people.say(ada, "remember me")
    where = {"chat_id": ada, "from_chat_id": ada, "message_id": said}

    copy = await bot("copyMessage", **where)
    forwarded = await bot("forwardMessage", **where)

    assert [one["text"] for one in await people.messages(ada)] == ["remember me"] * 3
    assert copy == {"message_id": 2}
    assert forwarded["forward_origin"]["sender_user"]["id"] == ada


async def test_a_reaction_is_set_and_taken_back(bot: Bot, people: TelegramClient, ada: int) -> None:
    said = await people.say(ada, "hello")
    eyes = {"type": "emoji", "emoji": "👀"}

    await bot("setMessageReaction", chat_id=ada, message_id=said, reaction=[eyes])
    first = await people.reactions(ada, said)
    await bot("setMessageReaction", chat_id=ada, message_id=said, reaction=[])

    assert first == [eyes]
    assert await people.reactions(ada, said) == []


@pytest.mark.parametrize(
    ("reaction", "refusal"),
    [
        ([{"type": "emoji", "emoji": "🥝"}], "REACTION_INVALID"),
        ([{"type": "paid"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👎"}], "REACTIONS_TOO_MANY"),
    ],
)
async def test_a_bot_sets_one_known_free_reaction(
    bot: Bot, people: TelegramClient, ada: int, reaction: list[dict[str, str]], refusal: str
) -> None:
    said = await people.say(ada, "hello")

    assert await bot.refused("setMessageReaction", chat_id=ada, message_id=said, reaction=reaction) == refusal


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        ({}, "message identifier is not specified"),
        ({"message_id": 1, "chat_id": 5}, "replies across chats are not served by this sandbox"),
    ],
)
async def test_unsound_replies_are_refused(bot: Bot, ada: int, reply: dict[str, int], refusal: str) -> None:
    assert await bot.refused("sendMessage", chat_id=ada, text="4", reply_parameters=reply) == refusal


async def test_link_previews_can_be_chosen(bot: Bot, ada: int) -> None:
    preview = {"is_disabled": True}

    sent = await bot("sendMessage", chat_id=ada, text="see", link_preview_options=preview)

    assert sent["link_preview_options"] == preview


@pytest.mark.parametrize("verb", ["copy", "forward"])
async def test_what_is_not_there_is_neither_copied_nor_forwarded(
    bot: Bot, people: TelegramClient, ada: int, verb: str
) -> None:
    dice = await people.say(ada, "", dice={"emoji": "🎲", "value": 3})
    where = {"chat_id": ada, "from_chat_id": ada}

    assert await bot.refused(f"{verb}Message", **where, message_id=99) == f"message to {verb} not found"
    assert (await bot.refused(f"{verb}Message", **where, message_id=dice)).startswith("message can't be")


async def test_reactions_need_a_message(bot: Bot, ada: int) -> None:
    assert await bot.refused("setMessageReaction", chat_id=ada, message_id=9) == "message to react not found"
