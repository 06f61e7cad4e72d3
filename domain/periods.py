"""Days and months as people live them: in their own zone, with clocks that are changed twice a year."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


def began(period: Period, now: datetime, zone: tzinfo) -> datetime:
    """When the period that `now` lies in began in that zone, in UTC."""
    today = now.astimezone(zone).date()
    return _midnight(today.replace(day=1) if period is Period.MONTH else today, zone)


def ends(period: Period, now: datetime, zone: tzinfo) -> datetime:
    """When the next one begins, in UTC."""
    today = now.astimezone(zone).date()
    if period is Period.DAY:
        return _midnight(today + timedelta(days=1), zone)
    return _midnight((today.replace(day=1) + timedelta(days=32)).replace(day=1), zone)


def days_of_month(now: datetime, zone: tzinfo) -> list[date]:
    """All days of the month that `now` lies in."""
    first = now.astimezone(zone).date().replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return [first + timedelta(days=number) for number in range((after - first).days)]


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day. Where clocks skip midnight, Python takes the moment at which they do."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
