"""The weather of a place and day: made up from both, so that it is always the same."""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

_CODES = (0, 1, 2, 3, 45, 51, 61, 63, 80, 95)
_DRY = 50  # codes below bring no rain
_SNOW = {51: 71, 61: 71, 63: 73, 80: 85, 95: 86}


@dataclass(frozen=True, slots=True)
class Day:
    """Temperatures in °C, rain in mm, speeds in km/h, directions in degrees, shares in percent."""

    day: date
    code: int
    coldest: float
    warmest: float
    rain: float
    rain_chance: int
    wind: float
    direction: int
    humidity: int
    uv: float


@dataclass(frozen=True, slots=True)
class Moment:
    """An hour of a day, from 0 to 24."""

    day: Day
    hour: float

    @property
    def temperature(self) -> float:
        """Coldest at four, warmest at four in the afternoon."""
        part = (1 - math.cos((self.hour - 4) / 12 * math.pi)) / 2
        return round(self.day.coldest + (self.day.warmest - self.day.coldest) * part, 1)

    @property
    def felt(self) -> float:
        return round(self.temperature - self.day.wind / 15, 1)

    @property
    def is_day(self) -> int:
        return int(7 <= self.hour < 19)


def day_at(latitude: float, longitude: float, day: date) -> Day:
    chance = random.Random(f"{latitude:.1f} {longitude:.1f} {day}")
    season = math.cos((day.timetuple().tm_yday - 200) / 365 * 2 * math.pi)  # 1 in a northern July
    usual = 29 - abs(latitude) * 0.42 + season * latitude * 0.22
    coldest = round(usual - 3 + chance.uniform(-3, 3), 1)
    warmest = round(coldest + chance.uniform(4, 10), 1)
    code = chance.choice(_CODES)
    is_wet = code > _DRY
    return Day(
        day=day,
        code=_SNOW.get(code, code) if warmest < 1 else code,
        coldest=coldest,
        warmest=warmest,
        rain=round(chance.uniform(0.3, 12), 1) if is_wet else 0.0,
        rain_chance=chance.randint(55, 100) if is_wet else chance.randint(0, 30),
        wind=round(chance.uniform(3, 35), 1),
        direction=chance.randrange(360),
        humidity=chance.randint(35, 95),
        uv=round(max(0.0, 8 - abs(latitude) / 10 + season * latitude / 20), 2),
    )


_Told = tuple[str, Callable[[Moment], object]]
HOURLY: Mapping[str, _Told] = {
    "temperature_2m": ("°C", lambda at: at.temperature),
    "relative_humidity_2m": ("%", lambda at: at.day.humidity),
    "dew_point_2m": ("°C", lambda at: round(at.temperature - (100 - at.day.humidity) / 5, 1)),
    "apparent_temperature": ("°C", lambda at: at.felt),
    "is_day": ("", lambda at: at.is_day),
    "precipitation": ("mm", lambda at: round(at.day.rain / 24, 2)),
    "precipitation_probability": ("%", lambda at: at.day.rain_chance),
    "rain": ("mm", lambda at: round(at.day.rain / 24, 2)),
    "showers": ("mm", lambda _at: 0.0),
    "snowfall": ("cm", lambda _at: 0.0),
    "weather_code": ("wmo code", lambda at: at.day.code),
    "cloud_cover": ("%", lambda at: min(100, 10 + 30 * at.day.code)),
    "pressure_msl": ("hPa", lambda at: round(1_025 - at.day.rain, 1)),
    "surface_pressure": ("hPa", lambda at: round(1_020 - at.day.rain, 1)),
    "visibility": ("m", lambda at: 900.0 if at.day.code == 45 else 24_140.0),
    "wind_speed_10m": ("km/h", lambda at: at.day.wind),
    "wind_direction_10m": ("°", lambda at: at.day.direction),
    "wind_gusts_10m": ("km/h", lambda at: round(at.day.wind * 1.8, 1)),
    "uv_index": ("", lambda at: at.day.uv * at.is_day),
}

_ToldOfDay = tuple[str, Callable[[Day], object]]
DAILY: Mapping[str, _ToldOfDay] = {
    "weather_code": ("wmo code", lambda day: day.code),
    "temperature_2m_max": ("°C", lambda day: day.warmest),
    "temperature_2m_min": ("°C", lambda day: day.coldest),
    "temperature_2m_mean": ("°C", lambda day: round((day.warmest + day.coldest) / 2, 1)),
    "apparent_temperature_max": ("°C", lambda day: round(day.warmest - day.wind / 15, 1)),
    "apparent_temperature_min": ("°C", lambda day: round(day.coldest - day.wind / 15, 1)),
    "sunrise": ("iso8601", lambda day: f"{day.day}T07:00"),
    "sunset": ("iso8601", lambda day: f"{day.day}T19:00"),
    "daylight_duration": ("s", lambda _day: 43_200.0),
    "sunshine_duration": ("s", lambda day: 36_000.0 if day.code < 3 else 9_000.0),
    "uv_index_max": ("", lambda day: day.uv),
    "precipitation_sum": ("mm", lambda day: day.rain),
    "rain_sum": ("mm", lambda day: day.rain),
    "showers_sum": ("mm", lambda _day: 0.0),
    "snowfall_sum": ("cm", lambda _day: 0.0),
    "precipitation_hours": ("h", lambda day: 6.0 if day.rain else 0.0),
    "precipitation_probability_max": ("%", lambda day: day.rain_chance),
    "wind_speed_10m_max": ("km/h", lambda day: day.wind),
    "wind_gusts_10m_max": ("km/h", lambda day: round(day.wind * 1.8, 1)),
    "wind_direction_10m_dominant": ("°", lambda day: day.direction),
}


def moment(day: Day, at: datetime) -> Moment:
    return Moment(day, at.hour + at.minute / 60)
