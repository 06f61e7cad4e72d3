"""Reminders: taken into the books by the model's tools, and said when their time has come."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import Field

from conversation.wording import one_line
from domain.errors import ReaderGone
from domain.reminder import Reminder
from domain.reply import Destination, Presenter
from domain.texts import Sentence, Text
from domain.turn import ChatKind, ConversationKey, Person
from storage import reminders
from tools.clock import UNKNOWN_ZONE, now_in_utc
from tools.errors import ToolFailed
from tools.kit import Caller, tool

log = logging.getLogger(__name__)

MOST_WAITING: Final = 50
LONGEST_AHEAD: Final = timedelta(days=366)
_LONGEST_TEXT = 1_000
_MORNING = 9  # o'clock, where only a day is given
_LATE = timedelta(minutes=2)
_LONGEST_NAP_SECONDS = 3_600.0  # the clock may be set, and machines sleep
_PAUSE_SECONDS = 30.0
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Reminders:
    """What waits, and the runner that says it. `may_reach`: whether a person may still use a chat's bot."""

    store: reminders.Reminders
    presenter: Presenter
    say: Callable[[Sentence, str], str]
    may_reach: Callable[[int, int], bool]
    now: Callable[[], datetime] = now_in_utc
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _sending: dict[int, asyncio.Task[None]] = field(default_factory=dict[int, "asyncio.Task[None]"])

    async def add(self, reminder: Reminder, *, origin: str) -> Reminder:
        """Raises `ToolFailed` for a time that is past or too far, and for too many."""
        now = self.now()
        if reminder.due <= now:
            told = now.astimezone(ZoneInfo(reminder.zone)).isoformat(" ", "minutes")
            raise ToolFailed(f"That time is past: it is {told} in {reminder.zone}.")
        if reminder.due - now > LONGEST_AHEAD:
            raise ToolFailed("A reminder can be at most a year ahead.")
        added = await self.store.add(reminder, origin=origin, most=MOST_WAITING)
        if added is None:
            raise ToolFailed(f"The person has {MOST_WAITING} reminders already. One must be cancelled first.")
        self._changed.set()
        return added

    async def waiting(self, user_id: int, key: ConversationKey, chat_kind: ChatKind) -> Sequence[Reminder]:
        """Those of a person; in a group only its own, for the others are nobody's business there."""
        return await self.store.waiting(user_id, within=key if chat_kind is ChatKind.GROUP else None)

    async def cancel(self, number: int, user_id: int, key: ConversationKey, chat_kind: ChatKind) -> bool:
        """False if the person has no such reminder, as far as it can be seen from there."""
        if all(one.id != number for one in await self.waiting(user_id, key, chat_kind)):
            return False
        return await self.store.close(number, "cancelled")

    async def run(self) -> None:
        """Says what is due, until it is cancelled. What a stop interrupts is said after the next start."""
        try:
            while True:
                self._changed.clear()
                try:
                    await self._nap(await self._begin_due())
                except Exception:
                    log.exception("reminders could not be looked at; trying again")
                    await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            sending = list(self._sending.values())
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def _begin_due(self) -> float:
        """Begins to say what is due; in how many seconds there is more to do."""
        due = [one for one in await self.store.due(self.now()) if one.id not in self._sending]
        for reminder in due[: _AT_ONCE - len(self._sending)]:
            task = asyncio.create_task(self._send(reminder))
            self._sending[reminder.id] = task
            task.add_done_callback(lambda _task, number=reminder.id: self._sent(number))
        upcoming = await self.store.next_due()
        if upcoming is None:
            return _LONGEST_NAP_SECONDS
        seconds = (upcoming - self.now()).total_seconds()
        # What is due already is being said, or waits for a place: whoever ends wakes us.
        return _PAUSE_SECONDS if seconds <= 0 else min(seconds, _LONGEST_NAP_SECONDS)

    async def _nap(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    def _sent(self, number: int) -> None:
        self._sending.pop(number, None)
        self._changed.set()

    async def _send(self, reminder: Reminder) -> None:
        if not self.may_reach(reminder.person.user_id, reminder.key.chat_id):
            await self.store.close(reminder.id, "gone")
            return
        try:
            steps = self.store.steps(reminder.id)
            words, note = _words(reminder), self._note(reminder)
            await self.presenter.deliver(self._to(reminder), words, steps=steps, note=note)
            await self.store.close(reminder.id, "sent")
        except ReaderGone as gone:
            log.info("reminder %s has no reader any more: %s", reminder.id, gone)
            await self.store.close(reminder.id, "gone")
        except Exception:
            log.exception("reminder %s could not be said; trying again", reminder.id)
            await asyncio.sleep(_PAUSE_SECONDS)

    def _to(self, reminder: Reminder) -> Destination:
        return Destination(reminder.key, reminder.chat_kind, reminder.person.language)

    def _note(self, reminder: Reminder) -> str:
        """Where it comes late: when it was due."""
        if self.now() - reminder.due < _LATE:
            return ""
        late = Text("This was due {time}: I was not there to say it.", time=when(reminder))
        return self.say(late, reminder.person.language)


def _words(reminder: Reminder) -> str:
    if reminder.chat_kind is ChatKind.PRIVATE:
        return f"⏰ {reminder.text}"
    person = reminder.person
    return f"⏰ [{one_line(person.name)}](tg://user?id={person.user_id}): {reminder.text}"


def when(reminder: Reminder) -> str:
    """The time on the person's clock, as everybody can read it."""
    return reminder.due_there.strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class ReminderTools:
    """What the model can do with them."""

    reminders: Reminders

    @tool(seconds=15, activity=Text("Noting the reminder…"), title=Text("Setting reminders"))
    async def set_reminder(
        self,
        text: str,
        caller: Caller,
        when: str = "",
        in_minutes: Annotated[float | None, Field(gt=0)] = None,
    ) -> object:
        """Reminds the person of something at a time, by a message in this chat. Give `when` or `in_minutes`.

        text: what to say then, in the person's words and language
        when: the date and time on the person's clock, as 2026-12-24T18:00; ask date_and_time for today's date
        in_minutes: how long from now, where the person said it so
        """
        zone = caller.zone or ZoneInfo("UTC")
        due = self._due(when.strip(), in_minutes, zone)
        person = Person(caller.user_id, caller.name, caller.language)
        words = " ".join(text.split())[:_LONGEST_TEXT]
        if not words:
            raise ToolFailed("Say what the person shall be reminded of.")
        asked = Reminder(person, caller.key, caller.chat_kind, words, due, str(zone))
        added = await self.reminders.add(asked, origin=caller.origin)
        told = _told(added)
        return told if caller.zone is not None or not when.strip() else {**told, "note": UNKNOWN_ZONE}

    @tool(seconds=15, title=Text("Listing reminders"))
    async def list_reminders(self, caller: Caller) -> object:
        """The reminders that the person has waiting, with their numbers."""
        found = await self.reminders.waiting(caller.user_id, caller.key, caller.chat_kind)
        return [_told(reminder) for reminder in found] or "There are none."

    @tool(seconds=15, title=Text("Cancelling reminders"))
    async def cancel_reminder(self, number: int, caller: Caller) -> str:
        """Cancels a reminder of the person.

        number: the one that list_reminders gives
        """
        if not await self.reminders.cancel(number, caller.user_id, caller.key, caller.chat_kind):
            raise ToolFailed("The person has no reminder of that number. list_reminders tells those there are.")
        return "It is cancelled."

    def _due(self, when: str, in_minutes: float | None, zone: ZoneInfo) -> datetime:
        if bool(when) is (in_minutes is not None):
            raise ToolFailed("Give either `when` or `in_minutes`.")
        if in_minutes is not None:
            ahead = min(in_minutes, 2 * LONGEST_AHEAD / timedelta(minutes=1))
            return self.reminders.now() + timedelta(minutes=ahead)
        return in_utc(when, zone)


def in_utc(when: str, zone: ZoneInfo) -> datetime:
    """The time that a clock in that zone shows; a day alone is its morning. Raises `ToolFailed`.

    Where clocks are put forward, a time that they never show is as much later; where they are put back, the
    first of both times is meant.
    """
    try:
        local = datetime.fromisoformat(when)
    except ValueError:
        raise ToolFailed(f"{when[:40]!r} is no date and time: write it as 2026-12-24T18:00.") from None
    if len(when) <= len("2026-12-24"):
        local = local.replace(hour=_MORNING)
    try:
        return (local if local.tzinfo is not None else local.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ToolFailed("That time is too far away.") from None


def _told(reminder: Reminder) -> dict[str, object]:
    return {
        "number": reminder.id,
        "text": reminder.text,
        "at": reminder.due_there.strftime("%Y-%m-%d %H:%M, a %A"),
        "time_zone": reminder.zone,
    }
