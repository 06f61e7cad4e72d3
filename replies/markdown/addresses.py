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


def accepted(address: str) -> str:
    """The address as Telegram takes it, or "" if it takes no such address."""
    if len(address) > LONGEST:
        return ""
    normal = normalizeLink(address.strip())
    return normal if any(form.fullmatch(normal) for form in _ACCEPTED) else ""
