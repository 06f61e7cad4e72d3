"""Whatever is sent: it is taken or refused, and nothing breaks."""

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.telegram import measure
from sandbox.telegram.errors import Refused
from sandbox.telegram.objects import ENTITY_TYPES
from sandbox.telegram.parameters import PARAMETERS
from sandbox.telegram.rich import rich_message
from sandbox.telegram.rich_shapes import RICH_BLOCKS, RICH_TEXTS
from sandbox.telegram.shapes import checked
from sandbox.telegram.text import clean_text, cleaned
from tests.sandbox.telegram import samples
from tests.sandbox.telegram.bot import Json

TEXTS = st.text(st.sampled_from("ab 😀é\n\t\r\u2028\u0333"), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
NAMES = st.sampled_from(sorted({name for parts in RICH_BLOCKS.values() for name in parts} | {"type", "x"}))
KINDS = st.sampled_from(sorted(RICH_BLOCKS.keys() | RICH_TEXTS.keys()))


def _tagged(fields: Json, kind: str) -> Json:
    return fields | {"type": kind}


def _inside(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    tagged = st.builds(_tagged, st.dictionaries(NAMES, values), KINDS)
    return tagged | st.lists(values, max_size=3) | st.dictionaries(NAMES, values, max_size=3)


ANYTHING = st.recursive(SCALARS, _inside, max_leaves=12)


@st.composite
def styled_texts(draw: st.DrawFn) -> tuple[str, list[Json]]:
    """A text and one entity that begins and ends between its characters."""
    text = draw(TEXTS.filter(bool))
    start, end = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True)))
    offset, stop = _units(text[:start]), _units(text[:end])
    kind = draw(st.sampled_from(["bold", "italic", "code", "pre", "blockquote"]))
    return text, [{"type": kind, "offset": offset, "length": stop - offset}]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _covered(text: str, entity: Json) -> str:
    units = text.encode("utf-16-le")
    return units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


@given(styled_texts())
def test_an_entity_still_covers_its_words_after_cleaning(styled: tuple[str, list[Json]]) -> None:
    text, entities = styled

    shown, kept = cleaned(text, entities)

    before = clean_text(_covered(text, entities[0])).strip(" \n")
    after = [_covered(shown, one).strip(" \n") for one in kept]
    assert after in ([before], [])
    assert after or not before


@given(
    TEXTS,
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(sorted(ENTITY_TYPES)),
                "offset": st.integers(-1, 25),
                "length": st.integers(-1, 25),
            }
        ),
        max_size=4,
    ),
)
def test_entities_anywhere_are_taken_or_refused(text: str, entities: list[Json]) -> None:
    with contextlib.suppress(Refused):
        shown, kept = cleaned(text, entities)
        assert all(_covered(shown, entity) for entity in kept)


@given(st.lists(ANYTHING, max_size=4))
def test_any_blocks_are_taken_or_refused(blocks: list[Any]) -> None:
    with contextlib.suppress(Refused):
        assert rich_message({"blocks": blocks})["blocks"]


@given(st.data())
def test_any_parameters_are_taken_or_refused(data: st.DataObject) -> None:
    method = data.draw(st.sampled_from(sorted(PARAMETERS)))
    names = st.sampled_from([*PARAMETERS[method].fields, "x"])

    params = data.draw(st.dictionaries(names, ANYTHING))

    with contextlib.suppress(Refused):
        checked(params, PARAMETERS[method], method)


SOUND_FILES = [
    samples.picture(24, 16),
    samples.picture(24, 16, form="JPEG"),
    samples.picture(24, 16, form="WEBP"),
    samples.gif(),
    samples.voice(0.1),
    samples.mp3(0.1),
    samples.film(0.2),
]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A file that breaks off, or in which a few bytes are others."""
    whole = draw(st.sampled_from(SOUND_FILES))
    damaged = bytearray(whole[: draw(st.integers(0, len(whole)))])
    for at, byte in draw(
        st.dictionaries(st.integers(0, len(whole) - 1), st.integers(0, 255), max_size=8)
    ).items():
        damaged[at : at + 1] = bytes([byte])
    return bytes(damaged)


@settings(max_examples=50, deadline=None)
@given(damaged_files())
def test_damaged_files_are_measured_or_refused(content: bytes) -> None:
    measure.recording(content)
    for measured in (measure.picture_size, measure.photo_sizes, measure.thumbnail):
        with contextlib.suppress(measure.NotAPicture):
            measured(content)
    if content.startswith(b"GIF8"):
        with contextlib.suppress(measure.NotAPicture):
            measure.film_of_gif(content)
