"""`/files`: lists, moves and removes, and only what is one's own to change."""

from typing import Any

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.filing.samples import SALES, reply, report, tool, words
from tests.town import BOT_NAME, answered, button, forged_tap, until


async def _listed(telegram: TelegramClient, chat: int, **how: Any) -> dict[str, Any]:
    return await answered(telegram, chat, "/files", **how)


async def _opened(
    telegram: TelegramClient, chat: int, menu: dict[str, Any], label: str, **how: Any
) -> dict[str, Any]:
    """The menu of one file."""
    await telegram.tap(chat, menu["message_id"], button(menu, label), **how)
    return await _now(telegram, chat, menu, "🗑")


async def _now(telegram: TelegramClient, chat: int, menu: dict[str, Any], words: str) -> dict[str, Any]:
    """The menu once it shows these words."""

    def shows(seen: list[dict[str, Any]]) -> bool:
        return any(one["message_id"] == menu["message_id"] and words in str(one) for one in seen)

    seen = await telegram.wait_for(chat, shows)
    return next(one for one in seen if one["message_id"] == menu["message_id"])


async def test_without_files_it_says_what_can_be_sent(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    assert "No files are kept here" in (await _listed(telegram, ada))["text"]


async def test_files_are_listed_with_size_and_place(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="?"))
    await reply(telegram, ada, await telegram.send_document(ada, report(), name="history.txt", caption="?"))

    text = (await _listed(telegram, ada))["text"]

    assert f"sales.csv · {len(SALES)} B · for code" in text
    assert "history.txt · 60 kB · searched" in text


async def test_a_file_is_moved_beside_code(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await reply(telegram, ada, await telegram.send_document(ada, report(), name="history.txt", caption="?"))
    menu = await _listed(telegram, ada)
    shown = await _opened(telegram, ada, menu, "history.txt")

    await telegram.tap(ada, menu["message_id"], button(shown, "Use it in code"))
    await _now(telegram, ada, menu, "for code")
    await answered(telegram, ada, "Count its words")

    [container] = await model.containers()
    assert [file["path"] for file in container["files"]] == ["/mnt/data/history.txt"]
    assert await tool(model, "file_search") is None

    async def unindexed() -> bool:
        return await model.files() == []

    assert await until(unindexed)


async def test_a_file_may_go_along_with_each_question(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await reply(
        telegram, ada, await telegram.send_document(ada, b"The code is 4711.", name="n.txt", caption="?")
    )
    menu = await _listed(telegram, ada)
    shown = await _opened(telegram, ada, menu, "n.txt")

    await telegram.callback_answer(await telegram.tap(ada, menu["message_id"], button(shown, "Send along")))
    await answered(telegram, ada, "Hello again")

    assert "The code is 4711." in await words(model)


async def test_somebody_elses_file_cannot_be_reached_by_a_forged_tap(telegram: TelegramClient) -> None:
    ada, eve = await telegram.user(), await telegram.user()
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="?"))
    number = button(await _listed(telegram, ada), "sales.csv").rpartition(":")[2]
    menu = await _listed(telegram, eve)

    told = await forged_tap(telegram, menu, f"files:drop:{number}", user=eve)

    assert "not listed here" in told
    assert "sales.csv" in (await _listed(telegram, ada))["text"]


async def test_in_a_group_only_its_sender_and_admins_remove_a_file(telegram: TelegramClient) -> None:
    ada, eve = await telegram.user(), await telegram.user()
    group = await telegram.group(members=[ada, eve])
    sent = await telegram.send_document(group, SALES, name="sales.csv", caption=f"@{BOT_NAME} look", user=ada)
    await reply(telegram, group, sent)
    menu = await _listed(telegram, group, user=eve)
    data = button(menu, "sales.csv").replace("show", "drop")

    told = await forged_tap(telegram, menu, data, user=eve)

    assert "admins" in told
    assert "sales.csv" in (await _listed(telegram, group, user=ada))["text"]


async def test_a_new_thread_has_no_files_of_the_old_one(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="?"))

    await answered(telegram, ada, "/new")
    await answered(telegram, ada, "Hello")

    assert "sales.csv" not in await words(model)
    assert "No files are kept here" in (await _listed(telegram, ada))["text"]
