"""Finds the text of one page in a process of its own: a stranger's page may take minutes, or fill the memory.

It runs as a file, knows nothing of ours, reads the page's HTML from its input, and answers in one line of JSON:
`{"title": "…", "text": "…"}`, the text in Markdown; empty where there is none.
"""

import contextlib
import json
import sys

import trafilatura

_MEMORY_BYTES = 1_500_000_000
_CPU_SECONDS = 15


def _limit_ourselves() -> None:
    """Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # only where it exists

    for kind, limit in ((resource.RLIMIT_AS, _MEMORY_BYTES), (resource.RLIMIT_CPU, _CPU_SECONDS)):
        with contextlib.suppress(OSError, ValueError):  # macOS does not limit memory
            resource.setrlimit(kind, (limit, limit))


def _read(html: str, url: str) -> dict[str, str]:
    """The main text; of a page without one, what there is."""
    text = trafilatura.extract(
        html,
        url=url,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_links=True,
        fast=True,
    )
    known = trafilatura.extract_metadata(html, default_url=url)
    return {"title": known.title or "", "text": text or trafilatura.html2txt(html)}


if __name__ == "__main__":
    _limit_ourselves()
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read().decode("utf-8", "replace"), sys.argv[1])))
    sys.stdout.flush()
