"""Where and how an answer is shown."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from domain.steps import Steps
from domain.turn import ChatKind, ConversationKey


class RichMode(StrEnum):
    """When rich messages (tables, formulas) are used; AUTO: when an answer holds a table or display math."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it sends `data` back, or opens `url`. `data` is at most 64 bytes."""

    label: str
    data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an answer goes: the conversation, the message it answers, and how its reader wants it.

    `edits` are the messages of an older answer that this one replaces in place, first part first.
    """

    key: ConversationKey
    chat_kind: ChatKind
    language: str
    reply_to: int | None = None
    rich: RichMode = RichMode.AUTO
    edits: tuple[int, ...] = ()


ChatAction = Literal[
    "typing", "upload_photo", "upload_document", "upload_video", "upload_voice", "record_voice", "record_video"
]
"""What a chat can be told that the bot is doing."""

MediaForm = Literal["photo", "document", "audio", "voice", "video", "animation"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file to be sent. `caption` is Markdown, at most 1,024 characters of it are shown.

    A `voice` is Ogg/Opus; where its reader forbids voice messages it is sent as `audio`, and what Telegram does
    not take as a photo as a `document`. A file with a `file_id` is not uploaded, unless Telegram lost it and
    there is something at `path`.
    """

    form: MediaForm
    path: Path
    name: str
    media_type: str
    caption: str = ""
    title: str = ""
    duration_seconds: int = 0
    has_spoiler: bool = False
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class SentMedia:
    """A file as it stands in a message: `file_id` sends it again without an upload.

    `has_buttons`: they stand below it. Where none of several has them, all are in albums, which have none.
    """

    message_id: int
    file_id: str
    form: MediaForm
    has_buttons: bool = False


class Preview(Protocol):
    def show(self, markdown: str) -> None:
        """Makes this, the whole text so far, the newest to be shown. Never waits, never raises."""
        ...


class Presenter(Protocol):
    """How the heart shows an answer, without knowing Telegram. `replies` implements it."""

    def preview(
        self, turn_id: int, to: Destination, steps: Steps, *, on_gone: Callable[[], None], quote: str = ""
    ) -> AbstractAsyncContextManager[Preview]:
        """Shows a growing answer; on leaving, nothing of it is sent any more. `on_gone`: nobody reads it.

        `quote` stands above the answer as an expandable quotation: what was said in a recording.

        A message that had to be sent (the placeholder in groups) is recorded as step `placeholder`
        as `{"message_id": …}`, so that the final answer takes its place, also after a crash.
        """
        ...

    async def deliver(
        self,
        to: Destination,
        markdown: str,
        *,
        steps: Steps,
        buttons: Callable[[], Keyboard] | None = None,
        note: str = "",
        quote: str = "",
    ) -> tuple[int, ...]:
        """Makes the final message or messages stand, whatever it takes, and returns their ids in order.

        Parts already delivered (steps `part:0`, `part:1` …) are not sent again. `note` is a sentence of ours
        below the last part; buttons stand under the last part.
        """
        ...

    async def send_media(
        self,
        to: Destination,
        media: Sequence[Outgoing],
        *,
        steps: Steps,
        step: str,
        keyboard: Keyboard = (),
    ) -> tuple[SentMedia, ...]:
        """Sends files, two or more of a kind as albums, whatever it takes.

        Each message that stands is recorded under `step` (`step:0`, `step:1` …) and not sent again. The buttons
        stand under the last message that can have some. Raises `UserFacingError` when Telegram refuses a file
        in every form, `ReaderGone`.
        """
        ...

    async def sketch(self, to: Destination, picture: Outgoing, *, steps: Steps, step: str) -> None:
        """Shows a picture that is still being made; `send_media` of the same step puts the finished one there.

        Waits for room, so it is called from a task of its own. Raises nothing but `ReaderGone`.
        """
        ...

    async def drop_sketch(self, to: Destination, *, steps: Steps, step: str) -> None:
        """Takes a sketch away whose picture will not come. Raises nothing but `ReaderGone`."""
        ...

    def acting(self, key: ConversationKey, action: ChatAction) -> AbstractAsyncContextManager[None]:
        """Shows what the bot is doing until the block is left. Not beside a preview, which shows it already."""
        ...
