"""An instruction for one turn only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.once import parted
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.assistants.taps import told
from tests.pictures import picture
from tests.town import last_question


@pytest.mark.parametrize(
    ("words", "instruction", "question"),
    [
        ("like a pirate: why is the sky blue?", "like a pirate", "why is the sky blue?"),
        ("like a pirate\nwhy is the sky blue?", "like a pirate", "why is the sky blue?"),
        ("like a pirate:\nwhy: is it?\nreally", "like a pirate", "why: is it?\nreally"),
        ("at 10:30 sharp: when?", "at 10:30 sharp", "when?"),
        ("像海盗一样：为什么？", "像海盗一样", "为什么？"),
        ("like a pirate", "like a pirate", ""),
        ("", "", ""),
    ],
)
def test_instruction_and_question_are_told_apart(words: str, instruction: str, question: str) -> None:
    assert parted(words) == (instruction, question)


@given(st.text(max_size=200))
def test_whatever_is_written_is_parted(words: str) -> None:
    instruction, question = parted(words)

    assert "\n" not in instruction
    assert len(instruction) + len(question) <= len(words)


async def test_it_holds_for_one_answer(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    await told(telegram, ada, "/once like a pirate: why is the sky blue? {{say: arr}}")
    first = await last_question(model)
    await told(telegram, ada, "And the sea? {{say: blue}}")

    assert first.startswith("[For this answer only, I want this: like a pirate]\n\nwhy is the sky blue?")
    sent = (await model.requests())[-1]["body"]
    assert "pirate" not in str(sent)
    assert "why is the sky blue?" in str(sent["input"])


async def test_it_leaves_the_instructions_as_they_are(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    await told(telegram, ada, "one {{say: one}}")
    await told(telegram, ada, "/once shout\ntwo {{say: TWO}}")

    before, after = [request["body"] for request in await model.requests()]
    assert before["instructions"] == after["instructions"]
    assert after["input"][:1] == before["input"][:1]


async def test_asked_again_it_still_holds(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    await told(telegram, ada, "/once like a pirate: why? {{say: arr}}")

    await told(telegram, ada, "/retry")

    assert "like a pirate" in await last_question(model)


async def test_it_can_be_about_the_message_replied_to(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")
    text = await telegram.say(ada, "Guten Morgen {{say: ok}}")
    await telegram.next_reply(ada, after=text)

    await told(telegram, ada, "/once translate it into French", reply_to=text)

    asked = await last_question(model)
    assert "translate it into French" in asked
    assert "Guten Morgen" in asked


async def test_it_can_be_about_a_photo(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    sent = await telegram.send_photo(ada, picture("red"), caption="/once in one word")
    await telegram.next_reply(ada, after=sent)

    asked = (await model.requests())[-1]["body"]["input"][-1]
    assert "in one word" in str(asked)
    assert "input_image" in str(asked)


async def test_without_a_question_it_says_how(telegram: TelegramClient, model: ModelClient) -> None:
    ada = await telegram.user("Ada")

    assert "/once like a pirate: why is the sky blue?" in (await told(telegram, ada, "/once"))["text"]
    assert "/once like a pirate" in (await told(telegram, ada, "/once like a pirate"))["text"]
    assert await model.requests() == []
