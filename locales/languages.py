"""Loads the translations and turns a sentence into a person's language."""

import functools
import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.texts import Plural, Sentence

LANGUAGES: Mapping[str, str] = {"en": "English", "zh-Hans": "简体中文", "ar": "العربية"}
"""Our languages by code, with the name each gives itself."""

FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar"})
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"  # keep a Latin name from reordering the Arabic around it


@dataclass(frozen=True, slots=True)
class Locales:
    """All translations, read once. English is the source and needs none."""

    translations: Mapping[str, gettext.NullTranslations]

    @classmethod
    def load(cls, folder: Path = Path(__file__).parent) -> "Locales":
        """Reads `<code>.po` for every language; a missing or broken file is an error at start."""
        translations: dict[str, gettext.NullTranslations] = {FALLBACK: gettext.NullTranslations()}
        for code in LANGUAGES:
            if code != FALLBACK:
                translations[code] = _read(folder / f"{code}.po")
        return cls(translations)

    def match(self, telegram_code: str | None) -> str:
        """The language of ours nearest to a Telegram `language_code` such as `zh-hans`, `pt-BR` or None."""
        wanted = (telegram_code or FALLBACK).lower()
        exact = {code.lower(): code for code in LANGUAGES}
        primary = {code.split("-")[0].lower(): code for code in LANGUAGES}
        return exact.get(wanted) or primary.get(wanted.split("-")[0]) or FALLBACK

    def say(self, sentence: Sentence, language: str) -> str:
        """The sentence in that language (ours, or a Telegram code), its values filled in."""
        code = language if language in self.translations else self.match(language)
        found = self.translations[code]
        if isinstance(sentence, Plural):
            template = found.ngettext(sentence.singular, sentence.plural, sentence.count)
        else:
            template = found.gettext(sentence.message)
        return template.format_map(_isolated(sentence.values) if code in RIGHT_TO_LEFT else sentence.values)


def _isolated(values: Mapping[str, object]) -> Mapping[str, object]:
    return {name: f"{_ISOLATE}{value}{_END_ISOLATE}" for name, value in values.items()}


@functools.cache
def _read(path: Path) -> gettext.GNUTranslations:
    with path.open("rb") as source:
        catalog = read_po(source, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
