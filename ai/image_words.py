"""An order for pictures in the words of a model: today's, the retired ones', or those every server knows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ai.bodies import Body, Upload
from domain.catalogue import Drawing
from domain.drawing import Inputs, Order, Task, Wishes
from domain.errors import Unreadable

SKETCHES: Final = 2  # each costs 100 output tokens

_GENERATIONS, _EDITS, _VARIATIONS = "/images/generations", "/images/edits", "/images/variations"
_ENDINGS = {
    b"\x89PNG": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"RIFF": ("webp", "image/webp"),
}
_VARIATION = "Create a new variation of this image. Keep its subject, composition and style; change details."


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and as which wishes it was understood."""

    path: str
    body: Body
    wishes: Wishes


def request_for(order: Order, inputs: Inputs, model_id: str, rules: Drawing) -> Request:
    """Reads the pictures, so it blocks. Raises `Unreadable` for one that is not there any more."""
    wishes = order.wishes.fitted(rules)
    if inputs.mask is not None and wishes.format == "gif":
        wishes = Wishes(wishes.model, wishes.size, wishes.quality, "", wishes.style, wishes.count)
    is_variation = order.task is Task.VARY and rules.varies and not order.prompt
    path = _GENERATIONS if order.task is Task.IMAGINE else _VARIATIONS if is_variation else _EDITS
    body: Body = {"model": model_id}
    if not is_variation:
        body["prompt"] = _prompt(order)[: rules.longest_prompt]
    body["n"] = wishes.count
    if wishes.size:
        body["size"] = wishes.size
    body |= _manner(wishes, rules, order, is_variation=is_variation)
    return Request(path, body | _pictures(inputs, rules), wishes)


def _prompt(order: Order) -> str:
    if order.task is not Task.VARY:
        return order.prompt
    return f"{_VARIATION} {order.prompt}".strip()


def _manner(wishes: Wishes, rules: Drawing, order: Order, *, is_variation: bool) -> Body:
    match rules.dialect:
        case "gpt":
            return _of_today(wishes, rules, order)
        case "dall-e":
            told: Body = {"response_format": "b64_json", "user": order.safety_key}
            if wishes.quality and not is_variation:
                told["quality"] = wishes.quality
            if wishes.style and order.task is Task.IMAGINE:
                told["style"] = wishes.style
            return told
        case "plain":
            return {"response_format": "b64_json"}


def _of_today(wishes: Wishes, rules: Drawing, order: Order) -> Body:
    told: Body = {"safety_identifier": order.safety_key}
    if wishes.quality:
        told["quality"] = wishes.quality
    if wishes.format:
        told["output_format"] = wishes.format
    if wishes.is_transparent:
        told["background"] = "transparent"
    if rules.sketches and wishes.count == 1 and wishes.format != "gif":
        told |= {"stream": True, "partial_images": SKETCHES}
    return told


def _pictures(inputs: Inputs, rules: Drawing) -> Body:
    pictures = [_upload(path, f"picture{number}") for number, path in enumerate(inputs.pictures, 1)]
    told: Body = {}
    if pictures:
        # several of a name get brackets behind it, which the retired model does not know
        told["image"] = pictures[: rules.most_inputs] if len(pictures) > 1 < rules.most_inputs else pictures[0]
    if inputs.mask is not None:
        told["mask"] = _upload(inputs.mask, "mask")
    return told


def _upload(path: Path, name: str) -> Upload:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise Unreadable(f"{type(error).__name__} for a picture to be changed") from None
    ending, media_type = next(
        (kind for mark, kind in _ENDINGS.items() if start.startswith(mark)), ("png", "image/png")
    )
    return Upload(path, f"{name}.{ending}", media_type)
