"""What intake must know of a raw update: its conversation, its lane, and whether it may wait for company.

Read from the JSON as it came, before any library has parsed it, so that a malformed update is sorted, too.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from domain.turn import ConversationKey
from storage.inbox import Lane

NOWHERE = ConversationKey(0)
"""The conversation of updates that belong to none, or that cannot be understood."""

_LARGEST_NUMBER = 2**63 - 1  # what a database column holds
_CUT_TEXT_LENGTH = 3_500  # apps cut at 4,096 or, if they can, at a space or line before it
_IN_ORDER_TAPS = "ask:"  # a tap that asks a question waits its turn like a message
_STOP_TAPS = "stop:"
_BLANK = " \n\u200b"  # Telegram's editor pads empty paragraphs with the last one
_FORWARDED = ("forward_origin", "forward_date")  # as in handlers/incoming.py
_SERVICE = (
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "new_chat_members",
    "left_chat_member",
    "pinned_message",
)


def update_id_of(update: Mapping[str, Any]) -> int | None:
    """The update's id, None if it has none that can be one."""
    update_id = _number(update.get("update_id"))
    return update_id if update_id > 0 else None


def key_of(update: Mapping[str, Any]) -> ConversationKey:
    """Chat and topic of an update. The General topic and chats without topics are topic 0."""
    stopped = _mapping(update.get("stopped_message_generation"))
    if stopped:
        return ConversationKey(_chat_id(stopped), _number(stopped.get("message_thread_id")))
    message = _message(update) or _mapping(_mapping(update.get("callback_query")).get("message"))
    if message:
        # Outside topics a thread is only a chain of replies: core.telegram.org/bots/api#message
        topic = message.get("message_thread_id") if message.get("is_topic_message") is True else 0
        return ConversationKey(_chat_id(message), _number(topic))
    return ConversationKey(_chat_id(_mapping(update.get("my_chat_member"))))


def lane_of(update: Mapping[str, Any]) -> Lane:
    """`/stop`, Telegram's Stop, control buttons and a group's move pass the queue; all else keeps the order."""
    if "stopped_message_generation" in update:
        return Lane.EXPRESS
    tap = _mapping(update.get("callback_query"))
    if tap:
        in_order = str(tap.get("data", "")).startswith(_IN_ORDER_TAPS)
        return Lane.CONVERSATION if in_order else Lane.EXPRESS
    message = _mapping(update.get("message"))
    passes = _command(message) == "stop" or "migrate_to_chat_id" in message
    return Lane.EXPRESS if passes else Lane.CONVERSATION


def is_stop(update: Mapping[str, Any]) -> bool:
    """True for what ends the running answer: what is asked after it is asked for itself."""
    tapped = str(_mapping(update.get("callback_query")).get("data", ""))
    is_command = _command(_mapping(update.get("message"))) == "stop"
    return is_command or "stopped_message_generation" in update or tapped.startswith(_STOP_TAPS)


def may_join(update: Mapping[str, Any]) -> bool:
    """True for a plain message: those that wait for the same conversation are answered together."""
    message = _mapping(update.get("message"))
    return bool(message) and not _command(message) and not any(field in message for field in _SERVICE)


def goes_on(update: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """True for the next picture of an album, and for the next piece of a text that an app has cut."""
    message, before = _mapping(update.get("message")), _mapping(after.get("message"))
    album = before.get("media_group_id")
    if album is not None or not may_join(update):
        return album is not None and message.get("media_group_id") == album
    is_same_person = _mapping(message.get("from")).get("id") == _mapping(before.get("from")).get("id")
    return is_same_person and "text" in message and is_one_of_several(after)


def is_one_of_several(update: Mapping[str, Any]) -> bool:
    """True for a picture of an album, and for a text as long as those that apps cut a longer one into."""
    message = _mapping(update.get("message"))
    text = message.get("text")
    return "media_group_id" in message or (isinstance(text, str) and len(text) >= _CUT_TEXT_LENGTH)


def _command(message: Mapping[str, Any]) -> str:
    """The command a message begins with, without slash and addressee; empty if it begins with none.

    As the handlers see it: what passes the queue here must be no question there. A forward is no command: who
    forwards it has not typed it.
    """
    if any(field in message for field in _FORWARDED):
        return ""
    if "rich_message" in message and "text" not in message:
        command = _first_run(_mapping(message["rich_message"]))
    else:
        where, marks = ("text", "entities") if "text" in message else ("caption", "caption_entities")
        entities = map(_mapping, _list(message.get(marks)))
        length = next((_number(entity.get("length")) for entity in entities if _is_command(entity)), 0)
        command = str(message.get(where, ""))[:length]
    return command[1:].partition("@")[0].lower()  # commands are ASCII


def _is_command(entity: Mapping[str, Any]) -> bool:
    return entity.get("type") == "bot_command" and entity.get("offset") == 0


def _first_run(rich: Mapping[str, Any]) -> str:
    """The command that is the first visible thing in a rich message, if it is one."""
    for block in map(_mapping, _list(rich.get("blocks"))):
        if block.get("type") != "paragraph":
            return ""
        text = block.get("text")
        for run in _list(text) or [text]:
            if not run or (isinstance(run, str) and not run.strip(_BLANK)):
                continue
            fields = _mapping(run)
            return str(fields.get("text", "")) if fields.get("type") == "bot_command" else ""
    return ""


def _message(update: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(update.get("message")) or _mapping(update.get("edited_message"))


def _chat_id(parent: Mapping[str, Any]) -> int:
    return _number(_mapping(parent.get("chat")).get("id"))


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def _number(value: object) -> int:
    """The value if it is a number that can be an id, else 0."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_NUMBER:
        return value
    return 0
