"""The weather now and in the days to come, as Open-Meteo tells it: `/v1/forecast`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.world.asked import Query, Refused, check_names, choice, decimal, names, whole
from sandbox.world.cities import CITIES
from sandbox.world.weather import DAILY, HOURLY, Moment, day_at, moment

_PARAMETERS = (
    "latitude", "longitude", "elevation", "current", "hourly", "daily", "temperature_unit", "wind_speed_unit",
    "precipitation_unit", "timeformat", "timezone", "past_days", "forecast_days", "start_date", "end_date",
    "models", "cell_selection", "apikey",
)  # fmt: skip
_INTERVAL_SECONDS = 900
_MOST_DAYS = 16
_SPEEDS = {"kmh": ("km/h", 1.0), "ms": ("m/s", 1 / 3.6), "mph": ("mp/h", 1 / 1.609344), "kn": ("kn", 1 / 1.852)}


@dataclass(frozen=True, slots=True)
class _Units:
    """The units that were wished."""

    fahrenheit: bool
    speed: str
    inches: bool

    def name(self, unit: str) -> str:
        match unit:
            case "°C" if self.fahrenheit:
                return "°F"
            case "km/h":
                return _SPEEDS[self.speed][0]
            case "mm" | "cm" if self.inches:
                return "inch"
            case _:
                return unit

    def value(self, unit: str, value: object) -> object:
        if not isinstance(value, float):
            return value
        match unit:
            case "°C" if self.fahrenheit:
                return round(value * 1.8 + 32, 1)
            case "km/h":
                return round(value * _SPEEDS[self.speed][1], 1)
            case "mm" | "cm" if self.inches:
                return round(value / (25.4 if unit == "mm" else 2.54), 3)
            case _:
                return value


@dataclass(frozen=True, slots=True)
class _Place:
    latitude: float
    longitude: float
    zone: ZoneInfo


def forecast(query: Query, now: datetime) -> dict[str, object]:
    """Reads files of time zones: not for the loop."""
    check_names(query, _PARAMETERS)
    latitude, longitude = decimal(query, "latitude", 90), decimal(query, "longitude", 180)
    place = _Place(latitude, longitude, _zone(query, latitude, longitude))
    current, hourly, daily = (names(query, "current", HOURLY), names(query, "hourly", HOURLY),
                              names(query, "daily", DAILY))  # fmt: skip
    if daily and "timezone" not in query:
        raise Refused("Timezone is required.")
    units = _Units(
        choice(query, "temperature_unit", ("celsius", "fahrenheit"), "celsius") == "fahrenheit",
        choice(query, "wind_speed_unit", _SPEEDS, "kmh"),
        choice(query, "precipitation_unit", ("mm", "inch"), "mm") == "inch",
    )
    tell = _seconds if choice(query, "timeformat", ("iso8601", "unixtime"), "iso8601") == "unixtime" else _iso
    here = now.astimezone(place.zone)
    days = _days(query, here.date())
    told = _told_place(place, here)
    if current:
        told |= _current(place, here, current, units, tell)
    if hourly:
        told |= _hourly(place, days, hourly, units, tell)
    if daily:
        told |= _daily(place, days, daily, units, tell)
    return told


_Tell = Callable[[datetime], object]


def _iso(at: datetime) -> object:
    return at.strftime("%Y-%m-%dT%H:%M")


def _seconds(at: datetime) -> object:
    return int(at.timestamp())


def _zone(query: Query, latitude: float, longitude: float) -> ZoneInfo:
    wanted = query.get("timezone", "GMT")
    if wanted == "auto":
        near = min(CITIES, key=lambda city: abs(city.latitude - latitude) + abs(city.longitude - longitude))
        wanted = near.timezone
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused("Invalid timezone") from error


def _days(query: Query, today: date) -> list[date]:
    if "start_date" in query or "end_date" in query:
        if "forecast_days" in query or "past_days" in query:
            raise Refused("Parameter 'forecast_days' is mutually exclusive with 'start_date' and 'end_date'")
        first, last = _date(query, "start_date"), _date(query, "end_date")
        latest = today + timedelta(days=_MOST_DAYS)
        if not today - timedelta(days=92) <= first <= last <= latest:
            raise Refused(f"Parameter 'start_date' is out of allowed range from {today} to {latest}.")
    else:
        first = today - timedelta(days=whole(query, "past_days", 0, 0, 92))
        last = today + timedelta(days=whole(query, "forecast_days", 7, 0, _MOST_DAYS) - 1)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _date(query: Query, name: str) -> date:
    try:
        return date.fromisoformat(query[name])
    except KeyError as error:
        raise Refused("Both 'start_date' and 'end_date' must be set") from error
    except ValueError as error:
        raise Refused(f"Invalid date format for '{name}'. Make sure to use 'YYYY-MM-DD'") from error


def _told_place(place: _Place, here: datetime) -> dict[str, object]:
    offset = int((here.utcoffset() or timedelta()).total_seconds())
    return {
        "latitude": round(place.latitude, 2),
        "longitude": round(place.longitude, 2),
        "generationtime_ms": 0.1,
        "utc_offset_seconds": offset,
        "timezone": place.zone.key,
        "timezone_abbreviation": f"GMT{offset // 3600:+d}" if offset else "GMT",
        "elevation": 38.0,
    }


def _current(place: _Place, here: datetime, wanted: list[str], units: _Units, tell: _Tell) -> dict[str, object]:
    quarter = here.replace(minute=here.minute // 15 * 15, second=0, microsecond=0)
    at = moment(day_at(place.latitude, place.longitude, quarter.date()), quarter)
    said: dict[str, object] = {"time": tell(quarter), "interval": _INTERVAL_SECONDS}
    said |= {name: units.value(HOURLY[name][0], HOURLY[name][1](at)) for name in wanted}
    named = {name: units.name(HOURLY[name][0]) for name in wanted}
    return {"current_units": {"time": _format(tell), "interval": "seconds", **named}, "current": said}


def _hourly(
    place: _Place, days: Iterable[date], wanted: list[str], units: _Units, tell: _Tell
) -> dict[str, object]:
    moments = [
        (datetime(day.year, day.month, day.day, hour, tzinfo=place.zone), Moment(weather, hour))
        for day in days
        for weather in (day_at(place.latitude, place.longitude, day),)
        for hour in range(24)
    ]
    said: dict[str, object] = {"time": [tell(at) for at, _ in moments]}
    for name in wanted:
        unit, read = HOURLY[name]
        said[name] = [units.value(unit, read(one)) for _, one in moments]
    named = {name: units.name(HOURLY[name][0]) for name in wanted}
    return {"hourly_units": {"time": _format(tell), **named}, "hourly": said}


def _daily(
    place: _Place, days: Iterable[date], wanted: list[str], units: _Units, tell: _Tell
) -> dict[str, object]:
    weather = [day_at(place.latitude, place.longitude, day) for day in days]
    midnights = [datetime(one.day.year, one.day.month, one.day.day, tzinfo=place.zone) for one in weather]
    times = [str(at.date()) if tell is _iso else tell(at) for at in midnights]
    said: dict[str, object] = {"time": times}
    for name in wanted:
        unit, read = DAILY[name]
        said[name] = [_sun(units.value(unit, read(one)), unit, place.zone, tell) for one in weather]
    named = {
        name: _format(tell) if DAILY[name][0] == "iso8601" else units.name(DAILY[name][0]) for name in wanted
    }
    return {"daily_units": {"time": _format(tell), **named}, "daily": said}


def _sun(value: object, unit: str, zone: ZoneInfo, tell: _Tell) -> object:
    """Times of the day in the format that was wished."""
    return tell(datetime.fromisoformat(str(value)).replace(tzinfo=zone)) if unit == "iso8601" else value


def _format(tell: _Tell) -> str:
    return "iso8601" if tell is _iso else "unixtime"


def now_in_utc() -> datetime:
    return datetime.now(UTC)
