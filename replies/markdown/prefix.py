"""What can be shown of an answer that is still being written, without taking anything back later."""

import re
from typing import Final

from markdown_it.token import Token

from replies.markdown.characters import cleaned
from replies.markdown.grammar import grammar
from replies.markdown.open_markup import closed_line

_LEAVES: Final = frozenset({"fence", "code_block", "inline", "formula_block", "hr"})
_CONTAINERS: Final = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*")
# A line of these may still become a heading, a list, a box, a divider, a fence, a row of a table or a formula.
_UNDECIDED: Final = re.compile(r"[-#*+_=`~|:$\\<>()!\s]*|\[[ xX]?\]?\s*|\d{1,9}[.)]?|`{3,}[^`]*|~{3,}.*")
_FENCE: Final = re.compile(r"(`+|~+)\s*")


def closed_prefix(markdown: str) -> str:
    """The beginning of a growing text, cut or closed so that it never shows half a construct.

    A line that may still become something else, half a link, formula, row or fence are held back; open
    emphasis and code are closed. An open fence is left to `parse`, for which the end of the text closes it.
    """
    source = cleaned(markdown)
    lines = source.split("\n")
    leaf, in_table = _last_leaf(source)
    if leaf is not None and leaf.type == "fence" and _reaches_end(leaf, lines):
        return _within_fence(lines, leaf)
    body = lines[-1][_body_start(lines[-1]) :]
    if lines[-1] and (_UNDECIDED.fullmatch(body) or body.startswith("|") or _is_row(leaf, lines, in_table)):
        source = source[: -len(lines[-1])]
        lines[-1] = ""
        leaf, in_table = _last_leaf(source)
    if leaf is None or leaf.type != "inline" or in_table or not _reaches_end(leaf, lines):
        return source
    return _within_paragraph(lines, leaf)


def _last_leaf(source: str) -> tuple[Token | None, bool]:
    """The last block that holds text itself, and whether it is in a table."""
    md = grammar()
    tokens: list[Token] = []
    md.block.parse(source, md, {}, tokens)
    in_table = False
    for token in reversed(tokens):
        in_table = in_table or token.type == "table_close"
        if token.type in _LEAVES:
            return token, in_table
    return None, False


def _span(leaf: Token) -> tuple[int, int]:
    return (leaf.map[0], leaf.map[1]) if leaf.map else (0, 0)


def _reaches_end(leaf: Token, lines: list[str]) -> bool:
    """Whether the next character may still belong to this block: no whole line has come after it."""
    return _span(leaf)[1] >= len(lines) - (not lines[-1].strip("> \t"))


def _within_fence(lines: list[str], fence: Token) -> str:
    """Shown when something stands in it, the language then being whole, and without what may become its end."""
    last = lines[-1]
    if not fence.content.strip():
        lines = [*lines[: _span(fence)[0]], ""]
    elif last and _FENCE.fullmatch(last.strip("> \t")):
        lines = [*lines[:-1], ""]
    return "\n".join(lines)


def _body_start(line: str) -> int:
    match = _CONTAINERS.match(line)
    return match.end() if match else 0


def _is_row(leaf: Token | None, lines: list[str], in_table: bool) -> bool:
    return leaf is not None and in_table and _span(leaf)[1] == len(lines)


def _within_paragraph(lines: list[str], leaf: Token) -> str:
    """A whole last line with a bar in it may be the header of a table that only the next line makes one."""
    start = _span(leaf)[0]
    if not lines[-1] and len(lines) > 1 and "|" in lines[-2]:
        lines = [*lines[:-2], ""]
    before = "".join(f"{line}\n" for line in lines[:start])
    return before + closed_line("\n".join(lines[start:]))
