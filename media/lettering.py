"""Which font writes which words in a picture of ours: the built-in one knows Latin letters only."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont, features

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_LATIN: Final = "\u0000-\u024f\u2010-\u2027"
_HAN: Final = re.compile(f"[{_LATIN}\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]*")
_ARABIC: Final = re.compile(f"[{_LATIN}\u0600-\u06ff]*")
_PLAIN: Final = re.compile(f"[{_LATIN}]*")
_ARABIC_FILES: Final = (
    "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf",
    "/usr/share/fonts/noto/NotoSansArabic-Regular.ttf",
    "/usr/share/fonts/google-noto/NotoSansArabic-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
)


@dataclass(frozen=True, slots=True)
class Lettering:
    """The files of fonts with Chinese and with Arabic letters, if there are any. It reads them: in a thread."""

    han: Path | None = None
    arabic: Path | None = None

    def can_write(self, text: str) -> bool:
        return bool(_PLAIN.fullmatch(text)) or self._file(text) is not None

    def font(self, text: str, size: int) -> Font:
        """The one with the letters of the text, so far as one has them."""
        file = None if _PLAIN.fullmatch(text) else self._file(text)
        return (_loaded(file, size) if file is not None else None) or _built_in(size)

    def _file(self, text: str) -> Path | None:
        """A font for other than Latin letters; Arabic ones have to be joined, too."""
        if self.han is not None and _HAN.fullmatch(text):
            return self.han if _loaded(self.han, 12) else None
        if self.arabic is not None and _ARABIC.fullmatch(text) and features.check("raqm"):
            return self.arabic if _loaded(self.arabic, 12) else None
        return None


def arabic_file() -> Path | None:
    """A font of the system with Arabic letters; none comes with us."""
    return next((Path(path) for path in _ARABIC_FILES if Path(path).is_file()), None)


@cache
def _built_in(size: int) -> Font:
    return ImageFont.load_default(size)


@cache
def _loaded(file: Path, size: int) -> Font | None:
    """None for a file that is no font that can be drawn with."""
    try:
        return ImageFont.truetype(file, size)
    except OSError:
        return None
