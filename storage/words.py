"""Text as the full-text index reads it, and questions to it, also in scripts without spaces between words."""

import re
import unicodedata

# Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer: SQLite would take a whole sentence of them for one word.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_PLAIN_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None}
    | {chr(mark): None for mark in (*range(0x64B, 0x653), 0x670)}
)
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 40


def indexed(text: str) -> str:
    """The text in words that can be found: in unspaced scripts each two neighbours are one, and the last."""
    return _UNSPACED.sub(_pairs, _plain(text))


def matching(question: str, scopes: tuple[str, ...], *, all_words: bool = False) -> str:
    """An FTS5 query for texts of the scopes with some, or all, words of the question; "" if it has none."""
    plain = _plain(question)
    terms = [_term(run.group(), all_words=all_words) for run in _UNSPACED.finditer(plain)]
    terms += [f'"{word}"' for word in _WORD.findall(_UNSPACED.sub(" ", plain))]
    if not terms or not scopes:
        return ""
    words = (" AND " if all_words else " OR ").join(list(dict.fromkeys(terms))[:_MOST_WORDS])
    where = " OR ".join(f'"{scope_word(scope)}"' for scope in scopes)
    return f"scope : ({where}) AND words : ({words})"


def scope_word(scope: str) -> str:
    """The scope as one word of the index, which no two scopes share."""
    return "s" + scope.encode().hex() + "0"  # a word that ends in a digit has no stem


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN_ARABIC)


def _pairs(run: re.Match[str]) -> str:
    characters = run.group()
    pairs = [characters[at : at + 2] for at in range(len(characters))]
    return f" {' '.join(pairs)} "


def _term(characters: str, *, all_words: bool) -> str:
    if len(characters) == 1:
        return f'"{characters}"*'
    pairs = dict.fromkeys(characters[at : at + 2] for at in range(len(characters) - 1))
    joint = " AND " if all_words else " OR "
    return "(" + joint.join(f'"{pair}"' for pair in list(pairs)[:_MOST_WORDS]) + ")"
