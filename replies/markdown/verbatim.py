"""Words of people as Markdown that shows them as they are: whoever says "star star" does not mean bold."""

import re
from typing import Final

_MARKUP: Final = re.compile(r"[\\`*_~|<>#\]$&]|:(?=//)")
_LIST_MARK: Final = re.compile(r"^(\s*)([-+=]|\d{1,9}(?=[.)]))", re.MULTILINE)


def verbatim(text: str) -> str:
    """Markdown of these very words, line by line.

    Brackets that open stay as they are, for behind a backslash they would open a formula. An address is no
    link of ours, which would end at its first escaped sign: Telegram sees by itself that it is one.
    """
    plain = "\n".join(line.strip() for line in text.splitlines())
    return _LIST_MARK.sub(_unmarked, _MARKUP.sub(r"\\\g<0>", plain))


def _unmarked(found: re.Match[str]) -> str:
    space, mark = found.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
