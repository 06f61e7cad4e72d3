"""The buttons below drawings and drafts. Their data is `draw:VERB:DRAWING[:DETAIL…]`."""

from collections.abc import Sequence

from conversation.drawing.options import SHAPES
from conversation.drawing.prices import expected
from conversation.drawing.wording import Say
from domain.catalogue import Model
from domain.commission import Artwork, Commission
from domain.drawing import Wishes
from domain.money import dollars
from domain.reply import Button, Keyboard
from domain.texts import Text

PREFIX = "draw"
MOST_VARIATIONS = 4
GRID = 3

_PER_ROW = 3


def data(verb: str, drawing_id: int, *details: object) -> str:
    return ":".join((PREFIX, verb, str(drawing_id), *map(str, details)))


def menu(artwork: Artwork, say: Say) -> Keyboard:
    """Below a finished drawing; several pictures are varied and edited by their number."""
    drawing_id, count = artwork.id, len(artwork.pictures)
    again = Button(say(Text("🔁 Again")), data("again", drawing_id))
    looks = (
        Button(say(Text("📐 Size")), data("size", drawing_id)),
        Button(say(Text("✨ Quality")), data("quality", drawing_id)),
        Button(say(Text("📄 As file")), data("file", drawing_id)),
    )
    if count == 1:
        vary = Button(say(Text("🎨 Variations")), data("vary", drawing_id, 0))
        return (again, vary, Button(say(Text("✏️ Edit")), data("edit", drawing_id, 0))), looks
    numbers = range(count)
    return (
        (again, *looks[:1]),
        looks[1:],
        *_rows([Button(f"🎨 {number + 1}", data("vary", drawing_id, number)) for number in numbers], 5),
        *_rows([Button(f"✏️ {number + 1}", data("edit", drawing_id, number)) for number in numbers], 5),
    )


def variations(artwork: Artwork, number: int, say: Say) -> Keyboard:
    """How many variations?"""
    counts = tuple(
        Button(f"🎨 × {count}", data("vary", artwork.id, number, count))
        for count in range(1, MOST_VARIATIONS + 1)
    )
    return counts, (_back(artwork, say),)


def sizes(artwork: Artwork, model: Model, say: Say) -> Keyboard:
    """The sizes that a model offers, or the usual ones of those it can do."""
    rules = model.drawing
    offered = rules.sizes if rules is not None and rules.sizes else (*SHAPES.values(), "2048x1152", "1152x2048")
    buttons = [
        Button(_ticked(size.replace("x", "×"), size == artwork.wishes.size), data("size", artwork.id, size))
        for size in offered
    ]
    return *_rows(buttons, _PER_ROW), (_back(artwork, say),)


def qualities(artwork: Artwork, model: Model, say: Say) -> Keyboard:
    """The qualities of a model, each with about its price where that is known."""
    buttons = [
        Button(
            _ticked(_priced(quality, artwork.wishes, model), quality == artwork.wishes.quality),
            data("quality", artwork.id, quality),
        )
        for quality in (model.drawing.qualities if model.drawing else ())
    ]
    return *_rows(buttons, 2), (_back(artwork, say),)


def confirmation(draft_id: int, commission: Commission, say: Say, *, has_inside: bool) -> Keyboard:
    """Below the preview of a mask. Without words there is nothing to confirm yet."""
    drop = Button(say(Text("✖ Cancel")), data("drop", draft_id))
    if not commission.prompt:
        return ((drop,),)
    inside = (Button(say(Text("⭕ With its inside")), data("inside", draft_id)),) if has_inside else ()
    whole = Button(say(Text("🖼 All of it")), data("all", draft_id))
    return (Button(say(Text("✅ Change this")), data("go", draft_id)), *inside), (whole, drop)


def grid(draft_id: int, commission: Commission, say: Say) -> Keyboard:
    """Nine regions to choose from; what shall be there is said in a reply."""
    cells = [
        Button(_ticked(str(cell + 1), cell in commission.cells), data("cell", draft_id, cell))
        for cell in range(GRID * GRID)
    ]
    return *_rows(cells, GRID), (Button(say(Text("✖ Cancel")), data("drop", draft_id)),)


def retry(artwork: Artwork, say: Say, *, reword: bool) -> Keyboard:
    """Below a drawing that failed. Below `reword` other words may be said in a reply."""
    if reword:
        return ((Button(say(Text("✏️ Say it differently")), data("reword", artwork.id)),),)
    return ((Button(say(Text("🔁 Try again")), data("again", artwork.id)),),)


def _rows(buttons: Sequence[Button], per_row: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[start : start + per_row]) for start in range(0, len(buttons), per_row)]


def _ticked(label: str, is_chosen: bool) -> str:
    return f"✓ {label}" if is_chosen else label


def _priced(quality: str, wishes: Wishes, model: Model) -> str:
    about = expected(model, Wishes(size=wishes.size, quality=quality, count=max(wishes.count, 1)))
    return quality if about is None else f"{quality} · ≈{dollars(about)}"


def _back(artwork: Artwork, say: Say) -> Button:
    return Button(say(Text("‹ Back")), data("menu", artwork.id))
