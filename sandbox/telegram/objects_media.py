"""Objects that hold media in parameters: files, and the items of albums; shapes after Bot API 10.3."""

from dataclasses import dataclass
from typing import Any

from sandbox.telegram.objects import ENTITIES, FLAG, TEXT, WHOLE
from sandbox.telegram.shapes import Record, Shape, Tagged, Text, wrong

ATTACHED = "attach://"


@dataclass(frozen=True, slots=True)
class InputFile(Text):
    """A file_id, an address, `attach://NAME`, or the file itself as a part of that name."""


@dataclass(frozen=True, slots=True)
class OnlyUploaded(InputFile):
    """Thumbnails cannot be sent by their id."""

    def check(self, value: Any, where: str) -> None:
        if not isinstance(value, str) or not value.startswith(ATTACHED):
            raise wrong(where, "a file that is uploaded")


FILE, THUMBNAIL = InputFile(), OnlyUploaded()
CAPTION: dict[str, Shape] = {"caption": TEXT, "parse_mode": TEXT, "caption_entities": ENTITIES}
ABOVE: dict[str, Shape] = {"show_caption_above_media": FLAG}
SPOILER: dict[str, Shape] = {"has_spoiler": FLAG} | ABOVE
FILM: dict[str, Shape] = {"duration": WHOLE, "width": WHOLE, "height": WHOLE, "thumbnail": THUMBNAIL}
VIDEO: dict[str, Shape] = FILM | {"cover": FILE, "start_timestamp": WHOLE, "supports_streaming": FLAG}
AUDIO: dict[str, Shape] = {"duration": WHOLE, "performer": TEXT, "title": TEXT, "thumbnail": THUMBNAIL}
DOCUMENT: dict[str, Shape] = {"thumbnail": THUMBNAIL, "disable_content_type_detection": FLAG}


def _item(fields: dict[str, Shape], *also: str) -> Record:
    return Record({"type": TEXT, "media": FILE} | CAPTION | fields, required=("type", "media", *also))


_IN_ALBUMS = {
    "audio": _item(AUDIO),
    "document": _item(DOCUMENT),
    "live_photo": _item({"photo": FILE} | SPOILER, "photo"),
    "photo": _item(SPOILER),
    "video": _item(VIDEO | SPOILER),
}
ALBUM_ITEM = Tagged(_IN_ALBUMS)
INPUT_MEDIA = Tagged(_IN_ALBUMS | {"animation": _item(FILM | SPOILER)})
