"""Weather: now, and for up to 16 days ahead (Open-Meteo)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from domain.texts import Text
from tools.errors import ToolFailed
from tools.kit import Caller, tool
from tools.places import Places
from tools.web import Service

Units = Literal["metric", "imperial"]

_ACTIVITY = Text("Looking up the weather…")
_CURRENT = (
    "temperature_2m",
    "apparent_temperature",
    "relative_humidity_2m",
    "precipitation",
    "weather_code",
    "cloud_cover",
    "wind_speed_10m",
    "wind_direction_10m",
    "is_day",
)
_DAILY = (
    "weather_code",
    "temperature_2m_max",
    "temperature_2m_min",
    "precipitation_sum",
    "precipitation_probability_max",
    "wind_speed_10m_max",
    "sunrise",
    "sunset",
)
_IMPERIAL = {"temperature_unit": "fahrenheit", "wind_speed_unit": "mph", "precipitation_unit": "inch"}
_CODE = "weather_code"
_SKY = {  # WMO 4677, the part that Open-Meteo uses
    0: "clear sky",
    1: "mainly clear",
    2: "partly cloudy",
    3: "overcast",
    45: "fog",
    48: "depositing rime fog",
    51: "light drizzle",
    53: "drizzle",
    55: "dense drizzle",
    56: "light freezing drizzle",
    57: "freezing drizzle",
    61: "light rain",
    63: "rain",
    65: "heavy rain",
    66: "light freezing rain",
    67: "freezing rain",
    71: "light snow",
    73: "snow",
    75: "heavy snow",
    77: "snow grains",
    80: "light rain showers",
    81: "rain showers",
    82: "violent rain showers",
    85: "light snow showers",
    86: "heavy snow showers",
    95: "thunderstorm",
    96: "thunderstorm with light hail",
    99: "thunderstorm with heavy hail",
}


@dataclass(frozen=True, slots=True)
class Weather:
    forecast: Service
    places: Places

    @tool(seconds=25, activity=_ACTIVITY, title=Text("Weather now"))
    async def current_weather(self, place: str, caller: Caller, units: Units = "metric") -> object:
        """The weather at a place right now.

        place: a city or other place, in any language, without its country; or "latitude, longitude"
        units: imperial for people of the United States
        """
        where, answer = await self._asked(place, caller, units, {"current": ",".join(_CURRENT)})
        measured, known = _object(answer, "current"), _object(answer, "current_units")
        current = {name: _measured(name, value, known) for name, value in measured.items()}
        return {"place": where, "time_zone": answer.get("timezone"), **current}

    @tool(seconds=25, activity=_ACTIVITY, title=Text("Weather forecast"))
    async def weather_forecast(
        self, place: str, caller: Caller, days: Annotated[int, Field(ge=1, le=16)] = 3, units: Units = "metric"
    ) -> object:
        """The weather at a place day by day, beginning with today.

        place: a city or other place, in any language, without its country; or "latitude, longitude"
        days: how many days, today included; at most 16
        units: imperial for people of the United States
        """
        asked = {"daily": ",".join(_DAILY), "forecast_days": days}
        where, answer = await self._asked(place, caller, units, asked)
        return {"place": where, "time_zone": answer.get("timezone"), "days": _by_day(answer)}

    async def _asked(
        self, place: str, caller: Caller, units: Units, variables: Mapping[str, str | int]
    ) -> tuple[str, Mapping[str, Any]]:
        found = await self.places.best(place, caller)
        where = {"latitude": found.latitude, "longitude": found.longitude, "timezone": "auto"}
        chosen = _IMPERIAL if units == "imperial" else {}
        return found.title, await self.forecast.get("/v1/forecast", {**where, **variables, **chosen})


def _by_day(answer: Mapping[str, Any]) -> Sequence[Mapping[str, object]]:
    units, columns = _object(answer, "daily_units"), _object(answer, "daily")
    dates = cast("list[object]", columns.get("time", []))
    return [
        {name: _measured(name, values[number], units) for name, values in columns.items()}
        for number in range(len(dates))
    ]


def _measured(name: str, value: object, units: Mapping[str, Any]) -> object:
    """The value with its unit, as people write it."""
    if name == _CODE:
        return _SKY.get(value, "unknown") if isinstance(value, int) else "unknown"
    unit = str(units.get(name, ""))
    return f"{value} {unit}" if value is not None and unit not in ("", "iso8601", "seconds") else value


def _object(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = answer.get(name)
    if not isinstance(found, dict):
        raise ToolFailed("The weather service gave an answer without what was asked for.")
    return cast("Mapping[str, Any]", found)
