"""`/forget`: what goes is told first, then gone from everywhere, then proved; others lose nothing."""

import asyncio

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import after_tap, labels, made, shown, through, told
from tests.crash.victim import victim
from tests.drawing.scenes import drawn
from tests.filing.samples import SALES, reply, report
from tests.privacy.scenes import (
    EVERYTHING,
    asked_to_forget,
    exported,
    forgotten,
    media_files,
    places_of,
)
from tests.town import BOT_NAME, Town, answered, button, forged_tap, settled

MARK = "Zanzibarium"
REMIND = f'{{{{tool: set_reminder {{"text": "{MARK} water", "in_minutes": 60}}}}}} {{{{outputs}}}}'
HERE = ("This conversation", "Yes, forget it")


async def rich_life(telegram: TelegramClient, chat: int) -> None:
    """A person of whom there is something of every kind, everywhere with the mark in it."""
    await answered(telegram, chat, f"What is {MARK}? {{{{say: {MARK} is red}}}}")
    await answered(telegram, chat, "/retry")
    await answered(telegram, chat, REMIND)
    await answered(telegram, chat, f"/remember I live in {MARK}")
    await made(telegram, chat, f"Cook {MARK}", f"Cook {MARK} with me.")
    await answered(telegram, chat, "/timezone Europe/Oslo")
    table = SALES + f"{MARK},1,1\n".encode()
    await reply(telegram, chat, await telegram.send_document(chat, table, name=f"{MARK}.csv", caption=MARK))
    text = report(f"{MARK} was founded in 1873.")
    await reply(telegram, chat, await telegram.send_document(chat, text, name=f"{MARK}.txt", caption=MARK))
    await telegram.say(chat, f"/imagine a red sofa in {MARK}")
    await drawn(telegram, chat)


async def nothing_there(model: ModelClient) -> bool:
    """Whether the provider keeps nothing any more; containers are gone once they are deleted."""
    kept = await model.kept()
    alive = [one for one in await model.containers() if one["status"] not in ("expired", "deleted")]
    return not any((*kept.values(), await model.files(), await model.vector_stores(), alive))


