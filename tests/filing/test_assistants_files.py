"""Files of an assistant are at hand in all its threads; only whose assistant it is gives and takes them."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import after_tap, made, offered, shown, tapped, through, told
from tests.filing.samples import SALES, asked, reply, report, words


async def test_a_file_given_to_an_assistant_is_searched_in_all_its_threads(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await after_tap(telegram, ada, await made(telegram, ada), "Use it here")
    await reply(telegram, ada, await telegram.send_document(ada, report(), name="history.txt", caption="?"))
    menu = await told(telegram, ada, "/files")
    await tapped(telegram, ada, menu, "history.txt")
    opened = await shown(telegram, ada, menu["message_id"], "For all threads with Cook")

    await tapped(telegram, ada, opened, "For all threads with Cook")
    await shown(telegram, ada, menu["message_id"], "of the assistant")
    await told(telegram, ada, "/new")
    answer = (await told(telegram, ada, "Who built the lighthouse of Varn?"))["text"]

    assert "Elna Drost" in answer
    assert "history.txt" in await words(model)


async def _without_tools(telegram: TelegramClient, ada: int, *names: str) -> None:
    """An assistant that may not use these is chosen."""
    card = await made(telegram, ada)
    await through(telegram, ada, card, "Edit", "Tools", *names, "Back")
    await offered(telegram, ada, card["message_id"], "Starter questions")
    card = await through(telegram, ada, card, "Back")
    await after_tap(
        telegram, ada, await offered(telegram, ada, card["message_id"], "Use it here"), "Use it here"
    )


async def test_one_that_may_not_run_code_reads_a_table_and_says_so(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _without_tools(telegram, ada, "Code")

    heard = await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="?"))

    assert "Code is switched off here" in heard
    assert "draw charts" not in heard
    said = await words(model)
    assert "Apr,24,6" in said
    assert "for code" not in said


async def test_one_that_may_not_search_files_reads_the_beginning_of_a_long_one(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _without_tools(telegram, ada, "Searching files", "Files")

    sent = await telegram.send_document(ada, report() * 2, name="history.txt", caption="?")
    heard = await reply(telegram, ada, sent)

    assert "history.txt: I read its first 60000 characters, and cannot search the rest." in heard
    assert "search_files" not in str(await asked(model))
