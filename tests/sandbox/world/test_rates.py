"""Exchange rates, told as Frankfurter tells them."""

import pytest

from tests.sandbox.world.conftest import Reader


async def test_the_latest_rates_are_of_the_last_working_day(look: Reader) -> None:
    status, answer = await look.get("/v1/latest", base="USD", symbols="EUR,JPY")

    assert status == 200
    assert answer == {
        "amount": 1.0,
        "base": "USD",
        "date": "2026-10-30",
        "rates": {"EUR": 0.86207, "JPY": 153.45},
    }


async def test_the_euro_is_the_base_and_all_are_told(look: Reader) -> None:
    _, answer = await look.get("/v1/latest")

    assert answer["base"] == "EUR"
    assert "EUR" not in answer["rates"]
    assert len(answer["rates"]) > 10


async def test_a_pair_and_a_row_are_told_by_the_second_version(look: Reader) -> None:
    _, pair = await look.get("/v2/rate/gbp/usd")
    _, rows = await look.get("/v2/rates", base="gbp", quotes="usd,chf")

    assert pair == {"date": "2026-10-30", "base": "GBP", "quote": "USD", "rate": 1.3488}
    assert [row["quote"] for row in rows] == ["USD", "CHF"]
    assert rows[0] == pair


async def test_a_day_of_the_past_is_told(look: Reader) -> None:
    _, old = await look.get("/v1/2026-10-20", symbols="USD")
    _, pair = await look.get("/v2/rate/EUR/USD", date="2026-10-20")

    assert (old["date"], pair["date"]) == ("2026-10-20", "2026-10-20")


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/v1/latest", {"base": "XXX"}, 404),
        ("/v1/latest", {"symbols": "XXX"}, 404),
        ("/v1/yesterday", {}, 404),
        ("/v2/rate/EUR/XXX", {}, 422),
        ("/v2/rates", {"quotes": "XXX"}, 422),
        ("/v1/latest", {"quotes": "USD"}, 400),
        ("/v2/rates", {"symbols": "USD"}, 400),
    ],
)
async def test_what_it_does_not_know_is_refused(
    look: Reader, path: str, query: dict[str, str], status: int
) -> None:
    told, answer = await look.get(path, **query)

    assert (told, bool(answer["message"])) == (status, True)
