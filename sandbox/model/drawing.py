"""The hosted tool `image_generation`: when it is used, on what, and what comes of it."""

import asyncio
import base64
import binascii
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from secrets import token_hex

from PIL import Image, ImageFile, UnidentifiedImageError

from sandbox.model.asked import Asked
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid
from sandbox.model.files import Files
from sandbox.model.hosted import HostedItem, Step, Used, is_forced, offered
from sandbox.model.image_orders import Drawn, ImageOrder, check_prompt
from sandbox.model.image_rules import judge
from sandbox.model.journal import Entry
from sandbox.model.scripts import Script
from sandbox.model.values import Json, as_object, as_text
from sandbox.model.vision import data_url

DEFAULT_MODEL = "gpt-image-2.6-sunburst"

_LONGEST_LINE = 60
_PLAIN = re.compile(r"^\W*(?:please\s+|can you\s+)?(?:draw|paint)\b|^\W*(?:请)?画|^\W*ارسم", re.IGNORECASE)
_AGAIN = re.compile(r"\b(it|that|this|the picture|again)\b|它|ها\b", re.IGNORECASE)


async def draw(asked: Asked, script: Script, endpoints: Endpoints, entry: Entry) -> Used | None:
    """Uses the tool when it is asked for, by script or in plain words."""
    tool = offered(asked.body, "image_generation")
    prompt = _wish(asked, script) if tool is not None else ""
    if tool is None or not prompt:
        return None
    wanted = as_text(tool.get("model")) or DEFAULT_MODEL
    judge({**tool, "stream": asked.streams}, endpoints.models.find_for("image", wanted, "image_generation"))
    entry.paid = 2
    drawing = await asyncio.to_thread(_drawn, asked, tool, prompt, endpoints.files)
    entry.paid = 1 if drawing.drawn is None else 2
    usage = {"image_gen": drawing.usage} if drawing.usage else {}
    said = f"Here is your picture: {prompt[:_LONGEST_LINE]}"
    return Used((drawing.item(endpoints.image_pace),), said, tool_usage=usage)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A use of the tool: a picture, or the error that came instead. `described` is its size and so on."""

    prompt: str
    described: Mapping[str, object]
    drawn: Drawn | None
    usage: Mapping[str, object] | None = None
    error: Mapping[str, object] | None = None

    def item(self, pause_seconds: float) -> HostedItem:
        """The tool at work: its pictures on the way come one by one, spread over the pause."""
        item_id, kind = f"ig_{token_hex(24)}", "image_generation_call"
        begun = {"id": item_id, "type": kind, "status": "in_progress", "result": None}
        if self.drawn is None:
            failed = {**begun, "status": "failed", "revised_prompt": self.prompt, **self.described}
            steps = (Step(f"response.{kind}.in_progress"), Step(f"response.{kind}.generating"))
            return HostedItem(begun, steps, failed | {"error": self.error})
        pause = pause_seconds / (len(self.drawn.partial) + 1)
        done = {
            **begun,
            "status": "completed",
            "result": base64.b64encode(self.drawn.content).decode(),
            "revised_prompt": self.prompt,
            **self.described,
        }
        steps = (
            Step(f"response.{kind}.in_progress"),
            Step(f"response.{kind}.generating"),
            *(
                Step(f"response.{kind}.partial_image", self._sketch(number, content), pause)
                for number, content in enumerate(self.drawn.partial)
            ),
            Step(f"response.{kind}.completed", pause_seconds=pause),
        )
        return HostedItem(begun, steps, done)

    def _sketch(self, number: int, content: bytes) -> Json:
        shown = {key: self.described[key] for key in ("background", "output_format", "quality", "size")}
        encoded = base64.b64encode(content).decode()
        return {"partial_image_index": number, "partial_image_b64": encoded, **shown}


def _wish(asked: Asked, script: Script) -> str:
    """What is to be drawn; nothing where nobody asks for it."""
    order = script.first("draw")
    if order is not None:
        return order.argument or "a picture"
    forced = is_forced(asked.body, "image_generation")
    return script.text if forced or _PLAIN.search(script.spoken) else ""


def _drawn(asked: Asked, tool: Json, prompt: str, files: Files) -> _Drawing:
    """Uses the tool; the safety system's no is a part of the answer. Takes its time: for a thread."""
    inputs = _inputs(asked, tool, prompt)
    mask = _mask(as_object(tool.get("input_image_mask")), files) if inputs else None
    order = ImageOrder(tool, inputs, mask, prompt=prompt)
    described: dict[str, object] = {
        "action": "edit" if inputs else "generate",
        "background": order.background,
        "output_format": order.kind,
        "quality": order.quality,
    }
    try:
        check_prompt(asked.last)
    except ApiError as error:
        return _Drawing(prompt, described, None, error=as_object(error.body()["error"]))
    picture = order.draw()[0]
    described["size"] = f"{picture.size[0]}x{picture.size[1]}"
    return _Drawing(prompt, described, picture, order.usage([picture]))


def _inputs(asked: Asked, tool: Json, prompt: str) -> list[Image.Image]:
    """The pictures of the newest message, or else the one that was drawn last if it is talked about."""
    action = tool.get("action", "auto")
    if action == "generate":
        return []
    newest = next((message for message in reversed(asked.messages) if message.role == "user"), None)
    shown = [asked.contents[one.path] for one in newest.shown if one.path in asked.seen] if newest else []
    if not shown and (action == "edit" or _AGAIN.search(prompt)):
        shown = list(_before(asked))[-1:]
    return [Image.open(io.BytesIO(content)) for content in shown]


def _before(asked: Asked) -> Iterator[bytes]:
    for item in asked.items:
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
