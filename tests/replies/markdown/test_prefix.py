"""What is shown of an answer that is still being written."""

from itertools import pairwise

import pytest

from replies.markdown import closed_prefix, parse, to_entities

ANSWER = r"""Sure! Here is **a bold answer** with *italics*, `code` and ~~that~~, for $5 to $10.

## Steps to **follow**

1. **First** do [this thing](https://example.com/docs_(x)) and that.
2. Then `run` it:

   ```python
   def main():
       return "**no**"
   ```

3. Done! See ![img](https://ex.com/a.png).

- one
- two with __init__ and snake_case_name
  - nested *item*
- [ ] todo
- [x] done

> A quote with **bold
> across** lines

The formula $E = mc^2$ and \(a_b\) and

$$
x = \frac{1}{2}
$$

Text with 2 * 3 * 4, and footnote[^1] plus [brackets] alone & a < b.

---

**重点：**内容，[链接](https://a.bc)。

The end &amp; more. <https://a.bc/d> https://plain.example/x_y_z?q=1 ok.
"""


def shown(markdown: str) -> str:
    return to_entities(parse(closed_prefix(markdown))).text


def kinds(markdown: str) -> list[str]:
    return [entity.type for entity in to_entities(parse(closed_prefix(markdown))).entities]


def test_an_answer_grows_character_by_character_and_takes_nothing_back() -> None:
    frames = [shown(ANSWER[:length]) for length in range(len(ANSWER) + 1)]

    assert [(a, b) for a, b in pairwise(frames) if not b.startswith(a)] == []


def test_the_last_frame_is_the_whole_answer() -> None:
    assert shown(ANSWER) == to_entities(parse(ANSWER)).text


@pytest.mark.parametrize(
    ("beginning", "text"),
    [
        ("so **bol", "so bol"),
        ("so **bold*", "so bold"),
        ("so **", "so"),
        ("a *b **c", "a b c"),
        ("see [the li", "see"),
        ("see [the link](https://exa", "see"),
        ("see ![plo", "see"),
        ("run `mak", "run mak"),
        ("run `", "run"),
        ("is $E = m", "is"),
        ("is \\(E", "is"),
        ("is\n\n$$\nE =", "is"),
        ("is\n\\[\nE", "is"),
        ("text\n\n#", "text"),
        ("text\n-", "text"),
        ("text\n--", "text"),
        ("- a\n- [", "• a"),
        ("- a\n- [x] ", "• a"),
        ("text\n\n1", "text"),
        ("text\n\n```pyth", "text"),
        ("text\n\n```python\n", "text"),
        ("> ```python\n> ", ""),
        ("text\n\n```python\nx = 1\n``", "text\n\nx = 1"),
        ("text\n\n| A | B", "text"),
        ("text\n\n| A | B |\n", "text"),
        ("text\n\n| A | B |\n|--", "text"),
        ("AT&am", "AT"),
        ("x <http", "x"),
        ("back\\", "back"),
    ],
)
def test_half_a_construct_is_held_back_or_closed(beginning: str, text: str) -> None:
    assert shown(beginning) == text


@pytest.mark.parametrize(
    "text", ["costs $5 and", "a [1] b", "a | b\n\nc", "5 * 3", "a < b", "(x) y_z", "**a** b"]
)
def test_what_is_complete_is_not_held_back(text: str) -> None:
    assert shown(text) == to_entities(parse(text)).text


def test_a_bracket_that_is_never_closed_is_given_up() -> None:
    text = f"a [b {'c ' * 300}"

    assert shown(text) == text.strip()


def test_rows_of_a_table_come_whole() -> None:
    assert shown("| A | B |\n|---|---|\n| 1 | 2 |\n| 3 |") == "A | B\n--|--\n1 | 2"


def test_code_in_the_making_is_code() -> None:
    assert kinds("```py\nx = 1\ny") == ["pre"]
    assert kinds("run `make te") == ["code"]
