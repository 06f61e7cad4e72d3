"""Pace: how many answers a person may ask for in a minute. Who asks for more waits, and loses nothing."""

import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.intake.attempts import TooSoon
from domain.errors import ReaderGone
from domain.texts import Plural, Sentence
from domain.turn import Turn
from replies.errors import TelegramError

log = logging.getLogger(__name__)

_MINUTE_SECONDS: Final = 60.0
_MOST_BUCKETS: Final = 10_000  # then those that are full again are dropped


@dataclass(slots=True)
class _Bucket:
    """What a person has left, as it was at that time."""

    left: float
    at: float
    told_at: float = -math.inf


class Pace:
    """A bucket of answers for each person, which fills up as time goes by; a restart fills all of them.

    What is answered together counts once. `per_minute` 0 sets no limit, and none holds for who `is_exempt`.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        is_exempt: Callable[[int], bool],
        tell: Callable[[Turn, Sentence], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_minute = per_minute
        self._is_exempt = is_exempt
        self._tell = tell
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}

    async def admit(self, turn: Turn) -> None:
        """Takes the turn from what its people have left; it is enough if one of them has something.

        Raises `TooSoon` with the seconds until that is so, of which they are told once a minute.
        """
        people = {said.person.user_id for said in turn.said}
        if not self._per_minute or any(map(self._is_exempt, people)):
            return
        buckets = [self._filled(user_id) for user_id in people]
        able = [bucket for bucket in buckets if bucket.left >= 1]
        if not able:
            await self._hold_back(turn, max(bucket.left for bucket in buckets))
        for bucket in able:
            bucket.left -= 1

    async def _hold_back(self, turn: Turn, left: float) -> None:
        seconds = (1 - left) * _MINUTE_SECONDS / self._per_minute
        bucket = self._filled(turn.asker.user_id)
        if bucket.at - bucket.told_at >= _MINUTE_SECONDS:
            bucket.told_at = bucket.at
            log.info("user %s asks for more than %s answers a minute", turn.asker.user_id, self._per_minute)
            await self._say_so(turn, seconds)
        raise TooSoon(seconds)

    async def _say_so(self, turn: Turn, seconds: float) -> None:
        told = Plural(
            "That was a lot at once. I will answer in {count} second; you need not send it again.",
            "That was a lot at once. I will answer in {count} seconds; you need not send it again.",
            math.ceil(seconds),
        )
        try:
            await self._tell(turn, told)
        except (ReaderGone, TelegramError) as error:
            log.info("user %s could not be told to wait: %s", turn.asker.user_id, error)

    def _filled(self, user_id: int) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(user_id)
        if bucket is None:
            self._drop_full(now)
            bucket = self._buckets[user_id] = _Bucket(self._per_minute, now)
        bucket.left, bucket.at = self._left(bucket, now), now
        return bucket

    def _left(self, bucket: _Bucket, now: float) -> float:
        gained = (now - bucket.at) * self._per_minute / _MINUTE_SECONDS
        return min(bucket.left + gained, float(self._per_minute))

    def _drop_full(self, now: float) -> None:
        if len(self._buckets) < _MOST_BUCKETS:
            return
        self._buckets = {
            user_id: bucket
            for user_id, bucket in self._buckets.items()
            if self._left(bucket, now) < self._per_minute
        }
