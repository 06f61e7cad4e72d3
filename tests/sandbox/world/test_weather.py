"""Places and their weather, told as Open-Meteo tells them."""

import pytest

from tests.sandbox.world.conftest import Reader

_BERLIN = {"latitude": "52.52", "longitude": "13.41"}


@pytest.mark.parametrize(
    ("name", "language", "told"),
    [
        ("Berlin", "en", ("Berlin", "Germany", "Europe/Berlin")),
        ("münchen", "en", ("Munich", "Germany", "Europe/Berlin")),
        ("北京", "zh", ("北京", "中国", "Asia/Shanghai")),
        ("القاهرة", "ar", ("القاهرة", "مصر", "Africa/Cairo")),
        ("New Y", "en", ("New York", "United States", "America/New_York")),
        ("paris", "en", ("Paris", "France", "Europe/Paris")),
    ],
)
async def test_a_place_is_found_by_its_name(
    look: Reader, name: str, language: str, told: tuple[str, str, str]
) -> None:
    status, answer = await look.get("/v1/search", name=name, language=language, count="1")

    (place,) = answer["results"]
    assert status == 200
    assert (place["name"], place["country"], place["timezone"]) == told


async def test_places_of_one_name_come_by_their_size(look: Reader) -> None:
    _, answer = await look.get("/v1/search", name="London")

    assert [place["country_code"] for place in answer["results"]] == ["GB", "CA"]


async def test_an_unknown_place_has_no_results(look: Reader) -> None:
    status, answer = await look.get("/v1/search", name="Atlantis")

    assert (status, "results" in answer) == (200, False)


async def test_the_weather_now_is_told_with_its_units(look: Reader) -> None:
    status, answer = await look.get(
        "/v1/forecast", **_BERLIN, current="temperature_2m,weather_code,wind_speed_10m", timezone="auto"
    )

    assert status == 200
    assert (answer["timezone"], answer["utc_offset_seconds"]) == ("Europe/Berlin", 3_600)
    assert answer["current"]["time"] == "2026-11-01T13:00"
    assert answer["current_units"]["temperature_2m"] == "°C"
    assert -20 < answer["current"]["temperature_2m"] < 30


async def test_days_begin_with_today_and_are_the_same_again(look: Reader) -> None:
    query = {
        **_BERLIN,
        "daily": "temperature_2m_max,sunrise",
        "timezone": "Europe/Berlin",
        "forecast_days": "3",
    }
    _, first = await look.get("/v1/forecast", **query)
    _, second = await look.get("/v1/forecast", **query)

    assert first["daily"] == second["daily"]
    assert first["daily"]["time"] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert first["daily"]["sunrise"][0] == "2026-11-01T07:00"


async def test_a_day_follows_the_time_of_its_place(look: Reader) -> None:
    query = {"latitude": "-33.87", "longitude": "151.2", "daily": "weather_code", "forecast_days": "1"}

    _, answer = await look.get("/v1/forecast", **query, timezone="auto", past_days="1")

    assert answer["timezone"] == "Australia/Sydney"
    assert answer["daily"]["time"] == ["2026-10-31", "2026-11-01"]


async def test_other_units_are_the_same_weather(look: Reader) -> None:
    query = {**_BERLIN, "hourly": "temperature_2m,wind_speed_10m", "forecast_days": "1"}
    _, usual = await look.get("/v1/forecast", **query)
    _, other = await look.get("/v1/forecast", **query, temperature_unit="fahrenheit", wind_speed_unit="ms")

    assert other["hourly_units"] == {"time": "iso8601", "temperature_2m": "°F", "wind_speed_10m": "m/s"}
    celsius, fahrenheit = usual["hourly"]["temperature_2m"][0], other["hourly"]["temperature_2m"][0]
    assert fahrenheit == pytest.approx(celsius * 1.8 + 32, abs=0.1)
    assert len(other["hourly"]["time"]) == 24


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/forecast", {"latitude": "52"}),
        ("/v1/forecast", {"latitude": "99", "longitude": "13"}),
        ("/v1/forecast", {**_BERLIN, "current": "temperature"}),
        ("/v1/forecast", {**_BERLIN, "daily": "weather_code"}),
        ("/v1/forecast", {**_BERLIN, "timezone": "Mars/Olympus"}),
        ("/v1/forecast", {**_BERLIN, "forecast_days": "17"}),
        ("/v1/forecast", {**_BERLIN, "units": "metric"}),
        ("/v1/search", {"count": "1"}),
        ("/v1/search", {"name": "Berlin", "count": "101"}),
        ("/v1/search", {"name": "Berlin", "limit": "1"}),
    ],
)
async def test_what_it_does_not_know_is_refused(look: Reader, path: str, query: dict[str, str]) -> None:
    status, answer = await look.get(path, **query)

    assert status == 400
    assert (answer["error"], bool(answer["reason"])) == (True, True)
