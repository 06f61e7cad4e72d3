"""Scaling keeps its limits and the aspect, whatever the picture."""

from hypothesis import given
from hypothesis import strategies as st

from media.pictures import scaled_size

SIDES = st.integers(1, 100_000)
LIMITS = st.integers(1, 5_000)


@given(SIDES, SIDES, LIMITS, LIMITS)
def test_limits_hold(width: int, height: int, short_side: int, long_side: int) -> None:
    scaled = scaled_size(width, height, short_side, long_side)

    assert min(scaled) <= short_side
    assert max(scaled) <= long_side


@given(SIDES, SIDES, LIMITS, LIMITS)
def test_nothing_grows_or_vanishes(width: int, height: int, short_side: int, long_side: int) -> None:
    scaled_width, scaled_height = scaled_size(width, height, short_side, long_side)

    assert 1 <= scaled_width <= width
    assert 1 <= scaled_height <= height


@given(SIDES, SIDES, LIMITS, LIMITS)
def test_the_aspect_is_kept_to_half_a_pixel(width: int, height: int, short_side: int, long_side: int) -> None:
    scaled_width, scaled_height = scaled_size(width, height, short_side, long_side)
    factor = min(1, short_side / min(width, height), long_side / max(width, height))

    assert abs(scaled_width - width * factor) <= 0.5 or scaled_width == 1
    assert abs(scaled_height - height * factor) <= 0.5 or scaled_height == 1


@given(SIDES, SIDES, LIMITS, LIMITS)
def test_turning_a_picture_turns_its_size(width: int, height: int, short_side: int, long_side: int) -> None:
    upright = scaled_size(width, height, short_side, long_side)

    assert scaled_size(height, width, short_side, long_side) == upright[::-1]


@given(SIDES, SIDES, LIMITS, LIMITS)
def test_one_limit_is_used_up(width: int, height: int, short_side: int, long_side: int) -> None:
    scaled = scaled_size(width, height, short_side, long_side)

    assert scaled == (width, height) or min(scaled) == short_side or max(scaled) == long_side


def test_a_phone_photo_gets_the_size_of_high_detail() -> None:
    assert scaled_size(4_032, 3_024, 768, 2_000) == (1_024, 768)
    assert scaled_size(1_080, 2_400, 768, 2_000) == (768, 1_707)
