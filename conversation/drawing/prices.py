"""What a drawing costs: from the provider's own numbers, or, beforehand, about how much."""

from domain.catalogue import Model
from domain.drawing import DrawingUsage, Order, Task, Wishes
from domain.money import Consumed, cost
from domain.sizes import sides
from domain.turn import Usage

_PER = 1_000_000
_SQUARE_PIXELS = 1_024 * 1_024
_WITHOUT_WISH = 2  # left to the model, a picture is at best of its third quality
_TIMES_A_QUALITY = 2
_TOKENS_A_PICTURE_SEEN, _PICTURES_SEEN = 1_600, 2
_WORDS_BESIDE = 100
_SKETCHES = 300  # three of them, 100 tokens each


def price(model: Model, usage: DrawingUsage) -> int | None:
    """In micro-dollars, rounded up; None where the catalogue or the provider does not say."""
    return cost(model, consumed(usage))


def consumed(usage: DrawingUsage) -> Consumed:
    """The provider's own numbers, as everything that is paid for is counted."""
    return Consumed(
        text=Usage(input_tokens=usage.text_tokens),
        picture_input_tokens=usage.picture_tokens,
        picture_output_tokens=usage.output_tokens,
        pictures=usage.pictures,
    )


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


def at_most(model: Model, order: Order) -> int | None:
    """What may have to be paid for an order, in micro-dollars, by a rather high guess; None where unknown."""
    rules, count = model.drawing, max(order.wishes.count, 1)
    if model.picture_price is not None:
        return model.picture_price * count
    if rules is None or not rules.tokens:
        return None
    quality = order.wishes.quality
    place = rules.qualities.index(quality) if quality in rules.qualities else _WITHOUT_WISH
    known = rules.tokens[min(place, len(rules.tokens) - 1)]
    beyond = max(0, place - len(rules.tokens) + 1)  # qualities of which nobody says what they take
    width, height = sides(order.wishes.size) or (1_024, 1_536)
    tokens = round(known * _TIMES_A_QUALITY**beyond * width * height / _SQUARE_PIXELS)
    seen = 0 if order.task is Task.IMAGINE else _TOKENS_A_PICTURE_SEEN * min(rules.most_inputs, _PICTURES_SEEN)
    words = Usage(input_tokens=len(order.prompt.encode()) + _WORDS_BESIDE)
    return cost(
        model,
        Consumed(
            text=words,
            picture_input_tokens=seen,
            picture_output_tokens=(tokens + _SKETCHES) * count,
            pictures=count,
        ),
    )
