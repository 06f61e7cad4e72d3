"""What the image endpoints accept: every parameter with its shape, and which model takes which of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.model.checks import Check, flag, integer, json_object, one_of, optional, shape, text, text_up_to
from sandbox.model.errors import invalid, unknown, unsupported_parameter, unsupported_value
from sandbox.model.models import Served
from sandbox.model.values import Json, as_count, as_text

_QUALITIES = ("low", "medium", "high", "xhigh", "max", "auto", "standard", "hd")
_SHARED: Mapping[str, Check] = {
    "background": optional(one_of("transparent", "opaque", "auto")),
    "complexity": optional(one_of("low", "medium", "high")),
    "frame_count": optional(integer(2, 16)),
    "frame_duration_ms": optional(integer(1)),
    "model": text,
    "n": optional(integer(1, 10)),
    "output_compression": optional(integer(0, 100)),
    "output_format": optional(one_of("png", "webp", "jpeg", "gif", "svg")),
    "partial_images": optional(integer(0, 3)),
    "prompt": text_up_to(32_000),
    "quality": optional(one_of(*_QUALITIES)),
    "response_format": optional(one_of("url", "b64_json")),
    "safety_identifier": optional(text_up_to(128)),
    "size": optional(text),
    "stream": optional(flag),
    "svg": optional(json_object),
    "user": text,
}
GENERATION: Check = shape(
    {**_SHARED, "moderation": optional(one_of("low", "auto")), "style": optional(one_of("vivid", "natural"))},
    needs=("model", "prompt"),
)
EDIT: Check = shape({**_SHARED, "input_fidelity": optional(one_of("high", "low"))}, needs=("model", "prompt"))
VARIATION: Check = shape({name: _SHARED[name] for name in ("model", "n", "response_format", "size", "user")})
_NOT_OF_THE_TOOL = ("n", "prompt", "response_format", "stream", "user", "safety_identifier")
TOOL: Check = shape(
    {
        **{name: check for name, check in _SHARED.items() if name not in _NOT_OF_THE_TOOL},
        "type": text,
        "action": one_of("auto", "generate", "edit"),
        "input_fidelity": optional(one_of("high", "low")),
        "input_image_mask": shape({"image_url": text, "file_id": text}),
        "moderation": one_of("auto", "low"),
    }
)  # fmt: skip
KINDS: Mapping[str, type] = {
    "n": int, "output_compression": int, "partial_images": int, "stream": bool, "frame_count": int,
    "frame_duration_ms": int,
}  # fmt: skip

_WIDTH_BY_HEIGHT = re.compile(r"(\d{2,5})x(\d{2,5})")
_LONGEST_EDGE, _FEWEST_PIXELS, _MOST_PIXELS = 3_840, 655_360, 8_294_400
_STANDARD = ("1024x1024", "1536x1024", "1024x1536", "auto")
_OF_GPT = ("background", "complexity", "frame_count", "frame_duration_ms", "moderation", "output_compression",
           "output_format", "partial_images", "stream", "svg", "input_fidelity")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a family takes. Without `sizes` any that fits the limits; `unknown` are parameters it never knew."""

    qualities: tuple[str, ...] = ("low", "medium", "high", "auto")
    sizes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ("response_format", "style")
    unsupported: tuple[str, ...] = ()
    longest_prompt: int = 32_000
    most: int = 10
    most_inputs: int = 16
    draws_gifs: bool = False
    is_transparent: bool = True


_BEST = ("low", "medium", "high", "xhigh", "max", "auto")
_RULES = {
    "gpt-image-2.6": _Rules(_BEST, unsupported=("input_fidelity",), draws_gifs=True),
    "gpt-image-2.5": _Rules(_BEST, unsupported=("input_fidelity", "complexity")),
    "gpt-image-2": _Rules(unsupported=("input_fidelity", "complexity"), is_transparent=False),
    "gpt-image-1": _Rules(sizes=_STANDARD, unsupported=("complexity",)),
    "dall-e-3": _Rules(
        ("standard", "hd"), ("1024x1024", "1792x1024", "1024x1792"), _OF_GPT, longest_prompt=4_000, most=1
    ),
    "dall-e-2": _Rules(
        ("standard",), ("256x256", "512x512", "1024x1024"), (*_OF_GPT, "style"), longest_prompt=1_000,
        most_inputs=1,
    ),
}  # fmt: skip


