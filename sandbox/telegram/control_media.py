"""What people do with files: send them, edit their captions, download them, forbid voice messages."""

import base64
import secrets
from typing import Any

from sandbox.telegram import files, people
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import bad
from sandbox.telegram.measure import NotAPicture
from sandbox.telegram.media import MEDIA, Piece, described
from sandbox.telegram.values import Json
from sandbox.telegram.world import File, World

MOST_IN_ALBUM = 10


async def send(world: World, chat: Chat, sender: Json, asked: Json) -> list[int]:
    """Posts files, one message each, when all of them are ready; a caption belongs to the first. Their ids."""
    items: list[Json] = asked["items"]
    if not 1 <= len(items) <= MOST_IN_ALBUM:
        raise bad(f"1 to {MOST_IN_ALBUM} files can be sent at once")
    shown = [await _described(world, item) for item in items]
    album = asked.get("album") or (str(secrets.randbits(56)) if len(items) > 1 else None)
    group: Json = {"media_group_id": album} if album else {}
    posted: list[int] = []
    for number, content in enumerate(shown):
        wanted = asked if number == 0 else asked | {"caption": "", "caption_entities": None}
        fields: Json = content | group | (asked.get("fields") or {})
        posted.append(people.say(world, chat, sender, "", wanted | {"fields": fields}))
    return posted


async def _described(world: World, item: Json) -> Json:
    if item["kind"] not in MEDIA:
        raise bad(f"people send {', '.join(MEDIA)}")
    given: Json = item.get("said") or {}
    said = {name: value for name, value in given.items() if value is not None}
    still = item.get("photo")
    piece = Piece(
        base64.b64decode(item["content"]),
        item.get("name") or "",
        item.get("mime") or "",
        said,
        photo=None if still is None else base64.b64decode(still),
    )
    try:
        return await described(world, item["kind"], piece)
    except NotAPicture:
        raise bad("IMAGE_PROCESS_FAILED") from None


def upload(world: World, asked: Json) -> str:
    """A file that a message can name; its id."""
    content = base64.b64decode(asked["content"])
    return files.keep(world, "", content, name=asked["name"])["file_id"]


def found(world: World, file_id: str) -> File:
    """Raises `Refused` for an id that was never given out."""
    file = world.files.get(file_id)
    if file is None:
        raise bad("there is no such file")
    return file


def lose(world: World, asked: Json) -> None:
    found(world, asked["file_id"])
    files.lose(world, asked["file_id"])


def forbid_voice(world: World, asked: Json) -> None:
    """The person takes no voice and video messages from now on, or takes them again."""
    people.chat_of(world, asked["user"])
    change: Any = world.forbid_voice.add if asked.get("forbidden", True) else world.forbid_voice.discard
    change(asked["user"])
    world.changes.bump("users")
