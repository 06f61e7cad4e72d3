"""Making an assistant is a short conversation: it may be left, goes on after a restart, and loses nothing."""

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import Message, after_tap, labels, made, offered, shown, tapped, through, told
from tests.pictures import picture as photo_of
from tests.town import Town, button, forged_tap, settled


async def begun(telegram: TelegramClient, chat: int) -> Message:
    """Asked for its name."""
    return await after_tap(telegram, chat, await told(telegram, chat, "/assistants"), "New assistant")


async def instructions(model: ModelClient) -> str:
    return str(
        [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"][-1]["instructions"]
    )


async def test_all_of_it_question_by_question(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    name = await begun(telegram, ada)
    purpose = await told(telegram, ada, "Cook")
    review = await told(telegram, ada, "Cook with me.")
    picture = await after_tap(telegram, ada, review, "Use them as they are")
    sent = await telegram.send_photo(ada, photo_of())
    greeting = await telegram.next_reply(ada, after=sent)
    starters = await told(telegram, ada, "Hungry?")
    noted = await told(telegram, ada, "Soup?\nCake?")
    card = await after_tap(telegram, ada, noted, "Done")
    hello = await after_tap(telegram, ada, card, "Use it here")
    await after_tap(telegram, ada, hello, "Cake?")

    assert name["text"].startswith("What shall the assistant be called?")
    assert purpose["text"].startswith("What shall Cook do?")
    assert "32,000" in purpose["text"]
    assert picture["text"].startswith("Send a photo")
    assert greeting["text"].startswith("With which words")
    assert starters["text"].startswith("Which questions")
    assert card["text"].startswith("Cook is ready.")
    assert hello["caption"].endswith("Hungry?")
    assert labels(hello) == ["Soup?", "Cake?"]
    assert "«Cook»" in await instructions(model)
    assert "Cook with me." in await instructions(model)


async def test_everything_but_name_and_instructions_may_be_left_out(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")

    card = await made(telegram, ada)

    assert card["text"].startswith("Cook is ready.")
    assert "Cook with me." in card["text"]
    assert "Cook" in labels(await told(telegram, ada, "/assistants"))


async def test_optional_questions_are_skipped_one_by_one(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")
    question = await told(telegram, ada, "Cook with me.")

    asked: list[str] = []
    for label in ("Use them as they are", "Skip", "Skip", "Skip"):
        question = await after_tap(telegram, ada, question, label)
        asked.append(question["text"].split()[0])

    assert asked == ["Send", "With", "Which", "Cook"]


async def test_the_model_writes_the_instructions_from_a_sentence(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")
    review = await told(telegram, ada, "Help me cook {{say: You are a cook who asks what is in the fridge.}}")

    written = await after_tap(telegram, ada, review, "Write the instructions for me")
    picture = await after_tap(telegram, ada, written, "Use these")
    card = await after_tap(telegram, ada, picture, "Done")

    assert written["text"] == "You are a cook who asks what is in the fridge."
    assert "You are a cook who asks what is in the fridge." in card["text"]
    assert "Write the instructions" in await instructions(model)


async def test_a_text_file_is_taken_as_instructions(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")

    sent = await telegram.send_document(ada, "Koche für mich.".encode(), name="cook.md")

    review = await telegram.next_reply(ada, after=sent)
    assert review["text"] == "I have 15 characters of instructions."


async def test_another_file_is_refused_and_the_question_stays(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")

    sent = await telegram.send_document(ada, b"%PDF-1.7", name="cook.pdf")
    refused = await telegram.next_reply(ada, after=sent)
    review = await told(telegram, ada, "Cook with me.")

    assert refused["text"] == "As a file I take instructions in plain text: .txt or .md."
    assert review["text"] == "I have 13 characters of instructions."


async def test_a_file_of_300_000_characters_is_refused_with_the_numbers(
    bot: Parley, telegram: TelegramClient
) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")

    sent = await telegram.send_document(ada, b"x" * 300_000, name="cook.txt")

    refused = (await telegram.next_reply(ada, after=sent))["text"]
    assert "300,000 characters" in refused
    assert "32,000" in refused
    await settled(bot, telegram)
    assert "xxx" not in str(bot.preferences.values(f"dialog:{ada}:0"))


async def test_300_000_characters_in_75_messages_are_refused_and_nothing_is_kept(
    bot: Parley, telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")

    for _ in range(75):
        await telegram.say(ada, "x" * 4_000)

    await settled(bot, telegram, seconds=60)
    refusals = [one["text"] for one in await telegram.messages(ada) if "I have kept none of them" in str(one)]
    assert len(refusals) == 1
    assert "xxx" not in str(bot.preferences.values(f"dialog:{ada}:0"))
    assert await model.requests() == []


async def test_instructions_that_an_app_cut_in_two_are_one(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")

    await telegram.say(ada, "x" * 4_000)
    await telegram.say(ada, "the end")

    await telegram.wait_for(ada, lambda found: "I have 4008 characters" in str(found))


async def test_a_name_that_is_too_long_is_asked_for_again(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)

    refused = await told(telegram, ada, "x" * 65)
    purpose = await told(telegram, ada, "x" * 64)

    assert refused["text"] == "That is 65 characters long; at most 64, please."
    assert purpose["text"].startswith("What shall x")


async def test_a_name_that_nobody_would_see_is_asked_for_again(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)

    refused = await told(telegram, ada, "\u200b\u202e")
    purpose = await told(telegram, ada, "\u202eCook\u200b")

    assert refused["text"] == "It needs a name. Write one."
    assert purpose["text"].startswith("What shall Cook do?")


async def test_more_than_ten_starter_questions_are_refused(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")
    question = await told(telegram, ada, "Cook with me.")
    for label in ("Use them as they are", "Skip", "Skip"):
        question = await after_tap(telegram, ada, question, label)

    refused = await told(telegram, ada, "\n".join(f"Question {number}?" for number in range(11)))
    long = await told(telegram, ada, "x" * 201)

    assert refused["text"] == "At most 10 questions, please; these are 11."
    assert long["text"] == "That is 201 characters long; at most 200, please."


async def test_what_is_not_asked_for_is_explained_and_commands_work(
    telegram: TelegramClient, model: ModelClient
) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)

    sent = await telegram.send_photo(ada, photo_of())
    refused = await telegram.next_reply(ada, after=sent)
    aside = await told(telegram, ada, "/threads")
    purpose = await told(telegram, ada, "Cook")

    assert refused["text"] == "I am waiting for its name, as text. /cancel ends this."
    assert aside["text"].startswith("There are no conversations yet.")
    assert purpose["text"].startswith("What shall Cook do?")
    assert await model.requests() == []


async def test_cancel_ends_it_and_the_next_message_is_a_question(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await begun(telegram, ada)

    cancelled = await told(telegram, ada, "/cancel")
    answer = await told(telegram, ada, "{{say: hello}}")

    assert cancelled["text"] == "Cancelled. Nothing was changed."
    assert answer["text"] == "hello"
    assert await tapped(telegram, ada, question, "Cancel") == "This button no longer works."
    assert (await told(telegram, ada, "/cancel"))["text"] == "There is nothing to cancel."


async def test_it_goes_on_after_a_restart(town: Town) -> None:
    telegram = town.telegram
    ada = await telegram.user("Ada")
    async with town.bot():
        await begun(telegram, ada)
        await told(telegram, ada, "Cook")

    async with town.bot():
        review = await told(telegram, ada, "Cook with me.")
        card = await after_tap(telegram, ada, await after_tap(telegram, ada, review, "Use them"), "Done")

    assert card["text"].startswith("Cook is ready.")


async def test_a_button_of_an_earlier_question_is_a_dead_one(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    await begun(telegram, ada)
    await told(telegram, ada, "Cook")
    review = await told(telegram, ada, "Cook with me.")
    await after_tap(telegram, ada, review, "Use them as they are")

    assert await tapped(telegram, ada, review, "Use them as they are") == "This button no longer works."


async def test_a_forged_button_skips_no_question_that_must_be_answered(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    question = await begun(telegram, ada)

    for verb in ("done", "next", "clear", "write"):
        told_off = await forged_tap(telegram, question, f"ask:make:{verb}:name", user=ada)
        assert told_off == "This button no longer works."

    assert len(labels(await told(telegram, ada, "/assistants"))) == 7


async def test_a_group_is_not_the_place_to_make_one(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    group = await telegram.group("Club", members=[ada], admins=[ada])

    menu = await told(telegram, group, "/assistants", user=ada)

    [new] = [tap for row in menu["reply_markup"]["inline_keyboard"] for tap in row if "New" in tap["text"]]
    assert new["url"].endswith("?start=assistants")
    assert await forged_tap(telegram, menu, "ask:make:begin", user=ada) == "This button no longer works."
    opened = await told(telegram, ada, "/start assistants")
    assert "Teacher" in labels(opened)


async def test_each_of_its_settings_can_be_changed(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada)

    await through(telegram, ada, card, "Edit", "Model", "GPT-6.1 Terra", "Back", "Effort", "high", "Back")
    await through(telegram, ada, card, "Tools", "Drawing", "Back", "Voice", "Marin", "Back")
    await offered(telegram, ada, card["message_id"], "Starter questions")
    card = await through(telegram, ada, card, "Back")
    await after_tap(
        telegram, ada, await offered(telegram, ada, card["message_id"], "Use it here"), "Use it here"
    )
    await told(telegram, ada, "{{say: hi}}")
    menu = await told(telegram, ada, "/model")

    assert "Cook, who answers now, has a model of its own: GPT-6.1 Terra." in menu["text"]
    sent = [one["body"] for one in await model.requests() if one["path"] == "/v1/responses"][-1]
    assert sent["model"] == "gpt-6.1-terra"
    assert "draw_picture" not in str(sent.get("tools"))


async def test_only_efforts_that_the_model_takes_are_offered(telegram: TelegramClient, town: Town) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada)
    number = button(card, "Edit").rpartition(":")[2]

    await through(telegram, ada, card, "Edit", "Effort")
    menu = await offered(telegram, ada, card["message_id"], "as in the chat")
    await forged_tap(telegram, menu, f"as:effort:{number}:enormous", user=ada)

    assert "Effort: as in the chat" in (await shown(telegram, ada, card["message_id"], "Effort:"))["text"]


async def test_words_are_changed_by_sending_new_ones(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada)
    await through(telegram, ada, card, "Edit")
    menu = await offered(telegram, ada, card["message_id"], "Starter questions")

    await after_tap(telegram, ada, menu, "Name")
    renamed = await told(telegram, ada, "Baker")
    await after_tap(telegram, ada, menu, "Greeting")
    greeting = await told(telegram, ada, "Bread?")
    question = await after_tap(telegram, ada, menu, "Greeting")
    removed = await after_tap(telegram, ada, question, "Remove it")

    assert renamed["text"].startswith("Done.\n\nBaker")
    assert "Greeting: Bread?" in greeting["text"]
    assert "Greeting" not in removed["text"]


async def test_what_was_asked_for_one_that_is_deleted_meanwhile_is_asked_no_more(
    telegram: TelegramClient,
) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada)
    await through(telegram, ada, card, "Edit")
    menu = await offered(telegram, ada, card["message_id"], "Starter questions")
    await after_tap(telegram, ada, menu, "Greeting")
    await through(telegram, ada, card, "Back", "Delete", "Yes, delete it")

    greeting = await told(telegram, ada, "Bread?")
    question = await told(telegram, ada, "And now? {{say: We talk.}}")

    assert greeting["text"].startswith("This assistant is no longer there.")
    assert question["text"] == "We talk."


async def test_too_long_instructions_leave_the_old_ones(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada)
    await through(telegram, ada, card, "Edit")
    menu = await offered(telegram, ada, card["message_id"], "Starter questions")
    await after_tap(telegram, ada, menu, "Instructions")

    sent = await telegram.send_document(ada, b"x" * 40_000, name="long.txt")
    refused = await telegram.next_reply(ada, after=sent)
    await told(telegram, ada, "/cancel")
    await through(telegram, ada, card, "Back")

    assert "40,000" in refused["text"]
    assert "Cook with me." in (await shown(telegram, ada, card["message_id"], "Use it here"))["text"]


async def test_one_that_comes_with_the_bot_is_copied_to_be_changed(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    menu = await told(telegram, ada, "/assistants")

    await through(telegram, ada, menu, "Writer", "Copy and change")

    card = await offered(telegram, ada, menu["message_id"], "Edit")
    assert "You are a writer and editor" in card["text"]


async def test_files_of_an_assistant_are_moved_to_it(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada)
    await through(telegram, ada, card, "Edit")
    menu = await offered(telegram, ada, card["message_id"], "Files")

    assert "/files" in (await after_tap(telegram, ada, menu, "Files"))["text"]


async def test_a_card_is_in_whole_sentences_of_ones_language(telegram: TelegramClient) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada)
    await through(telegram, ada, card, "Edit", "Tools", "Drawing", "Remembering")
    await tapped(telegram, ada, await told(telegram, ada, "/language"), "简体中文")
    menu = await told(telegram, ada, "/assistants")

    await tapped(telegram, ada, menu, "Cook")

    text = (await shown(telegram, ada, menu["message_id"], "模型："))["text"]
    assert text.startswith("Cook\n\n模型：")
    assert "工具：网页搜索、代码、文件、" in text
    assert "当前天气" in text
    assert not {"画图", "记住"} & set(text.split("工具：")[1].split("\n")[0].split("、"))


async def test_a_card_without_a_description_has_no_gap_and_writes_numbers_alike(
    telegram: TelegramClient,
) -> None:
    ada = await telegram.user("Ada")
    card = await made(telegram, ada, purpose="Cook. " * 300)
    await through(telegram, ada, card, "Edit")
    menu = await offered(telegram, ada, card["message_id"], "Starter questions")
    await after_tap(telegram, ada, menu, "Starter questions")

    await told(telegram, ada, "Soup?")
    changed = await after_tap(telegram, ada, (await telegram.messages(ada))[-1], "Done")

    assert "Cook\n\n• Soup?\n\nModel: " in changed["text"]
    assert "Instructions (1,799 of 32,000 characters): Cook." in changed["text"]
