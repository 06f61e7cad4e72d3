"""Files that cannot be used: the person reads why."""

import pytest

from sandbox.telegram.client import TelegramClient
from tests.filing.samples import locked, reply


async def _refused(telegram: TelegramClient, content: bytes, name: str) -> str:
    ada = await telegram.user()
    return await reply(telegram, ada, await telegram.send_document(ada, content, name=name))


@pytest.mark.parametrize(("name", "what"), [("sales.xlsx", "workbook"), ("letter.docx", "document")])
async def test_an_office_file_with_a_password_is_called_locked(
    telegram: TelegramClient, name: str, what: str
) -> None:
    told = await _refused(telegram, locked(), name)

    assert told == f"That {what} is locked with a password. Please send it without one."
