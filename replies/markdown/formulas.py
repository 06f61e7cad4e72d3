r"""LaTeX in Markdown: `$x$`, `\(x\)`, `$$x$$`, `\[x\]`, and how money is told from it."""

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# Bounds on how far a closing sign is looked for: text full of opening ones must not be read again and again.
LONGEST_INLINE: Final = 2000
MOST_LINES: Final = 64

_CLOSING: Final = {"$$": "$$", r"\[": r"\]", r"\(": r"\)"}
_DOLLARS: Final = re.compile(r"\$((?:[^$\\\n]|\\[^\n]){1,400})\$(?![$\w])")
_MATHEMATICAL: Final = re.compile(r"[\\^_=+*/<>|{}≤≥≈≠±×·-]|^[\d.,]*[a-zA-Z]?$")


def formulas(md: MarkdownIt) -> None:
    """Adds tokens `formula` (within a line) and `formula_block`, with the LaTeX as their content."""
    md.inline.ruler.before("escape", "formula", _inline)
    md.block.ruler.before("fence", "formula_block", _block, {"alt": ["paragraph", "blockquote", "list"]})


def is_money(content: str) -> bool:
    """Whether what stands between two dollar signs only looks like a formula: `5, or 10` of `$5, or 10$`."""
    return content[0].isdigit() and _MATHEMATICAL.search(content) is None


def _inline(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] not in "$\\":
        return False
    closing = _CLOSING.get(source[start : start + 2])
    found = _delimited(source, start, closing) if closing else _between_dollars(source, start)
    if found is None:
        return False
    content, state.pos = found
    if not silent:
        token = state.push("formula", "", 0)
        token.content = content
        token.markup = source[start : start + 2] if closing else "$"
    return True


def _delimited(source: str, start: int, closing: str) -> tuple[str, int] | None:
    end = source.find(closing, start + 2, start + 2 + LONGEST_INLINE)
    content = source[start + 2 : end].strip()
    return (content, end + 2) if end >= 0 and content else None


def _between_dollars(source: str, start: int) -> tuple[str, int] | None:
    if start and (source[start - 1].isalnum() or source[start - 1] == "$"):
        return None
    match = _DOLLARS.match(source, start)
    if match is None:
        return None
    content = match[1]
    if content != content.strip() or is_money(content):
        return None
    return content, match.end()


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    first = _line(state, start_line)
    closing = _CLOSING.get(first[:2])
    if closing is None or closing == r"\)":
        return False
    lines = _until_closed(state, first, closing, start_line, min(end_line, start_line + MOST_LINES))
    if not lines:
        return False
    if not silent:
        token = state.push("formula_block", "", 0)
        token.content = "\n".join(lines)[2:-2].strip()
        state.line = start_line + len(lines)
        token.map = [start_line, state.line]
    return True


def _until_closed(state: StateBlock, first: str, closing: str, start_line: int, end_line: int) -> list[str]:
    """The lines of the formula, or none if it is not closed at the end of a line before an empty one."""
    lines = [first]
    if closing in first[2:]:
        return lines if first.find(closing, 2) == len(first) - 2 and first[2:-2].strip() else []
    for number in range(start_line + 1, end_line):
        line = _line(state, number)
        if not line or state.sCount[number] < state.blkIndent:
            return []
        lines.append(line)
        if closing in line:
            return lines if line.find(closing) == len(line) - 2 and "".join(lines)[2:-2].strip() else []
    return []


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()
