"""Reply keyboards: who has which one under the message field, and until when."""

from pathlib import Path

from sandbox.telegram.client import TelegramClient
from sandbox.telegram.server import TelegramSandbox
from tests.sandbox.telegram.bot import Bot

_KEYBOARD = {"keyboard": [[{"text": "Yes"}, {"text": "No"}]], "resize_keyboard": True}


async def test_a_keyboard_is_there_until_it_is_taken_away(people: TelegramClient, bot: Bot, ada: int) -> None:
    message = await bot("sendMessage", chat_id=ada, text="Well?", reply_markup=_KEYBOARD)
    shown = await people.reply_keyboard(ada)
    await bot("sendMessage", chat_id=ada, text="Done", reply_markup={"remove_keyboard": True})

    assert shown is not None
    assert (shown["message_id"], shown["markup"]) == (message["message_id"], _KEYBOARD)
    assert "reply_markup" not in message
    assert await people.reply_keyboard(ada) is None


async def test_what_is_for_one_time_is_marked_as_used(people: TelegramClient, bot: Bot, ada: int) -> None:
    await bot("sendMessage", chat_id=ada, text="?", reply_markup=_KEYBOARD | {"one_time_keyboard": True})
    before = await people.reply_keyboard(ada)
    await people.say(ada, "Yes")
    after = await people.reply_keyboard(ada)

    assert before is not None
    assert after is not None
    assert ("is_used" in before, after["is_used"]) == (False, True)


async def test_an_answer_ends_a_forced_reply(people: TelegramClient, bot: Bot, ada: int) -> None:
    asked = await bot("sendMessage", chat_id=ada, text="Your name?", reply_markup={"force_reply": True})
    shown = await people.reply_keyboard(ada)
    await people.say(ada, "Ada", reply_to=asked["message_id"])

    assert shown is not None
    assert shown["markup"] == {"force_reply": True}
    assert await people.reply_keyboard(ada) is None


async def test_in_a_group_a_selective_one_is_for_whom_is_meant(
    people: TelegramClient, bot: Bot, ada: int
) -> None:
    grace = await people.user("Grace", username="grace")
    alan = await people.user("Alan")
    group = await people.group("Club", [ada, grace, alan])
    asked = await people.say(group, "/poll", user=ada)
    markup = _KEYBOARD | {"selective": True}
    reply = {"message_id": asked}
    await bot("sendMessage", chat_id=group, text="@Grace?", reply_markup=markup, reply_parameters=reply)

    found = [await people.reply_keyboard(group, user=user) is not None for user in (ada, grace, alan)]
    assert found == [True, True, False]


async def test_with_its_message_a_keyboard_goes(people: TelegramClient, bot: Bot, ada: int) -> None:
    message = await bot("sendMessage", chat_id=ada, text="?", reply_markup=_KEYBOARD)
    await bot("deleteMessage", chat_id=ada, message_id=message["message_id"])

    assert await people.reply_keyboard(ada) is None


async def test_buttons_without_words_are_left_out(people: TelegramClient, bot: Bot, ada: int) -> None:
    rows = [[{"text": " "}, {"text": "Yes"}], [{"text": ""}]]
    await bot("sendMessage", chat_id=ada, text="?", reply_markup={"keyboard": rows})
    refused = await bot.refused("sendMessage", chat_id=ada, text="?", reply_markup={"keyboard": rows[1:]})

    shown = await people.reply_keyboard(ada)
    assert shown is not None
    assert shown["markup"]["keyboard"] == [[{"text": "Yes"}]]
    assert refused == "the reply keyboard has no buttons"


async def test_a_group_is_not_asked_for_phone_numbers(people: TelegramClient, bot: Bot, ada: int) -> None:
    group = await people.group("Club", [ada])
    markup = {"keyboard": [[{"text": "Mine", "request_contact": True}]]}

    refused = await bot.refused("sendMessage", chat_id=group, text="?", reply_markup=markup)
    assert refused == "phone number can be requested in private chats only"


async def test_keyboards_and_votes_outlive_the_sandbox(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with TelegramSandbox.open(state_file=state) as first, TelegramClient.open(first.root) as people:
        ada = await people.user("Ada")
        poll = await people.poll(ada, "Tea?", ["Yes", "No"])
        await people.vote(ada, poll, [0])
    async with TelegramSandbox.open(state_file=state) as second, TelegramClient.open(second.root) as people:
        await people.vote(ada, poll, [1])
        counts = [option["voter_count"] for option in (await people.messages(ada))[0]["poll"]["options"]]

    assert counts == [0, 1]
