"""Pictures that code has shown and written to no file: they come with the answer, as `data:` addresses."""

import asyncio
import base64
import binascii
import logging
from pathlib import Path
from typing import Final

from conversation.filing.made import MOST_BYTES
from domain.run import MadeFile
from media.kinds import Family, kind_of
from storage.files import Files

log = logging.getLogger(__name__)

_ENDINGS: Final = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}


async def kept(url: str, files: Files) -> MadeFile | None:
    """The picture as a file of ours; None for what is none, or is too large."""
    async with files.workshop() as folder:
        path = folder / "shown"
        if not await asyncio.to_thread(_written, url, path):
            log.warning("a picture that code has shown cannot be read")
            return None
        kind = await asyncio.to_thread(kind_of, path, "shown")
        if kind.family is not Family.PICTURE:
            log.warning("what code has shown is no picture: %s", kind.media_type)
            return None
        ending = _ENDINGS.get(kind.media_type, "")
        return MadeFile("", "", f"picture{ending}", kept=await files.keep(path, ending))


def _written(url: str, path: Path) -> bool:
    head, _, body = url.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64")) or len(body) > MOST_BYTES * 4 // 3:
        return False
    try:
        path.write_bytes(base64.b64decode(body, validate=True))
    except binascii.Error:
        return False
    return True
