"""Choosing an assistant: for a chat, for a topic, in a group by its admins."""

from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import after_tap, labels, made, offered, shown, tapped, through, told
from tests.town import BOT_NAME, button, forged_tap


async def asked(model: ModelClient) -> dict[str, Any]:
    """The last request for an answer."""
    return [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"][-1]


async def chosen(telegram: TelegramClient, chat: int, name: str, **who: Any) -> dict[str, Any]:
    """Its greeting."""
    menu = await told(telegram, chat, "/assistants", **who)
    await tapped(telegram, chat, menu, name, **who)
    card = await shown(telegram, chat, menu["message_id"], "Use it here")
    return await after_tap(telegram, chat, card, "Use it here", **who)


async def test_several_come_with_the_bot(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    menu = await told(telegram, ada, "/assistants")

    assert labels(menu) == [
        "✓ General assistant",
        "Maths tutor",
        "Data analyst",
        "Translator",
        "Writer",
        "Teacher",
        "➕ New assistant",
    ]


async def test_a_chosen_one_greets_and_answers_by_its_instructions(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")

    greeting = await chosen(telegram, ada, "Maths tutor")
    await told(telegram, ada, "{{say: 4}}")

    assert "Which problem" in greeting["text"]
    assert "patient maths tutor" in (await asked(model))["instructions"]


async def test_it_begins_a_new_thread(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await told(telegram, ada, "My dog is called Rex {{say: ok}}")

    await chosen(telegram, ada, "Writer")
    await told(telegram, ada, "{{say: hi}}")

    assert "Rex" not in str((await asked(model))["input"])


async def test_a_starter_question_is_asked_by_a_tap(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    greeting = await chosen(telegram, ada, "Teacher")

    await after_tap(telegram, ada, greeting, "Teach me to read music")

    assert "Teach me to read music" in str((await asked(model))["input"])


async def test_a_starter_of_another_assistant_is_asked_no_more(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    greeting = await chosen(telegram, ada, "Teacher")
    await chosen(telegram, ada, "Writer")

    assert await tapped(telegram, ada, greeting, "Teach me") == "This button no longer works."


async def test_names_and_greetings_are_in_the_persons_language(telegram: TelegramClient) -> None:
    li = await telegram.user("Li", language_code="zh-hans")

    menu = await told(telegram, li, "/assistants")

    assert "数学老师" in labels(menu)


async def test_tools_it_may_not_use_are_not_offered(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await chosen(telegram, ada, "Writer")
    await told(telegram, ada, "{{say: one}}")
    with_tools = await asked(model)

    await chosen(telegram, ada, "Translator")
    await told(telegram, ada, "{{say: two}}")

    assert "draw_picture" in str(with_tools["tools"])
    assert "tools" not in await asked(model)


async def test_a_new_thread_keeps_the_assistant(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await chosen(telegram, ada, "Maths tutor")

    await told(telegram, ada, "/new")
    await told(telegram, ada, "{{say: hi}}")

    assert "maths tutor" in (await asked(model))["instructions"]


async def test_each_topic_has_its_own(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], admins=[ada], is_forum=True)
    red, blue = await telegram.topic(group, "Red"), await telegram.topic(group, "Blue")
    await telegram.say(group, "/assistants", user=ada, topic=red)
    menu = await telegram.next_reply(group, topic=red)
    await through(telegram, group, menu, "Maths tutor", "Use it here", user=ada)

    await told(telegram, group, f"@{BOT_NAME} {{{{say: one}}}}", user=ada, topic=red)
    in_red = (await asked(model))["instructions"]
    await told(telegram, group, f"@{BOT_NAME} {{{{say: two}}}}", user=ada, topic=blue)

    assert "maths tutor" in in_red
    assert "maths tutor" not in (await asked(model))["instructions"]


async def test_in_a_group_only_admins_choose(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    group = await telegram.group("Club", members=[ada, bob], admins=[ada])
    menu = await told(telegram, group, "/assistants", user=ada)

    by_command = await told(telegram, group, "/assistants", user=bob)
    by_tap = await tapped(telegram, group, menu, "Maths tutor", user=bob)
    by_forging = await forged_tap(telegram, menu, "as:use:maths", user=bob)

    refused = "Only this group's admins can change that."
    assert by_command["text"] == f"General assistant answers here. {refused}"
    assert labels(by_command) == []
    assert (by_tap, by_forging) == (refused, refused)


async def test_a_group_does_not_read_along_what_belongs_to_its_admin(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await made(telegram, ada, "Cook", "My grandmother's secret recipe.")
    group = await telegram.group("Club", members=[ada, bob], admins=[ada])
    menu = await told(telegram, group, "/assistants", user=ada)

    await through(telegram, group, menu, "Cook", user=ada)
    card = await offered(telegram, group, menu["message_id"], "Use it here")

    assert card["text"] == "Cook"
    assert labels(card) == ["▶️ Use it here", "↩ All assistants"]


@pytest.mark.parametrize("verb", ["edit", "share", "withdraw", "delete", "deleted", "tools", "files", "copy"])
async def test_in_a_group_nobody_changes_one_by_forging(telegram: TelegramClient, verb: str) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada, "Cook", "My grandmother's secret recipe.")
    number = button(card, "Use it here").rpartition(":")[2]
    group = await telegram.group("Club", members=[ada], admins=[ada])
    menu = await told(telegram, group, "/assistants", user=ada)

    answer = await forged_tap(telegram, menu, f"as:{verb}:{'maths' if verb == 'copy' else number}", user=ada)

    assert answer == "This button no longer works."
    assert "secret recipe" not in str(await telegram.messages(group))


@pytest.mark.parametrize(
    "verb", ["card", "use", "edit", "share", "withdraw", "delete", "deleted", "tools", "files"]
)
async def test_nobody_gets_at_the_assistant_of_another(telegram: TelegramClient, verb: str) -> None:
    ada, eve = await telegram.user("Ada"), await telegram.user("Eve")
    card = await made(telegram, ada, "Secret", "My secret instructions.")
    number = button(card, "Use it here").rpartition(":")[2]
    menu = await told(telegram, eve, "/assistants")

    answer = await forged_tap(telegram, menu, f"as:{verb}:{number}", user=eve)

    assert answer == "This assistant is no longer there."
    assert "secret" not in str(await telegram.messages(eve)).lower()
    assert "Secret" in str(labels(await told(telegram, ada, "/assistants")))
