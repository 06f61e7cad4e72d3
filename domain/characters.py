"""Characters that no text of ours may hold: half an emoji, and NUL."""

import re
from typing import Final

REPLACEMENT: Final = "\ufffd"
_UNFIT: Final = re.compile("[\ud800-\udfff\0]")


def fit(text: str) -> str:
    """The text as it can be stored and sent: surrogate pairs joined, lone halves and NUL replaced.

    As long as before in UTF-16 units, so offsets that count those still hold.
    """
    if _UNFIT.search(text) is None:
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", REPLACEMENT)
