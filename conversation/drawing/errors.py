"""Orders that are not clear: the person is told what is missing, and nothing is broken."""

from domain.errors import UserFacingError
from domain.texts import Text


class OrderUnclear(UserFacingError):
    """Something about the order has to be said differently; trying again would not help."""


class UnknownOption(OrderUnclear):
    """A flag that is none of ours, or a value that it does not take; the sentence names the allowed ones."""


class NothingToDraw(OrderUnclear):
    """An order without words and without a picture."""

    text = Text("Write what I shall draw behind the command: /imagine a shiba inu lying on a sofa")


class NothingToChange(OrderUnclear):
    """Neither a picture nor an earlier drawing."""

    text = Text(
        "Which picture? Reply to one with what to change, or send one with /edit and your words below it."
    )


class TooManyWords(OrderUnclear):
    """More than the model reads."""


class NotStill(OrderUnclear):
    """A video, an animation, or something else that is not one picture."""

    text = Text(
        "I can change still pictures only: a photo, a picture sent as a file, or a sticker that stands still."
    )


class TooManyDrawings(OrderUnclear):
    """One person's drawings under way are as many as they may be."""

    text = Text(
        "I am still drawing for you. Please wait until one of your pictures is finished, or send /stop."
    )
