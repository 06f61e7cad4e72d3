"""A made-up web: which of its pages fit a question, and what they say."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_SITES = (
    ("news.example.com", "Example News"),
    ("encyclopedia.example.org", "The Example Encyclopedia"),
    ("blog.example.net", "A Blog of Examples"),
)
_SLUG = re.compile(r"[^\w]+")
_LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page that was found."""

    url: str
    title: str
    sentence: str

    @property
    def domain(self) -> str:
        return self.url.split("/")[2]


def found(query: str, most: int, allowed_domains: Sequence[str] = ()) -> list[WebPage]:
    """The same pages for the same question, where any are given only of these domains and those below."""
    domains = [(domain, domain) for domain in allowed_domains]
    sites = [
        site for site in _SITES if not domains or any(_is_below(site[0], domain) for domain in allowed_domains)
    ]
    return [_page(query, *site) for site in (sites or domains)[:most]]


def _is_below(domain: str, allowed: str) -> bool:
    return domain == allowed or domain.endswith(f".{allowed}")


def _page(query: str, domain: str, site: str) -> WebPage:
    slug = _SLUG.sub("-", query.lower()).strip("-")[:_LONGEST_SLUG] or "page"
    number = int(hashlib.blake2b(f"{domain} {query}".encode(), digest_size=2).hexdigest(), 16) % 90 + 10
    title = f"{query[:1].upper()}{query[1:]} – {site}"
    return WebPage(f"https://{domain}/{slug}", title, f"{site} counts {number} facts about {query}.")
