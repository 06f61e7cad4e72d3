"""The names of the world's languages, as people call them in theirs, in ours and in English."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from babel import Locale, UnknownLocaleError

ENGLISH = "en"
_OURS = ("en", "zh_Hans", "ar")
# fmt: off
_SPEAKERS = (  # whose own names are understood, beside all names in our languages: the most spoken ones
    "en", "zh_Hans", "ar", "es", "fr", "pt", "ru", "de", "it", "ja", "ko", "hi", "bn", "ur", "id", "ms",
    "tr", "vi", "th", "pl", "uk", "nl", "el", "he", "fa", "cs", "sk", "ro", "hu", "sv", "da", "nb",
    "fi", "bg", "sr", "hr", "sl", "lt", "lv", "et", "ca", "ta", "te", "mr", "sw", "am", "ka", "hy",
    "az", "kk", "uz",
)
_SHORT_WORDS = frozenset({  # codes that are words, too
    "am", "an", "as", "be", "en", "es", "et", "fa", "fi", "he", "hi", "id", "is", "it", "la", "lo",
    "ma", "mi", "my", "nb", "no", "oc", "or", "os", "pa", "so", "st", "ti", "to", "ve",
})
# fmt: on


def language_named(words: str) -> str | None:
    """The code of the language that these words name (`fr`, `French`, `français`, `法语`), None for any others.

    Reads files when it is first called.
    """
    wanted = words.strip().casefold()
    return _names().get(wanted) or _codes().get(wanted.replace("-", "_"))


def is_clearly_a_language(word: str) -> bool:
    """Whether a word before others is meant as a language: `is` and `to` are codes, and English words."""
    return word.casefold() not in _SHORT_WORDS and language_named(word) is not None


def english_name(code: str) -> str:
    """For the model: `French`."""
    return _english().get(code.replace("-", "_")) or code


def own_name(code: str) -> str:
    """As its speakers call it: `français`."""
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name() or english_name(code)
    except (UnknownLocaleError, ValueError):
        return english_name(code)


@cache
def _english() -> Mapping[str, str]:
    return _names_in(ENGLISH)


@cache
def _codes() -> dict[str, str]:
    return {code.casefold(): code.replace("_", "-") for code in _english()}


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for speaker in _SPEAKERS:
        known, own = _names_in(speaker), speaker.partition("_")[0]
        spoken_of = known if speaker in _OURS else {own: known[own]}
        for code, name in spoken_of.items():
            names.setdefault(name.casefold(), code.replace("_", "-"))
    return names


def _names_in(code: str) -> Mapping[str, str]:
    """The languages' names, by code, in that language."""
    return cast("Mapping[str, str]", cast(Any, Locale.parse(code)).languages)  # which Babel leaves untyped
