"""Finds the text of one page in a process of its own: a stranger's page may take minutes, or fill the memory.

It runs as a file, knows nothing of ours, reads the page's HTML from its input, and answers in one line of JSON:
`{"title": "…", "text": "…"}`, the text in Markdown; empty where there is none.
"""

import contextlib
import json
import sys
from typing import Any

import trafilatura

_MEMORY_BYTES = 1_500_000_000
_CPU_SECONDS = 20
_MOST_ELEMENTS = 4_000  # looking for the main text takes time that grows with the square of them
_STYLE = "translate(@style, ' ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
_UNSEEN = (  # what nobody sees is no part of the page, and may be there to give a model orders
    "//*[self::script or self::style or self::noscript or self::template or self::svg or @hidden "
    f"or contains({_STYLE}, 'display:none') or contains({_STYLE}, 'visibility:hidden')]"
)


def _limit_ourselves() -> None:
    """Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # only where it exists

    for kind, limit in ((resource.RLIMIT_AS, _MEMORY_BYTES), (resource.RLIMIT_CPU, _CPU_SECONDS)):
        with contextlib.suppress(OSError, ValueError):  # macOS does not limit memory
            resource.setrlimit(kind, (limit, limit))


def _read(html: str, url: str) -> dict[str, str]:
    """The main text; of a page without one, or with too much of it, what there is."""
    tree: Any = trafilatura.load_html(html)
    if tree is None:
        return {"title": "", "text": ""}
    title = " ".join("".join(tree.xpath("//title[1]//text()")).split())
    for element in tree.xpath(_UNSEEN):
        if element.getparent() is not None:
            element.drop_tree()
    is_large = sum(1 for _ in tree.iter()) > _MOST_ELEMENTS
    text = None if is_large else _main_text(tree, url)
    return {"title": title, "text": text or trafilatura.html2txt(tree)}


def _main_text(tree: Any, url: str) -> str | None:
    return trafilatura.extract(
        tree,
        url=url,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_links=True,
        fast=True,
    )


if __name__ == "__main__":
    _limit_ourselves()
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read().decode("utf-8", "replace"), sys.argv[1])))
    sys.stdout.flush()
