"""What can be wrong with an assistant that somebody makes or wants; nothing is stored or changed then."""

from domain.errors import UserFacingError
from domain.texts import Text


class AssistantRefused(UserFacingError):
    """Something about it has to be different; its sentence says what."""


class AssistantGone(UserFacingError):
    """There is none, or none for this person."""

    text = Text("This assistant is no longer there.")


class TooManyAssistants(AssistantRefused):
    """The person has as many as may be."""

    text = Text("You have as many assistants as I can keep for you. Delete one first.")
