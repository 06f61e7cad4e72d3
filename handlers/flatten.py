"""A Telegram message as the text a model reads: whatever kind it is, and whatever it points at."""

from collections.abc import Mapping
from typing import Any, cast

from telegram import (
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Poll,
    User,
)

from conversation.wording import in_quotes, one_line
from handlers.rich import rich_text

_LONGEST_ABOUT = 4_000


def spoken(message: Message) -> str:
    """What the message says, without what it points at; empty for a kind that has no words for a model."""
    if message.poll is not None:
        return _poll(message.poll)
    if message.contact is not None:
        contact = message.contact
        name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
        return f"[Contact: {name}, {contact.phone_number}]"
    if message.venue is not None:
        place, venue = message.venue.location, message.venue
        return (
            f"[Place: {venue.title}, {venue.address}, latitude {place.latitude}, longitude {place.longitude}]"
        )
    if message.location is not None:
        return f"[Location: latitude {message.location.latitude}, longitude {message.location.longitude}]"
    if message.dice is not None:
        return f"[Dice {message.dice.emoji}: {message.dice.value}]"
    return message.text or message.caption or _rich(message)


def about(message: Message, me: User) -> str:
    """What the message points at: a forward's origin, a quote, the message it answers. Empty if nothing."""
    parts = (_forwarded(message), _quoted(message, me) or _replied(message, me) or _replied_elsewhere(message))
    return "; ".join(part for part in parts if part)[:_LONGEST_ABOUT]


def _rich(message: Message) -> str:
    content = message.api_kwargs.get("rich_message")
    return rich_text(cast("Mapping[str, Any]", content)) if isinstance(content, Mapping) else ""


def _poll(poll: Poll) -> str:
    options = "\n".join(f"- {option.text} ({option.voter_count} votes)" for option in poll.options)
    return f"[Poll: {poll.question}]\n{options}"


def _forwarded(message: Message) -> str:
    origin = message.forward_origin
    return f"Forwarded from {_origin_name(origin)}" if origin is not None else ""


def _origin_name(origin: MessageOrigin) -> str:
    match origin:
        case MessageOriginUser():
            return one_line(origin.sender_user.full_name)
        case MessageOriginHiddenUser():
            return one_line(origin.sender_user_name)
        case MessageOriginChat():
            return one_line(origin.sender_chat.effective_name or "a chat")
        case MessageOriginChannel():
            return one_line(origin.chat.effective_name or "a channel")
        case _:
            return "somebody"


def _quoted(message: Message, me: User) -> str:
    if message.quote is None:
        return ""
    whose = _author(message.reply_to_message, me) or _external_author(message)
    return f"Quoting{whose}: {in_quotes(message.quote.text)}"


def _external_author(message: Message) -> str:
    return f" {_origin_name(message.external_reply.origin)}" if message.external_reply else ""


def _replied_elsewhere(message: Message) -> str:
    author = _external_author(message)
    return f"In reply to a message of{author} in another chat" if author else ""


def _replied(message: Message, me: User) -> str:
    answered = message.reply_to_message
    if (
        answered is None or answered.forum_topic_created is not None
    ):  # in a topic every message "replies" to its head
        return ""
    text = spoken(answered)
    return f"In reply to{_author(answered, me)}: {in_quotes(text)}" if text else ""


def _author(message: Message | None, me: User) -> str:
    if message is None:
        return ""
    if message.sender_chat is not None:
        return f" {one_line(message.sender_chat.effective_name or 'a chat')}"
    if message.from_user is None:
        return ""
    is_ours = message.from_user.id == me.id
    return " your earlier message" if is_ours else f" {one_line(message.from_user.full_name)}"
