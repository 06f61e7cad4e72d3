"""Words that have code draw."""

import re
from typing import Final

_CHART: Final = re.compile(
    "图|圖|図|グラフ|チャート|차트|그래프|도표|chart|plot|graph|diagram|python", re.IGNORECASE
)


def asks_for_chart(*texts: str) -> bool:
    """Whether code is likely to draw; at worst a font is supplied that nobody needs."""
    return any(_CHART.search(text) for text in texts)
