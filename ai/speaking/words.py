"""Whether a generative model said what it was given."""

import unicodedata
from difflib import SequenceMatcher

ALIKE = 0.9


def likeness(given: str, spoken: str) -> float:
    """From 0 to 1; case, punctuation, accents' spelling and spaces do not count."""
    one, other = _bare(given), _bare(spoken)
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _bare(text: str) -> str:
    """Letters and digits only, since a transcript sets signs as it likes."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
