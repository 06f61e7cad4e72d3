"""`/search`: what was said, drawn or sent in a chat is found there, and nowhere else."""

import asyncio
from typing import Any

import pytest

from bot.service import Parley
from conversation.choices import ThreadsBy
from domain.filing import assistant_scope, thread_scope
from domain.money import Account, Purpose
from domain.periods import Period
from domain.turn import ConversationKey
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from storage.budgets import Budget
from storage.threads import Threads
from tests.assistants.taps import made
from tests.filing.samples import report
from tests.money.books import spent
from tests.town import Town, answered, button, forged_tap, settled, texts

NOTHING = "I found nothing that fits. Other words may help."


async def found(telegram: TelegramClient, chat: int, words: str, **who: Any) -> str:
    return str((await answered(telegram, chat, f"/search {words}", **who))["text"])


async def test_a_question_and_its_answer_are_found_by_their_words(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "Where do ferns grow? {{say: In the shade of the oaks.}}")

    assert "Where do ferns grow?" in await found(telegram, ada, "ferns")
    assert "In the shade of the oaks." in await found(telegram, ada, "oaks")


async def test_meaning_finds_what_no_word_does(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "photosynthesising organisms {{say: yes}}")

    assert "photosynthesising organisms" in await found(telegram, ada, "photosynthesis organism")


