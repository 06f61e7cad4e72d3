"""Groups: how they are founded, joined, left, blocked, and turned into supergroups."""

from sandbox.telegram import messages
from sandbox.telegram.chats import (
    ADMINISTRATOR,
    CREATOR,
    GROUP,
    KICKED,
    LEFT,
    MEMBER,
    SUPERGROUP,
    Chat,
    member_json,
)
from sandbox.telegram.errors import bad
from sandbox.telegram.people import add_user, tell
from sandbox.telegram.values import Json
from sandbox.telegram.world import World, now


def found(world: World, title: str, wanted: Json) -> int:
    """A group with the bot in it. Unless one is named, its creator is a person apart: members are just that."""
    kind = wanted.get("kind", SUPERGROUP)
    if kind not in {GROUP, SUPERGROUP} or (kind == GROUP and wanted.get("is_forum")):
        raise bad("a group is a group or a supergroup; only a supergroup is a forum")
    chat_id = wanted.get("id") or world.free_group_id(supergroup=kind == SUPERGROUP)
    if chat_id in world.chats:
        raise bad(f"chat {chat_id} exists already")
    given = wanted.get("creator")
    creator = add_user(world, {"first_name": "Owner"}, None) if given is None else _known(world, [given])[0]
    chat = Chat(chat_id, kind, {"title": title}, is_forum=bool(wanted.get("is_forum")))
    chat.statuses |= dict.fromkeys(_known(world, wanted.get("members", ())), MEMBER)
    chat.statuses |= dict.fromkeys(_known(world, wanted.get("admins", ())), ADMINISTRATOR)
    chat.statuses[creator] = CREATOR
    world.chats[chat_id] = chat
    world.changed(chat)
    _let_bot_in(world, chat, creator, wanted)
    return chat_id


def _let_bot_in(world: World, chat: Chat, creator: int, wanted: Json) -> None:
    status = ADMINISTRATOR if wanted.get("bot_is_admin") else MEMBER
    if not wanted.get("announce"):
        chat.statuses[world.bot_id] = status
        return
    set_bot_status(world, chat, world.users[creator], status)
    joined = {"new_chat_members": [world.bot()]}
    tell(world, chat, "message", messages.add(world, chat, world.users[creator], joined))


def join(world: World, chat: Chat, user_id: int) -> None:
    """A person comes into the group, which the bot is told; nothing happens for one who is in it."""
    if chat.is_private:
        raise bad("only a group can be joined")
    (user_id,) = _known(world, [user_id])
    if not chat.has(user_id):
        chat.statuses[user_id] = MEMBER
        person = world.users[user_id]
        tell(world, chat, "message", messages.add(world, chat, person, {"new_chat_members": [person]}))


def _known(world: World, user_ids: list[int]) -> list[int]:
    if unknown := [user_id for user_id in user_ids if user_id not in world.users]:
        raise bad(f"there is no user {unknown[0]}")
    return user_ids


def set_bot_status(world: World, chat: Chat, by: Json, status: str) -> None:
    """Joins, promotes, kicks or blocks the bot, which is told."""
    old = chat.statuses.get(world.bot_id, LEFT)
    chat.statuses[world.bot_id] = status
    change = {
        "chat": chat.as_json(),
        "from": by,
        "date": now(),
        "old_chat_member": member_json(world.bot(), old),
        "new_chat_member": member_json(world.bot(), status),
    }
    world.updates.push("my_chat_member", change, f"chat {chat.id}")
    world.changed(chat)


def creator_of(world: World, chat: Chat) -> Json:
    return next(world.users[one] for one, status in chat.statuses.items() if status == CREATOR)


def kick(world: World, chat: Chat) -> None:
    if chat.is_private:
        raise bad("a person blocks the bot, a group kicks it")
    set_bot_status(world, chat, creator_of(world, chat), KICKED)


def migrate(world: World, chat: Chat) -> int:
    """The group becomes a supergroup with another number; the old one only says where it went."""
    if chat.kind != GROUP or chat.migrated_to is not None:
        raise bad("only a basic group can be migrated, once")
    new = Chat(world.free_group_id(supergroup=True), SUPERGROUP, chat.names, statuses=dict(chat.statuses))
    world.chats[new.id] = new
    creator = creator_of(world, chat)
    tell(world, chat, "message", messages.add(world, chat, creator, {"migrate_to_chat_id": new.id}))
    chat.migrated_to = new.id
    tell(world, new, "message", messages.add(world, new, creator, {"migrate_from_chat_id": chat.id}))
    return new.id
