"""What a message holds, as the Bot API wants it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.reply import Button, Keyboard
from domain.steps import JsonValue
from replies.uploads import Params

LONGEST_TEXT = 4096
MOST_ENTITIES = 100
_NO_LINK_PREVIEW: dict[str, JsonValue] = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class TextContent:
    """Text with its entities; of at most 4096 UTF-16 units."""

    text: str
    entities: list[JsonValue] = field(default_factory=list[JsonValue])

    def params(self) -> dict[str, JsonValue]:
        params: dict[str, JsonValue] = {"text": self.text}
        if self.entities:
            params["entities"] = self.entities
        return params


@dataclass(frozen=True, slots=True)
class RichContent:
    """The blocks of a rich message. `is_rtl`: its tables and lists begin on the right."""

    blocks: list[JsonValue]
    is_rtl: bool = False

    def params(self) -> dict[str, JsonValue]:
        # Detection would make links of "/etc", "$USD" and "#1"; the answer's own links are already there.
        rich_message: dict[str, JsonValue] = {"blocks": self.blocks, "skip_entity_detection": True}
        if self.is_rtl:
            rich_message["is_rtl"] = True
        return {"rich_message": rich_message}


Content = TextContent | RichContent
Frame = Callable[[], TextContent | None]
"""The newest preview, asked for when it can be sent; None if it is not wanted any more."""


def message_params(content: Content, keyboard: Keyboard) -> dict[str, JsonValue]:
    """What sending and editing have in common."""
    params = content.params()
    if isinstance(content, TextContent):
        params["link_preview_options"] = _NO_LINK_PREVIEW
    if keyboard:
        params["reply_markup"] = markup(keyboard)
    return params


def markup(keyboard: Keyboard) -> dict[str, JsonValue]:
    return {"inline_keyboard": [[_button(button) for button in row] for row in keyboard]}


def in_topic(topic_id: int) -> Params:
    """The parameter that puts a message into a topic; none for 0."""
    return {"message_thread_id": topic_id} if topic_id else {}


def _button(button: Button) -> JsonValue:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}
