"""The Markdown that is understood: CommonMark with tables, strikethrough and formulas, as models write it."""

import re
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_inline import StateInline, link
from markdown_it.rules_inline.state_inline import Delimiter

from replies.markdown.characters import is_wide
from replies.markdown.formulas import formulas

# Deeper quotes and lists in each other stay text: no one reads them, and the parser recurses.
DEEPEST: Final = 16
_STACK: Final = 3 * DEEPEST

_BARE_ADDRESS: Final = re.compile(r"://[^\s<>\[\]{}|\\^`\"，。、；！？（）「」『』【】《》]+")
_CELL_BORDER: Final = re.compile(r"(?<!\\)\|")


class Grammar(MarkdownIt):
    """Addresses pass as they are written: replies/markdown/addresses.py decides about them."""

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return url

    def normalizeLinkText(self, link: str) -> str:
        return link


@cache
def grammar() -> Grammar:
    """The one parser; it keeps no state between texts.

    Raw HTML is text. Underlined headings are off, since models mean a divider by `---` under a line, and so
    are link definitions: they would swallow lines that a reader wants to see.
    """
    md = Grammar("commonmark", {"html": False, "maxNesting": _STACK})
    md.enable(["table", "strikethrough"])
    md.disable(["html_inline", "html_block", "lheading", "reference"])
    formulas(md)
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.at("blockquote", _quote_not_too_deep, {"alt": alternatives})
    md.block.ruler.at("list", _list_not_too_deep, {"alt": ["paragraph", "reference", "blockquote"]})
    md.block.ruler.at("table", _table_with_every_cell, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("emphasis", _emphasis)
    md.inline.ruler.at("link", _link)
    md.inline.ruler.at("image", _image_as_link)
    md.inline.ruler.before("link", "bare_address", _bare_address)
    return md


def _quote_not_too_deep(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    return state.level < DEEPEST and blockquote(state, start_line, end_line, silent)


def _list_not_too_deep(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    return state.level < DEEPEST and list_block(state, start_line, end_line, silent)


def _table_with_every_cell(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """GFM drops cells beyond the header's; here they stay, in the last column."""
    first = len(state.tokens)
    if not table(state, start_line, end_line, silent):
        return False
    if silent:
        return True
    columns = sum(token.type == "th_open" for token in state.tokens[first:])
    for position in range(first, len(state.tokens)):
        token = state.tokens[position]
        if token.type == "tr_close" and state.tokens[position - 1].type == "td_close":
            line = _row_line(state, position)
            extra = _cells(state, line)[columns:]
            state.tokens[position - 2].content += "".join(f" | {cell}" for cell in extra)
    return True


def _row_line(state: StateBlock, position: int) -> int:
    spot = state.tokens[position - 2].map
    return spot[0] if spot else 0


def _cells(state: StateBlock, number: int) -> list[str]:
    line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()
    line = line.removeprefix("|")
    cells = [cell.strip() for cell in _CELL_BORDER.split(line)]
    return cells[:-1] if cells and not cells[-1] else cells


def _emphasis(state: StateInline, silent: bool) -> bool:
    """As in CommonMark, and also beside Chinese, Japanese and Korean, which put no spaces around words.

    By the letter of CommonMark the second `**` of `**重点：**内容` closes nothing.
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    can_open, can_close = flanks(marker, before, after)
    length = end - state.pos
    for _ in range(length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(Delimiter(ord(marker), length, len(state.tokens) - 1, -1, can_open, can_close))
    state.pos = end
    return True


def flanks(marker: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a run of `*`, `_` or `~` between these characters may open and may close."""
    punctuation_before, punctuation_after = _is_punctuation(before), _is_punctuation(after)
    left = not after.isspace() and (not punctuation_after or before.isspace() or punctuation_before)
    right = not before.isspace() and (not punctuation_before or after.isspace() or punctuation_after)
    if marker == "_":
        return left and (not right or punctuation_before), right and (not left or punctuation_after)
    beside_wide = is_wide(before) or is_wide(after)
    return left or (beside_wide and not after.isspace()), right or (beside_wide and not before.isspace())


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _link(state: StateInline, silent: bool) -> bool:
    # Without this, a text of nothing but brackets costs 20 times as much.
    if state.src[state.pos] != "[" or state.html_terminator_last("](") < state.pos:
        return False
    return link(state, silent)


def _image_as_link(state: StateInline, silent: bool) -> bool:
    """An image is a link: fetching what a model names would let a poisoned answer send secrets anywhere."""
    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    matched = _link(state, silent)
    if not matched:
        state.pos -= 1
    return matched


def _bare_address(state: StateInline, silent: bool) -> bool:
    """`https://…` written as it is: nothing in it is markup."""
    position = state.pos
    if silent or state.linkLevel or state.src[position] != ":":
        return False
    scheme = next((word for word in ("https", "http") if state.pending.endswith(word)), "")
    match = _BARE_ADDRESS.match(state.src, position, state.posMax) if scheme else None
    if match is None or state.pending[: -len(scheme)][-1:].isalnum():
        return False
    rest = _without_closing_punctuation(match[0])
    if rest == "://":
        return False
    state.pending = state.pending[: -len(scheme)]
    token = state.push("link_open", "a", 1)
    token.attrs, token.info = {"href": scheme + rest}, "bare"
    state.push("text", "", 0).content = scheme + rest
    state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _without_closing_punctuation(address: str) -> str:
    """The full stop of the sentence and the bracket around the address are not part of it."""
    while True:
        shorter = address.rstrip("?!.,:;*_~'\"。，、；：！？）」』】》”’")
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
