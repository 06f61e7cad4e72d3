"""A budget says how long to wait, never too little and never for ever."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from replies.budgets import Pace, TravellingWindow, Window

_RESTS = st.lists(st.floats(0, 30), max_size=80)


@given(rests=_RESTS)
def test_no_window_ever_holds_more_than_its_limit(rests: list[float]) -> None:
    window, now, taken = Window(5, 10.0), 100.0, list[float]()

    for rest in rests:
        now += rest
        now += window.delay(now)
        window.take(now)
        taken.append(now)

    assert all(later - earlier >= 9.999 for earlier, later in zip(taken, taken[5:], strict=False))


@given(rests=_RESTS)
def test_a_pace_allows_its_burst_and_then_one_an_interval(rests: list[float]) -> None:
    pace, now, taken = Pace(1.0, burst=3), 100.0, list[float]()

    for rest in rests:
        now += rest
        now += pace.delay(now)
        pace.take(now)
        taken.append(now)

    assert all(later - earlier >= 0.999 for earlier, later in zip(taken, taken[3:], strict=False))


def test_a_burst_waits_for_nothing() -> None:
    pace = Pace(1.0, burst=3)

    delays = [(pace.delay(50.0), pace.take(50.0)) for _ in range(4)]

    assert [delay for delay, _ in delays] == [0.0, 0.0, 0.0, 1.0]


def test_what_is_spared_is_left_for_others() -> None:
    window = Window(5, 10.0)
    for _ in range(3):
        window.take(1.0)

    assert window.delay(1.0, spare=2) == 10.0
    assert window.delay(1.0) == 0.0


def test_waiting_as_long_as_told_is_enough() -> None:
    window = Window(2, 10.0)
    for at in (1.0, 4.0):
        window.take(at)

    delays = [window.delay(at) for at in (5.0, 11.0)]

    assert delays == [6.0, 0.0]
    assert all(earlier > later for earlier, later in pairwise(delays))


def test_an_old_window_and_a_rested_pace_hold_nothing() -> None:
    window, pace = Window(2, 10.0), Pace(1.0, burst=3)
    window.take(1.0)
    pace.take(1.0)

    assert not window.is_empty(5.0)
    assert window.is_empty(11.0)
    assert not pace.is_rested(1.5)
    assert pace.is_rested(2.0)


@given(
    calls=st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2), st.floats(0, 1)), max_size=60),
)
def test_however_calls_travel_no_more_than_the_limit_arrive_in_a_window(
    calls: list[tuple[float, float, float]],
) -> None:
    window, now, arrivals = TravellingWindow(5, 10.0), 100.0, list[float]()
    under_way: list[tuple[float, object]] = []

    for rest, travel, where in calls:
        now = _after(window, under_way, now + rest)
        token = window.start(now)
        under_way.append((now + travel, token))
        arrivals.append(now + travel * where)

    arrivals.sort()
    assert all(later - earlier >= 9.999 for earlier, later in zip(arrivals, arrivals[5:], strict=False))


def _after(window: TravellingWindow, under_way: list[tuple[float, object]], now: float) -> float:
    """When there is room, while those under way end in their own time."""
    while True:
        for end, token in [call for call in under_way if call[0] <= now]:
            window.end(token, end)
            under_way.remove((end, token))
        delay = window.delay(now)
        if delay <= 0:
            return now
        now += delay


def test_a_call_without_an_answer_does_not_hold_everybody_up() -> None:
    window = TravellingWindow(1, 1.0)
    window.start(100.0)

    assert 0 < window.delay(101.0) < 0.1
    assert window.delay(110.5) == 1.0
    assert window.delay(111.6) == 0.0


def test_a_call_that_takes_seconds_to_arrive_keeps_its_place() -> None:
    window = TravellingWindow(1, 1.0)
    slow = window.start(100.0)

    assert 0 < window.delay(108.0) < 0.1
    window.end(slow, 108.0)
    assert window.delay(108.0) == 1.0
