"""Weather, places, clocks and money, looked up in the sandbox's world."""

import json
from typing import Any

import pytest

from sandbox.world.client import WorldClient
from tests.tools.calling import ADA, STRANGER, call
from tests.tools.conftest import NOON
from tools.clock import Clock
from tools.currency import Currency
from tools.errors import ToolFailed, WrongArguments
from tools.places import Places, zone_named
from tools.weather import Weather
from tools.web import Service


async def _said(*given: Any, **how: Any) -> Any:
    return json.loads(await call(*given, **how))


@pytest.mark.parametrize("place", ["Berlin", "柏林", "برلين", "52.52, 13.41"])
async def test_the_weather_is_known_in_any_language_and_by_coordinates(
    service: Service, places: Places, place: str
) -> None:
    said = await _said(Weather(service, places).current_weather, place=place)

    assert said["time_zone"] == "Europe/Berlin"
    assert said["temperature_2m"].endswith("°C")
    assert isinstance(said["weather_code"], str)


async def test_the_weather_comes_in_the_units_of_the_united_states(service: Service, places: Places) -> None:
    said = await _said(Weather(service, places).current_weather, place="New York", units="imperial")

    assert said["temperature_2m"].endswith("°F")


async def test_a_forecast_has_as_many_days_as_were_wanted(service: Service, places: Places) -> None:
    said = await _said(Weather(service, places).weather_forecast, place="Tokyo", days=4)

    assert len(said["days"]) == 4
    assert said["days"][0]["time"] == "2026-11-01"


async def test_a_forecast_ends_after_sixteen_days(service: Service, places: Places) -> None:
    with pytest.raises(WrongArguments, match="less than or equal to 16"):
        await call(Weather(service, places).weather_forecast, place="Tokyo", days=17)


async def test_an_unknown_place_is_told_to_the_model(service: Service, places: Places) -> None:
    with pytest.raises(ToolFailed, match="No place of that name"):
        await call(Weather(service, places).current_weather, place="Xyzzyville")


async def test_a_place_is_found_with_its_country_and_time_zone(places: Places) -> None:
    said = await _said(places.find_place, name="Paris")

    assert said[0]["time_zone"] == "Europe/Paris"
    assert "France" in said[0]["place"]


async def test_an_error_that_passes_is_not_noticed(
    service: Service, places: Places, control: WorldClient
) -> None:
    await control.fault(path="/v1/search", times=1, status=500)

    assert "Berlin" in await call(places.find_place, name="Berlin")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "status", "status": 500, "times": 9}, "has trouble"),
        ({"kind": "broken"}, "no answer that can be read"),
        ({"kind": "large"}, "more than 1000000 bytes"),
        ({"kind": "reset", "times": 9}, "cannot be reached"),
        ({"kind": "html", "status": 200}, "no answer that can be read"),
    ],
)
async def test_a_service_in_trouble_is_told_to_the_model(
    places: Places, control: WorldClient, fault: dict[str, Any], told: str
) -> None:
    await control.fault(path="/v1/search", **fault)

    with pytest.raises(ToolFailed, match=told):
        await call(places.find_place, name="Berlin")


async def test_a_service_that_is_not_there_is_told_to_the_model(service: Service) -> None:
    gone = Service(service.session, "http://127.0.0.1:9", "The service")

    with pytest.raises(ToolFailed, match="cannot be reached right now"):
        await call(Places(gone, gone).find_place, name="Berlin")


@pytest.mark.parametrize(
    ("where", "zone", "time"),
    [
        ("", "Europe/Berlin", "13:00:00"),
        ("Asia/Tokyo", "Asia/Tokyo", "21:00:00"),
        ("Tokyo", "Asia/Tokyo", "21:00:00"),
        ("40.71, -74.01", "America/New_York", "07:00:00"),
    ],
)
async def test_the_clock_is_that_of_the_person_or_of_a_place(
    places: Places, where: str, zone: str, time: str
) -> None:
    said = await _said(Clock(places, lambda: NOON).date_and_time, ADA, where=where)

    assert (said["time_zone"], said["time"], said["weekday"]) == (zone, time, "Sunday")


async def test_a_clock_that_nobody_has_set_is_in_utc_and_says_so(places: Places) -> None:
    said = await _said(Clock(places, lambda: NOON).date_and_time, STRANGER)

    assert said["time"] == "12:00:00"
    assert "/timezone" in said["note"]


async def test_money_is_converted_to_the_cent(service: Service) -> None:
    said = await _said(Currency(service).convert_currency, amount=100, currency="usd", to="EUR")

    assert said["amount"].endswith(" EUR")
    assert len(said["amount"].split()[0].partition(".")[2]) == 2


@pytest.mark.parametrize(
    ("currency", "told"), [("XXX", "no rate from XXX to EUR"), ("dollars", "three letters of its code")]
)
async def test_an_unknown_currency_is_told_to_the_model(service: Service, currency: str, told: str) -> None:
    with pytest.raises(ToolFailed, match=told):
        await call(Currency(service).convert_currency, amount=1, currency=currency, to="EUR")


async def test_the_same_currency_needs_no_rate(service: Service, control: WorldClient) -> None:
    assert await _said(Currency(service).convert_currency, amount=5, currency="EUR", to="EUR") == {
        "amount": 5,
        "currency": "EUR",
    }
    assert await control.requests("/v1/latest") == []


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
        ("../etc/passwd", None),
        ("Europe", None),
        ("", None),
    ],
)
def test_time_zones_are_known_by_name(name: str, zone: str | None) -> None:
    found = zone_named(name)

    assert (str(found) if found else None) == zone
