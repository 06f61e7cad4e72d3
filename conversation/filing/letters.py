"""Letters that the fonts of a container lack, and words that have them drawn."""

import re
from typing import Final

_CJK: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_CHART: Final = re.compile(
    "图|圖|図|グラフ|チャート|차트|그래프|도표|chart|plot|graph|diagram|python", re.IGNORECASE
)


def has_cjk(*texts: str) -> bool:
    """Whether there is Chinese, Japanese or Korean in it."""
    return any(_CJK.search(text) for text in texts)


def asks_for_chart(*texts: str) -> bool:
    """Whether code is likely to draw; at worst a font is supplied that nobody needs."""
    return any(_CHART.search(text) for text in texts)
