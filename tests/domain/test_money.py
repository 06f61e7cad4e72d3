"""What calls cost: integers, rounded up, and never zero where a price is missing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai.catalogue import load
from domain.catalogue import Model
from domain.money import Account, Consumed, cost, dollars, exact_dollars, hosted_cost, prices_of
from domain.turn import Usage

OURS = load()
LUNA = OURS.models["gpt-6-luna"]
MILLION = 1_000_000


def _text(**tokens: int) -> Consumed:
    return Consumed(text=Usage(**tokens))


def test_text_costs_what_the_provider_lists() -> None:
    assert cost(LUNA, _text(input_tokens=100_000, output_tokens=10_000)) == 10_000 + 5_000


def test_cached_and_written_input_have_prices_of_their_own() -> None:
    used = _text(input_tokens=100_000, cached_tokens=60_000, cache_write_tokens=40_000)

    assert cost(LUNA, used) == 600 + 5_000


def test_where_the_cache_has_no_price_it_costs_as_much_as_other_input() -> None:
    model = replace(LUNA, cached_input_price=None, cache_write_price=None)

    assert cost(model, _text(input_tokens=1_000, cached_tokens=500, cache_write_tokens=400)) == 100


def test_reasoning_is_part_of_the_output_and_not_paid_twice() -> None:
    assert cost(LUNA, _text(output_tokens=1_000, reasoning_tokens=900)) == 500


def test_a_long_request_costs_more_as_a_whole() -> None:
    short = cost(LUNA, _text(input_tokens=272_000, output_tokens=1_000))
    long = cost(LUNA, _text(input_tokens=272_001, output_tokens=1_000))

    assert (short, long) == (27_200 + 500, 54_401 + 750)


def test_parts_of_a_microdollar_are_rounded_up() -> None:
    assert cost(LUNA, _text(input_tokens=1)) == 1


def test_a_missing_price_makes_the_cost_unknown_and_not_zero() -> None:
    model = Model("stranger", "chat", "Stranger", input_price=1)

    assert cost(model, _text(input_tokens=5, output_tokens=5)) is None
    assert cost(model, _text(input_tokens=5)) == 1


@pytest.mark.parametrize(
    ("model", "used", "microdollars"),
    [
        ("gpt-transcribe", Consumed(heard_milliseconds=60_000), 4_500),
        ("gpt-transcribe", Consumed(heard_milliseconds=1), 1),
        (
            "gpt-4o-mini-tts",
            Consumed(Usage(input_tokens=1_000), audio_output_tokens=1_200, characters=90),
            15_000,
        ),
        ("tts-1", Consumed(Usage(input_tokens=99), audio_output_tokens=1_200, characters=1_000), 15_000),
        ("gpt-audio-1.5", Consumed(Usage(input_tokens=100, output_tokens=10), audio_output_tokens=100), 6_750),
        ("gpt-image-2.6-flare", Consumed(Usage(input_tokens=100), 0, 0, 1_000, 1_760, 1), 61_300),
        ("dall-e-3", Consumed(pictures=2), 80_000),
        ("text-embedding-3-small", Consumed(Usage(input_tokens=MILLION)), 20_000),
        ("omni-moderation-latest", Consumed(Usage(input_tokens=MILLION)), 0),
    ],
)
def test_every_capability_is_counted_in_its_own_units(model: str, used: Consumed, microdollars: int) -> None:
    assert cost(OURS.models[model], used) == microdollars


def test_sound_without_a_price_by_the_minute_is_unknown() -> None:
    assert cost(Model("x", "transcription", "X"), Consumed(heard_milliseconds=5)) is None


def test_hosted_tools_cost_by_the_call_and_by_the_minute() -> None:
    assert hosted_cost(OURS.hosted, "web_search", Consumed(calls=3)) == 30_000
    assert hosted_cost(OURS.hosted, "file_search", Consumed(calls=2)) == 5_000
    assert hosted_cost(OURS.hosted, "code", Consumed(minutes=5)) == 7_500


def test_a_tool_without_a_price_is_of_unknown_cost() -> None:
    assert hosted_cost(replace(OURS.hosted, web_search=None), "web_search", Consumed(calls=1)) is None


def test_the_prices_of_the_moment_are_all_that_are_known() -> None:
    assert prices_of(LUNA) == {
        "input_price": 100_000,
        "cached_input_price": 10_000,
        "cache_write_price": 125_000,
        "output_price": 500_000,
    }


@given(st.integers(0, MILLION), st.integers(0, MILLION), st.integers(0, 100_000))
def test_more_never_costs_less(asked: int, cached: int, written: int) -> None:
    some = cost(LUNA, _text(input_tokens=asked, cached_tokens=cached, output_tokens=written)) or 0
    more = cost(LUNA, _text(input_tokens=asked + 1, cached_tokens=cached, output_tokens=written + 1)) or 0

    assert 0 <= some <= more


@pytest.mark.parametrize(
    ("microdollars", "words"),
    [
        (0, "$0.00"),
        (3, "$0.000003"),
        (53_000, "$0.053"),
        (200_000, "$0.20"),
        (1_234_567, "$1.23"),
        (1_234_000_000, "$1,234.00"),
        (-53_000, "-$0.053"),
    ],
)
def test_amounts_read_as_dollars(microdollars: int, words: str) -> None:
    assert dollars(microdollars) == words


@pytest.mark.parametrize(
    "account", [Account("user", 5), Account("chat", -100), Account("bot"), Account("role", "x")]
)
def test_an_account_is_found_by_its_name(account: Account) -> None:
    assert Account.of(str(account)) == account


def test_what_is_no_account_is_refused() -> None:
    with pytest.raises(ValueError, match="no account"):
        Account.of("purse:1")


@pytest.mark.parametrize(
    ("microdollars", "words"),
    [
        (0, "$0.00"),
        (1, "$0.000001"),
        (1_234, "$0.001234"),
        (12_500, "$0.0125"),
        (1_500_000, "$1.50"),
        (-5, "-$0.000005"),
    ],
)
def test_amounts_that_are_compared_show_all_their_digits(microdollars: int, words: str) -> None:
    assert exact_dollars(microdollars) == words
