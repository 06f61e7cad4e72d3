"""Topics: in forums, and in private chats where they are switched on."""

import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot


@pytest.fixture
async def forum(people: TelegramClient, ada: int) -> int:
    return await people.group("Forum", members=[ada], is_forum=True, bot_is_admin=True)


async def test_a_message_in_a_topic_says_so_and_points_at_its_opening(
    bot: Bot, people: TelegramClient, forum: int
) -> None:
    topic = await people.topic(forum, "Maths")
    await people.say(forum, "2 + 2?", topic=topic)

    opened, asked = [update["message"] for update in await bot.updates()]

    assert opened["forum_topic_created"]["name"] == "Maths"
    assert (asked["message_thread_id"], asked["is_topic_message"]) == (topic, True)
    assert asked["reply_to_message"]["message_id"] == topic
    assert asked["chat"]["is_forum"] is True


async def test_general_has_no_number(bot: Bot, people: TelegramClient, forum: int) -> None:
    await people.say(forum, "hello")

    [update] = await bot.updates()

    assert "message_thread_id" not in update["message"]
    assert await bot.refused("sendMessage", chat_id=forum, text="hi", message_thread_id=1) == (
        "message thread not found"
    )


async def test_an_answer_lands_in_its_topic(bot: Bot, people: TelegramClient, forum: int) -> None:
    maths, music = await people.topic(forum, "Maths"), await people.topic(forum, "Music")

    await bot("sendMessage", chat_id=forum, text="4", message_thread_id=maths)

    assert (await people.next_reply(forum, topic=maths))["text"] == "4"
    assert len(await people.messages(forum, topic=music)) == 1


async def test_the_bot_opens_renames_and_closes_topics(bot: Bot, people: TelegramClient, forum: int) -> None:
    created = await bot("createForumTopic", chat_id=forum, name=" Maths ", icon_color=16766590)
    topic = {"chat_id": forum, "message_thread_id": created["message_thread_id"]}
    await bot("editForumTopic", **topic, name="Sums")
    await bot("sendMessage", **topic, text="4")

    await bot("deleteForumTopic", **topic)

    assert (created["name"], created["icon_color"]) == ("Maths", 16766590)
    assert await people.messages(forum) == []
    assert await bot.refused("sendMessage", **topic, text="5") == "message thread not found"


@pytest.mark.parametrize(
    ("name", "colour", "refusal"),
    [
        (" ", 7322096, "TOPIC_TITLE_INVALID"),
        ("x" * 129, 7322096, "TOPIC_TITLE_INVALID"),
        ("x", 5, "invalid forum topic icon color specified"),
    ],
)
async def test_unsound_topics_are_refused(bot: Bot, forum: int, name: str, colour: int, refusal: str) -> None:
    assert await bot.refused("createForumTopic", chat_id=forum, name=name, icon_color=colour) == refusal


async def test_a_topic_must_be_changed_to_something_else(bot: Bot, people: TelegramClient, forum: int) -> None:
    topic = {"chat_id": forum, "message_thread_id": await people.topic(forum, "Maths")}

    assert await bot.refused("editForumTopic", **topic, name="Maths") == "TOPIC_NOT_MODIFIED"
    assert await bot.refused("editForumTopic", **topic, name="x" * 129) == "TOPIC_TITLE_INVALID"


async def test_only_an_admin_bot_opens_topics(bot: Bot, people: TelegramClient, ada: int) -> None:
    forum = await people.group(members=[ada], is_forum=True)
    topic = await people.topic(forum)

    refusal = await bot.refused("createForumTopic", chat_id=forum, name="Maths")

    assert refusal == "not enough rights to create a topic"
    assert "rights" in await bot.refused("deleteForumTopic", chat_id=forum, message_thread_id=topic)


async def test_words_in_a_topic_that_the_bot_opened_are_no_reply_to_it(
    bot: Bot, people: TelegramClient, forum: int
) -> None:
    created = await bot("createForumTopic", chat_id=forum, name="Maths")
    await people.bot_status(forum, "member")
    await bot.updates(offset=-1)

    await people.say(forum, "hello all", topic=created["message_thread_id"])

    assert await bot.heard() == []


async def test_private_chats_have_topics_when_they_are_switched_on(
    bot: Bot, people: TelegramClient, ada: int
) -> None:
    refusal = await bot.refused("createForumTopic", chat_id=ada, name="Maths")
    await people.configure(topics_in_private=True)

    created = await bot("createForumTopic", chat_id=ada, name="Maths")
    topic = created["message_thread_id"]
    await people.say(ada, "2 + 2?", topic=topic)

    [update] = await bot.updates()
    assert refusal == "the chat is not a forum"
    assert (await bot("getMe"))["has_topics_enabled"] is True
    assert update["message"]["message_thread_id"] == topic
    assert update["message"]["is_topic_message"] is True


async def test_chat_actions_need_an_existing_topic(bot: Bot, forum: int) -> None:
    refusal = await bot.refused("sendChatAction", chat_id=forum, action="typing", message_thread_id=9)

    assert refusal == "message thread not found"
