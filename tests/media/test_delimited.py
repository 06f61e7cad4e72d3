"""Tables are told from prose, whatever their files are called."""

import pytest

from media.delimited import separator_of

_WORDS = "\n".join(f"Oslo{number},Norway,Europe" for number in range(9))
_TABLES = [
    ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", ","),
    ("month;sales\nJan;1,5\nFeb;2,5\nMar;3,5\n", ";"),
    ("month\tsales\nJan\t1\nFeb\t\nMar\t3\n", "\t"),
    ('name,says,age\nAda,"Well, yes",36\nBob,"No, no",40\nEve,Oh,41\n', ","),
    (_WORDS, ","),
]
_PROSE = [
    "Dear Ada,\n\nthank you, all of you,\nfor the flowers.\n\nYours,\nBob\n",
    "Roses are red,\nviolets are blue,\nsugar is sweet,\nand so are you,\nmy love,\nmy dear,\n",
    "First, we met, and talked.\n" * 9,
    "int a; int b;\n" * 9,
    '{"a":1,"b":2,"c":3}\n' * 9,
    "12/03/2026, 14:05 - Ada: hello\n12/03/2026, 14:06 - Bob: hi\n" * 4,
    "one\ntwo\nthree\nfour\n",
    "",
]


@pytest.mark.parametrize(("text", "separator"), _TABLES)
def test_a_table_is_told_by_its_even_lines(text: str, separator: str) -> None:
    assert separator_of(text, is_cut=False) == separator


@pytest.mark.parametrize("text", _PROSE)
def test_prose_is_no_table(text: str) -> None:
    assert separator_of(text, is_cut=False) == ""
