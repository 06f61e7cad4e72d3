"""Sharing: a link lends an assistant, its owner takes it back, and its instructions are nobody else's."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import Message, after_tap, labels, made, offered, shown, through, told
from tests.town import button, forged_tap

SECRET = "My grandmother's secret recipe."


async def link(telegram: TelegramClient, chat: int, card: Message) -> str:
    """The command that Telegram sends for the link."""
    await through(telegram, chat, card, "Share")
    text = (await shown(telegram, chat, card["message_id"], "?start="))["text"]
    return f"/start {text.partition('?start=')[2].split()[0]}"


async def instructions(model: ModelClient) -> str:
    return str(
        [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"][-1]["instructions"]
    )


async def test_whoever_opens_the_link_can_use_it(telegram: TelegramClient, model: ModelClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    start = await link(telegram, ada, await made(telegram, ada, "Cook", SECRET))

    offered = await told(telegram, bob, start)
    greeting = await after_tap(telegram, bob, offered, "Use it")
    await told(telegram, bob, "{{say: hi}}")

    assert offered["text"] == "Cook"
    assert greeting["text"].startswith("Cook")
    assert SECRET in await instructions(model)
    assert "✓ Cook" in labels(await told(telegram, bob, "/assistants"))


async def test_nobody_else_reads_the_instructions_or_changes_it(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    start = await link(telegram, ada, await made(telegram, ada, "Cook", SECRET))
    await after_tap(telegram, bob, await told(telegram, bob, start), "Use it")
    menu = await told(telegram, bob, "/assistants")
    await through(telegram, bob, menu, "Cook")
    card = await offered(telegram, bob, menu["message_id"], "Use it here")
    number = button(card, "Use it here").rpartition(":")[2]

    refused = {
        await forged_tap(telegram, card, data, user=bob)
        for data in (
            f"as:edit:{number}",
            f"as:share:{number}",
            f"as:withdraw:{number}",
            f"ask:field:{number}:name",
        )
    }

    assert SECRET not in str(await telegram.messages(bob))
    assert "✏️ Edit" not in labels(card)
    assert refused == {"This assistant is no longer there."}


async def test_taken_back_its_threads_go_on_with_the_general_one(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    card = await made(telegram, ada, "Cook", SECRET)
    start = await link(telegram, ada, card)
    await after_tap(telegram, bob, await told(telegram, bob, start), "Use it")
    await told(telegram, bob, "Remember 42. {{say: ok}}")

    await through(telegram, ada, card, "Stop sharing")
    await shown(telegram, ada, card["message_id"], "🔗 Share")
    dead = await told(telegram, bob, start)
    await told(telegram, bob, "{{say: hi}}")

    assert dead["text"] == "This link no longer leads to an assistant."
    assert SECRET not in await instructions(model)
    assert "Remember 42" in str((await model.requests())[-1]["body"]["input"])
    assert "Cook" not in str(labels(await told(telegram, bob, "/assistants")))


async def test_a_borrowed_one_leaves_the_list_of_its_borrower_only(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    start = await link(telegram, ada, await made(telegram, ada))
    await after_tap(telegram, bob, await told(telegram, bob, start), "Use it")
    menu = await told(telegram, bob, "/assistants")

    await through(telegram, bob, menu, "Cook", "Remove from my list")
    await shown(telegram, bob, menu["message_id"], "✓ General assistant")

    assert "Cook" not in str(labels(await told(telegram, bob, "/assistants")))
    assert "Cook" in str(labels(await told(telegram, ada, "/assistants")))


async def test_deleted_after_asking_its_threads_go_on_with_the_general_one(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada, "Cook", SECRET)
    await through(telegram, ada, card, "Use it here")
    await told(telegram, ada, "{{say: hi}}")

    await through(telegram, ada, card, "Delete")
    asked = await offered(telegram, ada, card["message_id"], "Yes, delete it")
    await through(telegram, ada, card, "Yes, delete it")
    await shown(telegram, ada, card["message_id"], "✓ General assistant")
    await told(telegram, ada, "{{say: ho}}")

    assert "Delete Cook?" in asked["text"]
    assert SECRET not in await instructions(model)


async def test_a_link_of_somebodys_invention_leads_nowhere(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    assert (await told(telegram, ada, "/start a_AAAAAAAAAAAAAAAAAAAAAA"))["text"] == (
        "This link no longer leads to an assistant."
    )
