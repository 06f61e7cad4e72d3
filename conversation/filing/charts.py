"""Charts in Chinese, Japanese and Korean: a container's fonts lack their letters, so it gets one of ours."""

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pylopdf_fonts_zh_cn import sans_path

from domain.errors import HostedGone, UserFacingError
from domain.hosting import FILE_DAYS, Hosting, RemoteKind, RemoteThing
from storage.filings import Filings

log = logging.getLogger(__name__)

ADVICE: Final = (
    "For Chinese, Japanese or Korean in what the python tool draws, load the font in /mnt/data first: "
    "f = glob.glob('/mnt/data/*chart-font*')[0]; matplotlib.font_manager.fontManager.addfont(f); "
    "rcParams['font.family'] = FontProperties(fname=f).get_name(); rcParams['axes.unicode_minus'] = False"
)
"""What the model is told where the font is supplied."""

_CHART: Final = re.compile(
    "图|圖|図|グラフ|チャート|차트|그래프|도표|chart|plot|graph|diagram|python", re.IGNORECASE
)
_SCOPE = "chart-font"
_UPLOAD_SECONDS = (FILE_DAYS - 1) * 86_400
_SYSTEM_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
)


def asks_for_chart(*texts: str) -> bool:
    """Whether code is likely to draw; at worst a font is supplied that nobody needs."""
    return any(_CHART.search(text) for text in texts)


def font_file(chosen: Path | None, system: Sequence[str] = _SYSTEM_FONTS) -> Path:
    """The operator's choice; or a font of the system that has Korean, too; or the one that comes with us."""
    if chosen is not None:
        return chosen
    found = next((Path(path) for path in system if Path(path).is_file()), None)
    return found or Path(sans_path())


@dataclass(frozen=True, slots=True)
class ChartFont:
    """Uploaded once for all containers, again when that upload is about to expire."""

    filings: Filings
    hosting: Hosting
    path: Path

    async def put(self, container_id: str) -> None:
        """Copies the font into a container that does not have it; without it charts only look worse."""
        try:
            there = await self.hosting.container_files(container_id)
            if not any(_SCOPE in one.path for one in there):
                await self._copy(container_id)
        except UserFacingError as error:
            log.warning("the font for charts could not be supplied: %s: %s", type(error).__name__, error)

    async def _copy(self, container_id: str) -> None:
        try:
            await self.hosting.copy(container_id, await self.uploaded())
        except HostedGone:  # the upload, if not the container: then this fails, too
            await self.filings.abandon(await self.uploaded())
            await self.hosting.copy(container_id, await self.uploaded())

    async def uploaded(self) -> str:
        """The id of the font's upload."""
        known = await self.filings.home(_SCOPE, RemoteKind.FILE)
        if known is not None and time.time() - known.used_ms / 1000 < _UPLOAD_SECONDS:
            return known.id
        file = await asyncio.to_thread(self.path.resolve)
        file_id = await self.hosting.upload(file, f"{_SCOPE}{file.suffix}", "font/otf")
        await self.filings.settle(_SCOPE, RemoteThing(RemoteKind.FILE, file_id))
        log.info("uploaded the font for charts")
        return file_id
