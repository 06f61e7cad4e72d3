"""Characters: those that texts may not hold, those that nobody sees on a button, and Chinese ones."""

import re
import unicodedata
from typing import Final

_CJK: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
REPLACEMENT: Final = "\ufffd"
_UNFIT: Final = re.compile("[\ud800-\udfff\0]")
# What a name or a button must not hold: signs that nobody sees, or that turn what is around them backwards.
_UNSEEN: Final = dict.fromkeys(
    map(ord, "\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


def fit(text: str) -> str:
    """The text as it can be stored and sent: surrogate pairs joined, lone halves and NUL replaced.

    As long as before in UTF-16 units, so offsets that count those still hold.
    """
    if _UNFIT.search(text) is None:
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", REPLACEMENT)


def on_one_line(text: str) -> str:
    """As it fits on a button; empty if nothing of it could be seen there."""
    cleaned = " ".join(text.translate(_UNSEEN).split())
    return cleaned if is_visible(cleaned) else ""


def is_visible(text: str) -> bool:
    """Whether there is anything to be seen in it."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)


def has_cjk(*texts: str) -> bool:
    """Whether there is Chinese, Japanese or Korean in it."""
    return any(_CJK.search(text) for text in texts)
