"""The voices of all that speaks."""

from collections.abc import Sequence

from sandbox.model.checks import one_of
from sandbox.model.errors import invalid
from sandbox.model.values import as_object, as_text

VOICES = (
    "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin",
    "cedar",
)  # fmt: skip


def check_voice(voice: object, voices: Sequence[str], param: str) -> None:
    """Raises for a voice that is not one of these, and for one that somebody would have had to create."""
    if isinstance(voice, str):
        one_of(*voices)(voice, param)
    elif made := as_text(as_object(voice).get("id")):
        raise invalid(param, f"Voice '{made}' was not found.")
