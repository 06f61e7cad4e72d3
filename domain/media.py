"""Media: what people send besides words, and the ports through which it is fetched."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class MediaKind(StrEnum):
    """What an attachment is taken for until its content has been looked at."""

    PICTURE = "picture"
    VIDEO = "video"
    SOUND = "sound"
    DOCUMENT = "document"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something a message brings besides words, as Telegram announces it: none of it is verified.

    A `LINK` has a `url` and nothing else; all others have Telegram's `file_id`. `size_bytes` and
    `duration_seconds` are 0 where they are not announced. `is_voice`: recorded as a message (a voice or a video
    note). `is_quoted`: it belongs to the message that is replied to.
    """

    kind: MediaKind
    file_id: str = ""
    unique_id: str = ""
    url: str = ""
    name: str = ""
    media_type: str = ""
    size_bytes: int = 0
    duration_seconds: int = 0
    is_voice: bool = False
    is_quoted: bool = False


class Detail(StrEnum):
    """How closely a model looks at a picture, which decides what the picture costs."""

    LOW = "low"
    HIGH = "high"
    AUTO = "auto"


class Downloads(Protocol):
    async def download(self, file_id: str, to: Path) -> None:
        """Writes Telegram's file there. Raises `FileTooLarge`, `FileGone`, `TelegramUnreachable`."""
        ...


class LinkedPictures(Protocol):
    async def fetch(self, url: str, to: Path) -> bool:
        """Writes what the address holds there, if it is a picture; False if it is something else, as a page.

        Raises `LinkRefused` for addresses that may not be asked, and for those that are slow, huge or broken.
        """
        ...
