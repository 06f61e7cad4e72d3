"""What rich messages are made of: the fields of every block and every kind of rich text, after Bot API 10.3."""

from dataclasses import dataclass

from sandbox.telegram.values import words


@dataclass(frozen=True, slots=True)
class Part:
    """A field: how it is read, and whether it must be there."""

    reader: str
    required: bool = True


TEXT, BLOCKS, STRING, WHOLE, FLAG = (
    Part("rich_text"),
    Part("blocks"),
    Part("string"),
    Part("whole"),
    Part("flag"),
)


def optional(part: Part) -> Part:
    return Part(part.reader, required=False)


_CREDIT = optional(TEXT)
_CAPTION = Part("caption", required=False)
_MAYBE_WHOLE, _MAYBE_FLAG, _MAYBE_STRING = optional(WHOLE), optional(FLAG), optional(STRING)

RICH_BLOCKS: dict[str, dict[str, Part]] = {
    "paragraph": {"text": TEXT},
    "footer": {"text": TEXT},
    "thinking": {"text": TEXT},
    "heading": {"text": TEXT, "size": WHOLE},
    "pre": {"text": TEXT, "language": _MAYBE_STRING},
    "divider": {},
    "mathematical_expression": {"expression": STRING},
    "anchor": {"name": STRING},
    "list": {"items": Part("items")},
    "blockquote": {"blocks": BLOCKS, "credit": _CREDIT},
    "expandable_blockquote": {"text": TEXT, "credit": _CREDIT},
    "pullquote": {"text": TEXT, "credit": _CREDIT},
    "table": {
        "cells": Part("rows"),
        "is_bordered": _MAYBE_FLAG,
        "is_striped": _MAYBE_FLAG,
        "is_compact": _MAYBE_FLAG,
        "caption": optional(TEXT),
    },
    "details": {"summary": TEXT, "blocks": BLOCKS, "is_open": _MAYBE_FLAG},
    "collage": {"blocks": BLOCKS, "caption": _CAPTION},
    "slideshow": {"blocks": BLOCKS, "caption": _CAPTION},
    "photo": {"photo": Part("media"), "caption": _CAPTION},
    "video": {"video": Part("media"), "caption": _CAPTION},
    "animation": {"animation": Part("media"), "caption": _CAPTION},
    "audio": {"audio": Part("media"), "caption": _CAPTION},
    "voice_note": {"voice_note": Part("media"), "caption": _CAPTION},
    "document": {"document": Part("media"), "caption": _CAPTION},
    "map": {
        "location": Part("location"),
        "zoom": _MAYBE_WHOLE,
        "width": _MAYBE_WHOLE,
        "height": _MAYBE_WHOLE,
        "caption": _CAPTION,
    },
    "buttons": {"buttons": Part("buttons"), "align": _MAYBE_STRING},
}
LIST_ITEM: dict[str, Part] = {
    "blocks": BLOCKS,
    "has_checkbox": _MAYBE_FLAG,
    "is_checked": _MAYBE_FLAG,
    "value": _MAYBE_WHOLE,
    "type": _MAYBE_STRING,
}
TABLE_CELL: dict[str, Part] = {
    "text": optional(TEXT),
    "is_header": _MAYBE_FLAG,
    "colspan": _MAYBE_WHOLE,
    "rowspan": _MAYBE_WHOLE,
    "align": STRING,
    "valign": STRING,
}
CAPTION: dict[str, Part] = {"text": TEXT, "credit": _CREDIT}

_STYLES = words("bold italic underline strikethrough spoiler subscript superscript marked code")
RICH_TEXTS: dict[str, dict[str, Part]] = {
    **{kind: {"text": TEXT} for kind in _STYLES},
    "url": {"text": TEXT, "url": STRING},
    "email_address": {"text": TEXT, "email_address": STRING},
    "phone_number": {"text": TEXT, "phone_number": STRING},
    "bank_card_number": {"text": TEXT, "bank_card_number": STRING},
    "mention": {"text": TEXT, "username": STRING},
    "hashtag": {"text": TEXT, "hashtag": STRING},
    "cashtag": {"text": TEXT, "cashtag": STRING},
    "bot_command": {"text": TEXT, "bot_command": STRING},
    "text_mention": {"text": TEXT, "user": Part("user")},
    "custom_emoji": {"custom_emoji_id": STRING, "alternative_text": STRING},
    "date_time": {"text": TEXT, "unix_time": WHOLE, "date_time_format": STRING},
    "mathematical_expression": {"expression": STRING},
    "anchor": {"name": STRING},
    "anchor_link": {"text": TEXT, "anchor_name": STRING},
    "reference": {"text": TEXT, "name": STRING},
    "reference_link": {"text": TEXT, "reference_name": STRING},
    "button": {"button": Part("button")},
}
