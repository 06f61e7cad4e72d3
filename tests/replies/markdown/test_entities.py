"""How an answer looks as a text message."""

import pytest

from replies.markdown import parse, render, to_entities, to_plain
from tests.replies.markdown.rules import covered


def shown(markdown: str) -> str:
    return to_entities(parse(markdown)).text


def marked(markdown: str) -> list[tuple[str, str]]:
    styled = to_entities(parse(markdown))
    return [(entity.type, covered(styled, entity.offset, entity.length)) for entity in styled.entities]


def urls(markdown: str) -> list[str]:
    return [entity.url for entity in to_entities(parse(markdown)).entities if entity.url]


def test_a_heading_is_bold() -> None:
    assert marked("## Plan **B**\ntext") == [("bold", "Plan B")]


def test_styles_are_marked_where_they_stand() -> None:
    assert marked("a **b *c* b** ~~d~~ 😀 _e_") == [
        ("bold", "b c b"),
        ("italic", "c"),
        ("strikethrough", "d"),
        ("italic", "e"),
    ]


def test_bold_ends_before_code_and_goes_on_after_it() -> None:
    assert marked("**run `make` now**") == [("bold", "run"), ("code", "make"), ("bold", "now")]


def test_a_link_around_code_stays_a_link() -> None:
    assert marked("[see `make`](https://example.com)") == [("text_link", "see make")]


def test_neighbours_of_one_style_are_one() -> None:
    assert marked("**a**__b__ *c _d_ e*") == [("bold", "ab"), ("italic", "c d e")]


def test_nested_lists_are_indented_and_keep_their_numbers() -> None:
    assert shown("3. one\n4. two\n   - in\n     - deeper\n5. last") == (
        "3. one\n4. two\n   • in\n     • deeper\n5. last"
    )


def test_tasks_have_boxes() -> None:
    assert shown("- [ ] open\n- [x] done\n- [link](https://a.bc)") == "☐ open\n☑ done\n• link"


def test_lines_end_where_the_model_ended_them() -> None:
    assert shown("roses\nred  \nviolets\\\nblue") == "roses\nred\nviolets\nblue"


def test_empty_lines_stand_where_the_model_put_them() -> None:
    assert shown("Intro:\n- a\n- b\n\n- c\n\nEnd") == "Intro:\n• a\n• b\n\n• c\n\nEnd"


def test_quotes_do_not_nest() -> None:
    assert marked("> a\n> > b\n>\n> ```py\n> c\n> ```") == [("blockquote", "a\nb\n\nc"), ("pre", "c")]


def test_code_keeps_its_language_and_its_inner_space() -> None:
    styled = to_entities(parse("```c++\nint x;\n\n\tx = 1;\n```"))

    assert styled.text == "int x;\n\n    x = 1;"
    assert [(entity.type, entity.language) for entity in styled.entities] == [("pre", "c++")]


def test_what_else_stands_beside_the_language_is_shown_above() -> None:
    assert shown("```python title=app.py\nx\n```") == "title=app.py\nx"


def test_a_fence_without_an_end_ends_with_the_text() -> None:
    assert marked("```sh\nls\nmore") == [("pre", "ls\nmore")]


def test_a_line_under_text_is_a_divider_and_not_a_heading() -> None:
    assert shown("text\n---\nmore") == f"text\n{'─' * 10}\nmore"


@pytest.mark.parametrize("formula", ["$x_1^2$", r"\(x_1^2\)", "$$x_1^2$$"])
def test_a_formula_in_a_line_is_code(formula: str) -> None:
    assert marked(f"so {formula} holds") == [("code", "x_1^2")]


@pytest.mark.parametrize("formula", ["$$\nx_1\n+ y\n$$", "\\[\nx_1\n+ y\n\\]", "```math\nx_1\n+ y\n```"])
def test_a_formula_of_its_own_is_a_block(formula: str) -> None:
    assert marked(f"so\n{formula}\nholds") == [("pre", "x_1\n+ y")]


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 to $10",
        "$395k vs UI $483k",
        "either $5, or 10$",
        "US$5 and US$6",
        "set $HOME/$USER",
        "call mcp__brain__auth and my_var_name",
        "2 * 3 * 4",
        "a note[^1]",
        "[^1]: what it says",
        "[1]: https://example.com",
        "<b>raw</b> <script>x</script>",
        r"C:\Users",
        "unclosed **bold and `code and [link](",
    ],
)
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


def test_bold_closes_beside_chinese() -> None:
    assert marked("**重点：**内容和**“引用”**文字") == [("bold", "重点："), ("bold", "“引用”")]


def test_an_image_is_a_link() -> None:
    assert urls("![plot](https://example.com/p.png)") == ["https://example.com/p.png"]
    assert shown("![](https://example.com/p.png)") == "https://example.com/p.png"


