"""The edge around the engine: an exception that nobody expected still becomes an answer."""

from collections.abc import AsyncGenerator

import pytest

from conversation.asking import Audience
from conversation.calls import Calls
from conversation.generation import Generation
from conversation.running import RunningTurn
from conversation.tasks import Order
from conversation.tools import Offer
from domain.assistant import GENERAL
from domain.engine import Prompt
from domain.errors import AnswerLost, PromptRefused
from domain.events import Event, Finished, TextDelta
from domain.material import Material
from domain.reply import Destination
from domain.steps import Json
from domain.texts import Sentence
from domain.turn import ChatKind, ConversationKey, Ending, Person, Said, Turn, Usage
from replies.presenter import in_english

PROMPT = Prompt("some-model", "", (), "chat", "user")


class Engine:
    """Says some words, then fails in a way that is no domain error, or ends."""

    def __init__(self, *events: Event | Exception) -> None:
        self._events = events

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
        for event in self._events:
            if isinstance(event, Exception):
                raise event
            yield event

    async def resume(self, prompt: Prompt, response_id: str) -> AsyncGenerator[Event]:
        raise AnswerLost
        yield

    async def cancel(self, response_id: str) -> None:
        return


class Unseen:
    def show(self, markdown: str) -> None:
        return


def _nobody(_sentence: Sentence) -> None:
    return


def _say(sentence: Sentence) -> str:
    return in_english(sentence, "en")


AUDIENCE = Audience(Unseen(), _say)


class Unrecorded:
    """`Steps` of a turn that is not in the books."""

    async def result(self, step: str) -> Json | None:
        return None

    async def record(self, step: str, result: Json) -> None:
        return


def _no_calls(running: RunningTurn) -> Calls:
    said = Said(1, Person(1, "Ada", "en"), "hello")
    turn = Turn(1, (1,), running.key, ChatKind.PRIVATE, (said,))
    to = Destination(running.key, ChatKind.PRIVATE, "en")
    order = Order(turn, "", to, Unrecorded(), running, _say)
    return Calls({}, (), order, Offer(turn, 1, GENERAL), Material())


async def test_an_unknown_error_keeps_what_came_and_shows_only_its_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = Engine(TextDelta("so far"), ZeroDivisionError("secret detail"))
    running = RunningTurn(1, ConversationKey(1))

    answer = await Generation(engine, _nobody).run(PROMPT, AUDIENCE, running, _no_calls(running))

    assert (answer.text, answer.ending) == ("so far", Ending.FAILED)
    assert answer.note.startswith("Something went wrong on my side. Please try again with /retry. · Error ")
    assert answer.note.rpartition(" ")[2] in caplog.text
    assert "secret detail" not in answer.note


async def test_a_refusal_without_words_is_told_as_one() -> None:
    engine = Engine(Finished(Ending.REFUSED, "some-model", Usage(7, 0, 0, 1, 0)))
    running = RunningTurn(1, ConversationKey(1))

    answer = await Generation(engine, _nobody).run(PROMPT, AUDIENCE, running, _no_calls(running))

    assert answer.ending is Ending.FAILED
    assert answer.note.startswith(_say(PromptRefused.text))
    assert answer.usage.input_tokens == 7


async def test_a_stop_after_the_end_changes_nothing() -> None:
    running = RunningTurn(1, ConversationKey(1))

    class StoppedAtTheEnd(Engine):
        async def stream(self, prompt: Prompt) -> AsyncGenerator[Event]:
            yield TextDelta("all of it")
            yield Finished(Ending.COMPLETED, "some-model", Usage())
            running.stopped = True

    answer = await Generation(StoppedAtTheEnd(), _nobody).run(PROMPT, AUDIENCE, running, _no_calls(running))

    assert (answer.text, answer.ending, answer.note) == ("all of it", Ending.COMPLETED, "")
