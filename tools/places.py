"""Places: where a city is, and which time zone is there (Open-Meteo's geocoding)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.texts import Text
from tools.errors import ToolFailed
from tools.kit import Caller, tool
from tools.web import Service

_COORDINATES = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_MOST_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """`zone` is an IANA name; empty where only the coordinates are known."""

    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    zone: str = ""

    @property
    def title(self) -> str:
        """Name, region and country, what there is of them, each once."""
        return ", ".join(dict.fromkeys(part for part in (self.name, self.region, self.country) if part))


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of that IANA name, in whatever case, with spaces for underscores; None if there is none."""
    written = name.strip().replace(" ", "_")
    candidates = dict.fromkeys((written, written.title(), written.upper()))
    for candidate in candidates:
        try:
            return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # an odd name is a path, or a folder's
            continue
    return None


@dataclass(frozen=True, slots=True)
class Places:
    """Looks places up. `geocoding` knows names, `forecast` the time zone of coordinates."""

    geocoding: Service
    forecast: Service

    async def find(self, name: str, *, language: str, most: int = 5) -> Sequence[Place]:
        """Places of that name, the best known first; empty if there are none. Raises `ToolFailed`."""
        name = name.strip()[:_MOST_CHARACTERS]
        if len(name) < 2:
            return ()
        asked = {"name": name, "count": most, "language": language.partition("-")[0], "format": "json"}
        answer = await self.geocoding.get("/v1/search", asked)
        results = answer.get("results")
        return tuple(map(_place, results)) if isinstance(results, list) else ()  # pyright: ignore[reportUnknownArgumentType]  # JSON

    async def zone_at(self, latitude: float, longitude: float) -> ZoneInfo | None:
        """The time zone there; None at a place that has none we know. Raises `ToolFailed`."""
        asked = {"latitude": latitude, "longitude": longitude, "timezone": "auto", "current": "temperature_2m"}
        answer = await self.forecast.get("/v1/forecast", asked)
        return zone_named(str(answer.get("timezone", "")))

    async def best(self, name: str, caller: Caller) -> Place:
        """The place meant by a name, or by "latitude, longitude". Raises `ToolFailed`."""
        match = _COORDINATES.fullmatch(name)
        if match is not None:
            return Place(name.strip(), "", "", float(match[1]), float(match[2]))
        found = await self.find(name, language=caller.language, most=1)
        if not found:
            raise ToolFailed("No place of that name is known. Try its English name, without the country.")
        return found[0]

    @tool(seconds=25, activity=Text("Looking the place up…"), title=Text("Finding places"))
    async def find_place(self, name: str, caller: Caller) -> object:
        """Finds cities and other places of a name: where they are, in which country and time zone.

        name: the place's name alone, as "Paris" or "北京", without its country
        """
        return [
            {
                "place": place.title,
                "latitude": place.latitude,
                "longitude": place.longitude,
                "time_zone": place.zone,
            }
            for place in await self.find(name, language=caller.language)
        ]


def _place(found: Mapping[str, Any]) -> Place:
    return Place(
        str(found.get("name", "")),
        str(found.get("country", "")),
        str(found.get("admin1", "")),
        float(found["latitude"]),
        float(found["longitude"]),
        str(found.get("timezone", "")),
    )
