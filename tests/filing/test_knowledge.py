"""Large documents are indexed at the provider, searched, and taken away again."""

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.filing.samples import reply, report, tool, words
from tests.town import Town, answered, until


async def _taught(telegram: TelegramClient, ada: int) -> str:
    sent = await telegram.send_document(ada, report(), name="history.txt", caption="Remember this")
    return await reply(telegram, ada, sent)


async def test_a_long_text_is_searched_instead_of_shown(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    told = await _taught(telegram, ada)

    assert "history.txt: I can search it" in told
    assert len(await words(model)) < 3_000
    [store] = await model.vector_stores()
    assert list(store["files"].values()) == ["completed"]
    offered = await tool(model, "file_search")
    assert offered is not None
    assert offered["vector_store_ids"] == [store["id"]]


async def test_what_stands_in_it_is_found_later(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await _taught(telegram, ada)

    found = (await answered(telegram, ada, "Who built the lighthouse of Varn?"))["text"]

    assert "Elna Drost" in found


async def test_a_short_text_stays_in_the_question(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    await reply(telegram, ada, await telegram.send_document(ada, b"Milk and bread", name="list.txt"))

    assert "Milk and bread" in await words(model)
    assert await model.vector_stores() == []


async def test_uploads_bear_a_date_of_expiry(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    await _taught(telegram, ada)

    [file] = await model.files()
    assert file["purpose"] == "user_data"
    assert file["expires_at"] - file["created_at"] == 30 * 86_400


async def test_an_index_that_has_expired_is_made_again(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await _taught(telegram, ada)
    [old] = await model.vector_stores()
    await model.expire_vector_store(old["id"])

    found = (await answered(telegram, ada, "Who built the lighthouse of Varn?"))["text"]

    assert "Elna Drost" in found
    offered = await tool(model, "file_search")
    assert offered is not None
    assert offered["vector_store_ids"] != [old["id"]]


async def test_the_reason_why_a_file_is_not_indexed_is_told(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await model.limit_files(1_000)

    told = await _taught(telegram, ada)

    assert "history.txt is larger than the AI service takes" in told


async def test_texts_in_other_encodings_are_searched_as_well(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    text = ("今天的天气很好，我们去公园散步。" * 1500).encode("gb18030")

    await reply(telegram, ada, await telegram.send_document(ada, text, name="日记.txt", caption="?"))

    [store] = await model.vector_stores()
    assert list(store["files"].values()) == ["completed"]


async def test_a_stop_ends_the_wait_for_the_index(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    await model.pace_indexing(60)
    sent = await telegram.send_document(ada, report(), name="history.txt", caption="Remember this")

    async def indexing() -> bool:
        return bool(await model.vector_stores())

    await until(indexing)
    await telegram.say(ada, "/stop")

    assert "Stopped" in await reply(telegram, ada, sent)


async def test_files_of_a_deleted_entry_go_at_the_provider(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _taught(telegram, ada)
    menu = await answered(telegram, ada, "/files")
    row = menu["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    number = row.rpartition(":")[2]

    await telegram.tap(ada, menu["message_id"], f"files:show:{number}")
    await telegram.wait_for(ada, lambda seen: "🗑" in str(seen))
    await telegram.tap(ada, menu["message_id"], f"files:drop:{number}")

    async def gone() -> bool:
        return await model.files() == []

    assert await until(gone)


async def test_orphans_are_swept_at_start_and_others_files_stay(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot():
        await _taught(town.telegram, ada)
    for left in town.data_dir.glob("parley.db*"):
        left.unlink()

    async with town.bot():

        async def swept() -> bool:
            return await town.model.files() == [] and await town.model.vector_stores() == []

        assert await until(swept)


async def test_a_server_without_an_index_is_searched_with_ours(town: Town) -> None:
    ada = await town.telegram.user()

    async with town.bot(openai_api="chat", openai_dialect="plain"):
        told = await _taught(town.telegram, ada)

        assert "I can search it" in told
        assert await town.model.vector_stores() == []
        asked = [one["body"] for one in await town.model.requests() if one["path"] == "/v1/chat/completions"]
        assert any("search_files" in str(body.get("tools")) for body in asked)
