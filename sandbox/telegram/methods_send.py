"""Methods that send, change and delete messages."""

from sandbox.telegram import messages, reply_keyboards, topics
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import bad
from sandbox.telegram.keyboards import inline_keyboard
from sandbox.telegram.media import MEDIA
from sandbox.telegram.rich import rich_message
from sandbox.telegram.text import captioned, styled
from sandbox.telegram.values import Json
from sandbox.telegram.world import World, now

_TWO_DAYS_SECONDS = 172_800
_CONTENT = ("text", "entities", "rich_message", "reply_markup", "link_preview_options")
# Telegram has them, this sandbox does not act them out: it refuses rather than pretend.
_NOT_HERE = {
    "business_connection_id": "business connection not found",
    "inline_message_id": "MESSAGE_ID_INVALID",
    "direct_messages_topic_id": "direct messages topic not found",
    "ephemeral_message_parameters": "ephemeral messages are not served by this sandbox",
    "suggested_post_parameters": "the chat takes no suggested posts",
}


def refuse_what_is_not_here(params: Json) -> None:
    for name, refusal in _NOT_HERE.items():
        if name in params:
            raise bad(refusal)


def send_message(world: World, params: Json) -> Json:
    preview = params.get("link_preview_options")
    return post(world, params, styled(params) | ({"link_preview_options": preview} if preview else {}))


def send_rich_message(world: World, params: Json) -> Json:
    return post(world, params, {"rich_message": rich_message(params["rich_message"])})


def post(world: World, params: Json, content: Json) -> Json:
    """Posts a content where and how the parameters of a sending method say."""
    refuse_what_is_not_here(params)
    chat = world.chat_for_bot(params["chat_id"])
    topic = topics.existing(world, chat, params.get("message_thread_id"))
    keyboard = inline_keyboard(params.get("reply_markup"))
    if keyboard is not None:
        content["reply_markup"] = keyboard
    under_field = reply_keyboards.reply_keyboard(chat, params.get("reply_markup"))
    if params.get("protect_content"):
        content["has_protected_content"] = True
    reply_to, quote = _reply(chat, params.get("reply_parameters"))
    sent = messages.add(world, chat, world.bot(), content, topic=topic, reply_to=reply_to, quote=quote)
    reply_keyboards.show(world, chat, sent, under_field)
    return sent


def _reply(chat: Chat, reply: Json | None) -> tuple[int | None, str | None]:
    """The message that is answered, and the words quoted from it."""
    if reply is None:
        return None, None
    if "message_id" not in reply:
        raise bad("message identifier is not specified")
    if reply.get("chat_id", chat.id) != chat.id:
        raise bad("replies across chats are not served by this sandbox")
    replied = chat.messages.get(reply["message_id"])
    if replied is None:
        if reply.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    if "quote" in reply:
        messages.quoted(replied, reply["quote"])
    return reply["message_id"], reply.get("quote")


def edit_message_text(world: World, params: Json) -> Json:
    refuse_what_is_not_here(params)
    chat, message = own(world, params)
    if "text" not in message and "rich_message" not in message:
        raise bad("there is no text in the message to edit")
    content = _edited_content(params)
    keyboard = inline_keyboard(params.get("reply_markup"))
    if keyboard is not None:
        content["reply_markup"] = keyboard
    if all(message.get(name) == content.get(name) for name in _CONTENT):
        raise bad(NOT_MODIFIED)
    return messages.change(world, chat, message, content, dropped=_CONTENT)


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current"
    " content and reply markup of the message"
)


def _edited_content(params: Json) -> Json:
    if "text" in params and "rich_message" in params:
        raise bad("either text or rich_message is expected, not both")
    if "rich_message" in params:
        return {"rich_message": rich_message(params["rich_message"])}
    preview = params.get("link_preview_options")
    return styled(params) | ({"link_preview_options": preview} if preview else {})


def edit_message_reply_markup(world: World, params: Json) -> Json:
    refuse_what_is_not_here(params)
    chat, message = own(world, params)
    keyboard = inline_keyboard(params.get("reply_markup"))
    if message.get("reply_markup") == keyboard:
        raise bad(NOT_MODIFIED)
    content = {"reply_markup": keyboard} if keyboard is not None else {}
    return messages.change(world, chat, message, content, dropped=("reply_markup",))


def own(world: World, params: Json) -> tuple[Chat, Json]:
    """A message of the bot, to be changed."""
    for name in ("chat_id", "message_id"):
        if name not in params:
            raise bad("chat_id is empty" if name == "chat_id" else "message identifier is not specified")
    chat = world.chat_for_bot(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad("message to edit not found")
    if message["from"]["id"] != world.bot_id:
        raise bad("message can't be edited")
    return chat, message


def delete_message(world: World, params: Json) -> bool:
    chat = world.chat_for_bot(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad("message to delete not found")
    if not _may_delete(world, chat, message):
        raise bad("message can't be deleted")
    messages.remove(world, chat, params["message_id"])
    return True


def delete_messages(world: World, params: Json) -> bool:
    """Those that can be deleted are; nobody is told of the others."""
    chat = world.chat_for_bot(params["chat_id"])
    if not params["message_ids"]:
        raise bad("message identifiers are not specified")
    for message_id in params["message_ids"]:
        message = chat.messages.get(message_id)
        if message is not None and _may_delete(world, chat, message):
            messages.remove(world, chat, message_id)
    return True


def _may_delete(world: World, chat: Chat, message: Json) -> bool:
    is_own = message["from"]["id"] == world.bot_id
    if chat.is_admin(world.bot_id):
        return True
    return (is_own or chat.is_private) and now() - message["date"] < _TWO_DAYS_SECONDS


_COPIED = (
    "text",
    "entities",
    "rich_message",
    "caption",
    "caption_entities",
    "show_caption_above_media",
    "has_media_spoiler",
    "location",
    *MEDIA,
)


def copy_message(world: World, params: Json) -> Json:
    original = _original(world, params, "copy")
    content = {name: original[name] for name in _COPIED if name in original}
    if not content:
        raise bad("message can't be copied")
    if "caption" in params and content.keys() & set(MEDIA):
        kept = {name: value for name, value in content.items() if not name.startswith("caption")}
        content = kept | captioned(params)
    return {"message_id": post(world, params, content)["message_id"]}


def forward_message(world: World, params: Json) -> Json:
    original = _original(world, params, "forward")
    content = {name: original[name] for name in _COPIED if name in original}
    if not content:
        raise bad("message can't be forwarded")
    origin = {"type": "user", "sender_user": original["from"], "date": original["date"]}
    return post(world, params, content | {"forward_origin": original.get("forward_origin", origin)})


def _original(world: World, params: Json, verb: str) -> Json:
    message = world.chat_for_bot(params["from_chat_id"]).messages.get(params["message_id"])
    if message is None:
        raise bad(f"message to {verb} not found")
    return message
