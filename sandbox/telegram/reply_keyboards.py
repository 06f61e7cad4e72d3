"""Reply keyboards: what a bot puts under people's message fields, whom it is for, and when it goes."""

from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import bad
from sandbox.telegram.values import Json, utf16_length
from sandbox.telegram.world import World

MOST_IN_ROW, MOST_BUTTONS = 12, 300  # TDLib, td/telegram/ReplyMarkup.cpp: what is beyond is left out
_ONLY_IN_PRIVATE = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "web_app": "web App buttons can be used in private chats only",
}


def reply_keyboard(chat: Chat, markup: Json | None) -> Json | None:
    """What clients are to show instead of letters, checked; none for a keyboard under a message."""
    if markup is None or "inline_keyboard" in markup:
        return None
    if "keyboard" not in markup:
        return markup
    rows = [[button for button in row if button["text"].strip()] for row in markup["keyboard"]]
    shown = [row[:MOST_IN_ROW] for row in rows if row]
    if not shown:
        raise bad("the reply keyboard has no buttons")
    if sum(map(len, shown)) > MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in shown for button in row):
        _check(chat, button)
    return markup | {"keyboard": shown}


def _check(chat: Chat, button: Json) -> None:
    for name, refusal in _ONLY_IN_PRIVATE.items():
        if button.get(name) and not chat.is_private:
            raise bad(refusal)


def show(world: World, chat: Chat, message: Json, markup: Json | None) -> None:
    """The message has been sent: everybody it is for now has this keyboard, or none any more."""
    if markup is None:
        return
    topic = _topic_of(message)
    for user in _meant(world, chat, message, is_selective=bool(markup.get("selective"))):
        _take_away(chat, of(chat, user, topic))
        if "remove_keyboard" not in markup:
            number = message["message_id"]
            chat.keyboards.append({"user": user, "topic": topic, "message_id": number, "markup": markup})
    world.changed(chat)


def of(chat: Chat, user: int, topic: int | None) -> Json | None:
    """`message_id` of what brought it, `markup`, and `is_used` once a keyboard for one time was used."""
    return next((one for one in chat.keyboards if (one["user"], one["topic"]) == (user, topic)), None)


def note_said(chat: Chat, message: Json) -> None:
    """A person said something: that ends the question they were to answer, and hides what was for one time."""
    shown = of(chat, message["from"]["id"], _topic_of(message))
    if shown is None:
        return
    if "keyboard" not in shown["markup"]:
        _take_away(chat, shown)
    elif shown["markup"].get("one_time_keyboard"):
        chat.keyboards = [one | {"is_used": True} if one is shown else one for one in chat.keyboards]


def _take_away(chat: Chat, shown: Json | None) -> None:
    chat.keyboards = [one for one in chat.keyboards if one is not shown]


def _topic_of(message: Json) -> int | None:
    return message["message_thread_id"] if message.get("is_topic_message") else None


def _meant(world: World, chat: Chat, message: Json, *, is_selective: bool) -> list[int]:
    """Everybody; with `selective`, whom the text mentions and whose message is answered."""
    people = [user for user in chat.members() if user != world.bot_id]
    if not is_selective or chat.is_private:
        return people
    answered: Json = message.get("reply_to_message") or {}
    wanted = _mentioned(world, message) | {answered.get("from", {}).get("id")}
    return [user for user in people if user in wanted]


def _mentioned(world: World, message: Json) -> set[int]:
    text = str(message.get("text") or message.get("caption") or "")
    entities: list[Json] = message.get("entities") or message.get("caption_entities") or []
    by_name = {
        str(user["username"]).lower(): number for number, user in world.users.items() if "username" in user
    }
    found: set[int] = set()
    for entity in entities:
        if entity["type"] == "text_mention":
            found.add(entity["user"]["id"])
        elif entity["type"] == "mention":
            name = _part(text, entity["offset"] + 1, entity["length"] - 1).lower()
            found |= {by_name[name]} if name in by_name else set()
    return found


def _part(text: str, offset: int, length: int) -> str:
    units = text.encode("utf-16-le")
    assert utf16_length(text) * 2 == len(units)
    return units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")
