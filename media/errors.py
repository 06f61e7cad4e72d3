"""What can be wrong with a file, each in a sentence of its own; all of them are `Unreadable`."""

from domain.errors import Unreadable
from domain.texts import Text


class EmptyFile(Unreadable):
    """0 bytes."""

    text = Text("That file is empty. Please send it again.")


class BrokenPicture(Unreadable):
    """It begins like a picture and cannot be decoded to its end."""

    text = Text("I cannot open that picture: it is damaged or incomplete. Please send it again.")


class UnknownPicture(Unreadable):
    """Not a picture, or of a kind that is not decoded."""

    text = Text("I cannot open that as a picture. I know JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP and TIFF.")


class TooManyPixels(Unreadable):
    """It would fill the memory once it is decoded."""

    text = Text("That picture is too large for me to open. Please send a smaller copy of it.")


class LockedDocument(Unreadable):
    """A PDF that wants a password."""

    text = Text("That PDF is locked with a password. Please send it without one.")


class BrokenDocument(Unreadable):
    """It cannot be parsed, or has no page."""

    text = Text("I cannot open that document: it is damaged or incomplete. Please send it again.")


class NotText(Unreadable):
    """Its bytes are no text in any encoding we know."""

    text = Text("I cannot find any text in that file.")


class NothingMarked(Unreadable):
    """A mask in which nothing, or next to nothing, is marked."""

    text = Text("I cannot see which part shall change: nothing is marked.")


class EverythingMarked(Unreadable):
    """A mask in which all is marked: it says no more than no mask."""

    text = Text("All of the picture is marked. To change it as a whole, just say how.")


class OtherShape(Unreadable):
    """A mask or a painted copy whose sides are in another proportion than the picture's."""

    text = Text(
        "That is not the same picture: its sides have another proportion. Please do not crop or turn it."
    )
