"""Files as people send them, and what the tests of filing look at."""

import io
import zipfile
from typing import Any

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient

SALES = b"month,sales,costs\nJan,12,3\nFeb,19,4\nMar,7,5\nApr,24,6\n"
CHINESE_SALES = "月份,销售额\n一月,12\n二月,19\n三月,7\n".encode("gb18030")

_FILLER = "The committee met again and talked about the weather, the harvest and the new bridge. "


def report(fact: str = "The lighthouse of Varn was built in 1873 by Elna Drost.") -> bytes:
    """A text that is too long to be read at once, with one fact in its middle."""
    half = _FILLER * 350
    return f"{half}\n\n{fact}\n\n{half}".encode()


def zipped(**files: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return written.getvalue()


def locked() -> bytes:
    """As much of an Office file with a password as tells that it is one: an OLE container and its directory."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    header[30] = 9  # sectors of 512 bytes
    first = 300  # far from the beginning and the end
    header[48:52] = first.to_bytes(4, "little")
    directory = "Root Entry".encode("utf-16-le").ljust(128, b"\0") + "EncryptedPackage".encode("utf-16-le")
    return bytes(header) + bytes(512 * first) + directory.ljust(512, b"\0") + bytes(512 * 300)


async def reply(telegram: TelegramClient, chat: int, message_id: int) -> str:
    return str((await telegram.next_reply(chat, after=message_id))["text"])


async def asked(model: ModelClient) -> dict[str, Any]:
    """The body of the last question."""
    return [one for one in await model.requests() if one["path"] == "/v1/responses"][-1]["body"]


async def words(model: ModelClient) -> str:
    """The last message of the last question."""
    content = (await asked(model))["input"][-1]["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


async def tool(model: ModelClient, kind: str) -> dict[str, Any] | None:
    """How a tool of the provider was offered with the last question."""
    return next((one for one in (await asked(model)).get("tools", []) if one["type"] == kind), None)
