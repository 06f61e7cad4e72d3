"""What a drawing costs: from the provider's own numbers, or, beforehand, about how much."""

from domain.catalogue import Model
from domain.drawing import DrawingUsage, Wishes
from domain.sizes import sides

_PER = 1_000_000
_SQUARE_PIXELS = 1_024 * 1_024


def price(model: Model, usage: DrawingUsage) -> int | None:
    """In micro-dollars, rounded up; None where the catalogue or the provider does not say."""
    if usage.output_tokens and model.image_output_price is not None:
        parts = (
            (usage.text_tokens, model.input_price),
            (usage.picture_tokens, model.image_input_price),
            (usage.output_tokens, model.image_output_price),
        )
        return -(-sum(tokens * (each or 0) for tokens, each in parts) // _PER)
    return model.picture_price * usage.pictures if model.picture_price is not None else None


def expected(model: Model, wishes: Wishes) -> int | None:
    """About what the pictures alone will cost, in micro-dollars; None where that is not known."""
    rules, count = model.drawing, max(wishes.count, 1)
    if rules is None:
        return None
    if model.picture_price is not None:
        return model.picture_price * count
    known = dict(zip(rules.qualities, rules.tokens, strict=False))
    tokens = known.get(wishes.quality)
    if tokens is None or model.image_output_price is None:
        return None
    width, height = sides(wishes.size) or (1_024, 1_024)
    share = width * height / _SQUARE_PIXELS
    return round(tokens * share * model.image_output_price / _PER) * count


def dollars(microdollars: int) -> str:
    """`$0.053`; three digits behind the point, more where that would be nothing."""
    return f"${microdollars / _PER:.3f}" if microdollars >= 500 else f"${microdollars / _PER:.6f}"
