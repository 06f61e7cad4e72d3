"""Which addresses become links: those that Telegram accepts; one bad link makes it refuse a whole message."""

import re
from typing import Final

from markdown_it.common.normalize_url import normalizeLink

LONGEST: Final = 2048
_ACCEPTED: Final = (
    # A host without a dot is a machine of the reader's own network: Telegram calls it a wrong URL.
    re.compile(r"https?://[^\s/?#@:.]+(?:\.[^\s/?#@:.]+)+\.?(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE),
    re.compile(r"mailto:[\w.+%-]+@[\w-]+(?:\.[\w-]+)+(?:\?\S*)?", re.IGNORECASE | re.ASCII),
    re.compile(r"tel:\+?[\d().-]*\d", re.IGNORECASE | re.ASCII),
    re.compile(r"tg://[a-z]\S*", re.IGNORECASE | re.ASCII),
)
_HOST: Final = r"(?:[\w-]+\.)+[\w-]{2,}"
_WITH_SCHEME: Final = re.compile(rf"https?://([^\s/?#:]+)|\bwww\.({_HOST})", re.IGNORECASE)
# Without a scheme only what nobody takes for the name of a file: main.py and README.md are domains, too.
_BARE_HOST: Final = re.compile(
    rf"({_HOST}(?<=\.com|\.org|\.net|\.edu|\.gov|\.app|\.dev|.\.io|.\.co|.\.me))(?:[/?#:]\S*)?", re.IGNORECASE
)


def is_elsewhere(label: str, address: str) -> bool:
    """True if the label itself is, or holds, an address with another host than this one."""
    real = _WITH_SCHEME.match(address)
    posing = _WITH_SCHEME.search(label) or _BARE_HOST.fullmatch(label.strip())
    return posing is not None and (real is None or _host(posing) != _host(real))


def _host(found: re.Match[str]) -> str:
    host = next(group for group in found.groups() if group)
    punycode = normalizeLink(f"http://{host}").removeprefix("http://")
    return punycode.lower().removeprefix("www.").rstrip(".")


def accepted(address: str) -> str:
    """The address as Telegram takes it, or "" if it takes no such address."""
    if len(address) > LONGEST:
        return ""
    normal = normalizeLink(address.strip())
    return normal if any(form.fullmatch(normal) for form in _ACCEPTED) else ""