def judge(body: Json, model: Served, *, edits: bool = False) -> None:
    """Raises `ApiError` for what this model does not take."""
    rules = _RULES[model.family]
    _check_names(body, rules, model)
    prompt = as_text(body.get("prompt"))
    if "prompt" in body and not prompt.strip():
        raise invalid("prompt", "Invalid 'prompt': string too short.", "string_below_min_length")
    text_up_to(rules.longest_prompt)(prompt, "prompt")
    integer(1, rules.most)(body.get("n") or 1, "n")
    quality = as_text(body.get("quality")) or rules.qualities[-1]
    one_of(*rules.qualities)(quality, "quality")
    _check_size(as_text(body.get("size")) or "auto", rules, model)
    _check_format(body, rules, edits=edits)


def most_inputs(model: Served) -> int:
    return _RULES[model.family].most_inputs


def takes_markup(model: Served) -> bool:
    return model.family in ("gpt-image-2.5", "gpt-image-2.6")


def size_of(body: Json) -> tuple[int, int] | None:
    """Width and height; None where the model may choose."""
    match = _WIDTH_BY_HEIGHT.fullmatch(as_text(body.get("size")))
    return (int(match[1]), int(match[2])) if match else None


def _check_names(body: Json, rules: _Rules, model: Served) -> None:
    for name, value in body.items():
        if name in rules.unknown and value is not None:
            raise unknown(name)
        if value is not None and (name in rules.unsupported or name in model.refuses):
            raise unsupported_parameter(name)


def _check_size(size: str, rules: _Rules, model: Served) -> None:
    if rules.sizes:
        if size != "auto" and size not in rules.sizes:
            supported = ", ".join(f"'{known}'" for known in rules.sizes)
            raise invalid("size", f"Invalid value: '{size}'. Supported values are: {supported}.")
        return
    if size == "auto":
        return
    match = _WIDTH_BY_HEIGHT.fullmatch(size)
    if match is None:
        raise invalid("size", f"Invalid value: '{size}'. Expected 'auto' or 'WIDTHxHEIGHT'.")
    width, height = int(match[1]), int(match[2])
    if width % 16 or height % 16:
        raise _bad_size(size, model, "Width and height must both be divisible by 16")
    if max(width, height) > 3 * min(width, height):
        raise _bad_size(size, model, "The aspect ratio must be between 1:3 and 3:1")
    if max(width, height) > _LONGEST_EDGE or not _FEWEST_PIXELS <= width * height <= _MOST_PIXELS:
        limits = f"{_FEWEST_PIXELS} to {_MOST_PIXELS} pixels and edges of up to {_LONGEST_EDGE}"
        raise _bad_size(size, model, f"It must have {limits}")


def _bad_size(size: str, model: Served, why: str) -> Exception:
    return invalid("size", f"Invalid size '{size}' for model '{model.id}'. {why}.")


def _check_format(body: Json, rules: _Rules, *, edits: bool) -> None:
    kind = as_text(body.get("output_format")) or "png"
    if kind in ("gif", "svg"):
        _check_moving(kind, body, rules, edits=edits)
    if kind != "gif" and (body.get("frame_count") or body.get("frame_duration_ms")):
        raise invalid("frame_count", "Frames are only supported with output_format 'gif'.")
    if body.get("output_compression") not in (None, 100) and kind not in ("jpeg", "webp"):
        message = f"Compression less than 100 is not supported for {kind.upper()} output format."
        raise invalid("output_compression", message, "invalid_png_output_compression")
    if body.get("background") == "transparent":
        _check_transparent(kind, rules)
    if as_count(body.get("partial_images")) and body.get("stream") is not True:
        raise invalid("partial_images", "'partial_images' is only supported when 'stream' is enabled.")


def _check_moving(kind: str, body: Json, rules: _Rules, *, edits: bool) -> None:
    if not rules.draws_gifs or (kind == "svg" and edits):
        raise unsupported_value("output_format", f"'output_format' does not support '{kind}' with this model.")
    if body.get("stream") is True or as_count(body.get("partial_images")):
        raise unsupported_value("stream", f"'stream' is not supported with output_format '{kind}'.")
    if kind == "svg" and body.get("n") not in (None, 1):
        raise unsupported_value("n", "'n' has to be 1 with output_format 'svg'.")


def _check_transparent(kind: str, rules: _Rules) -> None:
    if not rules.is_transparent:
        raise unsupported_value("background", "'transparent' is not supported with this model.")
    if kind not in ("png", "webp"):
        message = f"Transparent background is not supported for {kind.upper()} output format."
        raise invalid("background", message)
