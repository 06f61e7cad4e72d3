"""Tables reach code: charts come back as pictures, files as documents, whatever happens to the container."""

from typing import Any

import pytest

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.model.tables import Table, as_xlsx
from sandbox.telegram.client import TelegramClient
from tests.filing.samples import CHINESE_SALES, SALES, asked, reply, tool, words, zipped
from tests.town import Town, answered, settled


async def _sent(telegram: TelegramClient, ada: int, content: bytes = SALES, name: str = "sales.csv") -> str:
    sent = await telegram.send_document(ada, content, name=name, caption="Keep this")
    return await reply(telegram, ada, sent)


async def _photo(telegram: TelegramClient, ada: int, question: str) -> dict[str, Any]:
    await telegram.say(ada, question)
    return _photos(await telegram.wait_for(ada, lambda seen: bool(_photos(seen))))[-1]


def _photos(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in messages if "photo" in one]


async def test_a_table_is_put_beside_code_and_its_beginning_shown(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    told = await _sent(telegram, ada)

    assert "sales.csv: I can calculate with it" in told
    said = await words(model)
    assert "5 rows with its head, 3 columns" in said
    assert "month,sales,costs" in said
    [container] = await model.containers()
    assert [file["path"] for file in container["files"]] == ["/mnt/data/sales.csv"]
    assert "/mnt/data/sales.csv" in said


async def test_a_workbook_is_put_beside_code_too(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    content = as_xlsx(Table(("city", "people"), (("Oslo", "709"), ("Rome", "2870"))))

    await _sent(telegram, ada, content, "cities.xlsx")

    [container] = await model.containers()
    assert [file["path"] for file in container["files"]] == ["/mnt/data/cities.xlsx"]
    assert "Oslo" in await words(model)
    assert await model.vector_stores() == []


async def test_a_chart_is_shown_as_a_picture(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await _sent(telegram, ada)

    assert await _photo(telegram, ada, "Draw a line chart of these sales and advise")


async def test_links_into_the_container_are_names_of_files(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await _sent(telegram, ada)

    answer = (await answered(telegram, ada, "Draw a line chart of these sales and advise"))["text"]

    assert "sandbox:" not in answer


async def test_a_file_that_code_writes_is_sent_as_a_document(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await _sent(telegram, ada)

    await telegram.say(ada, "Make a csv file of this table")

    seen = await telegram.wait_for(
        ada, lambda all: any(one.get("document", {}).get("file_name") == "result.csv" for one in all)
    )
    assert seen


async def test_a_container_that_has_expired_is_filled_again(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _sent(telegram, ada)
    await model.expire_containers()

    assert await _photo(telegram, ada, "Draw a line chart of these sales")

    alive = [one for one in await model.containers() if one["status"] == "running"]
    assert "/mnt/data/sales.csv" in [file["path"] for file in alive[-1]["files"]]


async def test_what_is_remembered_of_the_person_is_told_again_with_it(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "/remember I like bars better than lines")
    await _sent(telegram, ada)
    await model.expire_containers()

    assert await _photo(telegram, ada, "Draw a line chart of these sales")

    bodies = [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"]
    asked = [body for body in bodies if "Draw a line chart" in str(body["input"])]
    told = ["I like bars better" in str(body["input"][-1]) for body in asked]
    assert told == [True, True]


async def test_without_files_a_container_is_made_only_when_it_is_needed(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    await answered(telegram, ada, "Good morning")

    assert await model.containers() == []
    offered = await tool(model, "code_interpreter")
    assert offered is not None
    assert offered["container"]["type"] == "auto"


async def test_chinese_in_a_table_brings_a_font_along(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    await _sent(telegram, ada, CHINESE_SALES, "销售.csv")

    [container] = await model.containers()
    paths = [file["path"] for file in container["files"]]
    assert any("chart-font" in path and path.endswith(".otf") for path in paths)
    assert "chart-font" in await words(model)
    assert "销售额" in await words(model)


async def test_a_table_that_is_called_otherwise_is_put_beside_code(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    await _sent(telegram, ada, SALES, "sales.pdf")

    [container] = await model.containers()
    assert [file["path"] for file in container["files"]] == ["/mnt/data/sales.pdf.csv"]


async def _offered_a_font(model: ModelClient) -> bool:
    return "chart-font" in await words(model)


async def test_a_greeting_in_chinese_brings_no_font(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    await answered(telegram, ada, "你好")

    assert not await _offered_a_font(model)
    assert await model.files() == []


async def test_a_question_for_a_chart_in_chinese_brings_a_font(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    assert await _photo(telegram, ada, "画一张一到十的平方的柱状图")

    assert await _offered_a_font(model)


async def test_a_question_in_chinese_about_a_table_brings_a_font_and_draws_nothing(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()
    await _sent(telegram, ada)

    await answered(telegram, ada, "谢谢")

    assert await _offered_a_font(model)
    await settled(bot, telegram)
    assert _photos(await telegram.messages(ada)) == []


async def test_an_archive_of_a_few_files_is_unpacked(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    content = zipped(notes__txt=b"Buy more rope", sales__csv=SALES, inner__zip=zipped(a__txt=b"x"))

    await _sent(telegram, ada, content, "all.zip")

    said = await words(model)
    assert "Buy more rope" in said
    assert "inner.zip" in said
    [container] = await model.containers()
    assert [file["path"] for file in container["files"]] == ["/mnt/data/sales.csv"]


async def test_a_bomb_is_not_opened(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    told = await _sent(telegram, ada, zipped(zeros__bin=bytes(40_000_000)), "bomb.zip")

    assert "unpacked it would be far too large" in told


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.tsv"])
async def test_what_a_container_does_not_know_is_named_so_that_it_does(
    telegram: TelegramClient, model: ModelClient, name: str
) -> None:
    ada = await telegram.user()

    await _sent(telegram, ada, b'{"a": 1}\n{"a": 2}\n', name)

    [container] = await model.containers()
    assert [file["path"] for file in container["files"]] == [f"/mnt/data/{name}.txt"]


async def test_without_a_code_tool_it_says_so(town: Town) -> None:
    ada = await town.telegram.user()

    async with town.bot(openai_dialect="plain"):
        told = await _sent(town.telegram, ada)

    assert "I cannot run code here" in told
    assert "Feb" in await words(town.model)
    assert "tools" not in await asked(town.model) or "code_interpreter" not in str(await asked(town.model))


async def test_a_picture_that_comes_with_the_answer_alone_is_shown(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user()

    photo = await _photo(telegram, ada, "{{python: chart inline}} Show it")

    assert photo["photo"]
    [container] = await model.containers()
    assert container["files"] == []


async def test_a_picture_that_is_a_file_as_well_is_shown_once(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user()

    await _photo(telegram, ada, "{{python: chart uncited}} Show it")

    await settled(bot, telegram)
    assert len(_photos(await telegram.messages(ada))) == 1
