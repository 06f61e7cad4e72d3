"""The bot's own polls: asked, answered, closed."""

import pytest
import telegram as ptb

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Json


async def test_a_poll_is_asked_and_answered(bot: Bot, people: TelegramClient, ada: int) -> None:
    message = await bot(
        "sendPoll", chat_id=ada, question=" Tea? ", options=["Yes", {"text": "No"}], is_anonymous=False
    )
    await people.vote(ada, message["message_id"], [1])

    updates = await bot.updates()

    assert not ptb.Message.de_json(message, None).api_kwargs.keys() - {"members_only"}
    assert message["poll"]["question"] == "Tea?"
    assert [one["poll"]["total_voter_count"] for one in updates if "poll" in one] == [1]
    assert [one["poll_answer"]["option_ids"] for one in updates if "poll_answer" in one] == [[1]]


async def test_a_quiz_has_its_answer_and_says_why(bot: Bot, ada: int) -> None:
    message = await bot(
        "sendPoll",
        chat_id=ada,
        question="2 + 2?",
        options=["3", "4"],
        type="quiz",
        correct_option_ids=[1],
        explanation="Count them",
        open_period=60,
    )

    poll = message["poll"]
    assert (poll["type"], poll["correct_option_ids"], poll["explanation"]) == ("quiz", [1], "Count them")
    assert poll["open_period"] == 60


async def test_a_poll_is_stopped_once(bot: Bot, ada: int) -> None:
    message = await bot("sendPoll", chat_id=ada, question="Tea?", options=["Yes", "No"])
    where = {"chat_id": ada, "message_id": message["message_id"]}

    poll = await bot("stopPoll", **where)

    assert poll["is_closed"]
    assert await bot.refused("stopPoll", **where) == "poll has already been closed"


async def test_only_a_poll_is_stopped(bot: Bot, ada: int) -> None:
    message = await bot("sendMessage", chat_id=ada, text="hi")

    refusal = await bot.refused("stopPoll", chat_id=ada, message_id=message["message_id"])

    assert refusal == "message with poll to stop not found"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"question": ""}, "POLL_QUESTION_INVALID"),
        ({"options": ["one"]}, "2 to 12 options"),
        ({"options": ["x" * 101, "y"]}, "POLL_OPTION_INVALID"),
        ({"options": [1, 2]}, '"options[0]" must be an object'),
        ({"type": "quiz"}, "QUIZ_CORRECT_ANSWERS_EMPTY"),
        ({"correct_option_ids": [0]}, "only quizzes"),
        ({"type": "quiz", "correct_option_ids": [7]}, "POLL_ANSWER_INVALID"),
        ({"explanation": "x" * 201}, "message is too long"),
        ({"open_period": 1}, "open period"),
        ({"media": {"type": "photo"}}, "not served by this sandbox"),
        ({"country_codes": ["DE"]}, "not served by this sandbox"),
    ],
)
async def test_unfit_polls_are_refused(bot: Bot, ada: int, said: Json, refusal: str) -> None:
    asked = {"question": "Tea?", "options": ["Yes", "No"]} | said

    assert refusal in await bot.refused("sendPoll", chat_id=ada, **asked)