async def test_after_everything_nothing_is_left_anywhere(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot() as bot:
        await rich_life(town.telegram, ada)
        await settled(bot, town.telegram)
        assert not await nothing_there(town.model)
        assert places_of(town, MARK)

        proof = await forgotten(town.telegram, ada, *EVERYTHING)

        assert places_of(town, MARK) == []
        assert media_files(town) == []
        assert await nothing_there(town.model)
    assert places_of(town, MARK) == []
    for line in ("1 remembered fact", "1 reminder", "1 assistant of yours", "2 kept files", "1 drawing"):
        assert line in proof
    assert "Still here" not in proof
    assert "Not deleted" not in proof


async def test_what_an_assistant_and_the_background_left_at_the_provider_goes(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await after_tap(telegram, ada, await made(telegram, ada), "Use it here")
    await answered(telegram, ada, "Soup? {{say: yes}}")
    assert any((await model.kept()).values())

    await forgotten(telegram, ada, *EVERYTHING)

    assert await nothing_there(model)


async def test_what_goes_is_counted_before(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "Apples? {{say: red}}")
    await answered(telegram, ada, "/new")
    await answered(telegram, ada, "Pears? {{say: green}}")

    everything = await asked_to_forget(telegram, ada, "Everything")
    one = await asked_to_forget(telegram, ada, "This conversation")

    assert "2 conversations" in everything
    assert "2 questions and their answers" in everything
    assert "1 conversation\n" in one
    assert "1 question and its answer" in one


async def test_afterwards_the_person_is_as_new_and_may_go_on(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot():
        await answered(town.telegram, ada, f"I am {MARK}. {{{{say: hello}}}}")
        await forgotten(town.telegram, ada, *EVERYTHING)

        again = await answered(town.telegram, ada, "And now? {{say: who are you}}")
        export = await exported(town.telegram, ada)

    assert again["text"] == "who are you"
    assert [len(thread["turns"]) for thread in export.data["threads"]] == [1]
    asked = [one["body"] for one in await town.model.requests() if one["path"] == "/v1/responses"]
    assert MARK not in str(asked[-1])


async def test_one_conversation_goes_and_the_others_stay(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "Apples? {{say: red}}")
    await answered(telegram, ada, "/new")
    await answered(telegram, ada, f"{MARK}? {{{{say: green}}}}")

    await forgotten(telegram, ada, *HERE)

    [thread] = (await exported(telegram, ada)).data["threads"]
    assert [turn["answer"] for turn in thread["turns"]] == ["red"]


async def test_memory_goes_and_conversations_stay(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "Apples? {{say: red}}")
    await answered(telegram, ada, f"/remember I live in {MARK}")

    proof = await forgotten(
        telegram, ada, "What I remember", "Yes, forget it", words="What you said in conversations"
    )

    data = (await exported(telegram, ada)).data
    assert "1 remembered fact" in proof
    assert data["memories"] == []
    assert data["threads"]


async def test_back_deletes_nothing(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "Apples? {{say: red}}")
    menu = await told(telegram, ada, "/forget")

    await through(telegram, ada, menu, "Everything", "Yes, forget it", "Back")

    await shown(telegram, ada, menu["message_id"], "What shall I forget?")
    assert (await exported(telegram, ada)).data["threads"]


async def test_what_is_being_answered_is_stopped_and_forgotten(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot():
        menu = await told(town.telegram, ada, "/forget")
        await town.telegram.say(ada, f"{MARK}? {{{{pace: 2000 400}}}} {{{{say: {MARK} {'word ' * 400}}}}}")
        await town.telegram.wait_for_draft(ada)
        await town.telegram.say(ada, f"And {MARK} next?")
        await town.telegram.all_confirmed()

        await through(town.telegram, ada, menu, *EVERYTHING)
        await shown(town.telegram, ada, menu["message_id"], "I cannot delete")

        assert places_of(town, MARK) == []


async def test_in_a_group_its_admins_forget_its_conversation(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    group = await telegram.group("Club", members=[ada, bob], admins=[ada])
    await answered(telegram, group, f"@{BOT_NAME} apples? {{{{say: red}}}}", user=bob)

    refused = await told(telegram, group, f"/forget@{BOT_NAME}", user=bob)
    await forgotten(telegram, group, *HERE, user=ada)

    assert refused["text"] == "Only this group's admins can change that."
    assert (await exported(telegram, bob)).data["group_messages"] == []


async def test_in_a_group_ones_own_words_go_and_those_of_others_stay(town: Town) -> None:
    ada, bob = await town.telegram.user("Ada"), await town.telegram.user("Bob")
    group = await town.telegram.group("Club", members=[ada, bob])
    async with town.bot():
        await answered(town.telegram, group, f"@{BOT_NAME} {MARK}? {{{{say: red}}}}", user=ada)
        await answered(town.telegram, group, f"@{BOT_NAME} pears? {{{{say: green}}}}", user=bob)

        await forgotten(town.telegram, ada, *EVERYTHING)

        [said] = (await exported(town.telegram, bob)).data["group_messages"]
        assert places_of(town, MARK) == []
    assert "pears?" in said["messages"][0]["text"]
    assert said["answer"] == "green"


async def test_a_file_that_another_person_has_too_stays(town: Town) -> None:
    ada, bob = await town.telegram.user("Ada"), await town.telegram.user("Bob")
    async with town.bot():
        for person in (ada, bob):
            sent = await town.telegram.send_document(person, SALES, name="sales.csv", caption="Keep")
            await reply(town.telegram, person, sent)

        await forgotten(town.telegram, ada, *EVERYTHING)

        assert [path.read_bytes() for path in media_files(town)] == [SALES]
        assert (await answered(town.telegram, bob, "/files"))["text"].count("sales.csv") == 1


async def test_nobody_forgets_the_conversation_of_another(telegram: TelegramClient) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")
    await answered(telegram, ada, "A secret? {{say: yes}}")
    number = button(await told(telegram, ada, "/threads"), "secret").rpartition(":")[2]
    menu = await told(telegram, eve, "/forget")

    answer = await forged_tap(telegram, menu, f"forget:yes:thread:{number}", user=eve)

    assert answer == "This conversation is no longer there."
    assert (await exported(telegram, ada)).data["threads"]


async def test_what_the_provider_does_not_delete_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot():
        monkeypatch.setattr("conversation.privacy.eraser.LONGEST_WAIT_SECONDS", 0.5)
        await reply(
            town.telegram, ada, await town.telegram.send_document(ada, report(), name="h.txt", caption="?")
        )
        await town.model.fault(path="/v1/vector_stores/*", status=500, times=1_000)

        proof = await forgotten(town.telegram, ada, *EVERYTHING)

    assert "Not deleted at the AI service yet" in proof


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3])
async def test_killed_at_any_moment_it_goes_on(town: Town, seconds: float) -> None:
    ada = await town.telegram.user("Ada")
    with victim(town.environment()) as bot:
        await asyncio.to_thread(bot.start)
        await rich_life(town.telegram, ada)
        menu = await told(town.telegram, ada, "/forget")
        await through(town.telegram, ada, menu, *EVERYTHING)
        await asyncio.sleep(seconds)  # any moment will do
        await asyncio.to_thread(bot.kill)

        await asyncio.to_thread(bot.start)
        await shown(town.telegram, ada, menu["message_id"], "I cannot delete")

        assert places_of(town, MARK) == []
        assert await nothing_there(town.model)


async def test_a_restart_goes_on_waiting_for_the_provider(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    with victim(town.environment()) as bot:
        await asyncio.to_thread(bot.start)
        await rich_life(town.telegram, ada)
        await town.model.fault(path="/v1/vector_stores/*", status=500, times=9)
        menu = await told(town.telegram, ada, "/forget")
        await through(town.telegram, ada, menu, *EVERYTHING)
        await shown(town.telegram, ada, menu["message_id"], "Deleting at the AI service")
        await asyncio.to_thread(bot.kill)

        await asyncio.to_thread(bot.start)
        proof = await shown(town.telegram, ada, menu["message_id"], "I cannot delete")

        assert await nothing_there(town.model)
    assert "1 reminder" in proof["text"]
    assert "Not deleted" not in proof["text"]


async def test_what_is_asked_meanwhile_is_answered_afterwards(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot():
        await rich_life(town.telegram, ada)
        menu = await told(town.telegram, ada, "/forget")
        await through(town.telegram, ada, menu, *EVERYTHING)

        answer = await answered(town.telegram, ada, "And now? {{say: I am here}}")
        await shown(town.telegram, ada, menu["message_id"], "I cannot delete")

    assert answer["text"] == "I am here"


async def test_in_a_group_only_its_conversation_can_be_forgotten(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], admins=[ada])
    await answered(telegram, group, f"@{BOT_NAME} apples? {{{{say: red}}}}", user=ada)

    menu = await told(telegram, group, f"/forget@{BOT_NAME}", user=ada)
    answer = await forged_tap(telegram, menu, "forget:really:everything:0", user=ada)

    assert labels(menu) == ["💬 This conversation"]
    assert answer == "That can be chosen in our private chat only."
    assert (await exported(telegram, ada)).data["group_messages"]
