"""Drawing: what people wish of a picture, and the port of the models that draw."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from domain.catalogue import Drawing
from domain.errors import PromptRefused, UserFacingError
from domain.sizes import nearest
from domain.texts import Text

AUTO = "auto"


class Task(StrEnum):
    """What a model does: a new picture, a changed one, or another one of the same kind."""

    IMAGINE = "imagine"
    EDIT = "edit"
    VARY = "vary"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a picture shall be made; what is empty, or 0, is left to the model. `size` is `1024x1024`."""

    model: str = ""
    size: str = ""
    quality: str = ""
    format: str = ""
    style: str = ""
    count: int = 0
    is_transparent: bool = False

    def over(self, other: "Wishes") -> "Wishes":
        """These wishes where they say something, else the other ones."""
        return Wishes(
            self.model or other.model,
            self.size or other.size,
            self.quality or other.quality,
            self.format or other.format,
            self.style or other.style,
            self.count or other.count,
            self.is_transparent or other.is_transparent,
        )

    def fitted(self, rules: Drawing) -> "Wishes":
        """The nearest that a model can do."""
        format_ = self.format if self.format in rules.formats else ""
        is_transparent = self.is_transparent and rules.transparent
        if is_transparent and format_ not in ("", "png", "webp"):  # a JPEG has no transparency
            format_ = ""
        return replace(
            self,
            size=nearest(self.size, rules) if self.size and self.size != AUTO else "",
            quality=self.quality if self.quality in rules.qualities else "",
            format=format_,
            style=self.style if self.style in rules.styles else "",
            count=min(max(self.count, 1), rules.most),
            is_transparent=is_transparent,
        )


@dataclass(frozen=True, slots=True)
class Inputs:
    """Pictures in the form that a model demands. `mask`: transparent where the first of them shall change."""

    pictures: tuple[Path, ...] = ()
    mask: Path | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """All a model is asked for. `inputs` makes the pictures ready once it is known which model draws.

    `safety_key` is a hash, at most 64 characters, of the person.
    """

    task: Task
    prompt: str
    wishes: Wishes
    inputs: Callable[[Drawing], Awaitable[Inputs]]
    safety_key: str


@dataclass(frozen=True, slots=True)
class DrawingUsage:
    """Tokens as the provider reported them; all 0 when it reported nothing. `pictures`: how many were made."""

    text_tokens: int = 0
    picture_tokens: int = 0
    output_tokens: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Sketch:
    """The picture on its way, sharper each time: a whole file."""

    picture: bytes


@dataclass(frozen=True, slots=True)
class Drawn:
    """The finished pictures, not verified yet, and who made them from which wishes."""

    pictures: tuple[bytes, ...]
    model: str
    wishes: Wishes
    usage: DrawingUsage


class Painter(Protocol):
    """Draws, changes and varies pictures."""

    def chosen(self, wishes: Wishes, task: Task) -> Drawing | None:
        """What the model that would be asked now can do; None if there is none for this."""
        ...

    def draw(self, order: Order) -> AsyncGenerator[Sketch | Drawn]:
        """Sketches where the model makes some, then `Drawn`. Asks once: it may be paid though it is lost.

        Raises `CannotDraw`, `DrawingRefused` and other `UserFacingError`s.
        """
        ...


class CannotDraw(UserFacingError):
    """The provider offers no images, or no model that is there does this with them."""

    text = Text("I cannot draw that here: the AI provider has no model for it.")
    for_admin = Text("No image model at the AI provider does what was asked. Check the catalogue and doctor.")


class DrawingLost(UserFacingError):
    """Asked, perhaps paid, and nothing came back. Nobody but the person decides to ask again."""

    text = Text(
        "The picture did not arrive: the connection to the AI service broke off. It may have been charged, so "
        "I do not try again by myself."
    )


class DrawingRefused(PromptRefused):
    """The provider's rules forbid the picture. `categories` are the provider's names, as `violence/graphic`."""

    def __init__(self, log_message: str, categories: Sequence[str] = ()) -> None:
        super().__init__(log_message, text=_rule(categories))
        self.categories = tuple(categories)


_RULES: tuple[tuple[str, Text], ...] = (
    (
        "sexual/minors",
        Text("I may not draw this: the AI service's rules on the protection of children forbid it."),
    ),
    ("sexual", Text("I may not draw this: the AI service's rules on sexual content forbid it.")),
    ("violence", Text("I may not draw this: the AI service's rules on violence forbid it.")),
    ("hate", Text("I may not draw this: the AI service's rules on hate forbid it.")),
    ("harassment", Text("I may not draw this: the AI service's rules on harassment forbid it.")),
    ("self-harm", Text("I may not draw this: the AI service's rules on self-harm forbid it.")),
    ("illicit", Text("I may not draw this: the AI service's rules on unlawful acts forbid it.")),
)
_ANY_RULE = Text("I may not draw this: the AI service's rules forbid it.")


def _rule(categories: Sequence[str]) -> Text:
    """The sentence for the gravest of the rules that are named."""
    for start, text in _RULES:
        if any(category.replace("_", "-").lower().startswith(start) for category in categories):
            return text
    return _ANY_RULE
