"""Why a fact is not kept, or not there; nothing is changed then."""

from domain.errors import UserFacingError
from domain.texts import Text


class FactRefused(UserFacingError):
    """Something about it has to be different; its sentence says what."""


class FactGone(UserFacingError):
    """There is none, or none of this person."""

    text = Text("I do not remember that any more.")


class MemoryFull(FactRefused):
    """The person has as many facts as are kept."""

    text = Text("My memory of you is full. Look through /memory and let me forget something first.")


class MemoryOff(FactRefused):
    """The person has switched it off."""

    text = Text("Your memory is switched off. /memory switches it on again.")


class MemoryOffHere(FactRefused):
    """It is a group in which nobody switched it on."""

    text = Text(
        "In this group I remember nothing about people. Tell me in our private chat, or ask an admin of the "
        "group to send /memory on."
    )
