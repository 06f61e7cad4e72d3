"""The hosted tool `web_search`: it finds pages of a made-up web, opens one, and the answer cites them."""

import re
from collections.abc import Mapping, Sequence
from secrets import token_hex

from sandbox.model.asked import Asked
from sandbox.model.checks import Check, flag, list_of, one_of, optional, shape, text
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import invalid
from sandbox.model.hosted import HostedItem, Step, Used, is_forced, offered
from sandbox.model.journal import Entry
from sandbox.model.scripts import Script
from sandbox.model.small_talk import language_of
from sandbox.model.values import Json, as_list, as_object, as_text
from sandbox.model.web import WebPage, found

KINDS = ("web_search", "web_search_2025_08_26")
_KIND = "web_search_call"
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_MOST_DOMAINS = 100
_SOURCES: Mapping[str, int] = {"low": 1, "medium": 2, "high": 3}
_ASKED = re.compile(
    r"\bsearch (?:the )?(?:web|internet|online)\b|\bsearch for\b|\blook (?:it |this )?up online\b|\bgoogle\b"
    r"|\bon the (?:web|internet)\b|\bnews\b|\blatest\b|\bhappened (?:today|yesterday)\b"
    r"|新闻|消息|上网|网上|搜索|搜一下|أخبار|ابحث|الإنترنت|الويب",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"\b(?:please|can you|could you|search|look up|google|the web|the internet|online|for)\b|请|搜索|上网",
    re.IGNORECASE,
)
_FOUND = {"en": "The web says:", "zh": "网上写道：", "ar": "تقول الويب:"}
_FROM = {"en": "Searched from {place}.", "zh": "搜索地点：{place}。", "ar": "مكان البحث: {place}."}
_NOWHERE, _USUAL_PLACE = "", "US"


def _domain(value: object, path: str) -> None:
    text(value, path)
    if not _DOMAIN.fullmatch(as_text(value)):
        raise invalid(path, f"Invalid domain: '{value}'. Expected a domain without scheme or path.")


def _country(value: object, path: str) -> None:
    text(value, path)
    if not _COUNTRY.fullmatch(as_text(value)):
        raise invalid(path, f"Invalid '{path}': expected a two-letter ISO country code, but got '{value}'.")


WEB_SEARCH: Check = shape(
    {
        "type": text,
        "search_context_size": one_of(*_SOURCES),
        "filters": optional(shape({"allowed_domains": optional(list_of(_domain, at_most=_MOST_DOMAINS))})),
        "user_location": optional(
            shape(
                {
                    "type": one_of("approximate"),
                    "country": optional(_country),
                    "region": optional(text),
                    "city": optional(text),
                    "timezone": optional(text),
                }
            )
        ),
        "external_web_access": flag,
    }
)


async def search_web(asked: Asked, script: Script, endpoints: Endpoints, entry: Entry) -> Used | None:
    """Searches when it has to, or when plain words or `{{web: 5}}` (so many times) ask for it."""
    tool, order = offered(asked.body, *KINDS), script.first("web")
    forced = is_forced(asked.body, *KINDS) or order is not None
    if tool is None or not script.text or not (forced or _ASKED.search(script.text)):
        return None
    times = int(order.numbers()[0]) if order is not None else 1
    query = " ".join(_FILLERS.sub(" ", script.text).split()).strip(" ,.:;!?？。") or script.text
    domains = [as_text(one) for one in as_list(as_object(tool.get("filters")).get("allowed_domains"))]
    pages = found(query, _SOURCES[as_text(tool.get("search_context_size")) or "medium"], domains)
    entry.paid = (entry.paid or 1) + 1  # the answer, and the search
    pause = endpoints.searching_seconds
    searches = [_search(query, pages, pause) for _ in range(times)]
    items = (*searches, _opening(pages[0].url, pause))
    said, annotations = _told(pages, language_of(script.text), _place(tool))
    return Used(items, said, annotations)


def _place(tool: Json) -> str:
    """Where the person is, as far as the tool is told; in the United States where nothing is said."""
    given = tool.get("user_location")
    if given is None:
        return _USUAL_PLACE
    location = as_object(given)
    named = (as_text(location.get(name)) for name in ("city", "region", "country"))
    return ", ".join(name for name in named if name) or _NOWHERE


def _search(query: str, pages: Sequence[WebPage], pause_seconds: float) -> HostedItem:
    action = {"type": "search", "query": query, "queries": [query]}
    sources = [{"type": "url", "url": page.url} for page in pages]
    return _item(action, {**action, "sources": sources}, pause_seconds)


def _opening(url: str, pause_seconds: float) -> HostedItem:
    action = {"type": "open_page", "url": url}
    return _item(action, action, pause_seconds)


def _item(begun: Json, done: Json, pause_seconds: float) -> HostedItem:
    item: Json = {"id": f"ws_{token_hex(24)}", "type": _KIND, "status": "in_progress", "action": begun}
    steps = (
        Step(f"response.{_KIND}.in_progress"),
        Step(f"response.{_KIND}.searching"),
        Step(f"response.{_KIND}.completed", pause_seconds=pause_seconds),
    )
    return HostedItem(item, steps, {**item, "status": "completed", "action": done})


def _told(pages: Sequence[WebPage], language: str, place: str) -> tuple[str, tuple[Json, ...]]:
    """A line for each page, ending with a link in brackets, as it is cited."""
    said, citations = _FOUND[language], list[Json]()
    for page in pages:
        said += f"\n\n{page.sentence} "
        link = f"([{page.domain}]({page.url}?utm_source=openai))"
        citations.append(
            {
                "type": "url_citation",
                "url": f"{page.url}?utm_source=openai",
                "title": page.title,
                "start_index": len(said),
                "end_index": len(said) + len(link),
            }
        )
        said += link
    return said + (f"\n\n{_FROM[language].format(place=place)}" if place else ""), tuple(citations)
