"""Sizes: whatever is wished, the nearest that a model offers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import Drawing
from domain.sizes import FEWEST_PIXELS, LONGEST_EDGE, MOST_PIXELS, STEP, nearest, sides

FREE = Drawing()
FIXED = Drawing(sizes=("1024x1024", "1536x1024", "1024x1536"))
edges = st.integers(1, 99_999)


@given(edges, edges)
def test_any_size_leads_to_a_legal_one(width: int, height: int) -> None:
    found = sides(nearest(f"{width}x{height}", FREE))

    assert found is not None
    assert found[0] % STEP == found[1] % STEP == 0
    assert max(found) <= min(LONGEST_EDGE, 3 * min(found))
    assert FEWEST_PIXELS <= found[0] * found[1] <= MOST_PIXELS


@given(st.integers(64, 240), st.integers(64, 240))
def test_a_legal_size_stays_as_it_is(across: int, down: int) -> None:
    width, height = across * STEP, down * STEP
    once = nearest(f"{width}x{height}", FREE)

    assert nearest(once, FREE) == once


@given(edges, edges)
def test_with_fixed_sizes_one_of_them_is_taken(width: int, height: int) -> None:
    assert nearest(f"{width}x{height}", FIXED) in FIXED.sizes


@pytest.mark.parametrize(
    ("wished", "found"),
    [
        ("1024x1024", "1024x1024"),
        ("2048 × 1152", "2048x1152"),
        ("1000x1000", "1008x1008"),
        ("256x256", "816x816"),
        ("100x5000", "480x1408"),
        ("nonsense", ""),
        ("0x100", ""),
    ],
)
def test_free_sizes(wished: str, found: str) -> None:
    assert nearest(wished, FREE) == found


@pytest.mark.parametrize(
    ("wished", "found"), [("512x512", "1024x1024"), ("1920x1080", "1536x1024"), ("1080x1920", "1024x1536")]
)
def test_fixed_sizes(wished: str, found: str) -> None:
    assert nearest(wished, FIXED) == found