async def test_a_tap_on_a_result_replies_to_the_message(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    asked = await telegram.say(ada, "Where do ferns grow? {{say: In the shade.}}")
    await telegram.next_reply(ada, after=asked)
    results = await answered(telegram, ada, "/search ferns")

    await telegram.tap(ada, results["message_id"], button(results, "1"))

    jump = await telegram.next_reply(ada, after=results["message_id"])
    assert jump["reply_to_message"]["message_id"] == asked
    assert "Where do ferns grow?" in jump["text"]


async def test_what_stands_in_the_answer_leads_to_the_answer(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    reply = await answered(telegram, ada, "{{chars: 300}}")
    results = await answered(telegram, ada, f"/search {' '.join(reply['text'].split()[5:9])}")

    await telegram.tap(ada, results["message_id"], button(results, "1"))

    jump = await telegram.next_reply(ada, after=results["message_id"])
    assert jump["reply_to_message"]["message_id"] == reply["message_id"]


async def test_all_threads_of_a_private_chat_are_searched(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "The first is about tulips {{say: yes}}")
    await answered(telegram, ada, "/new")
    await answered(telegram, ada, "The second is about tulips {{say: no}}")

    text = await found(telegram, ada, "tulips")

    assert text.startswith("🔎 2 results")
    assert "The first" in text
    assert "The second" in text


async def test_another_person_finds_nothing_of_it(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await answered(telegram, ada, "The code is tulip {{say: yes}}")

    assert await found(telegram, bob, "tulip code") == NOTHING


async def test_a_group_finds_only_what_was_said_in_it(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Garden", [ada])
    await answered(telegram, ada, "My secret tulip {{say: yes}}")
    await answered(telegram, group, "/ask Our common tulip {{say: no}}", user=ada)

    in_group = await found(telegram, group, "tulip", user=ada)
    in_private = await found(telegram, ada, "tulip")

    assert "common" in in_group
    assert "secret" not in in_group
    assert "secret" in in_private
    assert "common" not in in_private


async def test_each_person_s_own_conversation_in_a_group_is_theirs(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    group = await telegram.group("Garden", [ada, bob])
    await answered(telegram, group, "/ask Our common tulip {{say: yes}}", user=ada)
    await bot.choices.choose_threads_by(group, ThreadsBy.PERSON)
    await answered(telegram, group, "/ask My secret tulip {{say: no}}", user=ada)

    of_ada = await found(telegram, group, "tulip", user=ada)
    of_bob = await found(telegram, group, "tulip", user=bob)

    assert ("common" in of_ada, "secret" in of_ada) == (True, True)
    assert ("common" in of_bob, "secret" in of_bob) == (True, False)


async def test_in_a_supergroup_results_are_links(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Garden", [ada])
    asked = await telegram.say(group, "/ask A tulip? {{say: no}}", user=ada)
    await telegram.next_reply(group, after=asked)

    results = await answered(telegram, group, "/search tulip", user=ada)

    (tap,) = results["reply_markup"]["inline_keyboard"][0]
    assert tap["url"] == f"https://t.me/c/{str(group).removeprefix('-100')}/{asked}"


async def test_a_drawing_is_found_by_its_prompt(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await telegram.say(ada, "/imagine a hedgehog on a bicycle")
    messages = await telegram.wait_for(ada, lambda messages: any("photo" in one for one in messages))

    results = await until_found(telegram, ada, "hedgehog")

    assert "🎨" in results["text"]
    assert "a hedgehog on a bicycle" in results["text"]
    await telegram.tap(ada, results["message_id"], button(results, "1"))
    jump = await telegram.next_reply(ada, after=results["message_id"])
    assert jump["reply_to_message"]["message_id"] in {one["message_id"] for one in messages if "photo" in one}


async def until_found(telegram: TelegramClient, chat: int, words: str) -> dict[str, Any]:
    """Searches again while nothing is found: a picture is shown a moment before its drawing is finished."""
    async with asyncio.timeout(20):
        while (results := await answered(telegram, chat, f"/search {words}"))["text"] == NOTHING:
            continue
    return results


async def given(bot: Parley, scope: str) -> None:
    """A file on ferns in that scope."""
    async with bot.files.workshop() as folder:
        path = folder / "sent"
        await asyncio.to_thread(path.write_text, "Ferns like shade.")
        file = await bot.files.keep(path, ".txt")
    await bot.knowledge.add(scope, "garden.txt", file)


async def test_files_of_one_s_own_assistants_are_found_in_private(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    group = await telegram.group("Garden", [ada])
    await made(telegram, ada)
    await given(bot, assistant_scope("1"))

    results = await answered(telegram, ada, "/search ferns")
    await telegram.tap(ada, results["message_id"], button(results, "1"))

    passage = await telegram.next_reply(ada, after=results["message_id"])
    assert "📄 garden.txt · Cook" in results["text"]
    assert passage["text"] == "📄 garden.txt · Cook\n\nFerns like shade."
    assert await found(telegram, bob, "ferns") == NOTHING
    assert await found(telegram, group, "ferns", user=ada) == NOTHING


async def test_a_file_s_passage_is_found_and_shown(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user()
    thread_id = await Threads(bot.knowledge.passages.database).active(ConversationKey(ada))
    await given(bot, thread_scope(thread_id))

    results = await answered(telegram, ada, "/search ferns")
    await telegram.tap(ada, results["message_id"], button(results, "1"))

    passage = await telegram.next_reply(ada, after=results["message_id"])
    assert "📄 garden.txt" in results["text"]
    assert passage["text"] == "📄 garden.txt\n\nFerns like shade."


async def test_many_results_are_turned_over_page_by_page(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    for number in range(7):
        await answered(telegram, ada, f"tulip number {number} {{{{say: yes}}}}")
    results = await answered(telegram, ada, "/search tulip number")
    first = results["text"]

    await telegram.tap(ada, results["message_id"], button(results, "›"))

    messages = await telegram.wait_for(ada, lambda messages: texts(messages)[-1] != first)
    assert messages[-1]["message_id"] == results["message_id"]
    assert [f"{place}. " in first for place in range(1, 8)] == [True] * 5 + [False] * 2
    assert [f"{place}. " in messages[-1]["text"] for place in range(1, 8)] == [False] * 5 + [True] * 2


async def test_an_answer_that_was_replaced_is_not_found(telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "Name a flower. {{say: tulip}} ")
    await answered(telegram, ada, "/search tulip")
    await answered(telegram, ada, "/retry")

    text = await found(telegram, ada, "tulip")

    assert text.startswith("🔎 1 result")


async def test_what_was_said_is_found_after_a_restart(town: Town) -> None:
    async with town.bot():
        ada = await town.telegram.user()
        await answered(town.telegram, ada, "The tulip is red {{say: yes}}")

    async with town.bot():
        assert "The tulip is red" in await found(town.telegram, ada, "tulip")


async def test_without_embeddings_words_are_enough(town: Town) -> None:
    await town.model.fault(path="/v1/embeddings", times=999, status=404)

    async with town.bot() as bot:
        ada = await town.telegram.user()
        await answered(town.telegram, ada, "The tulip is red {{say: yes}}")

        assert "The tulip is red" in await found(town.telegram, ada, "tulip")
        await settled(bot, town.telegram)


async def test_a_search_is_on_the_bill_of_who_searches(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    await answered(telegram, ada, "/search train to Nice")

    assert (await spent(bot, Account("user", ada)))[Purpose.EMBEDDING] > 0


async def test_without_a_budget_words_are_enough(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot() as bot:
        await answered(town.telegram, ada, "The train to Nice leaves at nine. {{say: Noted.}}")
        await bot.money.rules.budgets.set(Budget(Account("user", ada), Period.DAY, 0))

        found = await answered(town.telegram, ada, "/search train")

        assert "1 result" in found["text"]
        assert set(await spent(bot, Account("user", ada))) == {Purpose.CHAT}


async def test_without_words_it_says_how_to_search(telegram: TelegramClient) -> None:
    assert "/search train to Nice" in await found(telegram, await telegram.user(), "")


async def test_a_forged_result_of_another_chat_is_refused(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await answered(telegram, ada, "The code is tulip {{say: yes}}")
    mine = await answered(telegram, ada, "/search tulip")
    data = button(mine, "1")
    await answered(telegram, bob, "My own tulip {{say: yes}}")
    theirs = await answered(telegram, bob, "/search tulip")

    told = await forged_tap(telegram, theirs, data, user=bob)

    assert told == "That is no longer known."


async def test_a_forgotten_chat_is_not_found(bot: Parley, telegram: TelegramClient) -> None:
    ada = await telegram.user()
    await answered(telegram, ada, "The tulip is red {{say: yes}}")
    await answered(telegram, ada, "/search tulip")

    assert await bot.indexing.forget(ada) == 1

    assert await found(telegram, ada, "tulip") == NOTHING


@pytest.mark.parametrize("language", ["ar", "zh"])
async def test_results_are_told_in_one_s_language(telegram: TelegramClient, language: str) -> None:
    ada = await telegram.user("Ada", language_code=language)
    await answered(telegram, ada, "The tulip is red {{say: yes}}")

    assert "result" not in await found(telegram, ada, "tulip")


async def test_what_is_said_in_a_row_is_embedded_together(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user()
    for flower in ("tulip", "rose", "lily"):
        await answered(telegram, ada, f"{flower} {{{{say: yes}}}}")

    await found(telegram, ada, "flower")

    asked = [one["body"]["input"] for one in await model.requests() if one["path"] == "/v1/embeddings"]
    assert [len(texts) for texts in asked] == [3, 1]


async def test_a_file_at_the_provider_is_found_and_its_passage_shown(telegram: TelegramClient) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    sent = await telegram.send_document(ada, report(), name="history.txt", caption="Remember this")
    await telegram.next_reply(ada, after=sent)

    results = await answered(telegram, ada, "/search lighthouse of Varn")
    label = next(line[0] for line in results["text"].splitlines() if "📄 history.txt" in line)
    await telegram.tap(ada, results["message_id"], button(results, label))

    passage = await telegram.next_reply(ada, after=results["message_id"])
    assert passage["text"].startswith("📄 history.txt\n\n")
    assert "history.txt" not in await found(telegram, bob, "lighthouse of Varn")


async def test_a_store_that_fails_is_left_out(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    sent = await telegram.send_document(ada, report(), name="history.txt", caption="Remember the lighthouse")
    await telegram.next_reply(ada, after=sent)
    await model.fault(path="/v1/vector_stores/*", status=400, times=9)

    text = await found(telegram, ada, "lighthouse")

    assert "Remember the lighthouse" in text
    assert "📄" not in text
