"""Files that cannot be used: the person reads why."""

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.filing.samples import locked, reply, zipped


async def _refused(telegram: TelegramClient, content: bytes, name: str) -> str:
    ada = await telegram.user()
    return await reply(telegram, ada, await telegram.send_document(ada, content, name=name))


@pytest.mark.parametrize(("name", "what"), [("sales.xlsx", "workbook"), ("letter.docx", "document")])
async def test_an_office_file_with_a_password_is_called_locked(
    telegram: TelegramClient, name: str, what: str
) -> None:
    told = await _refused(telegram, locked(), name)

    assert told.startswith(f"That {what} is locked with a password. Please send it without one.")


async def test_an_empty_archive_is_called_empty_and_kept_nowhere(
    telegram: TelegramClient, model: ModelClient
) -> None:
    told = await _refused(telegram, zipped(), "empty.zip")

    assert told.startswith("That archive is empty: there is nothing in it.")
    assert await model.containers() == []


async def test_a_text_whose_encoding_cannot_be_told_is_to_be_saved_again(telegram: TelegramClient) -> None:
    told = await _refused(telegram, "Привет, мир!".encode("cp1251"), "letter.txt")

    assert "save it as UTF-8" in told


async def test_an_archive_of_many_files_is_left_to_code(telegram: TelegramClient) -> None:
    many = zipped(**{f"note{number}__txt": b"Rope" for number in range(30)})

    told = await _refused(telegram, many, "many.zip")

    assert "many.zip: I can unpack it with code" in told
