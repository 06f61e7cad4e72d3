"""What the bot gets is what python-telegram-bot knows how to read."""

import telegram

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Json


async def parsed(bot: Bot) -> telegram.Update:
    [update] = await bot.updates()
    return telegram.Update.de_json(update, None)


async def test_a_private_message_is_read(bot: Bot, people: TelegramClient) -> None:
    ada = await people.user("Ada", username="ada", language_code="de", is_premium=True)
    await people.say(ada, "/start hello")

    message = (await parsed(bot)).message

    assert message is not None
    assert message.from_user is not None
    assert (message.chat.type, message.from_user.language_code) == ("private", "de")
    assert message.from_user.is_premium is True
    assert message.parse_entities() == {message.entities[0]: "/start"}
    assert not message.api_kwargs


async def test_a_quoted_reply_is_read(bot: Bot, people: TelegramClient, ada: int) -> None:
    sent = await bot("sendMessage", chat_id=ada, text="Ada wrote the 😀 first program")
    await people.say(ada, "Really?", reply_to=sent["message_id"], quote="first program")

    message = (await parsed(bot)).message

    assert message is not None
    assert message.reply_to_message is not None
    assert message.reply_to_message.from_user is not None
    assert message.reply_to_message.from_user.is_bot
    assert message.quote is not None
    assert (message.quote.text, message.quote.position) == ("first program", 17)


async def test_forwards_are_read(bot: Bot, people: TelegramClient, ada: int) -> None:
    bob = await people.user("Bob")
    await people.say(ada, "look", forward_from=bob)
    await people.say(ada, "look", forward_from="Somebody")

    known, hidden = [telegram.Update.de_json(one, None).message for one in await bot.updates()]

    assert known is not None
    assert hidden is not None
    assert isinstance(known.forward_origin, telegram.MessageOriginUser)
    assert known.forward_origin.sender_user.id == bob
    assert isinstance(hidden.forward_origin, telegram.MessageOriginHiddenUser)


async def test_an_edit_and_its_date_are_read(bot: Bot, people: TelegramClient, ada: int) -> None:
    said = await people.say(ada, "helo")
    await bot.updates(offset=-1)
    await people.edit(ada, said, "hello")

    edited = telegram.Update.de_json((await bot.updates())[-1], None).edited_message

    assert edited is not None
    assert edited.text == "hello"
    assert edited.edit_date is not None


async def test_an_edited_caption_stays_a_caption(bot: Bot, people: TelegramClient, ada: int) -> None:
    said = await people.say(ada, "", caption="helo", dice={"emoji": "🎲", "value": 3})

    await people.edit(ada, said, "hello @ada_")

    [message] = await people.messages(ada)
    assert message["caption"] == "hello @ada_"
    assert message["caption_entities"][0]["type"] == "mention"
    assert "text" not in message


async def test_a_topics_first_words_are_read(bot: Bot, people: TelegramClient, ada: int) -> None:
    forum = await people.group(members=[ada], is_forum=True)
    await people.topic(forum, "Maths")

    message = (await parsed(bot)).message

    assert message is not None
    assert message.forum_topic_created is not None
    assert message.is_topic_message


async def test_a_membership_change_is_read(bot: Bot, people: TelegramClient, ada: int) -> None:
    club = await people.group(members=[ada])
    await people.bot_status(club, "administrator")

    change = (await parsed(bot)).my_chat_member

    assert change is not None
    assert isinstance(change.new_chat_member, telegram.ChatMemberAdministrator)


async def test_every_kind_of_member_and_chat_is_read(bot: Bot, people: TelegramClient, ada: int) -> None:
    club = await people.group(members=[ada])

    full = telegram.ChatFullInfo.de_json(await bot("getChat", chat_id=club), None)
    admins = await bot("getChatAdministrators", chat_id=club)
    member = telegram.ChatMember.de_json(await bot("getChatMember", chat_id=club, user_id=ada), None)

    assert full.permissions is not None
    assert isinstance(telegram.ChatMember.de_json(admins[0], None), telegram.ChatMemberOwner)
    assert isinstance(member, telegram.ChatMemberMember)


async def test_the_bot_itself_is_read(bot: Bot) -> None:
    me = telegram.User.de_json(await bot("getMe"), None)

    assert me.is_bot
    assert me.username == "parley_sandbox_bot"


async def test_extra_fields_are_added_as_they_are(bot: Bot, people: TelegramClient, ada: int) -> None:
    rich: Json = {"blocks": [{"type": "paragraph", "text": "hi"}]}
    await people.say(ada, "", rich_message=rich, media_group_id="7")

    [update] = await bot.updates()

    assert update["message"]["rich_message"] == rich
    assert update["message"]["media_group_id"] == "7"
    assert "text" not in update["message"]
