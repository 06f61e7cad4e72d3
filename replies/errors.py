"""What Telegram, or the way to it, can answer instead of a result."""

import re
from collections.abc import Mapping
from typing import cast

from domain.errors import ReaderGone
from domain.steps import JsonValue

_LONGEST_DESCRIPTION = 200
_USUAL_FLOOD_SECONDS = 5.0  # a 429 without a number: rare, seen from proxies
_AMBIGUOUS = {502, 504}  # the proxy lost the server's answer: the call may have been carried out
_READER_GONE = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "user_is_blocked",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "topic_closed",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "bot is not a member",
    "bot was kicked",
)
# Such as "not enough rights to send photos to the chat"; of text messages it means that nobody can be told.
_FORM_FORBIDDEN = re.compile(
    r"voice_messages_forbidden|chat_send_(?!plain)\w+_forbidden|rights to send (?!text|messages?\b|a message)\w"
)
_MESSAGE_GONE = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
    "there is no text in the message to edit",
)


class TelegramError(Exception):
    """Anything that kept a call from its result. The message holds no token and no text of a person."""


class TelegramRefusal(TelegramError):
    """400: Telegram understood the call and will not carry it out. 403, too, where no reader is concerned."""

    def __init__(self, description: str) -> None:
        super().__init__(description[:_LONGEST_DESCRIPTION])
        self.description = description

    def says(self, *words: str) -> bool:
        """True if any of these (lower-case) words is in the description."""
        found = self.description.lower()
        return any(word in found for word in words)


class MessageGone(TelegramRefusal):
    """The message to be edited or deleted is not there, or is not ours to change any more."""


class FormForbidden(TelegramRefusal):
    """The chat, or the person, does not let us send this kind of file; others may be allowed."""


class ChatMoved(TelegramRefusal):
    """The group has become a supergroup with another id."""

    def __init__(self, description: str, new_chat_id: int) -> None:
        super().__init__(description)
        self.new_chat_id = new_chat_id


class MethodMissing(TelegramError):
    """404: this Bot API server does not know the method."""


class Conflict(TelegramError):
    """409: somebody else receives this bot's updates."""


class Flood(TelegramError):
    """429: nothing may be asked of this chat for so long."""

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__(f"retry after {retry_after_seconds:g} s")
        self.retry_after_seconds = retry_after_seconds


class TokenRefused(TelegramError):
    """401: the bot token is wrong or was revoked."""


class Unreachable(TelegramError):
    """No answer, or one that says nothing. `sent`: the call may have been carried out all the same."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


def from_answer(method: str, status: int, answer: Mapping[str, JsonValue], *, to_chat: bool) -> Exception:
    """The error that an answer with `ok: false` is. `to_chat`: the call spoke to a chat."""
    description = str(answer.get("description") or f"status {status}")
    parameters = cast("Mapping[str, JsonValue]", answer.get("parameters") or {})
    if _FORM_FORBIDDEN.search(description.lower()):
        return FormForbidden(description)
    match _code(status, answer.get("error_code")):
        case 401:
            return TokenRefused("Telegram refuses the bot token")
        case 403:
            return ReaderGone(description) if to_chat else TelegramRefusal(description)
        case 404:  # getMe is known everywhere: where it is missing, the token is not a token
            missing = MethodMissing(f"{method}: {description}")
            return TokenRefused("Telegram does not know the bot token") if method == "getMe" else missing
        case 409:
            return Conflict(description)
        case 429:
            return Flood(_seconds(parameters.get("retry_after")))
        case code if code >= 500:
            return Unreachable(f"{method}: status {code}", sent=code in _AMBIGUOUS)
        case _:
            return _refusal(description, parameters.get("migrate_to_chat_id"), to_chat=to_chat)


def _refusal(description: str, new_chat_id: JsonValue, *, to_chat: bool) -> Exception:
    if isinstance(new_chat_id, int):
        return ChatMoved(description, new_chat_id)
    refusal = TelegramRefusal(description)
    if to_chat and refusal.says(*_READER_GONE):
        return ReaderGone(description)
    return MessageGone(description) if refusal.says(*_MESSAGE_GONE) else refusal


def _code(status: int, told: JsonValue) -> int:
    """What went wrong stands in the answer, too; some servers say it only there."""
    return told if status < 400 and isinstance(told, int) else status


def _seconds(retry_after: JsonValue) -> float:
    return float(retry_after) if isinstance(retry_after, int | float) else _USUAL_FLOOD_SECONDS
