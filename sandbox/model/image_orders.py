"""An order for pictures: carrying it out, what it costs, and what it says no to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image

from sandbox.model.errors import ApiError
from sandbox.model.image_rules import size_of
from sandbox.model.painting import Wish, change, packed, paint, resized, sketches
from sandbox.model.tokens import count
from sandbox.model.values import Json, as_count, as_text

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><rect width="100%" height="100%" '
)
_SQUARE = {"low": 196, "medium": 1_756, "high": 7_024, "xhigh": 10_536, "max": 14_048}
_OBLONG = {"low": 158, "medium": 1_372, "high": 5_488, "xhigh": 8_232, "max": 10_976}
_PARTIAL_TOKENS = 100
_REFUSED = re.compile(r"\{\{\s*refuse_image\s*:?\s*([\w/-]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture, packed, with those on the way to it."""

    content: bytes
    partial: tuple[bytes, ...]
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ImageOrder:
    """What is wished, in the words of the API, and the pictures it starts from."""

    body: Json
    inputs: Sequence[Image.Image] = ()
    mask: Image.Image | None = None
    markup: Image.Image | None = None
    prompt: str = field(default="")

    @property
    def kind(self) -> str:
        return as_text(self.body.get("output_format")) or "png"

    @property
    def quality(self) -> str:
        quality = as_text(self.body.get("quality")) or "auto"
        return quality if quality in _SQUARE else "medium"

    @property
    def background(self) -> str:
        return "transparent" if self.body.get("background") == "transparent" else "opaque"

    @property
    def count(self) -> int:
        return as_count(self.body.get("n")) or 1

    @property
    def partial_count(self) -> int:
        return as_count(self.body.get("partial_images")) or 0

    def draw(self) -> list[Drawn]:
        return [self._draw(number) for number in range(self.count)]

    def usage(self, drawn: Sequence[Drawn]) -> dict[str, object]:
        """The tokens of all pictures, by their size and quality, and of what was sent."""
        words = count(self.prompt)
        seen = sum(-(-image.width // 32) * -(-image.height // 32) for image in self.inputs)
        made = sum(self._tokens(one) for one in drawn)
        return {
            "input_tokens": words + seen,
            "input_tokens_details": {"text_tokens": words, "image_tokens": seen},
            "output_tokens": made,
            "output_tokens_details": {"image_tokens": made, "text_tokens": 0},
            "total_tokens": words + seen + made,
        }

    def _draw(self, number: int) -> Drawn:
        wish = Wish(self.prompt, size_of(self.body), self.background == "transparent")
        if self.inputs:
            picture = change(wish, self.inputs, self.mask, self.markup, number)
        else:
            picture = paint(wish, number)
        compression = as_count(self.body.get("output_compression"))
        quality = 100 if compression is None else compression
        partial = [packed(sketch, self.kind, quality) for sketch in sketches(picture, self.partial_count)]
        whole = _svg(picture) if self.kind == "svg" else packed(picture, self.kind, quality)
        return Drawn(whole, tuple(partial), picture.size)

    def _tokens(self, drawn: Drawn) -> int:
        width, height = drawn.size
        table = _OBLONG if {width, height} == {1_024, 1_536} else _SQUARE
        scale = 1.0 if table is _OBLONG else width * height / 1_024**2
        return round(table[self.quality] * scale) + _PARTIAL_TOKENS * len(drawn.partial)


def check_prompt(prompt: str) -> None:
    """Raises what the safety system says, where a script has it say no: `{{refuse_image: violence}}`."""
    match = _REFUSED.search(prompt)
    if match is None:
        return
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact us and "
        f"include the request ID. safety_violations=[{match[1] or 'violence'}]."
    )
    raise ApiError(
        400,
        message,
        "moderation_blocked",
        named="image_generation_user_error",
        details={"moderation_stage": "input", "categories": [match[1] or "violence"]},
    )


def _svg(picture: Image.Image) -> bytes:
    red, green, blue = resized(picture.convert("RGB"), (1, 1)).tobytes()
    head = _SVG.format(width=picture.width, height=picture.height)
    return f'{head}fill="#{red:02x}{green:02x}{blue:02x}"/></svg>'.encode()
