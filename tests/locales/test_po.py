"""The .po files as the bot reads them, without gettext's compiler."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from locales.po import BrokenTranslation, read

_LOCALES = Path(__file__).parents[2] / "locales"
_HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _written(folder: Path, entries: str, header: str = _HEADER) -> Path:
    path = folder / "xx.po"
    path.write_text(header + entries, "utf-8")
    return path


@pytest.mark.parametrize("code", ["ar", "zh-Hans"])
def test_ours_say_what_babel_reads_in_them(code: str) -> None:
    with (_LOCALES / f"{code}.po").open("rb") as source:
        messages = [message for message in read_po(source) if message.id]

    told = read(_LOCALES / f"{code}.po").forms

    assert told == {_forms(message.id)[0]: _forms(message.string) for message in messages}


@pytest.mark.parametrize(("count", "form"), [(1, "two"), (2, "few"), (3, "few"), (10, "few"), (11, "many")])
def test_numbers_choose_the_form_that_the_header_says(tmp_path: Path, count: int, form: str) -> None:
    header = _HEADER.replace("2; plural=(n != 1)", "3; plural=(n==1 ? 0 : n<=10 ? 1 : 2)")
    forms = 'msgid "one"\nmsgid_plural "more"\nmsgstr[0] "two"\nmsgstr[1] "few"\nmsgstr[2] "many"\n'

    assert read(_written(tmp_path, forms, header)).several("one", "more", count) == form


def test_a_sentence_may_go_on_over_lines_and_hold_escapes(tmp_path: Path) -> None:
    path = _written(tmp_path, 'msgid ""\n"A\\n"\n"\\"B\\""\nmsgstr ""\n"C\\\\"\n"\\tD"\n')

    assert read(path).one('A\n"B"') == "C\\\tD"


def test_what_is_untranslated_or_in_doubt_is_said_in_english(tmp_path: Path) -> None:
    path = _written(tmp_path, 'msgid "A"\nmsgstr ""\n\n#, fuzzy\nmsgid "B"\nmsgstr "C"\n')

    assert (read(path).one("A"), read(path).one("B"), read(path).one("other")) == ("A", "B", "other")


def test_entries_need_no_empty_line_between_them(tmp_path: Path) -> None:
    path = _written(tmp_path, 'msgid "A"\nmsgstr "1"\nmsgid "B"\nmsgstr "2"\n')

    assert (read(path).one("A"), read(path).one("B")) == ("1", "2")


@pytest.mark.parametrize(
    "entries",
    [
        'msgid "A\nmsgstr "B"\n',
        'msgid "A"\nmsgstr "B" "C"\n',
        '"A"\n',
        '<<<<<<< HEAD\nmsgid "A"\nmsgstr "B"\n',
        'msgid "A"\n',
        'msgid "A"\nmsgid_plural "B"\nmsgstr[0] "C"\n',
        'msgid "A"\nmsgid_plural "B"\nmsgstr "C"\n',
    ],
)
def test_a_broken_file_is_an_error_that_names_it(tmp_path: Path, entries: str) -> None:
    with pytest.raises(BrokenTranslation, match=r"^xx\.po"):
        read(_written(tmp_path, entries))


@pytest.mark.parametrize("header", ["", _HEADER.replace("(n != 1)", "n!!")])
def test_a_file_without_a_rule_for_its_forms_is_one_too(tmp_path: Path, header: str) -> None:
    with pytest.raises(BrokenTranslation, match=r"Plural-Forms"):
        read(_written(tmp_path, 'msgid "A"\nmsgstr "B"\n', header))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "xx.po")
