"""Instructions that somebody sends as a text file."""

import asyncio
from pathlib import PurePath

from conversation.assistants.errors import AssistantRefused
from conversation.assistants.limits import instructions
from domain.media import Attachment, Downloads
from domain.texts import Text
from media.documents import text_of
from storage.files import Files

_ENDINGS = {".txt", ".md", ".markdown", ".text"}
_MOST_BYTES = 4_000_000


async def read_instructions(files: Files, downloads: Downloads, attachment: Attachment) -> str:
    """The words of the file. Raises `AssistantRefused`, `Unreadable` and what a download raises."""
    is_text = PurePath(attachment.name.lower()).suffix in _ENDINGS or attachment.media_type.startswith("text/")
    if not is_text:
        told = Text("As a file I take instructions in plain text: .txt or .md.")
        raise AssistantRefused("another kind of file", text=told)
    if attachment.size_bytes > _MOST_BYTES:
        told = Text("That file is far too long for instructions. Please send a shorter one.")
        raise AssistantRefused(f"{attachment.size_bytes} bytes", text=told)
    async with files.workshop() as folder:
        path = folder / "instructions"
        await downloads.download(attachment.file_id, path)
        text = await asyncio.to_thread(text_of, path, most_characters=_MOST_BYTES)
    return instructions(text)
