"""Files over the limits, with a Bot API server of one's own: refused by what Telegram says of their size."""

from typing import Any

import pytest

from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient

MB = 1_000_000
_HOSTED = "That file is too large for me. The AI service takes files of up to 512 MB."
_FETCHED = "That file is too large for me. I can fetch files of up to 2 GB."


async def _announced(telegram: TelegramClient, chat: int, size_bytes: int, caption: str = "") -> str:
    """What is said to a small file of which Telegram says that it has so many bytes."""
    sent = await telegram.send_document(chat, b"city,people\nOslo,709\n", name="small.csv", caption="Keep this")
    reply = await telegram.next_reply(chat, after=sent)
    message = next(one for one in await telegram.messages(chat) if one["message_id"] == sent)
    known = message["document"]["file_unique_id"]
    new = {"file_name": "large.csv", "file_size": size_bytes, "file_unique_id": f"{known}large"}
    document = {**message["document"], **new}
    large: dict[str, Any] = {**message, "message_id": reply["message_id"] + 100, "document": document}
    large["caption"] = caption
    await telegram.send_update({"message": large})
    return str((await telegram.next_reply(chat, after=reply["message_id"]))["text"])


async def _fetched(telegram: TelegramClient) -> int:
    return len(await telegram.calls("getFile"))


@pytest.mark.parametrize(
    ("size_bytes", "told"), [(513 * MB, _HOSTED), (1_999 * MB, _HOSTED), (2_001 * MB, _FETCHED)]
)
async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(
    telegram: TelegramClient, model: ModelClient, size_bytes: int, told: str
) -> None:
    ada = await telegram.user()

    answer = await _announced(telegram, ada, size_bytes)

    assert answer.startswith(told)
    assert await _fetched(telegram) == 1  # the small one
    assert "large.csv" not in str(await model.requests())


async def test_a_question_about_one_is_answered_and_says_so(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    answer = await _announced(telegram, ada, 513 * MB, "{{say: I have not seen it}}")

    assert answer == f"I have not seen it\n\n{_HOSTED}"
    assert await _fetched(telegram) == 1


async def test_a_file_within_the_limits_is_fetched(telegram: TelegramClient) -> None:
    ada = await telegram.user()

    answer = await _announced(telegram, ada, 511 * MB)

    assert "large.csv: I can calculate with it" in answer
    assert await _fetched(telegram) == 2
