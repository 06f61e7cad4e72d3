"""Telegram's quirks end at the gateway."""

import asyncio

import pytest

from domain.errors import ReaderGone
from domain.reply import Button
from domain.turn import ConversationKey
from replies.content import RichContent, TextContent
from replies.errors import MessageGone, MethodMissing
from replies.gateway import Gateway
from tests.replies.house import House

HELLO = TextContent("Hello")


async def test_updates_arrive_and_are_confirmed_by_asking_on(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.say(user, "Hi")

    updates = await house.gateway.get_updates(None, timeout_seconds=1, kinds=["message"])
    rest = await house.gateway.get_updates(updates[0]["update_id"] + 1, timeout_seconds=0, kinds=["message"])

    assert [update["message"]["text"] for update in updates] == ["Hi"]
    assert list(rest) == []
    assert await house.people.pending() == 0


async def test_a_message_has_its_buttons(house: House) -> None:
    user = await house.people.user("Ada")
    keyboard = ((Button("Yes", "yes:1"), Button("Site", url="https://example.com")),)

    await house.gateway.send(ConversationKey(user), HELLO, keyboard=keyboard)

    message = (await house.people.messages(user))[-1]
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "yes:1"
    assert message["reply_markup"]["inline_keyboard"][0][1]["url"] == "https://example.com"


async def test_a_tap_is_answered(house: House) -> None:
    user = await house.people.user("Ada")
    sent = await house.gateway.send(ConversationKey(user), HELLO, keyboard=((Button("Yes", "yes"),),))
    query = await house.people.tap(user, sent, "yes")

    await house.gateway.answer_callback(query, "Done.")

    assert (await house.people.callback_answer(query))["text"] == "Done."


async def test_a_tap_that_nobody_waits_for_is_nobodys_trouble(house: House) -> None:
    await house.gateway.answer_callback("12345", "Too late")

    assert await house.counted("answerCallbackQuery") == 1


async def test_an_answer_to_a_tap_waits_its_flood_out(house: House) -> None:
    user = await house.people.user("Ada")
    sent = await house.gateway.send(ConversationKey(user), HELLO, keyboard=((Button("Yes", "yes"),),))
    query = await house.people.tap(user, sent, "yes")
    await house.people.fault(method="answerCallbackQuery", kind="status", status=429, retry_after=1)

    await house.gateway.answer_callback(query, "Done.")

    assert (await house.people.callback_answer(query))["text"] == "Done."
    assert await house.people.violations() == []


async def test_an_edit_that_changes_nothing_succeeds(house: House) -> None:
    user = await house.people.user("Ada")
    sent = await house.gateway.send(ConversationKey(user), HELLO)

    await house.gateway.edit(ConversationKey(user), sent, HELLO)

    assert await house.texts(user) == ["Hello"]


async def test_a_missing_message_cannot_be_edited_or_deleted(house: House) -> None:
    key = ConversationKey(await house.people.user("Ada"))

    with pytest.raises(MessageGone):
        await house.gateway.edit(key, 999_999, HELLO)
    with pytest.raises(MessageGone):
        await house.gateway.delete(key, 999_999)


async def test_buttons_can_be_changed_alone(house: House) -> None:
    user = await house.people.user("Ada")
    sent = await house.gateway.send(ConversationKey(user), HELLO, keyboard=((Button("Yes", "yes"),),))

    await house.gateway.edit_keyboard(ConversationKey(user), sent, ((Button("No", "no"),),))

    message = (await house.people.messages(user))[-1]
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "No"


async def test_nobody_is_left_to_read_after_a_block(house: House) -> None:
    user = await house.people.user("Ada")
    await house.people.block(user)

    with pytest.raises(ReaderGone):
        await house.gateway.send(ConversationKey(user), HELLO)


async def test_nobody_is_left_to_read_in_a_group_that_threw_the_bot_out(house: House) -> None:
    club = await house.people.group("Club", [await house.people.user("Ada")])
    await house.people.kick(club)

    with pytest.raises(ReaderGone):
        await house.gateway.send(ConversationKey(club), HELLO)


async def test_a_group_that_moved_is_followed_and_its_move_told_once(house: House) -> None:
    ada = await house.people.user("Ada")
    old = await house.people.group("Club", [ada], kind="group")
    new = await house.people.migrate(old)

    await asyncio.gather(*(house.gateway.send(ConversationKey(old), HELLO) for _ in range(3)))

    assert house.moves == [(old, new)]
    assert await house.texts(new) == ["Hello"] * 3
    assert len(await house.people.calls("sendMessage", chat_id=old)) == 1


async def test_what_is_asked_about_a_moved_group_is_asked_of_the_new_one(house: House) -> None:
    ada = await house.people.user("Ada")
    old = await house.people.group("Club", [ada], kind="group")
    new = await house.people.migrate(old)

    member = await house.gateway.get_chat_member(old, ada)

    assert member["user"]["id"] == ada
    assert house.moves == [(old, new)]


async def test_a_topic_is_written_to(house: House) -> None:
    club = await house.people.group("Club", [await house.people.user("Ada")], is_forum=True)
    topic = await house.people.topic(club, "Chess")

    await house.gateway.send(ConversationKey(club, topic), HELLO)

    assert [message.get("text") for message in await house.people.messages(club, topic=topic)][-1] == "Hello"


async def test_a_topic_that_is_gone_is_left_for_the_chat(house: House) -> None:
    club = await house.people.group("Club", [await house.people.user("Ada")], is_forum=True)

    await house.gateway.send(ConversationKey(club, 777), HELLO)

    assert "Hello" in await house.texts(club)


async def test_a_method_the_server_lacks_is_asked_for_once(house: House) -> None:
    key = ConversationKey(await house.people.user("Ada"))
    await house.people.configure(supports={"sendRichMessage": False})
    rich = RichContent([{"type": "paragraph", "text": "Hello"}])

    for _ in range(3):
        with pytest.raises(MethodMissing):
            await house.gateway.send(key, rich)

    assert await house.counted("sendRichMessage") == 1
    assert not house.gateway.can_send_rich()


async def test_commands_are_registered_however_busy_telegram_is(house: House) -> None:
    await house.people.fault(method="setMyCommands", kind="status", status=429, retry_after=1)

    await house.gateway.set_my_commands([("new", "start anew")], scope={"type": "default"}, language_code="zh")

    commands = await house.people.commands(language_code="zh")
    assert [command["command"] for command in commands] == ["new"]


async def test_a_webhook_is_set_and_taken_away(house: House) -> None:
    await house.gateway.set_webhook("http://127.0.0.1:9/hook", secret="s3cret", kinds=["message"])
    during = await house.gateway.get_webhook_info()
    await house.gateway.delete_webhook()
    after = await house.gateway.get_webhook_info()

    assert during["url"] == "http://127.0.0.1:9/hook"
    assert after["url"] == ""


async def test_the_bot_knows_itself(house: House) -> None:
    assert (await house.gateway.get_me())["is_bot"]


async def test_a_move_that_could_not_be_told_is_told_at_the_next_call(house: House) -> None:
    ada = await house.people.user("Ada")
    old = await house.people.group("Club", [ada], kind="group")
    new = await house.people.migrate(old)
    told: list[tuple[int, int]] = []

    async def on_migrated(before: int, after: int) -> None:
        told.append((before, after))
        if len(told) == 1:
            raise OSError("the disk is full")

    gateway = Gateway(house.wire, house.gateway.governor, on_migrated)
    with pytest.raises(OSError, match="disk"):
        await gateway.send(ConversationKey(old), HELLO)
    await gateway.send(ConversationKey(old), HELLO)

    assert told == [(old, new), (old, new)]
    assert await house.texts(new) == ["Hello"]


async def test_a_tap_is_not_waited_for_longer_than_it_lasts(house: House) -> None:
    await house.people.fault(method="answerCallbackQuery", kind="status", status=429, retry_after=60)

    await house.gateway.answer_callback("12345", "Too late")

    assert await house.counted("answerCallbackQuery") == 1


async def test_a_tap_is_answered_again_after_a_hiccup(house: House) -> None:
    user = await house.people.user("Ada")
    sent = await house.gateway.send(ConversationKey(user), HELLO, keyboard=((Button("Yes", "yes"),),))
    query = await house.people.tap(user, sent, "yes")
    await house.people.fault(method="answerCallbackQuery", kind="status", status=500)

    await house.gateway.answer_callback(query, "Done.")

    assert (await house.people.callback_answer(query))["text"] == "Done."
