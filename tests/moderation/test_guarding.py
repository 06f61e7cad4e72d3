"""Moderation as people meet it: what breaks the rules is not asked, not shown and not kept."""

from collections.abc import Sequence
from typing import Any

import pytest

from conversation.moderation.wording import of_question
from domain.money import Purpose
from domain.texts import Plural, Sentence
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.drawing.scenes import drawn
from tests.filing.samples import zipped
from tests.media.pdfs import pdf_of
from tests.money.books import totals
from tests.pictures import picture
from tests.sandbox.model.samples import voice_note
from tests.town import Town, answered, lines, settled

PATH = "/v1/moderations"
_REFUSED = "I cannot answer this: it was taken for harassment."
_WITHHELD = "I do not show my answer: it was taken for harassment."


async def _paths(model: ModelClient) -> list[str]:
    return [request["path"] for request in await model.requests()]


async def _asked(model: ModelClient) -> list[dict[str, Any]]:
    return [request["body"] for request in await model.requests() if request["path"] == "/v1/responses"]


async def test_by_default_nothing_is_checked(telegram: TelegramClient, model: ModelClient) -> None:
    await answered(telegram, await telegram.user(), "you idiot")

    assert PATH not in await _paths(model)


async def test_a_question_that_breaks_the_rules_is_not_asked(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input"):
        told = await answered(town.telegram, ada, "you idiot")

    assert told["text"] == _REFUSED
    assert "reply_markup" not in told
    assert await _paths(town.model) == [PATH]


async def test_it_is_no_part_of_the_history_and_not_found_again(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input") as bot:
        await answered(town.telegram, ada, "you idiot with a zebra")
        await answered(town.telegram, ada, "Good morning")
        while await bot.indexing.catch_up():
            continue

        found = await answered(town.telegram, ada, "/search zebra")

    assert "zebra" not in str(await _asked(town.model))
    assert "I found nothing" in found["text"]


async def test_what_is_fine_is_answered_and_the_answer_grows(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.pace(0.0, 0.2)
    async with town.bot(moderation="input"):
        await answered(town.telegram, ada, "{{say: one two three four five six seven eight nine ten}}")

    assert "two" in await _drafts(town.telegram)


async def test_a_picture_that_breaks_the_rules_is_not_shown_to_the_model(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.flag("mostly red", "violence/graphic")
    async with town.bot(moderation="input"):
        sent = await town.telegram.send_photo(ada, picture("red", (1600, 1200)), caption="What is this?")
        told = await town.telegram.next_reply(ada, after=sent)

    assert told["text"] == "I cannot answer this: it was taken for violence."
    assert set(await _paths(town.model)) == {PATH}
    (shown,) = [one for request in await town.model.requests() for one in request["images"]]
    assert (shown["width"], shown["height"]) == (1024, 768)


async def test_what_is_said_aloud_is_checked(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.flag("you moron of a bot", "harassment")
    async with town.bot(moderation="input"):
        sent = await town.telegram.send_voice(ada, voice_note("you moron of a bot"))
        told = await town.telegram.next_reply(ada, after=sent)

    assert told["text"].endswith(_REFUSED)
    assert await _asked(town.model) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.txt", b"Dear all, you idiots. Yours, Eve"),
        ("letter.pdf", pdf_of(b"BT /F 24 Tf 72 700 Td (Dear all, you idiots) Tj ET")),
        ("book.txt", b"All is well. " * 5_000 + b"They are idiots. " + b"All is well. " * 500),
        ("letters.zip", zipped(letter__txt=b"Dear all, you idiots")),
    ],
    ids=["text", "PDF", "long text", "archive"],
)
async def test_a_document_whose_words_break_the_rules_is_not_read(
    town: Town, name: str, content: bytes
) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input"):
        sent = await town.telegram.send_document(ada, content, name=name, caption="What is it about?")
        told = await town.telegram.next_reply(ada, after=sent)
        files = await answered(town.telegram, ada, "/files")

    assert told["text"] == _REFUSED
    assert name not in str(files)
    assert set(await _paths(town.model)) == {PATH}


async def test_no_recording_is_checked_by_default(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()

    await telegram.next_reply(ada, after=await telegram.send_voice(ada, voice_note("you idiot")))

    assert PATH not in await _paths(model)


async def test_a_refused_question_is_not_asked_by_retry(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input"):
        await answered(town.telegram, ada, "you idiot with a zebra")
    async with town.bot():  # from now on nothing is checked
        told = await answered(town.telegram, ada, "/retry")
        await answered(town.telegram, ada, "Good morning")

    assert told["text"] == "There is nothing to answer again yet."
    assert "zebra" not in str(await _asked(town.model))


async def test_a_refused_question_is_not_asked_by_the_edit_of_another(town: Town) -> None:
    ada = await town.telegram.user()
    await town.telegram.say(ada, "you idiot with a zebra")
    other = await town.telegram.say(ada, "Good morning")
    async with town.bot(moderation="input"):  # both are asked together
        refused = await town.telegram.next_reply(ada, after=other)
    async with town.bot():
        await town.telegram.edit(ada, other, "{{say: Good evening}}")
        await town.telegram.wait_for(ada, lambda seen: seen[-1].get("text") == "Good evening")

    assert refused["text"] == _REFUSED
    assert "zebra" not in str(await _asked(town.model))


async def test_a_refused_question_is_answered_once_it_is_put_differently(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input"):
        asked = await town.telegram.say(ada, "you idiot with a zebra")
        await town.telegram.next_reply(ada, after=asked)
        await town.telegram.edit(ada, asked, "{{say: Good evening}}")
        await town.telegram.wait_for(ada, lambda seen: seen[-1].get("text") == "Good evening")

    assert "zebra" not in str(await _asked(town.model))


async def test_a_question_edited_into_a_refused_one_is_no_longer_known(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input"):
        asked = await town.telegram.say(ada, "Good morning, zebra")
        await town.telegram.next_reply(ada, after=asked)
        await town.telegram.edit(ada, asked, "you idiot of a zebra")
        await town.telegram.wait_for(ada, lambda seen: _REFUSED in str(seen))
        await answered(town.telegram, ada, "/retry")
        await answered(town.telegram, ada, "Hello again")

    assert "zebra" not in str((await _asked(town.model))[1:])


async def test_a_refused_task_leaves_no_words_in_the_books(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input") as bot:
        await answered(town.telegram, ada, "/translate fr you idiot with a zebra")
        await settled(bot, town.telegram)
        kept = await bot.knowledge.passages.database.read(
            lambda connection: connection.execute("SELECT request FROM turns").fetchall()
        )

    assert len(kept) == 1
    assert "zebra" not in str(kept)


async def test_a_drawing_that_breaks_the_rules_is_not_shown(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.flag("mostly red", "violence/graphic")
    await town.model.pace_images(0.5)
    async with town.bot(moderation="output"):
        sent = await town.telegram.say(ada, "/imagine a red sofa")
        told = await town.telegram.next_reply(ada, after=sent)

    assert "rules on violence forbid it" in told["text"]
    assert not [call for call in await town.telegram.calls() if "Photo" in call["method"]]


async def test_a_drawing_that_is_fine_is_not_seen_before_it_was_checked(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.pace_images(0.5)
    async with town.bot(moderation="output"):
        await town.telegram.say(ada, "/imagine a red sofa")
        await drawn(town.telegram, ada)

    assert not await town.telegram.calls("editMessageMedia")
    assert (await _paths(town.model))[-1] == PATH


async def test_a_picture_that_breaks_the_rules_is_not_changed(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.flag("mostly red", "violence/graphic")
    async with town.bot(moderation="input"):
        sent = await town.telegram.send_photo(ada, picture("red", (512, 512)), caption="/edit add a hat")
        told = await town.telegram.next_reply(ada, after=sent)

    assert "rules on violence forbid it" in told["text"]
    assert set(await _paths(town.model)) == {PATH}


async def test_a_picture_that_code_made_and_that_breaks_the_rules_is_not_shown(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.flag("mostly white", "violence/graphic")
    async with town.bot(moderation="output") as bot:
        told = await answered(town.telegram, ada, "{{python: chart}} Show it")
        await settled(bot, town.telegram)

    assert "I may not show" in told["text"]
    assert not [call for call in await town.telegram.calls() if "Photo" in call["method"]]


async def test_a_task_that_breaks_the_rules_is_not_done(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="input"):
        told = await answered(town.telegram, ada, "/translate fr you idiot")

    assert told["text"] == _REFUSED
    assert await _paths(town.model) == [PATH]


async def test_an_answer_that_breaks_the_rules_is_not_shown_and_not_kept(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.pace(0.0, 0.05)
    async with town.bot(moderation="output"):
        told = await answered(town.telegram, ada, "{{say: well well well you are an idiot my dear friend}}")
        await answered(town.telegram, ada, "Good morning")

    assert told["text"].startswith(_WITHHELD)
    assert "idiot" not in str((await _asked(town.model))[-1])
    assert "idiot" not in str(await _shown(town.telegram))


async def test_an_answer_that_is_checked_is_not_seen_before(town: Town) -> None:
    ada = await town.telegram.user()
    await town.model.pace(0.0, 0.2)
    async with town.bot(moderation="output"):
        told = await answered(town.telegram, ada, "{{say: one two three four five six seven eight nine ten}}")

    assert "one two three" in told["text"]
    assert "two" not in await _drafts(town.telegram)


async def _drafts(telegram: TelegramClient) -> str:
    return str([call["params"] for call in await telegram.calls() if "Draft" in call["method"]])


async def _shown(telegram: TelegramClient) -> Sequence[Any]:
    """All that the bot sent or drafted."""
    return [call["params"] for call in await telegram.calls() if call["method"] != "getUpdates"]


async def test_where_moderation_cannot_be_asked_all_passes_and_the_admins_hear_of_it_once(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    ada, eve = await town.telegram.user("Ada"), await town.telegram.user("Eve")
    await town.model.fault(path=PATH, times=1_000, status=404)
    async with town.bot(moderation="both", admin_user_ids=frozenset({eve})):
        await answered(town.telegram, eve, "/start")
        await answered(town.telegram, ada, "Good morning")
        told = await answered(town.telegram, ada, "you idiot")
        heard = await town.telegram.wait_for(eve, lambda messages: "moderation" in str(messages))

    assert "I cannot answer" not in told["text"]
    assert sum("moderation cannot be reached" in str(one) for one in heard) == 1
    assert lines(caplog, "goes unchecked")
    assert "idiot" not in "".join(lines(caplog, ""))


async def test_moderation_is_on_nobodys_bill(town: Town) -> None:
    ada = await town.telegram.user()
    async with town.bot(moderation="both") as bot:
        await answered(town.telegram, ada, "Good morning")

        billed = await totals(bot)

    assert PATH in await _paths(town.model)
    assert {total.purpose for total in billed} == {Purpose.CHAT}


def _english(sentence: Sentence) -> str:
    return sentence.singular if isinstance(sentence, Plural) else sentence.message.format(**sentence.values)


@pytest.mark.parametrize(
    ("categories", "words"),
    [
        ({"self-harm/intent", "violence"}, "a helpline near you"),
        ({"sexual/minors"}, "sexual content"),
        ({"illicit/violent"}, "something illegal"),
        ({"brand-new"}, "something harmful"),
    ],
)
def test_the_broad_category_is_named_in_plain_words(categories: set[str], words: str) -> None:
    assert words in of_question(categories, _english)
