"""`/memory`: the list of what is remembered, page by page, with buttons to change and to forget."""

from bot.service import Parley
from domain.memory import FactSource
from domain.turn import ConversationKey
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import after_tap, labels, offered, shown, tapped, through
from tests.town import BOT_NAME, answered, forged_tap


async def _remember(bot: Parley, user: int, *facts: str) -> None:
    for number, fact in enumerate(facts):
        source = FactSource(f"test:{number}", "person", ConversationKey(user), 0)
        await bot.book.remember(user, fact, source)


async def test_an_empty_memory_says_how_to_fill_it(telegram: TelegramClient) -> None:
    told = await answered(telegram, await telegram.user(), "/memory")

    assert "I remember nothing about you yet" in told["text"]
    assert labels(told) == ["⏸ Switch memory off"]


async def test_facts_are_listed_with_their_date(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    await _remember(bot, ada, "I like tea")
    (fact,) = await bot.book.of(ada)

    told = await answered(telegram, ada, "/memory")

    assert f"• I like tea ({fact.told_at:%Y-%m-%d})" in told["text"]


async def test_many_facts_have_pages(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    await _remember(bot, ada, *(f"fact {number}" for number in range(10)))
    menu = await answered(telegram, ada, "/memory")
    assert "• fact 1 " not in menu["text"]

    await tapped(telegram, ada, menu, "›")

    assert "• fact 1 " in (await shown(telegram, ada, menu["message_id"], "2 / 2"))["text"]


async def test_a_fact_says_where_it_is_from(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await answered(telegram, ada, '{{tool: remember {"fact": "I like tea"}}}')
    menu = await answered(telegram, ada, "/memory")

    await tapped(telegram, ada, menu, "I like tea")

    card = await shown(telegram, ada, menu["message_id"], "in a conversation")
    assert "Where it was said" not in str(labels(card))


async def test_a_fact_is_put_into_other_words(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    await _remember(bot, ada, "I like tea")
    menu = await answered(telegram, ada, "/memory")
    await tapped(telegram, ada, menu, "I like tea")
    card = await offered(telegram, ada, menu["message_id"], "Edit")
    asks = await after_tap(telegram, ada, card, "Edit")
    assert "How shall it read?" in asks["text"]

    told = await answered(telegram, ada, "I like coffee")

    assert told["text"] == "I remember it like that from now on."
    assert [fact.text for fact in await bot.book.of(ada)] == ["I like coffee"]


async def test_a_fact_changed_into_another_is_there_once(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    await _remember(bot, ada, "I like tea", "I have a dog")
    number = (await bot.book.of(ada))[0].id

    await bot.book.change(number, ada, "i like tea")

    assert [fact.text for fact in await bot.book.of(ada)] == ["i like tea"]
    assert len(await bot.knowledge.documents([f"user:{ada}"])) == 1


async def test_a_fact_is_forgotten(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    await _remember(bot, ada, "I like tea", "I have a dog")
    menu = await answered(telegram, ada, "/memory")

    await through(telegram, ada, menu, "I like tea", "Forget it")

    await shown(telegram, ada, menu["message_id"], "I remember 1 thing")
    assert [fact.text for fact in await bot.book.of(ada)] == ["I have a dog"]
    assert len(await bot.knowledge.documents([f"user:{ada}"])) == 1


async def test_all_is_forgotten_once_that_is_confirmed(telegram: TelegramClient, bot: Parley) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await _remember(bot, ada, "I like tea", "I have a dog")
    await _remember(bot, bob, "I like coffee")
    menu = await answered(telegram, ada, "/memory")
    await tapped(telegram, ada, menu, "Forget all")
    asks = await shown(telegram, ada, menu["message_id"], "all 2 things")
    assert len(await bot.book.of(ada)) == 2

    await tapped(telegram, ada, asks, "Yes, forget all")

    await shown(telegram, ada, menu["message_id"], "I remember nothing")
    assert await bot.book.of(ada) == []
    assert await bot.knowledge.documents([f"user:{ada}"]) == []
    assert len(await bot.book.of(bob)) == 1


async def test_a_button_for_somebody_elses_fact_finds_nothing(telegram: TelegramClient, bot: Parley) -> None:
    ada, bob = await telegram.user("Ada"), await telegram.user("Bob")
    await _remember(bot, ada, "I like tea")
    number = (await bot.book.of(ada))[0].id
    menu = await answered(telegram, bob, "/memory")

    told = await forged_tap(telegram, menu, f"memory:open:{number}", user=bob)
    told_of_edit = await forged_tap(telegram, menu, f"ask:fact:{number}", user=bob)

    assert told == told_of_edit == "I do not remember that any more."


async def test_a_group_is_never_shown_the_list(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada])
    await _remember(bot, ada, "I like tea")

    told = await answered(telegram, group, f"/memory@{BOT_NAME}", user=ada)
    refused = await forged_tap(telegram, told, "memory:page:0", user=ada)

    assert "tea" not in str(told)
    assert "start=memory" in str(told)
    assert refused == "This button no longer works."


async def test_the_groups_button_leads_to_the_list(telegram: TelegramClient, bot: Parley) -> None:
    ada = await telegram.user("Ada")
    await _remember(bot, ada, "I like tea")

    told = await answered(telegram, ada, "/start memory")

    assert "I like tea" in told["text"]


async def test_a_fact_of_a_supergroup_has_a_link_to_where_it_was_said(
    telegram: TelegramClient, bot: Parley
) -> None:
    ada = await telegram.user("Ada")
    source = FactSource("test", "model", ConversationKey(-1_000_000_001_234, 5), 77)
    await bot.book.remember(ada, "I like tea", source)
    menu = await answered(telegram, ada, "/memory")

    await tapped(telegram, ada, menu, "I like tea")

    card = await offered(telegram, ada, menu["message_id"], "Where it was said")
    assert "https://t.me/c/1234/5/77" in str(card)
