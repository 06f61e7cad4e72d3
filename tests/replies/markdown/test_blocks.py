"""How an answer looks as a rich message."""

from replies.markdown import needs_rich, parse, to_blocks
from tests.replies.markdown.rules import checked_blocks


def test_a_table_is_a_table_with_formatting_in_its_cells() -> None:
    assert to_blocks(parse("| A | *B* |\n|---|:-:|\n| `x`<br>y | |")) == [
        {
            "type": "table",
            "is_bordered": True,
            "cells": [
                [
                    {"text": "A", "align": "left", "valign": "middle", "is_header": True},
                    {
                        "text": {"type": "italic", "text": "B"},
                        "align": "center",
                        "valign": "middle",
                        "is_header": True,
                    },
                ],
                [
                    {"text": [{"type": "code", "text": "x"}, "\ny"], "align": "left", "valign": "middle"},
                    {"text": "", "align": "center", "valign": "middle"},
                ],
            ],
        }
    ]


def test_formulas_are_formulas() -> None:
    assert to_blocks(parse("a $x$\n\n$$\ny\n$$")) == [
        {"type": "paragraph", "text": ["a ", {"type": "mathematical_expression", "expression": "x"}]},
        {"type": "mathematical_expression", "expression": "y"},
    ]


def test_items_have_numbers_and_boxes() -> None:
    assert to_blocks(parse("2. a\n3. [x] b")) == [
        {
            "type": "list",
            "items": [
                {"blocks": [{"type": "paragraph", "text": "a"}], "type": "1", "value": 2},
                {
                    "blocks": [{"type": "paragraph", "text": "b"}],
                    "type": "1",
                    "value": 3,
                    "has_checkbox": True,
                    "is_checked": True,
                },
            ],
        }
    ]


def test_quotes_nest() -> None:
    assert to_blocks(parse("> a\n> > b")) == [
        {
            "type": "blockquote",
            "blocks": [
                {"type": "paragraph", "text": "a"},
                {"type": "blockquote", "blocks": [{"type": "paragraph", "text": "b"}]},
            ],
        }
    ]


def test_mail_and_telephone_have_their_own_kinds() -> None:
    assert to_blocks(parse("[m](mailto:a@b.cd?subject=x)[t](tel:+12)")) == [
        {
            "type": "paragraph",
            "text": [
                {"type": "email_address", "text": "m", "email_address": "a@b.cd"},
                {"type": "phone_number", "text": "t", "phone_number": "+12"},
            ],
        }
    ]


def test_lists_nested_too_deep_go_on_in_their_parents() -> None:
    check = checked_blocks(to_blocks(parse("\n".join(f"{'  ' * depth}- **w{depth}**" for depth in range(8)))))

    assert check.depth <= 14
    assert check.texts == [f"w{depth}" for depth in range(8)]


def test_nothing_but_dividers_is_no_rich_message() -> None:
    assert to_blocks(parse("---\n\n---")) == []
    assert to_blocks(parse("\u200b")) == []


def test_tables_and_displayed_formulas_need_a_rich_message() -> None:
    assert needs_rich(parse("- a\n\n  | A | B |\n  |---|---|"))
    assert needs_rich(parse("> $$\n> x\n> $$"))
    assert not needs_rich(parse("# a\n\n- b `c` $x$"))


def test_a_table_with_too_many_columns_does_not() -> None:
    wide = f"|{'a|' * 21}\n|{'-|' * 21}\n|{'b|' * 21}\n\n$$\nx\n$$"

    assert not needs_rich(parse(wide))
    assert checked_blocks(to_blocks(parse(wide))).columns == 0
