"""The model looks things up in the files of a thread, and its answer cites the passages."""

import asyncio
import re
from typing import Any

import pytest

from bot.service import Parley
from domain.filing import assistant_scope, thread_scope
from domain.turn import ConversationKey
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from storage.threads import Threads
from tests.assistants.taps import after_tap, made
from tests.media.pdfs import pdf_of
from tests.town import answered, button, settled

SEARCH = 'What do ferns like? {{tool: search_files {"query": "ferns"}}} {{outputs}}'


async def given(bot: Parley, chat: int, name: str, content: bytes, suffix: str) -> None:
    """A file that the chat's thread knows."""
    thread_id = await Threads(bot.knowledge.passages.database).active(ConversationKey(chat))
    await added(bot, thread_scope(thread_id), name, content, suffix)


async def added(bot: Parley, scope: str, name: str, content: bytes, suffix: str) -> None:
    """A file in that scope."""
    async with bot.files.workshop() as folder:
        path = folder / "sent"
        await asyncio.to_thread(path.write_bytes, content)
        file = await bot.files.keep(path, suffix)
    await bot.knowledge.add(scope, name, file)


async def offered(model: ModelClient) -> list[str]:
    asked = [request["body"] for request in await model.requests() if request["path"] == "/v1/responses"]
    return [tool.get("name", tool["type"]) for tool in asked[-1].get("tools", [])]  # hosted ones have no name


async def test_an_answer_cites_the_passage_and_a_tap_opens_it(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await given(bot, ada, "garden.md", b"# Care\n\nFerns like shade and water.", ".md")

    reply = await answered(telegram, ada, SEARCH)

    assert "Ferns like shade" in reply["text"]
    assert re.search(r"\[1\] *garden.md › Care", reply["text"])
    assert "【" not in reply["text"]
    await settled(bot, telegram)  # nobody taps before the answer is in the books
    await telegram.tap(ada, reply["message_id"], button(reply, "1 · garden.md"))
    passage = await telegram.next_reply(ada, after=reply["message_id"])
    assert passage["text"] == "📄 garden.md\n\n# Care\n\nFerns like shade and water."


async def test_a_page_is_named(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user()
    pages = (f"BT /F 24 Tf 72 700 Td ({words}) Tj ET".encode() for words in ("Contents", "Ferns like shade"))
    await given(bot, ada, "garden.pdf", pdf_of(*pages), ".pdf")

    reply = await answered(telegram, ada, SEARCH)

    assert button(reply, "garden.pdf, page 2")


async def test_it_is_offered_only_where_there_are_files(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await given(bot, ada, "garden.md", b"Ferns like shade.", ".md")

    await answered(telegram, ada, "hello")
    assert "search_files" in await offered(model)
    await answered(telegram, bob, "hello")
    assert "search_files" not in await offered(model)
    await answered(telegram, ada, "/new")
    await answered(telegram, ada, "hello")
    assert "search_files" not in await offered(model)


async def test_an_assistant_draws_on_its_own_files_and_on_no_other_s(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    for chat in (ada, bob):
        await after_tap(telegram, chat, await made(telegram, chat), "Use it here")
    await added(bot, assistant_scope("1"), "ada.md", b"Ferns like shade.", ".md")
    await added(bot, assistant_scope("2"), "bob.md", b"Ferns like rain.", ".md")

    replies = await asyncio.gather(answered(telegram, ada, SEARCH), answered(telegram, bob, SEARCH))

    assert [("shade" in one["text"], "rain" in one["text"]) for one in replies] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('{"query": "zebras"}', "No passage of the files fits this."),
        ('{"query": "  "}', "The call needs a query"),
        ("not json", "The call needs a query"),
        ("[1]", "The call needs a query"),
    ],
)
async def test_the_model_is_told_what_is_wrong(
    bot: Parley, telegram: TelegramClient, model: ModelClient, arguments: str, told: str
) -> None:
    await model.fault(path="/v1/embeddings", times=9, status=404)
    ada = await telegram.user()
    await given(bot, ada, "garden.md", b"Ferns like shade.", ".md")

    reply = await answered(telegram, ada, f"{{{{tool: search_files {arguments}}}}} {{{{outputs}}}}")

    assert told in reply["text"]


async def test_what_is_found_goes_to_the_model_under_its_mark(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await given(bot, ada, "garden.md", b"# Care\n\nFerns like shade.", ".md")

    await answered(telegram, ada, SEARCH)

    output = next(item for item in await _last_input(model) if item.get("type") == "function_call_output")
    assert re.fullmatch(r"【\d+】 garden\.md › Care\n# Care\n\nFerns like shade\.", output["output"])


async def _last_input(model: ModelClient) -> list[dict[str, Any]]:
    asked = [request["body"] for request in await model.requests() if request["path"] == "/v1/responses"]
    return asked[-1]["input"]
