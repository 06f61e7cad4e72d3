"""The date and the time, where the person is or elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.texts import Text
from tools.errors import ToolFailed
from tools.kit import Caller, tool
from tools.places import Places, zone_named

UNKNOWN_ZONE = "The person's time zone is not known; this is UTC. They can set it with /timezone."
_UTC = ZoneInfo("UTC")


def now_in_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    places: Places
    now: Callable[[], datetime] = now_in_utc

    @tool(seconds=25, activity=Text("Looking at the clock…"), title=Text("Date and time"))
    async def date_and_time(self, caller: Caller, where: str = "") -> object:
        """The date, the weekday and the time right now.

        where: a time zone such as Asia/Tokyo, or a city; empty for where the person is
        """
        zone = await self._zone(where, caller) if where.strip() else caller.zone
        local = self.now().astimezone(zone or _UTC)
        told: dict[str, object] = {
            "date": local.date().isoformat(),
            "weekday": local.strftime("%A"),
            "time": local.strftime("%H:%M:%S"),
            "time_zone": str(zone or _UTC),
            "utc_offset": local.strftime("%z"),
            "week": local.isocalendar().week,
        }
        return told if zone is not None else {**told, "note": UNKNOWN_ZONE}

    async def _zone(self, where: str, caller: Caller) -> ZoneInfo:
        named = zone_named(where)
        if named is not None:
            return named
        place = await self.places.best(where, caller)
        if place.zone:
            found = zone_named(place.zone)
        else:
            found = await self.places.zone_at(place.latitude, place.longitude)
        if found is None:
            raise ToolFailed("The time zone of that place is not known.")
        return found
