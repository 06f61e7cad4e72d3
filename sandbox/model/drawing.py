"""The hosted tool `image_generation`: when it is used, on what, and what comes of it."""

import base64
import binascii
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from PIL import Image, ImageFile, UnidentifiedImageError

from sandbox.model.asked import Asked
from sandbox.model.errors import ApiError, invalid
from sandbox.model.files import Files
from sandbox.model.image_orders import Drawn, ImageOrder, check_prompt
from sandbox.model.scripts import Script
from sandbox.model.values import Json, as_list, as_object, as_text
from sandbox.model.vision import data_url

DEFAULT_MODEL = "gpt-image-2.6-sunburst"

_PLAIN = re.compile(r"^\W*(?:please\s+|can you\s+)?(?:draw|paint)\b|^\W*(?:请)?画|^\W*ارسم", re.IGNORECASE)
_AGAIN = re.compile(r"\b(it|that|this|the picture|again)\b|它|ها\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A use of the tool: a picture, or the error that came instead. `described` is its size and so on."""

    prompt: str
    described: Mapping[str, object]
    drawn: Drawn | None
    usage: Mapping[str, object] | None = None
    error: Mapping[str, object] | None = None
    pause_seconds: float = 0.0
    id: str = field(default_factory=lambda: f"ig_{token_hex(24)}")

    @property
    def item(self) -> dict[str, object]:
        """The finished output item."""
        result = None if self.drawn is None else base64.b64encode(self.drawn.content).decode()
        item: dict[str, object] = {
            "id": self.id,
            "type": "image_generation_call",
            "status": "failed" if self.drawn is None else "completed",
            "result": result,
            "revised_prompt": self.prompt,
            **self.described,
        }
        return item | {"error": self.error} if self.error else item


def tool_of(body: Json) -> Json | None:
    """The tool, if it is offered and may be used."""
    if body.get("tool_choice") == "none":
        return None
    offered = (as_object(tool) for tool in as_list(body.get("tools")))
    return next((tool for tool in offered if tool.get("type") == "image_generation"), None)


def wish_of(asked: Asked, script: Script) -> str:
    """What is to be drawn, by script or in plain words; nothing where nobody asks for it or offers the tool."""
    if tool_of(asked.body) is None or asked.outputs:
        return ""
    order = script.first("draw")
    if order is not None:
        return order.argument or "a picture"
    is_forced = as_object(asked.body.get("tool_choice")).get("type") == "image_generation"
    return script.text if is_forced or _PLAIN.search(script.text) else ""


def drawn(asked: Asked, files: Files, pause_seconds: float) -> Drawing:
    """Uses the tool; the safety system's no is a part of the answer. Takes its time: for a thread."""
    tool = tool_of(asked.body) or {}
    inputs = _inputs(asked, tool)
    mask = _mask(as_object(tool.get("input_image_mask")), files) if inputs else None
    order = ImageOrder(tool, inputs, mask, prompt=asked.draws)
    described: dict[str, object] = {
        "action": "edit" if inputs else "generate",
        "background": order.background,
        "output_format": order.kind,
        "quality": order.quality,
    }
    try:
        check_prompt(asked.last)
    except ApiError as error:
        return Drawing(asked.draws, described, None, error=as_object(error.body()["error"]))
    picture = order.draw()[0]
    described["size"] = f"{picture.size[0]}x{picture.size[1]}"
    return Drawing(asked.draws, described, picture, order.usage([picture]), pause_seconds=pause_seconds)


def _inputs(asked: Asked, tool: Json) -> list[Image.Image]:
    """The pictures of the newest message, or else the one that was drawn last if it is talked about."""
    action = tool.get("action", "auto")
    if action == "generate":
        return []
    newest = next((message for message in reversed(asked.messages) if message.role == "user"), None)
    shown = [asked.contents[one.path] for one in newest.shown if one.path in asked.seen] if newest else []
    if not shown and (action == "edit" or _AGAIN.search(asked.draws)):
        shown = list(_before(asked))[-1:]
    return [Image.open(io.BytesIO(content)) for content in shown]


def _before(asked: Asked) -> Iterator[bytes]:
    for item in (as_object(item) for item in as_list(asked.body.get("input"))):
        if item.get("type") == "image_generation_call" and (result := as_text(item.get("result"))):
            yield decoded_result(result)


def decoded_result(result: str) -> bytes:
    """The bytes of an earlier call's result; raises `ApiError` for what is no picture."""
    try:
        content = base64.b64decode(result, validate=True)
        parser = ImageFile.Parser()
        parser.feed(content)
        parser.close()
    except (binascii.Error, ValueError, OSError) as error:
        raise invalid("input", "Invalid 'result' of an image_generation_call.", "invalid_image") from error
    return content


def _mask(given: Json, files: Files) -> Image.Image | None:
    param = "tools.input_image_mask"
    if not given:
        return None
    if file_id := as_text(given.get("file_id")):
        stored = files.find(file_id)
        if stored is None:
            raise invalid(param, f"The file '{file_id}' was not found.", "image_file_not_found")
        content = stored.content
    else:
        content = data_url(as_text(given.get("image_url")), param)[1]
    try:
        mask = Image.open(io.BytesIO(content))
        mask.load()
    except (UnidentifiedImageError, OSError) as error:
        raise invalid(param, "The mask is not a valid image.", "invalid_image") from error
    return mask
