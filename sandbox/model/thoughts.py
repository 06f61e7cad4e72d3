"""Reasoning items: sealed when they leave, checked when they come back."""

import base64
import hashlib
from collections.abc import Sequence
from itertools import zip_longest

from sandbox.model.errors import ApiError
from sandbox.model.kept import Kept
from sandbox.model.values import Json, as_text

_MARK = "gAAAAAB"
_FOLLOWERS = ("function_call", "web_search_call", "file_search_call", "code_interpreter_call", "reasoning",
              "image_generation_call", "compaction")  # fmt: skip


def sealed(item_id: str) -> str:
    """What stands for the thoughts of an item; only this stand-in can tell whether it is genuine."""
    digest = hashlib.sha256(f"sealed thoughts of {item_id}".encode()).digest()
    return _MARK + base64.urlsafe_b64encode(digest).decode()


def check_thoughts(items: Sequence[Json], kept: Kept) -> None:
    """Raises for thoughts that are unknown, were tampered with, or lost what they led to."""
    for item, following in zip_longest(items, items[1:]):
        if item.get("type") != "reasoning":
            continue
        item_id, content = as_text(item.get("id")), as_text(item.get("encrypted_content"))
        if content and content != sealed(item_id):
            message = f"The encrypted content for item {item_id} could not be verified."
            raise ApiError(400, message, "invalid_encrypted_content")
        if not content and kept.find(item_id) is None:
            message = (
                f"Item with id '{item_id}' not found. Items are not persisted when `store` is set to false."
            )
            raise ApiError(404, message, None, "input")
        if not _leads(following):
            message = f"Item '{item_id}' of type 'reasoning' was provided without its required following item."
            raise ApiError(400, message, None, "input")


def _leads(following: Json | None) -> bool:
    if following is None:
        return False
    kind = following.get("type")
    return kind in _FOLLOWERS or (kind == "message" and following.get("role") == "assistant")
