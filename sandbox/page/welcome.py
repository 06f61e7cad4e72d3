"""What stands ready at the first visit: three people, a group of theirs, and a topic in the private chat."""

from sandbox.telegram import groups, people, topics
from sandbox.telegram.world import World

_PEOPLE = ("Ada", "Grace", "Alan")
_GROUP = "Book club"
_TOPIC = "Weekend plans"


def person_id(name: str) -> int:
    """The id comes from the name, as in the terminal chat, so that both know the same people."""
    return 1_000_000 + int.from_bytes(name.lower().encode()[:16], "big") % 899_999_981


def prepare(world: World) -> None:
    """Does nothing on later visits."""
    members = [person_id(name) for name in _PEOPLE]
    if any(member in world.users for member in members[1:]):
        return
    for name, user_id in zip(_PEOPLE, members, strict=True):
        if user_id not in world.users:
            people.add_user(
                world, {"first_name": name, "username": name.lower(), "language_code": "en"}, user_id
            )
    groups.found(world, _GROUP, {"members": members, "creator": members[0], "announce": True})
    world.switches.topics_in_private = True
    ada = world.chats[members[0]]
    people.tell(world, ada, "message", topics.opened(world, ada, world.users[members[0]], _TOPIC))
