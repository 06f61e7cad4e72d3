"""Topics of forums, and of private chats where the bot has them switched on."""

from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import bad
from sandbox.telegram.messages import add
from sandbox.telegram.values import Json
from sandbox.telegram.world import World

MOST_NAME_CHARACTERS = 128
DEFAULT_COLOUR = 7322096


def has_topics(world: World, chat: Chat) -> bool:
    return world.switches.topics_in_private if chat.is_private else chat.is_forum


def existing(world: World, chat: Chat, topic: int | None) -> int | None:
    """The topic a call names. General has no number that could be named."""
    if topic is None:
        return None
    if not has_topics(world, chat) or topic not in chat.topics:
        raise bad("message thread not found")
    return topic


def opened(
    world: World,
    chat: Chat,
    creator: Json,
    name: str,
    *,
    colour: int = DEFAULT_COLOUR,
    is_implicit: bool = False,
) -> Json:
    """A new topic; its number is that of the service message that opens it.

    `is_implicit`: nobody has named it, as when a person just writes where a private chat shows all topics.
    """
    if not has_topics(world, chat):
        raise bad("the chat is not a forum")
    if not 1 <= len(name.strip()) <= MOST_NAME_CHARACTERS:
        raise bad("TOPIC_TITLE_INVALID")
    topic = chat.next_message_id
    looks: Json = {"name": name.strip(), "icon_color": colour}
    chat.topics[topic] = looks
    told = looks | {"is_name_implicit": True} if is_implicit else looks
    content = {"forum_topic_created": told, "message_thread_id": topic, "is_topic_message": True}
    return add(world, chat, creator, content)
