"""A chat: who is in it, its topics, its messages, and how the Bot API describes it."""

from dataclasses import dataclass, field, fields
from typing import Any

from sandbox.telegram.values import Json, words

PRIVATE, GROUP, SUPERGROUP = "private", "group", "supergroup"
CREATOR, ADMINISTRATOR, MEMBER, LEFT, KICKED = "creator", "administrator", "member", "left", "kicked"
_INSIDE = {CREATOR, ADMINISTRATOR, MEMBER}
_RIGHTS = words(
    "can_manage_chat can_change_info can_delete_messages can_invite_users can_restrict_members can_pin_messages"
    " can_manage_topics can_promote_members can_manage_video_chats can_post_stories can_edit_stories"
    " can_delete_stories"
)
_PERMISSIONS = words(
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes"
    " can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_change_info"
    " can_invite_users can_pin_messages can_manage_topics"
)
_GIFTS = words("unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels")


@dataclass(slots=True)
class Chat:
    """`names`: title, or first and last name; `statuses`: of everybody who is or was here, the bot included.

    `reactions` are the bot's; those of people say by whom they are. `keyboards` stand under their fields.
    """

    id: int
    kind: str
    names: Json
    is_forum: bool = False
    statuses: dict[int, str] = field(default_factory=dict[int, str])
    topics: dict[int, Json] = field(default_factory=dict[int, Json])
    messages: dict[int, Json] = field(default_factory=dict[int, Json])
    reactions: dict[int, list[Json]] = field(default_factory=dict[int, "list[Json]"])
    people_reactions: dict[int, list[Json]] = field(default_factory=dict[int, "list[Json]"])
    keyboards: list[Json] = field(default_factory=list[Json])
    next_message_id: int = 1
    migrated_to: int | None = None

    @property
    def is_private(self) -> bool:
        return self.kind == PRIVATE

    def has(self, user_id: int) -> bool:
        return self.statuses.get(user_id) in _INSIDE

    def is_admin(self, user_id: int) -> bool:
        return self.statuses.get(user_id) in {CREATOR, ADMINISTRATOR}

    def members(self) -> list[int]:
        return [user_id for user_id, status in self.statuses.items() if status in _INSIDE]

    def as_json(self) -> Json:
        forum: Json = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, **self.names, "type": self.kind, **forum}

    def full_json(self) -> Json:
        """A `ChatFullInfo`."""
        full = self.as_json() | {
            "accent_color_id": self.id % 7,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, True),
        }
        if not self.is_private:
            full["permissions"] = dict.fromkeys(_PERMISSIONS, True)
        return full

    def saved(self) -> Json:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def restored(cls, saved: Json) -> "Chat":
        """From JSON, whose keys are strings."""
        whole: Json = {
            name: _by_number(saved.get(name, {}))
            for name in ("statuses", "topics", "messages", "reactions", "people_reactions")
        }
        return cls(**(saved | whole))


def _by_number(saved: dict[str, Any]) -> dict[int, Any]:
    return {int(number): value for number, value in saved.items()}


def member_json(user: Json, status: str) -> Json:
    """A `ChatMember` of one of its kinds."""
    member: Json = {"user": user, "status": status}
    match status:
        case "creator":
            return member | {"is_anonymous": False}
        case "administrator":
            return member | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_RIGHTS, True)
        case "kicked":
            return member | {"until_date": 0}
        case _:
            return member
