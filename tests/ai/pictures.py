"""Pictures and documents for prompts, written on the spot."""

import asyncio
from pathlib import Path

from PIL import Image

from domain.engine import PromptFile, PromptMessage, PromptPicture
from domain.media import Detail


async def picture(
    folder: Path, colour: str = "red", *, size: tuple[int, int] = (640, 480), detail: Detail = Detail.AUTO
) -> PromptPicture:
    """A JPEG of one colour, as preparing leaves it."""
    path = folder / f"{colour}-{size[0]}x{size[1]}.jpg"
    await asyncio.to_thread(Image.new("RGB", size, colour).save, path, "JPEG")
    return PromptPicture(path, "image/jpeg", *size, detail)


async def document(folder: Path, content: bytes = b"%PDF-1.7 nothing") -> PromptFile:
    path = folder / "plan.pdf"
    await asyncio.to_thread(path.write_bytes, content)
    return PromptFile(path, "My plan.pdf", "application/pdf")


def showing(text: str, *pictures: PromptPicture, files: tuple[PromptFile, ...] = ()) -> PromptMessage:
    """What a person says to pictures and files."""
    return PromptMessage("user", text, pictures, files)
