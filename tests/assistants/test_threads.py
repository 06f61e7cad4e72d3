"""Conversations of before: found, continued, named, copied, exported, deleted; nobody else's."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import Message, after_tap, labels, offered, shown, tapped, through, told
from tests.town import BOT_NAME, Town, button, forged_tap

GONE = "This conversation is no longer there."


async def asked(model: ModelClient) -> str:
    """All that the model read with the last question."""
    return str([one["body"] for one in await model.requests() if one["path"] == "/v1/responses"][-1]["input"])


async def talked(telegram: TelegramClient, chat: int, *questions: str) -> None:
    """Each in a conversation of its own."""
    for number, question in enumerate(questions):
        if number:
            await told(telegram, chat, "/new")
        await told(telegram, chat, f"{question} {{{{say: answered}}}}")


async def opened(telegram: TelegramClient, chat: int, label: str, **who: Any) -> Message:
    """The card of the conversation that the list calls so."""
    menu = await told(telegram, chat, "/threads", **who)
    await tapped(telegram, chat, menu, label, **who)
    return await offered(telegram, chat, menu["message_id"], "Continue")


async def test_they_are_listed_with_the_newest_first(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, "Apples?", "Pears?")

    menu = await told(telegram, ada, "/threads")

    assert menu["text"].startswith("2 conversations, the newest first.")
    assert labels(menu)[0].startswith("✓ Pears?")
    assert labels(menu)[1].startswith("Apples?")


async def test_a_list_of_many_is_turned_page_by_page(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, *(f"Number {number}?" for number in range(10)))
    menu = await told(telegram, ada, "/threads")

    await through(telegram, ada, menu, "›")
    second = await offered(telegram, ada, menu["message_id"], "Number 0?")

    assert len([label for label in labels(menu) if "Number" in label]) == 8
    assert len([label for label in labels(second) if "Number" in label]) == 2
    assert "‹" in labels(second)


async def test_words_find_the_conversation_they_were_said_in(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, "Apples?", "Pears?")

    found = await told(telegram, ada, "/threads apples")
    nothing = await told(telegram, ada, "/threads plums")

    assert found["text"] == "1 conversation with “apples”:"
    assert "Apples" in labels(found)[0]
    assert nothing["text"] == "I find “plums” in none of your conversations."


async def test_one_of_before_is_continued(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, "Apples?", "Pears?")

    await after_tap(telegram, ada, await opened(telegram, ada, "Apples"), "Continue")
    await told(telegram, ada, "And then? {{say: so}}")

    assert "Apples?" in await asked(model)
    assert "Pears?" not in await asked(model)


async def test_one_is_renamed_by_button_and_by_command(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, "Apples?", "Pears?")
    question = await after_tap(telegram, ada, await opened(telegram, ada, "Apples"), "Rename")

    by_button = await told(telegram, ada, "Fruit of autumn")
    by_command = await told(telegram, ada, "/rename Pears, mostly")

    assert question["text"] == "What shall this conversation be called?"
    assert by_button["text"] == "This conversation is called Fruit of autumn now."
    assert by_command["text"] == "This conversation is called Pears, mostly now."
    assert {"Fruit of autumn", "✓ Pears, mostly"} <= set(labels(await told(telegram, ada, "/threads")))


@pytest.mark.parametrize("title", ["x" * 101, "\u200b"])
async def test_a_title_that_does_not_fit_is_refused(telegram: TelegramClient, title: str) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, "Apples?")

    assert (await told(telegram, ada, f"/rename {title}"))["text"] == "A title has 1 to 100 characters."


async def test_a_reply_branches_from_that_message(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    first = await told(telegram, ada, "Apples? {{say: red}}")
    await told(telegram, ada, "Pears? {{say: green}}")

    await told(telegram, ada, "/branch", reply_to=first["message_id"])
    await told(telegram, ada, "Plums? {{say: blue}}")

    assert "Apples?" in await asked(model)
    assert "Pears?" not in await asked(model)
    assert len(labels(await told(telegram, ada, "/threads"))) == 2


async def test_without_a_reply_all_of_it_is_copied(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    nothing = await told(telegram, ada, "/branch")
    await told(telegram, ada, "Apples? {{say: red}}")

    await told(telegram, ada, "/branch")
    await told(telegram, ada, "Pears? {{say: green}}")

    assert nothing["text"].startswith("Reply with /branch")
    assert "Apples?" in await asked(model)


async def test_a_branch_is_told_apart_also_before_there_is_a_title(
    telegram: TelegramClient,
) -> None:
    ada = await telegram.user("Ada")
    await told(telegram, ada, "Apples? {{say: red}}")
    await told(telegram, ada, "/branch")

    menu = await told(telegram, ada, "/threads")

    assert labels(menu) == ["✓ Apples? {{say: red}} ⎇", "Apples? {{say: red}}"]


async def test_a_branch_is_retried_without_touching_the_first(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await told(telegram, ada, "Apples? {{say: red}}")
    await told(telegram, ada, "/branch")

    again = await told(telegram, ada, "/retry")
    await after_tap(telegram, ada, await opened(telegram, ada, "Apples"), "Continue")

    assert again["text"] == "red"


async def test_it_is_exported_to_be_read(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, "Why # blue?")
    card = await opened(telegram, ada, "Why")

    sent = await after_tap(telegram, ada, card, "Markdown")

    text = (await telegram.file(sent)).decode()
    assert sent["document"]["file_name"].endswith(".md")
    assert text.startswith("# Why # blue?")
    assert "## Ada · 20" in text
    assert "answered" in text


async def test_it_is_exported_with_every_id(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "Why? {{say: Because.}}")
    answer = await telegram.next_reply(ada, after=question)

    sent = await after_tap(telegram, ada, await opened(telegram, ada, "Why"), "JSON")

    whole = json.loads(await telegram.file(sent))
    [turn] = whole["turns"]
    assert whole["chat_id"] == ada
    assert turn["messages"][0]["message_id"] == question
    assert turn["answer_message_ids"] == [answer["message_id"]]
    assert (turn["answer"], turn["ending"]) == ("Because.", "completed")


async def test_it_is_deleted_after_asking(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await talked(telegram, ada, "A secret?")
    card = await opened(telegram, ada, "A secret")

    await through(telegram, ada, card, "Delete")
    question = await offered(telegram, ada, card["message_id"], "Yes, delete it")
    await through(telegram, ada, card, "Yes, delete it")
    await shown(telegram, ada, card["message_id"], "There are no conversations yet.")
    await told(telegram, ada, "What did I say? {{say: nothing}}")

    assert question["text"].startswith("Delete A secret?")
    assert "A secret?" not in await asked(model)
    assert (await told(telegram, ada, "/threads secret"))["text"].startswith("I find “secret” in none")


@pytest.mark.parametrize(
    "data", ["th:open", "th:go", "th:branch", "th:delete", "th:deleted", "ask:title", "ask:export"]
)
async def test_nobody_gets_at_the_conversation_of_another(telegram: TelegramClient, data: str) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")
    await talked(telegram, ada, "A secret?")
    number = button(await told(telegram, ada, "/threads"), "secret").rpartition(":")[2]
    menu = await told(telegram, eve, "/threads")

    answer = await forged_tap(
        telegram, menu, f"{data}:{number}{':json' if data == 'ask:export' else ''}", user=eve
    )

    assert answer == GONE
    assert "secret" not in str(await telegram.messages(eve))
    assert "secret" in str(labels(await told(telegram, ada, "/threads")))


async def test_two_people_with_two_conversations_each_survive_a_restart(town: Town) -> None:
    telegram, model = town.telegram, town.model
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    async with town.bot():
        for person, name in ((ada, "Ada"), (bob, "Bob")):
            await talked(telegram, person, f"{name} one?", f"{name} two?")

    async with town.bot():
        for person, name, other in ((ada, "Ada", "Bob"), (bob, "Bob", "Ada")):
            await told(telegram, person, "next {{say: ok}}")
            now = await asked(model)
            await after_tap(telegram, person, await opened(telegram, person, f"{name} one"), "Continue")
            await told(telegram, person, "before {{say: ok}}")
            before = await asked(model)

            assert f"{name} two?" in now
            assert f"{name} one?" not in now
            assert f"{name} one?" in before
            assert f"{name} two?" not in before
            assert f"{other} " not in now + before


async def test_a_restart_while_two_conversations_are_being_answered_mixes_nothing(town: Town) -> None:
    telegram, model = town.telegram, town.model
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    async with town.bot():
        for person, name in ((ada, "Ada"), (bob, "Bob")):
            await talked(telegram, person, f"{name} one?", f"{name} two?")
        sent = [await telegram.say(person, "slow {{pace: 300 100}} {{words: 60}}") for person in (ada, bob)]
        await model.wait_for_requests(lambda found: len(found) == 6)

    async with town.bot():
        for person, after in zip((ada, bob), sent, strict=True):
            await telegram.next_reply(person, after=after)
            await told(telegram, person, "next {{say: ok}}")
            name, other = ("Ada", "Bob") if person == ada else ("Bob", "Ada")
            read = await asked(model)

            assert f"{name} two?" in read
            assert f"{name} one?" not in read
            assert f"{other} " not in read


# Groups


async def club(telegram: TelegramClient) -> tuple[int, int, int]:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    return await telegram.group("Club", members=[ada, bob], admins=[ada]), ada, bob


async def by_person(telegram: TelegramClient, group: int, admin: int) -> None:
    menu = await told(telegram, group, "/threads setting", user=admin)
    assert await tapped(telegram, group, menu, "for each person", user=admin) == "Done."


async def call(telegram: TelegramClient, group: int, words: str, user: int) -> Message:
    return await told(telegram, group, f"@{BOT_NAME} {words}", user=user)


async def test_a_group_shares_its_conversation_until_an_admin_says_otherwise(
    telegram: TelegramClient, model: ModelClient
) -> None:
    group, ada, bob = await club(telegram)
    await call(telegram, group, "Apples? {{say: red}}", ada)
    await call(telegram, group, "Pears? {{say: green}}", bob)
    shared = await asked(model)

    await by_person(telegram, group, ada)
    await call(telegram, group, "Plums? {{say: blue}}", ada)
    await call(telegram, group, "Figs? {{say: purple}}", bob)
    await call(telegram, group, "Limes? {{say: lime}}", ada)

    assert "Apples?" in shared
    assert "Plums?" in await asked(model)
    assert "Figs?" not in await asked(model)


async def test_only_a_groups_admins_change_whose_conversations_there_are(telegram: TelegramClient) -> None:
    group, ada, bob = await club(telegram)
    menu = await told(telegram, group, "/threads setting", user=ada)

    refused = await tapped(telegram, group, menu, "for each person", user=bob)

    assert refused == "Only this group's admins can change that."
    assert "⚙️ Whose conversations" in labels(await told(telegram, group, "/threads", user=ada))
    assert labels(await told(telegram, group, "/threads", user=bob)) == []


async def test_a_forged_button_for_groups_is_a_dead_one_in_a_private_chat(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await told(telegram, ada, "/threads")

    answer = await forged_tap(telegram, menu, "th:by:person", user=ada)

    assert answer == "This button no longer works."


async def test_members_do_not_get_at_each_others_conversations(telegram: TelegramClient) -> None:
    group, ada, bob = await club(telegram)
    await by_person(telegram, group, ada)
    await call(telegram, group, "Apples? {{say: red}}", ada)
    menu = await told(telegram, group, "/threads", user=ada)

    assert await tapped(telegram, group, menu, "Apples", user=bob) == GONE
    assert labels(await told(telegram, group, "/threads", user=bob)) == []


async def test_shared_conversations_are_deleted_and_named_by_admins(telegram: TelegramClient) -> None:
    group, ada, bob = await club(telegram)
    await call(telegram, group, "Apples? {{say: red}}", bob)
    card = await opened(telegram, group, "Apples", user=bob)
    number = button(card, "Delete").rpartition(":")[2]

    answers: Sequence[str] = [
        await tapped(telegram, group, card, "Delete", user=bob),
        await forged_tap(telegram, card, f"th:deleted:{number}", user=bob),
        (await told(telegram, group, "/rename Mine", user=bob))["text"],
    ]

    assert set(answers) == {"Only this group's admins can change that."}
    assert "Apples" in str(labels(await told(telegram, group, "/threads", user=ada)))


async def test_what_two_people_ask_at_once_stays_apart(
    town: Town, telegram: TelegramClient, model: ModelClient
) -> None:
    group, ada, bob = await club(telegram)
    await by_person(telegram, group, ada)
    await call(telegram, group, "{{say: hi}}", ada)
    await telegram.say(group, f"@{BOT_NAME} wait {{{{pace: 500 0}}}} {{{{say: slow}}}}", user=ada)

    await telegram.say(group, f"@{BOT_NAME} Apples? {{{{say: red}}}}", user=ada)
    await telegram.say(group, f"@{BOT_NAME} Pears? {{{{say: green}}}}", user=bob)
    await telegram.wait_for(group, lambda found: "green" in [one.get("text") for one in found])

    assert "Apples?" not in await asked(model)
    assert "Pears?" in await asked(model)
