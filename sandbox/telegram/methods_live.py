"""Methods whose effect does not stay: drafts, actions, answers to taps, reactions."""

from sandbox.telegram import topics
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import TOO_OLD, bad
from sandbox.telegram.methods_send import refuse_what_is_not_here
from sandbox.telegram.rich import rich_message
from sandbox.telegram.text import styled
from sandbox.telegram.values import Json, words
from sandbox.telegram.world import World

MOST_ANSWER_CHARACTERS = 200
_REACTIONS = words(
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭"
    " 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴"
    " 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍"
    " 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)


def send_message_draft(world: World, params: Json) -> bool:
    return _draft(world, params, styled(params, may_be_empty=True))


def send_rich_message_draft(world: World, params: Json) -> bool:
    return _draft(world, params, {"rich_message": rich_message(params["rich_message"], draft=True)})


def _draft(world: World, params: Json, content: Json) -> bool:
    chat = world.chat_for_bot(params["chat_id"])
    if not chat.is_private:
        raise bad("TEXTDRAFT_PEER_INVALID")
    if params["draft_id"] == 0:
        raise bad("RANDOM_ID_INVALID")
    topic = topics.existing(world, chat, params.get("message_thread_id"))
    flags = {name: bool(params.get(name)) for name in ("can_stop", "keep_on_stop")}
    world.drafts.show((chat.id, topic), params["draft_id"], content, **flags)
    return True


def send_chat_action(world: World, params: Json) -> bool:
    refuse_what_is_not_here(params)
    chat = world.chat_for_bot(params["chat_id"])
    topic = topics.existing(world, chat, params.get("message_thread_id"))
    world.actions.show((chat.id, topic), params["action"])
    return True


def answer_callback_query(world: World, params: Json) -> bool:
    """Once, and soon."""
    text = params.get("text", "")
    if len(text) > MOST_ANSWER_CHARACTERS:
        raise bad("MESSAGE_TOO_LONG")
    query_id = params["callback_query_id"]
    query = world.queries.get(query_id)
    too_late = query is None or query.answer is not None
    if query is None or too_late or world.clock() - query.at > world.switches.callback_seconds:
        raise bad(TOO_OLD)
    query.answer = {"text": text, "show_alert": params.get("show_alert", False)}
    world.changes.bump(("query", query_id))
    return True


def set_message_reaction(world: World, params: Json) -> bool:
    chat = world.chat_for_bot(params["chat_id"])
    message_id = params["message_id"]
    if message_id not in chat.messages:
        raise bad("message to react not found")
    chat.reactions[message_id] = _reaction(params.get("reaction") or [])
    world.changed(chat)
    return True


def _reaction(wanted: list[Json]) -> list[Json]:
    """A bot sets at most one, and none that is paid for."""
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for reaction in wanted:
        if reaction["type"] != "emoji" or reaction["emoji"].rstrip("\ufe0f") not in _REACTIONS:
            raise bad("REACTION_INVALID")
    return wanted


def chat_topic(world: World, params: Json) -> tuple[Chat, int]:
    """The forum topic a call is about."""
    chat = world.chat_for_bot(params["chat_id"])
    topic = topics.existing(world, chat, params["message_thread_id"])
    assert topic is not None
    if not chat.is_private and not chat.is_admin(world.bot_id):
        raise bad("not enough rights to manage topics")
    return chat, topic
