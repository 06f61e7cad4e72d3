"""Where places are, as Open-Meteo's geocoding tells: `/v1/search`."""

from sandbox.world.asked import Query, Refused, check_names, choice, whole
from sandbox.world.cities import CITIES, City

_PARAMETERS = ("name", "count", "language", "format", "countryCode", "apikey")
_FUZZY = 3  # shorter names have to match whole


def search(query: Query) -> dict[str, object]:
    """The places with such a name, those with most people first; no `results` where there are none."""
    check_names(query, _PARAMETERS)
    if "name" not in query:
        raise Refused("Value of type 'String' required for key 'name'.")
    choice(query, "format", ("json",), "json")
    count = whole(query, "count", 10, 1, 100)
    country = query.get("countryCode", "").upper()
    found = [city for city in CITIES if _matches(city, query["name"]) and country in ("", city.country_code)]
    found.sort(key=lambda city: -city.population)
    told: dict[str, object] = {"generationtime_ms": 0.5}
    return (
        {"results": [_told(one, query.get("language", "en")) for one in found[:count]], **told}
        if found
        else told
    )


def _matches(city: City, wanted: str) -> bool:
    sought = wanted.strip().casefold()
    names = [name.casefold() for name in city.names]
    if len(sought) < _FUZZY:
        return len(sought) > 1 and sought in names
    return any(name.startswith(sought) for name in names)


def _told(city: City, language: str) -> dict[str, object]:
    return {
        "id": city.id,
        "name": city.name_in(language),
        "latitude": city.latitude,
        "longitude": city.longitude,
        "elevation": city.elevation,
        "feature_code": "PPLC",
        "country_code": city.country_code,
        "timezone": city.timezone,
        "population": city.population,
        "country": city.country_in(language),
        "admin1": city.region,
    }
