"""What the model reads: the instructions, and a turn's messages as one question."""

from domain.turn import ChatKind, Said, Turn

_LONGEST_NAME = 64
_WRITES_BACKWARDS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNFIT_FOR_NAMES = str.maketrans("[]«»", '()""', _WRITES_BACKWARDS) | {ord(":"): " "}
_UNFIT_FOR_QUOTES = str.maketrans("«»", '""')

INSTRUCTIONS = """\
You are Parley, a helpful assistant in a Telegram chat. Answer in the language of the person you answer, \
plainly and to the point. Write Markdown: headings, lists, tables, fenced code with its language, links, and \
LaTeX between $ or $$ for formulas. Never write raw HTML. Your answer is read on a phone: keep paragraphs \
short."""

GROUP_INSTRUCTIONS = """\

Several people share this chat. Each of their messages begins with its speaker's name and a colon; its \
further lines are indented. Answer the last speaker, and do not begin your own answers with a name."""

SUMMARY_INSTRUCTIONS = """\
Summarise the conversation below for the assistant that will continue it. Keep facts, names, numbers, \
decisions, open questions and preferences; leave out pleasantries. Write in the conversation's language, at \
most 300 words."""


def instructions(chat_kind: ChatKind, base: str = INSTRUCTIONS) -> str:
    """The system prompt. It holds no clock and no names, so that its prefix stays cached."""
    return base + GROUP_INSTRUCTIONS if chat_kind is ChatKind.GROUP else base


def question(turn: Turn) -> str:
    """All that was said in the turn as the model reads it; in a group with the speakers' names."""
    named = turn.chat_kind is ChatKind.GROUP
    return "\n\n".join(_message(said, named=named) for said in turn.said)


def _message(said: Said, *, named: bool) -> str:
    spoken = f"{one_line(said.person.name)}: {indented(said.text)}" if named else said.text
    return f"[{said.about}]\n{spoken}" if said.about else spoken


def one_line(name: str) -> str:
    """A name or title that cannot pose as another speaker's line, or as the end of what it stands in."""
    return " ".join(name.translate(_UNFIT_FOR_NAMES).split())[:_LONGEST_NAME].rstrip() or "Someone"


def in_quotes(text: str) -> str:
    """A text that cannot end its own quotation."""
    return f"«{indented(text.translate(_UNFIT_FOR_QUOTES))}»"


def indented(text: str) -> str:
    """A text whose further lines begin with spaces, so that none of them can pose as another speaker's."""
    return "\n".join(text.splitlines()).replace("\n", "\n  ")
