"""Letters that the fonts of a container lack."""

import re
from typing import Final

_CJK: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def has_cjk(*texts: str) -> bool:
    """Whether there is Chinese, Japanese or Korean in it."""
    return any(_CJK.search(text) for text in texts)
