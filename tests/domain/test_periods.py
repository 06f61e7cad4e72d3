"""Days and months of budgets, in any zone, also when clocks are changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Period, began, days_of_month, ends

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Havana", "America/Santiago", "Africa/Cairo",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
    "Pacific/Kiritimati",
]  # fmt: skip
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def _in(zone: str, *moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # pyright: ignore[reportArgumentType]  # year to minute


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(Period))
def test_every_moment_lies_in_its_period(now: datetime, name: str, period: Period) -> None:
    zone = ZoneInfo(name)

    assert began(period, now, zone) <= now < ends(period, now, zone)


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(Period))
def test_a_period_ends_where_the_next_begins(now: datetime, name: str, period: Period) -> None:
    zone = ZoneInfo(name)
    end = ends(period, now, zone)

    assert began(period, end, zone) == end


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(Period))
def test_a_period_begins_on_a_quarter_of_an_hour(now: datetime, name: str, period: Period) -> None:
    assert began(period, now, ZoneInfo(name)).timestamp() % 900 == 0


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", (2026, 3, 29), 23),
        ("Europe/Berlin", (2026, 10, 25), 25),
        ("America/New_York", (2026, 3, 8), 23),
        ("America/Havana", (2026, 3, 8), 23),  # where midnight is skipped
        ("America/Havana", (2026, 11, 1), 25),  # where it comes twice
        ("Africa/Cairo", (2026, 4, 24), 23),
        ("Australia/Lord_Howe", (2026, 4, 5), 24.5),
        ("UTC", (2026, 3, 29), 24),
    ],
)
def test_days_are_as_long_as_their_clocks_make_them(zone: str, day: tuple[int, ...], hours: float) -> None:
    noon = _in(zone, *day, 12, 0)

    assert ends(Period.DAY, noon, ZoneInfo(zone)) - began(Period.DAY, noon, ZoneInfo(zone)) == timedelta(
        hours=hours
    )


@pytest.mark.parametrize(
    ("last", "first"),
    [((2026, 1, 31), (2026, 2, 1)), ((2028, 2, 29), (2028, 3, 1)), ((2026, 12, 31), (2027, 1, 1))],
)
def test_a_month_ends_at_the_midnight_of_its_people(last: tuple[int, ...], first: tuple[int, ...]) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")  # 14 hours ahead of UTC

    assert ends(Period.MONTH, _in("Pacific/Kiritimati", *last, 23, 59), zone) == _in(
        "Pacific/Kiritimati", *first
    )


def test_a_month_has_all_its_days() -> None:
    days = days_of_month(datetime(2026, 2, 14, tzinfo=UTC), ZoneInfo("UTC"))

    assert (days[0], days[-1], len(days)) == (date(2026, 2, 1), date(2026, 2, 28), 28)
