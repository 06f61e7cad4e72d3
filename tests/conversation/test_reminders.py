"""When a reminder is due: on the person's clock, also where clocks are put forward and back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conversation.reminders import in_utc
from tools.errors import ToolFailed

_BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("when", "utc"),
    [
        ("2026-12-24T18:00", "2026-12-24T17:00"),
        ("2026-07-01 18:00", "2026-07-01T16:00"),
        ("2026-12-24", "2026-12-24T08:00"),  # the morning of the day
        ("2027-03-28T01:30", "2027-03-28T00:30"),
        ("2027-03-28T02:30", "2027-03-28T01:30"),  # never shown: it is 03:30 then
        ("2027-03-28T03:30", "2027-03-28T01:30"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # shown twice: the first
        ("2026-12-24T18:00+09:00", "2026-12-24T09:00"),
    ],
)
def test_a_time_is_that_of_the_persons_clock(when: str, utc: str) -> None:
    assert in_utc(when, _BERLIN) == datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize("when", ["tomorrow", "25:00", "2026-02-30", "", "9999-12-31T23:59-23:00"])
def test_what_is_no_time_is_told_to_the_model(when: str) -> None:
    with pytest.raises(ToolFailed):
        in_utc(when, _BERLIN)
