"""In a group: whether a message is meant for the bot, and what it says without the bot's name."""

from collections.abc import Iterable

from telegram import Message, MessageEntity, User


def is_for(me: User, message: Message) -> bool:
    """True for a mention of the bot, by name or by link, and for a reply to one of its messages."""
    return _replies_to(me, message) or any(_names(me, text, entity) for text, entity in _entities(message))


def without_mention(me: User, message: Message, text: str) -> str:
    """`text`, which is the message's own, without the entities that name the bot. Other words stay."""
    spans = [entity for whole, entity in _entities(message) if whole == text and _names(me, whole, entity)]
    for span in sorted(spans, key=lambda entity: entity.offset, reverse=True):
        before, after = _units(text, 0, span.offset), _units(text, span.offset + span.length)
        closes_up = not after or after[0] in ",.!?:;"
        text = (before.rstrip(" ,") if closes_up else before) + after.removeprefix(" " if not before else "")
    return text.strip(" \n\t,:")


def _units(text: str, start: int, end: int | None = None) -> str:
    """A slice by UTF-16 units, in which Telegram counts its entities."""
    return text.encode("utf-16-le")[start * 2 : None if end is None else end * 2].decode("utf-16-le", "ignore")


def _replies_to(me: User, message: Message) -> bool:
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.forum_topic_created is not None:
        return False
    return answered.from_user.id == me.id


def _entities(message: Message) -> Iterable[tuple[str, MessageEntity]]:
    yield from ((message.text or "", entity) for entity in message.entities)
    yield from ((message.caption or "", entity) for entity in message.caption_entities)


def _names(me: User, text: str, entity: MessageEntity) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    if entity.type != MessageEntity.MENTION:
        return False
    named = _units(text, entity.offset, entity.offset + entity.length)
    return named.lower() == f"@{me.username}".lower()
