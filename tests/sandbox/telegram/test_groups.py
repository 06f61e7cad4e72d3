"""Groups: what a bot may hear there, who is who, and how it comes and goes."""

from typing import Any

import pytest

from sandbox.telegram.client import SandboxRefused, TelegramClient
from tests.sandbox.telegram.bot import Bot

ME = "@parley_sandbox_bot"


@pytest.fixture
async def club(people: TelegramClient, ada: int) -> int:
    return await people.group("Club", members=[ada])


@pytest.mark.parametrize("text", ["/ask why", f"/ask{ME} why", f"hey {ME} why", f"please /ask{ME}"])
async def test_with_privacy_the_bot_hears_what_is_meant_for_it(
    bot: Bot, people: TelegramClient, club: int, text: str
) -> None:
    await people.say(club, text)

    assert await bot.heard() == [text]


@pytest.mark.parametrize("text", ["hello all", "/ask@other_bot why", "hey @other_bot", "look at /ask"])
async def test_with_privacy_it_hears_nothing_else(
    bot: Bot, people: TelegramClient, club: int, text: str
) -> None:
    await people.say(club, text)

    assert await bot.heard() == []


async def test_with_privacy_it_hears_replies_to_itself(bot: Bot, people: TelegramClient, club: int) -> None:
    own = await bot("sendMessage", chat_id=club, text="hi")
    theirs = await people.say(club, "hello all")
    await people.say(club, "to all", reply_to=theirs)
    await people.say(club, "to you", reply_to=own["message_id"])

    assert await bot.heard() == ["to you"]


async def test_with_privacy_a_caption_can_be_meant_for_it(bot: Bot, people: TelegramClient, club: int) -> None:
    await people.say(club, "", caption=f"{ME} what is this?", dice={"emoji": "🎲", "value": 1})

    assert len(await bot.updates()) == 1


async def test_without_privacy_it_hears_all(bot: Bot, people: TelegramClient, club: int) -> None:
    await people.configure(privacy=False)

    await people.say(club, "hello all")

    assert await bot.heard() == ["hello all"]
    assert (await bot("getMe"))["can_read_all_group_messages"] is True


async def test_as_an_admin_it_hears_all(bot: Bot, people: TelegramClient, club: int) -> None:
    await people.bot_status(club, "administrator")

    await people.say(club, "hello all")

    assert await bot.heard() == ["hello all"]


async def test_edits_are_heard_like_messages(bot: Bot, people: TelegramClient, club: int) -> None:
    said = await people.say(club, "hello all")
    await people.edit(club, said, "/ask all")

    [update] = await bot.updates()

    assert update["edited_message"]["text"] == "/ask all"
    assert update["edited_message"]["edit_date"] >= update["edited_message"]["date"]


async def test_the_bot_is_told_that_it_was_added(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.group("Club", members=[ada], announce=True)

    added, greeted = await bot.updates()

    change = added["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("left", "member")
    assert greeted["message"]["new_chat_members"][0]["username"] == ME[1:]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_kicked_bot_is_told_and_cannot_write(
    bot: Bot, people: TelegramClient, ada: int, kind: Any
) -> None:
    club = await people.group(members=[ada], kind=kind)
    await people.kick(club)

    answer = await bot.call("sendMessage", chat_id=club, text="hi")
    [update] = await bot.updates()

    assert (answer.status, answer.body["description"]) == (
        403,
        f"Forbidden: bot was kicked from the {kind} chat",
    )
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_bot_that_left_hears_and_says_nothing(bot: Bot, people: TelegramClient, club: int) -> None:
    await bot("leaveChat", chat_id=club)
    await people.say(club, "/ask why")

    answer = await bot.call("sendMessage", chat_id=club, text="hi")

    assert answer.body["description"] == "Forbidden: bot is not a member of the supergroup chat"
    assert await bot.updates() == []


async def test_a_blocked_bot_is_told(bot: Bot, people: TelegramClient, ada: int) -> None:
    await people.block(ada)

    [update] = await bot.updates()

    assert update["my_chat_member"]["chat"]["type"] == "private"
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_a_migrated_group_says_where_it_went(bot: Bot, people: TelegramClient, ada: int) -> None:
    club = await people.group(members=[ada], kind="group")
    new = await people.migrate(club)

    answer = await bot.call("sendMessage", chat_id=club, text="hi")
    left, came = await bot.updates()

    assert answer.status == 400
    assert answer.body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer.body["parameters"] == {"migrate_to_chat_id": new}
    assert left["message"]["migrate_to_chat_id"] == new
    assert came["message"]["migrate_from_chat_id"] == club
    assert await bot("sendMessage", chat_id=new, text="hi")


async def test_members_have_their_status(bot: Bot, people: TelegramClient, ada: int) -> None:
    bob, eve = await people.user("Bob"), await people.user("Eve")
    club = await people.group(members=[ada], admins=[bob])

    statuses = [(await bot("getChatMember", chat_id=club, user_id=one))["status"] for one in (ada, bob, eve)]
    admins = await bot("getChatAdministrators", chat_id=club)

    assert statuses == ["member", "administrator", "left"]
    assert {admin["status"] for admin in admins} == {"administrator", "creator"}
    assert await bot("getChatMemberCount", chat_id=club) == 4


async def test_nobody_is_no_member(bot: Bot, club: int) -> None:
    assert await bot.refused("getChatMember", chat_id=club, user_id=5) == "PARTICIPANT_ID_INVALID"


async def test_a_private_chat_has_no_admins_and_cannot_be_left(bot: Bot, ada: int) -> None:
    assert "no administrators" in await bot.refused("getChatAdministrators", chat_id=ada)
    assert "private chats" in await bot.refused("leaveChat", chat_id=ada)


async def test_a_reply_in_a_supergroup_bears_a_thread_that_is_no_topic(
    bot: Bot, people: TelegramClient, club: int
) -> None:
    first = await people.say(club, "/ask why")
    await people.say(club, "/ask again", reply_to=first)

    again = (await bot.updates())[1]["message"]

    assert again["message_thread_id"] == first
    assert "is_topic_message" not in again
    assert await bot.refused("sendMessage", chat_id=club, text="x", message_thread_id=first) == (
        "message thread not found"
    )


async def test_only_members_speak(people: TelegramClient, club: int) -> None:
    eve = await people.user("Eve")

    with pytest.raises(SandboxRefused, match="is not in chat"):
        await people.say(club, "hello", user=eve)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"kind": "group", "is_forum": True}, "only a supergroup is a forum"),
        ({"members": [5]}, "there is no user 5"),
    ],
)
async def test_impossible_groups_are_refused(
    people: TelegramClient, wanted: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(SandboxRefused, match=refusal):
        await people.group(**wanted)


async def test_people_join_once_and_the_bot_is_told(bot: Bot, people: TelegramClient, club: int) -> None:
    grace = await people.user("Grace")

    await people.join(club, grace)
    await people.join(club, grace)

    (update,) = await bot.updates()
    assert update["message"]["new_chat_members"][0]["id"] == grace
    assert await people.say(club, "hello", user=grace)


async def test_nobody_joins_a_private_chat(people: TelegramClient, ada: int) -> None:
    with pytest.raises(SandboxRefused, match="only a group can be joined"):
        await people.join(ada, await people.user("Grace"))
