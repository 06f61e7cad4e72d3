"""Groups: answers when called, knows who speaks, stays in its topic, explains privacy mode, moves along."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import BOT_NAME, Town


async def test_a_mention_is_answered_without_the_bots_name_in_the_question(
    town: Town, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    name = BOT_NAME

    question = await telegram.say(group, f"@{name} what does {name} mean? {{{{say: me}}}}", user=ada)

    reply = await telegram.next_reply(group)
    assert reply["text"] == "me"
    assert reply["reply_to_message"]["message_id"] == question
    asked = (await model.requests())[-1]["body"]["input"][-1]["content"]
    assert asked.startswith(f"Ada: what does {name} mean?")


async def test_a_reply_to_the_bot_is_answered(town: Town, telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    group = await telegram.group("Club", members=[ada, bob])
    await telegram.say(group, f"@{BOT_NAME} {{{{say: one}}}}", user=ada)
    first = await telegram.next_reply(group)

    await telegram.say(group, "and? {{say: two}}", user=bob, reply_to=first["message_id"])

    assert (await telegram.next_reply(group, after=first["message_id"]))["text"] == "two"


async def test_talk_among_people_is_left_alone(
    town: Town, telegram: TelegramClient, model: ModelClient
) -> None:
    await telegram.configure(privacy=False)
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])

    await telegram.say(group, "lunch?", user=ada)
    await telegram.say(group, f"@{BOT_NAME} {{{{say: yes}}}}", user=ada)
    await telegram.next_reply(group)

    assert len(await model.requests()) == 1


async def test_ask_works_without_a_mention(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])

    await telegram.say(group, "/ask why? {{say: because}}", user=ada)

    assert (await telegram.next_reply(group))["text"] == "because"


async def test_an_answer_stays_in_its_topic(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], is_forum=True)
    topic = await telegram.topic(group, "Red")

    await telegram.say(group, f"@{BOT_NAME} {{{{say: red}}}}", user=ada, topic=topic)

    reply = await telegram.next_reply(group, topic=topic)
    assert reply["message_thread_id"] == topic


async def test_a_private_topic_keeps_draft_and_answer(telegram: TelegramClient) -> None:
    await telegram.configure(topics_in_private=True)
    ada = await telegram.user("Ada")
    topic = await telegram.topic(ada, "Cats")

    await telegram.say(ada, "{{say: miaow}}", topic=topic)

    reply = await telegram.next_reply(ada, topic=topic)
    assert (reply["text"], reply["message_thread_id"]) == ("miaow", topic)
    drafts = await telegram.calls("sendMessageDraft")
    assert {draft["params"].get("message_thread_id") for draft in drafts} <= {topic}


async def test_listening_to_everything_explains_privacy_mode_to_an_admin(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], admins=[ada])
    await telegram.say(group, "/listen", user=ada)
    menu = await telegram.next_reply(group)

    await telegram.tap(group, menu["message_id"], "listen:always", user=ada)

    told = await telegram.next_reply(group, after=menu["message_id"])
    assert "privacy mode" in told["text"]


async def test_only_a_groups_admins_change_what_all_share(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    await telegram.say(group, "/listen", user=ada)
    menu = await telegram.next_reply(group)

    tap = await telegram.tap(group, menu["message_id"], "listen:always", user=ada)

    assert (await telegram.callback_answer(tap))["text"] == "Only this group's admins can change that."


async def test_being_added_says_how_to_be_called(town: Town, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    group = await telegram.group("Club", members=[ada], announce=True)

    assert f"@{BOT_NAME}" in (await telegram.next_reply(group))["text"]


async def test_a_group_that_becomes_a_supergroup_keeps_its_history(
    town: Town, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], kind="group")
    call = f"@{BOT_NAME}"
    await telegram.say(group, f"{call} remember 42 {{{{say: ok}}}}", user=ada)
    await telegram.next_reply(group)

    moved = await telegram.migrate(group)
    await telegram.say(moved, f"{call} what? {{{{say: 42}}}}", user=ada)
    await telegram.wait_for(moved, lambda messages: any(message.get("text") == "42" for message in messages))

    assert "remember 42" in str((await model.requests())[-1]["body"]["input"])
