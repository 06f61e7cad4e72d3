"""Every sentence we say exists in every language, with the same values in it."""

import string
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from domain.texts import Plural, Text
from locales import LANGUAGES, Locales

_ROOT = Path(__file__).parents[2]
_ROOMS = ("bot", "handlers", "conversation", "replies", "media", "tools", "domain")
_TRANSLATED = [code for code in LANGUAGES if code != "en"]
_MARKERS = {"Text": None, "Plural": (1, 2)}


def _said() -> Iterator[tuple[str, ...]]:
    for room in _ROOMS:
        for _file, _line, message, _comments, _context in extract_from_dir(
            _ROOT / room,
            [("**.py", "python")],
            keywords=_MARKERS,
            directory_filter=lambda folder: Path(folder).name != "markdown",  # its `Text` is a node of the tree
        ):
            yield (message,) if isinstance(message, str) else tuple(message)


SAID = frozenset(_said())


def _read(code: str) -> Catalog:
    with (_ROOT / "locales" / f"{code}.po").open("rb") as source:
        return read_po(source, abort_invalid=True)


def _forms(text: str | Iterable[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _messages(code: str) -> list[Message]:
    return [message for message in _read(code) if message.id]


def test_something_is_extracted() -> None:
    assert ("Stopped.",) in SAID


@pytest.mark.parametrize("code", _TRANSLATED)
def test_every_sentence_is_translated(code: str) -> None:
    translated = {tuple(_forms(message.id)) for message in _messages(code) if all(_forms(message.string))}

    assert SAID - translated == set()


@pytest.mark.parametrize("code", _TRANSLATED)
def test_nothing_is_translated_that_nobody_says(code: str) -> None:
    assert {tuple(_forms(message.id)) for message in _messages(code)} - SAID == set()


@pytest.mark.parametrize("code", _TRANSLATED)
def test_translations_hold_the_same_values(code: str) -> None:
    differing = [
        message.id
        for message in _messages(code)
        for form in _forms(message.string)
        if _values(form) - {"count"} != _values(_forms(message.id)[-1]) - {"count"}
    ]

    assert differing == []


@pytest.mark.parametrize("code", _TRANSLATED)
def test_no_translation_is_marked_doubtful(code: str) -> None:
    assert [message.id for message in _messages(code) if message.fuzzy] == []


@pytest.mark.parametrize(
    ("telegram_code", "language"),
    [("zh-hans", "zh-Hans"), ("zh", "zh-Hans"), ("ar-EG", "ar"), ("pt-BR", "en"), (None, "en"), ("", "en")],
)
def test_a_telegram_code_finds_its_language(telegram_code: str | None, language: str) -> None:
    assert Locales.load().match(telegram_code) == language


@pytest.mark.parametrize(("count", "form"), [(1, "1 admin"), (2, "2 admins")])
def test_numbers_choose_their_form(count: int, form: str) -> None:
    assert Locales.load().say(Plural("{count} admin", "{count} admins", count), "en") == form


def test_a_name_in_latin_letters_does_not_reorder_arabic() -> None:
    told = Locales.load().say(Text("Error {id}", id="a1b2"), "ar")

    assert "\u2068a1b2\u2069" in told
