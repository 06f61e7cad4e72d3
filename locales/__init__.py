"""Every sentence a person reads, per language: `Text` values become words here."""

from locales.languages import FALLBACK, LANGUAGES, Locales

__all__ = ["FALLBACK", "LANGUAGES", "Locales"]
