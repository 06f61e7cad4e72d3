"""What stands below a drawing, and what the model reads of it later."""

from collections.abc import Callable, Iterable

from conversation.wording import in_quotes
from domain.catalogue import Model
from domain.commission import Artwork, Commission
from domain.drawing import Task, Wishes
from domain.money import dollars
from domain.sizes import sides
from domain.texts import Plural, Sentence, Text
from replies.markdown import verbatim

Say = Callable[[Sentence], str]

_LONGEST_PROMPT = 600
_VARIATION = Text("Variations of a picture")


def plain(text: str) -> str:
    """The text as Markdown that shows it as it is, on one line."""
    return verbatim(" ".join(text.split()))


def shortened(prompt: str, most: int = _LONGEST_PROMPT) -> str:
    return prompt if len(prompt) <= most else f"{prompt[:most].rstrip()}…"


def title(commission: Commission, say: Say) -> str:
    """The prompt, or what stands for one."""
    return plain(shortened(commission.prompt)) or say(_VARIATION)


def caption(artwork: Artwork, model: Model | None, say: Say) -> str:
    """Markdown: the prompt, how it was made, for how much, and where that differs from what was wished."""
    lines = [title(artwork.commission, say), f"_{plain(' · '.join(facts(artwork, model)))}_"]
    lines += (plain(say(note)) for note in _notes(artwork))
    return "\n\n".join(lines)


def facts(artwork: Artwork, model: Model | None) -> Iterable[str]:
    yield model.title if model is not None else artwork.model
    if artwork.pictures:
        yield f"{artwork.pictures[0].width}×{artwork.pictures[0].height}"
    if artwork.wishes.quality:
        yield artwork.wishes.quality
    if artwork.price_microdollars is not None:
        yield dollars(artwork.price_microdollars)


def _notes(artwork: Artwork) -> Iterable[Sentence]:
    wished, got = artwork.commission.wishes, artwork.wishes
    if wished.size and got.size and _differ(wished, got):
        yield Text("{wished} is not offered; {got} is the nearest.", wished=wished.size, got=got.size)
    if wished.is_transparent and not got.is_transparent:
        yield Text("This model has no transparent background.")
    missing = max(wished.count, 1) - len(artwork.pictures)
    if missing > 0:
        yield Plural("{count} picture less than wished.", "{count} pictures less than wished.", missing)


def _differ(wished: Wishes, got: Wishes) -> bool:
    return sides(wished.size) != sides(got.size)


def as_question(artwork: Artwork) -> str:
    """The order as the model reads it in the history; its picture comes behind it."""
    commission = artwork.commission
    verb = {
        Task.IMAGINE: "a picture of",
        Task.EDIT: "a picture changed:",
        Task.VARY: "another version of a picture",
    }
    wish = (
        f"{verb[commission.task]} {in_quotes(commission.prompt)}"
        if commission.prompt
        else verb[commission.task]
    )
    parents = [f"drawing {source.drawing_id}" for source in commission.sources if source.drawing_id]
    based = f", made from {', '.join(parents)}" if parents else ""
    count = len(artwork.pictures)
    shown = "This is it" if count == 1 else f"These are its {count} pictures"
    return f"[I ordered {wish}. {shown}: drawing {artwork.id}{based}.]"


AS_ANSWER = "[It is drawn and shown.]"
