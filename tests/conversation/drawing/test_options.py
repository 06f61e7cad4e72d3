"""Options of a drawing: flags anywhere, words behind the last commas, everything else is the prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.drawing.errors import UnknownOption
from conversation.drawing.options import parse
from domain.catalogue import Drawing
from domain.drawing import Wishes

RULES = Drawing(qualities=("low", "medium", "high"), formats=("png", "jpeg", "webp"), most=10)


@pytest.mark.parametrize(
    ("text", "prompt", "wishes"),
    [
        ("a shiba inu on a sofa", "a shiba inu on a sofa", Wishes()),
        ("--size 1536x1024 a cat", "a cat", Wishes(size="1536x1024")),
        ("a cat --quality=high --n 4", "a cat", Wishes(quality="high", count=4)),
        ("a cat —n 2 —transparent", "a cat", Wishes(count=2, is_transparent=True)),
        ("a logo --transparent --format webp", "a logo", Wishes(format="webp", is_transparent=True)),
        ("a --transparent glass --q LOW", "a glass", Wishes(quality="low", is_transparent=True)),
        ("a cat --format jpg", "a cat", Wishes(format="jpeg")),
        ("a cat --size 1024×768", "a cat", Wishes(size="1024x768")),
        ("a cat --size wide", "a cat", Wishes(size="1536x1024")),
        ("a cat, wide, high quality", "a cat", Wishes(size="1536x1024", quality="high")),
        ("a wide river, a cat", "a wide river, a cat", Wishes()),
        ("قطة، أفقية، 3 صور", "قطة", Wishes(size="1536x1024", count=3)),
        ("一只猫，竖版，透明背景", "一只猫", Wishes(size="1024x1536", is_transparent=True)),
        ("a cat, as webp.", "a cat", Wishes(format="webp")),
        ("wide", "wide", Wishes()),
        ("a well-known semi--circle", "a well-known semi--circle", Wishes()),
        ("--n 3", "", Wishes(count=3)),
        ("", "", Wishes()),
    ],
)
def test_options_are_understood(text: str, prompt: str, wishes: Wishes) -> None:
    asked = parse(text, RULES)

    assert (asked.prompt, asked.wishes) == (prompt, wishes)


@pytest.mark.parametrize(
    ("text", "named", "allowed"),
    [
        ("a cat --colour red", "--colour", "--size"),
        ("a cat --quality best", "best", "low, medium, high"),
        ("a cat --format tiff", "tiff", "png, jpeg, webp"),
        ("a cat --n 11", "11", "1–10"),
        ("a cat --n many", "many", "1–10"),
        ("a cat --size big", "big", "square"),
        ("a cat --size", "", "square"),
        ("a cat --style vivid", "vivid", "–"),
    ],
)
def test_what_is_not_allowed_is_named_with_what_is(text: str, named: str, allowed: str) -> None:
    with pytest.raises(UnknownOption) as refusal:
        parse(text, RULES)

    sentence = refusal.value.text
    values = [f"--{value}" if name == "flag" else str(value) for name, value in sentence.values.items()]
    assert named in values
    assert any(allowed in value for value in values)


@given(st.text())
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        asked = parse(text, RULES)
    except UnknownOption:
        return
    assert len(asked.prompt) <= len(text)