def test_an_image_in_a_link_is_one_link() -> None:
    assert urls("[![badge](https://a.bc/i.svg)](https://a.bc)") == ["https://a.bc"]


@pytest.mark.parametrize(
    "address", ["https://a.bc/x_(y)", "http://a.bc", "mailto:a@b.cd", "tel:+123456", "tg://user?id=1"]
)
def test_addresses_that_telegram_takes_are_links(address: str) -> None:
    assert urls(f"[x]({address})") == [address]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "docs/page.md",
        "file:///etc",
        "#top",
        "http://localhost:80",
        "https://",
        "mailto:x",
    ],
)
def test_other_addresses_are_shown_as_code(address: str) -> None:
    assert shown(f"[x]({address})") == f"x ({address})"
    assert marked(f"[x]({address})") == [("code", address)]


def test_bare_addresses_are_links_without_the_punctuation_around_them() -> None:
    assert urls("(see https://a.bc/x_y_z). <https://d.ef> http://g.hi/(j)!") == [
        "https://a.bc/x_y_z",
        "https://d.ef",
        "http://g.hi/(j)",
    ]


def test_a_narrow_table_is_aligned_also_with_wide_characters() -> None:
    assert marked("| 名 | n |\n|---|--:|\n| x | 10 |") == [("pre", "名 |  n\n---|---\nx  | 10")]


def test_a_wide_table_is_a_list() -> None:
    row = f"| apple | {'very ' * 8}good |"

    assert shown(f"| Name | Taste |\n|---|---|\n{row}\n{row}") == (
        f"Name: apple\n• Taste: {'very ' * 8}good\n\nName: apple\n• Taste: {'very ' * 8}good"
    )


def test_a_table_with_links_is_a_list_so_that_they_can_be_tapped() -> None:
    assert urls("| A | B |\n|---|---|\n| x | [y](https://a.bc) |") == ["https://a.bc"]


def test_cells_beyond_the_header_are_not_lost() -> None:
    assert "3 | 4" in shown("| A | B |\n|---|---|\n| 1 | 3 | 4 |")


@pytest.mark.parametrize("text", ["", " \n\n ", "\u200b", "\u2060 \ufeff", "```\n```", "[]()", "&nbsp;", "> "])
def test_what_cannot_be_seen_is_an_empty_text(text: str) -> None:
    assert to_entities(parse(text)).text == ""
    assert to_plain(parse(text)) == ""


def test_a_note_of_ours_ends_the_answer_in_italics() -> None:
    styled = to_entities(render("**Hi**", note="Cut *short*."))

    assert styled.text == "Hi\n\nCut *short*."
    assert [entity.type for entity in styled.entities] == ["bold", "italic"]


def test_plain_text_names_the_addresses() -> None:
    assert to_plain(parse("[x](https://a.bc) https://d.ef [a@b.cd](mailto:a@b.cd)")) == (
        "x (https://a.bc) https://d.ef a@b.cd"
    )


def test_characters_that_telegram_removes_are_not_counted() -> None:
    styled = to_entities(parse("a\r\nb\u202e\x00 **c\ud800**"))

    assert styled.text == "a\nb  c\ufffd"
    assert [(entity.offset, entity.length) for entity in styled.entities] == [(5, 2)]


@pytest.mark.parametrize(
    "unit",
    ["*", "[", "]", "`", "$", "**a ", "![", "[a](", "$a ", "\\[\n", "> ", "- ", "_a **b ", "| a ", "<a "],
)
@pytest.mark.timeout(30)
def test_a_long_text_made_to_be_slow_is_not(unit: str) -> None:
    assert to_plain(parse(unit * (100_000 // len(unit)))) is not None


@pytest.mark.parametrize("unit", ["> ", "- ", "1. ", ">"])
def test_nesting_has_no_depth_that_breaks(unit: str) -> None:
    assert shown(f"{unit * 500}deep").endswith("deep")


@pytest.mark.parametrize(
    "label", ["https://good.com", "good.com", "www.good.com/login", "see https://good.com now", "**good.com**"]
)
def test_a_label_that_poses_as_another_address_shows_the_real_one(label: str) -> None:
    styled = to_entities(parse(f"[{label}](https://evil.com/x)"))

    assert styled.text == f"{label.strip('*')} (https://evil.com/x)"
    assert [covered(styled, link.offset, link.length) for link in styled.entities if link.url] == [
        "https://evil.com/x"
    ]


@pytest.mark.parametrize(
    ("label", "address"),
    [
        ("https://good.com", "https://www.good.com/x"),
        ("good.com", "http://good.com"),
        ("main.py", "https://example.com/main.py"),
        ("Bücher.de", "https://Bücher.de"),
        ("me@good.com", "mailto:me@good.com"),
    ],
)
def test_a_label_that_tells_the_truth_stays_a_link(label: str, address: str) -> None:
    assert marked(f"[{label}]({address})") == [("text_link", label)]
