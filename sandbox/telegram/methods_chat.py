"""Methods about chats, their members, their topics, and files."""

from sandbox.telegram import messages, topics
from sandbox.telegram.chats import LEFT, Chat, member_json
from sandbox.telegram.errors import bad
from sandbox.telegram.files import unique_id
from sandbox.telegram.methods_live import chat_topic
from sandbox.telegram.parameters import TOPIC_COLOURS
from sandbox.telegram.values import Json
from sandbox.telegram.world import World


def get_chat(world: World, params: Json) -> Json:
    return world.chat_for_bot(params["chat_id"]).full_json()


def get_chat_member(world: World, params: Json) -> Json:
    chat = world.chat_for_bot(params["chat_id"])
    user_id = params["user_id"]
    if user_id != world.bot_id and user_id not in world.users:
        raise bad("PARTICIPANT_ID_INVALID")
    return _member(world, chat, user_id)


def _member(world: World, chat: Chat, user_id: int) -> Json:
    return member_json(world.person(user_id), chat.statuses.get(user_id, LEFT))


def get_chat_member_count(world: World, params: Json) -> int:
    return len(world.chat_for_bot(params["chat_id"]).members())


def get_chat_administrators(world: World, params: Json) -> list[Json]:
    chat = world.chat_for_bot(params["chat_id"])
    if chat.is_private:
        raise bad("there are no administrators in the private chat")
    bots = {world.bot_id} if params.get("return_bots") is False else set[int]()
    return [
        _member(world, chat, user_id)
        for user_id in chat.statuses
        if chat.is_admin(user_id) and user_id not in bots
    ]


def leave_chat(world: World, params: Json) -> bool:
    chat = world.chat_for_bot(params["chat_id"])
    if chat.is_private:
        raise bad("chat member status can't be changed in private chats")
    chat.statuses[world.bot_id] = LEFT
    world.changed(chat)
    return True


def create_forum_topic(world: World, params: Json) -> Json:
    chat = world.chat_for_bot(params["chat_id"])
    if topics.has_topics(world, chat) and not chat.is_private and not chat.is_admin(world.bot_id):
        raise bad("not enough rights to create a topic")
    colour = params.get("icon_color", topics.DEFAULT_COLOUR)
    if colour not in TOPIC_COLOURS:
        raise bad("invalid forum topic icon color specified")
    message = topics.opened(world, chat, world.bot(), params["name"], colour=colour)
    topic = message["message_id"]
    return {"message_thread_id": topic, **chat.topics[topic]}


def edit_forum_topic(world: World, params: Json) -> bool:
    chat, topic = chat_topic(world, params)
    name = params.get("name", "").strip()
    if len(name) > topics.MOST_NAME_CHARACTERS:
        raise bad("TOPIC_TITLE_INVALID")
    if not name or name == chat.topics[topic]["name"]:
        raise bad("TOPIC_NOT_MODIFIED")
    chat.topics[topic] = chat.topics[topic] | {"name": name}
    messages.add(world, chat, world.bot(), {"forum_topic_edited": {"name": name}}, topic=topic)
    return True


def delete_forum_topic(world: World, params: Json) -> bool:
    """The topic goes, with everything said in it."""
    chat, topic = chat_topic(world, params)
    del chat.topics[topic]
    for message in messages.seen(chat, topic):
        messages.remove(world, chat, message["message_id"])
    return True


def get_file(world: World, params: Json) -> Json:
    file = world.files.get(params["file_id"])
    if file is None or file.is_lost:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > _MOST_FILE_BYTES and not world.switches.local_server:
        raise bad("file is too big")
    return {
        "file_id": params["file_id"],
        "file_unique_id": unique_id(file.kind, file.content) if file.kind else params["file_id"][-12:],
        "file_size": len(file.content),
        "file_path": file.path,
    }


_MOST_FILE_BYTES = 20 * 1024 * 1024
