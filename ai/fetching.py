"""Pictures that a provider hands over as an address: fetched without its key, within limits."""

from typing import Final
from urllib.parse import urlsplit

import aiohttp

from domain.errors import AnswerBroken

MOST_BYTES: Final = 50 * 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)
_PIECE_BYTES = 64 * 1024


async def fetched(url: str) -> bytes:
    """What the address holds. Raises `AnswerBroken`. The query may be a secret, so it is in no message."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AnswerBroken("no address of a picture")
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True) as session,
            session.get(url) as answer,
        ):
            if answer.status != 200:
                raise AnswerBroken(f"{parts.hostname}: status {answer.status}")
            content = bytearray()
            async for piece in answer.content.iter_chunked(_PIECE_BYTES):
                content += piece
                if len(content) > MOST_BYTES:
                    raise AnswerBroken(f"{parts.hostname}: too large")
            return bytes(content)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise AnswerBroken(f"{parts.hostname}: {type(error).__name__}") from None
