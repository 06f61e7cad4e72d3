"""`/export`: what is kept of a person, read back and compared with what was said."""

import asyncio
import json

import pytest

from sandbox.telegram.client import TelegramClient
from tests.crash.victim import victim
from tests.drawing.scenes import drawn
from tests.filing.samples import SALES, reply
from tests.privacy.scenes import exported, exports
from tests.town import BOT_NAME, Town, answered

REMIND = '{{tool: set_reminder {"text": "drink water", "in_minutes": 60}}} {{outputs}}'


async def test_what_was_said_is_in_it_word_for_word(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await telegram.say(ada, "Why is the sky blue? 天 {{say: Because of **Rayleigh**.}}")
    answer = await telegram.next_reply(ada, after=question)

    export = await exported(telegram, ada)

    [thread] = export.data["threads"]
    [turn] = thread["turns"]
    assert turn["messages"][0]["text"] == "Why is the sky blue? 天 {{say: Because of **Rayleigh**.}}"
    assert turn["messages"][0]["message_id"] == question
    assert turn["answer"] == "Because of **Rayleigh**."
    assert turn["answer_message_ids"] == [answer["message_id"]]
    [page] = [name for name in export.names if name.startswith("threads/")]
    assert "Because of **Rayleigh**." in export.text(page)
    assert "Why is the sky blue? 天" in export.text(page)


async def test_conversations_of_before_and_answers_that_were_replaced_are_in_it(
    telegram: TelegramClient,
) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, "Apples? {{say: red}}")
    await answered(telegram, ada, "/retry")
    await answered(telegram, ada, "/new")
    await answered(telegram, ada, "Pears? {{say: green}}")

    first, second = (await exported(telegram, ada)).data["threads"]

    assert [(turn["answer"], turn["replaced"]) for turn in first["turns"]] == [("red", True), ("red", False)]
    assert [turn["answer"] for turn in second["turns"]] == ["green"]


async def test_everything_else_is_in_it_kind_by_kind(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, REMIND)
    await answered(telegram, ada, "/remember I live in Oslo")
    await answered(telegram, ada, "/timezone Europe/Oslo")
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="Keep"))
    await telegram.say(ada, "/imagine a red sofa")
    await drawn(telegram, ada)

    export = await exported(telegram, ada)

    data = export.data
    assert (data["format"], data["version"], data["person"]["user_id"]) == ("parley-export", 1, ada)
    assert [one["text"] for one in data["reminders"]] == ["drink water"]
    assert [one["text"] for one in data["memories"]] == ["I live in Oslo"]
    assert [one["name"] for one in data["files"]] == ["sales.csv"]
    assert [one["prompt"] for one in data["drawings"]] == ["a red sofa"]
    assert "Europe/Oslo" in str(data["settings"])
    assert json.loads(export.text("reminders.json")) == data["reminders"]
    assert json.loads(export.text("memories.json")) == data["memories"]
    assert {"chat", "image"} <= {row["purpose"] for row in export.table("usage.csv")}


async def test_files_are_in_it_byte_for_byte(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await reply(telegram, ada, await telegram.send_document(ada, SALES, name="sales.csv", caption="Keep"))

    export = await exported(telegram, ada)

    [kept] = export.data["files"]
    assert export.archive.read(f"media/{kept['file'].rpartition('/')[2]}") == SALES


async def test_a_file_that_we_lost_is_fetched_from_telegram_and_one_that_is_lost_is_named(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot():
        message = await town.telegram.send_document(ada, SALES, name="sales.csv", caption="Keep")
        await reply(town.telegram, ada, message)
        for path in (town.data_dir / "media").glob("*/*.csv"):
            path.unlink()

        fetched = await exported(town.telegram, ada)
        sent = next(one for one in await town.telegram.messages(ada) if one["message_id"] == message)
        await town.telegram.lose_file(sent["document"]["file_id"])
        await town.telegram.say(ada, "/export")
        [_, lost] = await exports(town.telegram, ada, 2)

    name = fetched.data["files"][0]["file"]
    assert fetched.archive.read(f"media/{name.rpartition('/')[2]}") == SALES
    assert name in lost.text("missing.txt").splitlines()


async def test_of_a_group_there_are_ones_own_words_only(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    group = await telegram.group("Club", members=[ada, bob])
    await answered(telegram, group, f"@{BOT_NAME} apples? {{{{say: red}}}}", user=ada)
    await answered(telegram, group, f"@{BOT_NAME} secrets? {{{{say: none}}}}", user=bob)

    export = await exported(telegram, ada)

    [said] = export.data["group_messages"]
    assert "apples?" in said["messages"][0]["text"]
    assert (said["chat_id"], said["answer"]) == (group, "red")
    assert all(b"secrets" not in export.archive.read(name) for name in export.names)


async def test_in_a_group_it_is_not_sent(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])

    told = await answered(telegram, group, f"/export@{BOT_NAME}", user=ada)

    assert told["text"].startswith("An export goes to one person")


async def test_what_is_too_much_for_one_file_comes_in_several(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replies.gateway.MOST_BYTES", 1_030_000)
    ada = await town.telegram.user("Ada")
    tables = [b"".join(b"%d,%d\n" % (seed, number) for number in range(3_500)) for seed in range(3)]
    async with town.bot():
        for number, table in enumerate(tables):
            sent = await town.telegram.send_document(ada, table, name=f"{number}.csv", caption="Keep")
            await reply(town.telegram, ada, sent)
        await town.telegram.say(ada, "/export")

        found = await exports(town.telegram, ada, 4)

    assert ["part 1 of 4" in export.text("README.md") for export in found] == [True, False, False, False]
    media = {export.archive.read(n) for export in found for n in export.names if n.startswith("media/")}
    assert set(tables) <= media


async def test_a_stop_ends_it(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot():
        await answered(town.telegram, ada, "Apples? {{say: red}}")
        await town.telegram.fault(method="sendDocument", status=500, times=1_000)
        await town.telegram.say(ada, "/export")
        await town.telegram.wait_for_calls(bool, method="sendDocument")

        await town.telegram.say(ada, "/stop")

        await town.telegram.wait_for(ada, lambda seen: "The export was stopped." in str(seen))
        await town.telegram.calm()
        assert (await answered(town.telegram, ada, "And now? {{say: on}}"))["text"] == "on"


async def test_a_restart_goes_on_with_it(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    with victim(town.environment()) as bot:
        await asyncio.to_thread(bot.start)
        await answered(town.telegram, ada, "Apples? {{say: red}}")
        await town.telegram.fault(method="sendDocument", status=500, times=1_000)
        await town.telegram.say(ada, "/export")
        await town.telegram.wait_for_calls(bool, method="sendDocument")
        await asyncio.to_thread(bot.kill)
        await town.telegram.calm()

        await asyncio.to_thread(bot.start)
        [export] = await exports(town.telegram, ada)
        await town.telegram.wait_for(ada, lambda seen: "Your data, in 1 file." in str(seen))

    assert export.data["threads"][0]["turns"][0]["answer"] == "red"
    assert len([one for one in await town.telegram.messages(ada) if "document" in one]) == 1
