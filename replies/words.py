"""Our own sentences: plain text, split at lines or words where it is too long for one message."""

from replies.content import LONGEST_TEXT, TextContent
from replies.parts import is_visible, utf16_length


def in_messages(words: str) -> list[TextContent]:
    """The words as messages, in order; at least one."""
    pieces: list[str] = []
    rest = words.strip()
    while utf16_length(rest) > LONGEST_TEXT:
        end = _break(rest)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [TextContent(piece) for piece in [*pieces, rest] if is_visible(piece)] or [TextContent("…")]


def _break(text: str) -> int:
    longest = LONGEST_TEXT
    while utf16_length(text[:longest]) > LONGEST_TEXT:
        longest -= (utf16_length(text[:longest]) - LONGEST_TEXT + 1) // 2
    for separator in ("\n", " "):
        end = text.rfind(separator, longest // 2, longest)
        if end > 0:
            return end
    return longest
