"""Pace: who asks for too much at once is told so once, waits a little, and is answered all the same."""

from collections.abc import Sequence

import pytest

from bot.intake.attempts import TooSoon
from bot.pace import Pace
from domain.texts import Sentence
from domain.turn import ChatKind, ConversationKey, Person, Said, Turn
from replies.errors import TelegramError
from tests.town import Town, answered, texts

ADMIN = 99


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class _Crowd:
    """People at a bot that answers each of them six times a minute, and what they are told."""

    def __init__(self, per_minute: int = 6, *, is_deaf: bool = False) -> None:
        self.clock, self.told = _Clock(), list[Sentence]()
        self.is_deaf = is_deaf
        self.pace = Pace(per_minute, is_exempt=lambda user: user == ADMIN, tell=self._tell, clock=self.clock)

    async def _tell(self, _turn: Turn, sentence: Sentence) -> None:
        self.told.append(sentence)
        if self.is_deaf:
            raise TelegramError("nobody there")

    async def asks(self, *users: int, times: int = 1) -> None:
        said = tuple(Said(1, Person(user, "Ada", "en"), "Hello") for user in users)
        for _ in range(times):
            await self.pace.admit(Turn(1, (1,), ConversationKey(1), ChatKind.GROUP, said))


async def test_up_to_the_limit_nobody_waits() -> None:
    crowd = _Crowd()

    await crowd.asks(1, times=6)
    await crowd.asks(2, times=6)

    assert crowd.told == []


async def test_beyond_it_the_wait_is_until_the_next_one_is_due() -> None:
    crowd = _Crowd()
    await crowd.asks(1, times=6)
    crowd.clock.now += 4

    with pytest.raises(TooSoon) as soon:
        await crowd.asks(1)

    assert soon.value.seconds == pytest.approx(6)


async def test_after_the_wait_it_is_answered() -> None:
    crowd = _Crowd()
    await crowd.asks(1, times=6)
    crowd.clock.now += 10

    await crowd.asks(1)

    assert crowd.told == []


async def test_they_are_told_once_a_minute() -> None:
    crowd = _Crowd(per_minute=1)
    await crowd.asks(1)
    for _ in range(3):
        with pytest.raises(TooSoon):
            await crowd.asks(1)
    assert len(crowd.told) == 1

    crowd.clock.now += 61
    await crowd.asks(1)
    with pytest.raises(TooSoon):
        await crowd.asks(1)

    assert len(crowd.told) == 2


async def test_messages_of_several_people_wait_only_if_all_of_them_have_to() -> None:
    crowd = _Crowd()
    await crowd.asks(1, times=6)

    await crowd.asks(1, 2)

    assert crowd.told == []


async def test_no_limit_holds_for_admins() -> None:
    await _Crowd().asks(ADMIN, times=100)


async def test_a_limit_of_zero_is_none() -> None:
    await _Crowd(per_minute=0).asks(1, times=100)


async def test_who_cannot_be_told_waits_all_the_same() -> None:
    crowd = _Crowd(per_minute=1, is_deaf=True)
    await crowd.asks(1)

    with pytest.raises(TooSoon):
        await crowd.asks(1)


async def test_full_buckets_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pace._MOST_BUCKETS", 5)
    crowd = _Crowd()
    for user in range(1, 6):
        await crowd.asks(user)
    crowd.clock.now += 60

    await crowd.asks(6, times=6)

    with pytest.raises(TooSoon):
        await crowd.asks(6)
    await crowd.asks(1, times=6)


async def test_what_has_to_wait_is_announced_kept_and_answered_together(town: Town) -> None:
    telegram = town.telegram
    ada = await telegram.user("Ada")
    async with town.bot(messages_per_minute=1):
        await answered(telegram, ada, "The first question")
        waiting = await answered(telegram, ada, "The second question")
        await telegram.say(ada, "The third question")
        await telegram.all_confirmed()
    assert waiting["text"] == "That was a lot at once. I will answer in 60 seconds; you need not send it again."

    async with town.bot(messages_per_minute=1):
        await telegram.next_reply(ada, after=waiting["message_id"])

    asked = [one["body"] for one in await town.model.requests() if one["path"] == "/v1/responses"]
    assert len(asked) == 2
    assert "The second question" in str(asked[1])
    assert "The third question" in str(asked[1])
    assert _announced(await telegram.messages(ada)) == 1


def _announced(messages: Sequence[dict[str, object]]) -> int:
    return sum("a lot at once" in text for text in texts(list(messages)))


async def test_what_is_no_question_does_not_count(town: Town) -> None:
    ada = await town.telegram.user("Ada")
    async with town.bot(messages_per_minute=1):
        await answered(town.telegram, ada, "/help")
        await answered(town.telegram, ada, "/memory")

        told = await answered(town.telegram, ada, "A question")

    assert "a lot at once" not in told["text"]
