"""Permissions: what nobody answers in time is not done."""

from dataclasses import dataclass
from functools import partial

import pytest

from bot.service import Parley
from conversation.permissions import Permissions
from conversation.running import RunningTurn
from conversation.tasks import Order
from conversation.tool_choices import ToolChoices
from conversation.tools import Calling, Offer
from domain.assistant import GENERAL
from domain.material import Material
from domain.reply import Destination
from domain.texts import Sentence
from domain.turn import ChatKind, ConversationKey, Person, Said, Turn
from replies.presenter import TelegramPresenter
from sandbox.telegram.client import TelegramClient
from storage.database import Database
from storage.preferences import Preferences
from storage.threads import Threads
from storage.turns import Turns
from tests.town import texts


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call at work in Ada's chat, and permissions that lose their patience at once."""

    permissions: Permissions
    calling: Calling
    chat: int


@pytest.fixture
async def waiting(bot: Parley, telegram: TelegramClient, database: Database) -> Waiting:
    ada = await telegram.user()
    key = ConversationKey(ada)
    turn = Turn(1, (1,), key, ChatKind.PRIVATE, (Said(1, Person(ada, "Ada", "en"), "Buy pens"),))
    turns, choices = Turns(database), ToolChoices(await Preferences(database).load())
    steps = await turns.begin(turn, await Threads(database).active(key))
    order = Order(
        turn,
        "",
        Destination(key, ChatKind.PRIVATE, "en"),
        steps,
        RunningTurn(1, key),
        partial(_in_english, bot),
    )
    calling = Calling(order, Offer(turn, 1, GENERAL), Material(), '{"article": "pens"}', "turn:1:0.0")
    permissions = Permissions(TelegramPresenter(bot.gateway), choices, turns.steps, patience_seconds=0.1)
    return Waiting(permissions, calling, ada)


def _in_english(bot: Parley, sentence: Sentence) -> str:
    return bot.locales.say(sentence, "en")


async def test_a_question_that_nobody_answers_is_a_no(waiting: Waiting, telegram: TelegramClient) -> None:
    assert not await waiting.permissions.granted(waiting.calling, "shop__order")

    assert texts(await telegram.messages(waiting.chat)) == [
        "⌛ Nobody answered, so this was not done: shop__order"
    ]


async def test_what_was_not_answered_stays_a_no(waiting: Waiting, telegram: TelegramClient) -> None:
    await waiting.permissions.granted(waiting.calling, "shop__order")

    assert not await waiting.permissions.granted(waiting.calling, "shop__order")
    assert len(await telegram.messages(waiting.chat)) == 1
