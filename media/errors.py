"""What can be wrong with a file (all of them `Unreadable`) or a link (all `LinkRefused`), a sentence each."""

from domain.errors import LinkRefused, Unreadable
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


class VideoTooLarge(Unreadable):
    """Its decoder would fill the memory."""

    text = Text("The picture of that video is too large for me: I can open videos up to 4K.")


class LockedDocument(Unreadable):
    """A PDF that wants a password; with another `text`, a workbook, another document or an archive."""

    text = Text("That PDF is locked with a password. Please send it without one.")
    workbook = Text("That workbook is locked with a password. Please send it without one.")
    document = Text("That document is locked with a password. Please send it without one.")
    archive = Text("That archive is locked with a password. Please send it without one.")


class Bomb(Unreadable):
    """An archive, or an Office file, that would unpack to far more than it is."""

    text = Text("I do not open that file: unpacked it would be far too large.")


class BrokenDocument(Unreadable):
    """It cannot be parsed, or has no page."""

    text = Text("I cannot open that document: it is damaged or incomplete. Please send it again.")


class EmptyArchive(Unreadable):
    """No file is in it."""

    text = Text("That archive is empty: there is nothing in it.")


class UnknownEncoding(Unreadable):
    """A text, in an encoding that cannot be told."""

    text = Text(
        "I cannot tell in which encoding that text is written. Please save it as UTF-8 and send it again."
    )


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


class NotAWebLink(LinkRefused):
    """Another scheme than http or https, another port than theirs, a password in it, or no address at all."""

    text = Text("I cannot open that link: I only open ordinary web addresses.")


class NotPublic(LinkRefused):
    """It leads to a machine that the internet cannot reach: ours, our network's or our cloud's."""

    text = Text("I cannot open that link: it does not lead to the public internet.")


class LinkBroken(LinkRefused):
    """The name is unknown, nobody answers, or the answer is an error."""

    text = Text("I cannot open that link: it does not work right now.")


class LinkTooSlow(LinkRefused):
    """It has not arrived in time."""

    text = Text("I cannot open that link: it takes too long to answer.")


class LinkInCircles(LinkRefused):
    """It was sent on too often."""

    text = Text("I cannot open that link: it leads on and on to other links.")


class LinkTooLarge(LinkRefused):
    """More than we take. `most_bytes` is the limit."""

    def __init__(self, log_message: str, *, most_bytes: int) -> None:
        megabytes = most_bytes // 1_000_000
        super().__init__(
            log_message,
            text=Text("I cannot open that link: it holds more than {megabytes} MB.", megabytes=megabytes),
        )
