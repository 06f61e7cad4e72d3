"""How far the provider's tools may go for what is set aside, and for how long code runs."""

import asyncio
import math
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.money.deadline import until
from conversation.money.errors import CodeTooLong
from conversation.money.hosted import MOST_LIMITED_CALLS, MOST_LIMITED_MINUTES, Tooling
from conversation.money.sessions import Sessions
from domain.catalogue import HostedPrices, Model
from domain.events import Event, Working
from domain.run import AUTO, Hosted

PRICES = HostedPrices(web_search=10_000, file_search=2_500, container_minute=1_500)
LUNA = Model("luna", "chat", "Luna", 100_000, 10_000, 125_000, 500_000)
ALL = Hosted(web_search=True, container=AUTO, stores=("vs_1",))


@given(
    microdollars=st.integers(-1_000, 5_000_000),
    tokens=st.integers(0, 200_000),
    owed=st.integers(0, 60),
    model=st.sampled_from([LUNA, None]),
)
def test_what_is_allowed_costs_no_more_than_there_is(
    microdollars: int, tokens: int, owed: int, model: Model | None
) -> None:
    allowed = Tooling(ALL, tokens, model, PRICES, owed).within(microdollars)

    assert allowed.microdollars <= max(0, microdollars)
    assert not allowed.hosted or 1 <= allowed.hosted.most_calls <= MOST_LIMITED_CALLS
    assert allowed.minutes <= MOST_LIMITED_MINUTES


@given(st.integers(0, 200_000))
def test_with_all_that_it_may_cost_all_is_allowed(tokens: int) -> None:
    tooling = Tooling(ALL, tokens, LUNA, PRICES)

    allowed = tooling.within(2 * (tooling.most() or 0))

    assert (allowed.hosted.most_calls, allowed.minutes) == (MOST_LIMITED_CALLS, MOST_LIMITED_MINUTES)


def test_the_dearest_tool_goes_first() -> None:
    with_files = replace(ALL, container="cntr_1")

    offered = [_offered(with_files, most) for most in (17_500, 17_499, 9_999, 2_500, 2_499)]

    assert offered == ["web code files", "code files", "files", "files", ""]


def test_code_without_files_goes_before_the_others() -> None:
    assert [_offered(ALL, most) for most in (17_500, 17_499, 9_999)] == ["web code files", "web files", "files"]


def _offered(hosted: Hosted, microdollars: int) -> str:
    left = Tooling(hosted, 100, None, PRICES).within(microdollars).hosted
    words = {"web": left.web_search, "code": left.container, "files": left.stores}
    return " ".join(word for word, is_there in words.items() if is_there)


def test_a_session_counts_from_its_first_use_to_its_last() -> None:
    sessions = Sessions()

    minutes = [
        sessions.used("one", began, ended, least=5)
        for began, ended in ((0.0, 20.0), (100.0, 290.0), (290.0, 310.0), (700.0, 760.0))
    ]

    assert minutes == [5, 0, 1, math.ceil((760 - 360) / 60)]


def test_each_container_has_its_own_session_and_so_has_each_without_an_id() -> None:
    sessions = Sessions()

    minutes = [sessions.used(name, 0.0, 400.0, least=5) for name in ("one", "two", "", "")]

    assert minutes == [7, 7, 7, 7]


async def test_code_that_runs_for_too_long_is_given_up() -> None:
    has_begun = asyncio.Event()
    is_closed = asyncio.Event()

    async def endless() -> AsyncGenerator[Event]:
        try:
            yield Working("code")
            await asyncio.Event().wait()
        finally:
            is_closed.set()

    seen: list[Event] = []

    async def watch() -> None:
        async for event in until(endless(), lambda: 0.0 if has_begun.is_set() else None):
            seen.append(event)
            has_begun.set()

    with pytest.raises(CodeTooLong):
        await watch()

    assert seen == [Working("code")]
    assert is_closed.is_set()
