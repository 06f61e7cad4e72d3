"""The chat, or the topic of it, that a tab shows: what of it changed since the tab was last told."""

from dataclasses import dataclass, field
from itertools import islice

from sandbox.page.view import commands_in, topic_of
from sandbox.telegram import reply_keyboards
from sandbox.telegram.chats import Chat
from sandbox.telegram.polls import votes_in
from sandbox.telegram.topics import has_topics
from sandbox.telegram.values import Json
from sandbox.telegram.world import World

PAGE_OF_MESSAGES = 100


@dataclass(slots=True)
class Room:
    """`oldest` is the first message that is shown; earlier ones come when they are asked for."""

    world: World
    chat: Chat
    user: int
    topic: int | None
    oldest: int = 0
    _shown: dict[int, tuple[Json, Json]] = field(default_factory=dict[int, tuple[Json, Json]])
    _told: Json = field(default_factory=dict[str, object])

    def __post_init__(self) -> None:
        self.oldest = self._start_before(self.chat.next_message_id)

    def show_older(self) -> None:
        self.oldest = self._start_before(self.oldest)

    def _start_before(self, number: int) -> int:
        here = (one["message_id"] for one in reversed(self.chat.messages.values()) if self._is_here(one))
        page = list(islice((one for one in here if one < number), PAGE_OF_MESSAGES))
        return page[-1] if page else 0

    def _is_here(self, message: Json) -> bool:
        if not has_topics(self.world, self.chat):
            return True
        return topic_of(message) == self.topic

    def news(self) -> Json:
        """Changed and removed messages, and whatever else here is not as it was."""
        news = {name: value for name, value in self._state().items() if self._told.get(name) != value}
        self._told |= news
        if changed := self._changed():
            news["messages"] = changed
        if removed := [number for number in self._shown if number not in self.chat.messages]:
            news["removed"] = removed
            for number in removed:
                del self._shown[number]
        return news

    def _changed(self) -> list[Json]:
        """Messages are replaced, never changed in place: another object is another message."""
        changed: list[Json] = []
        for number, message in self.chat.messages.items():
            if number < self.oldest or not self._is_here(message):
                continue
            around = self._around(number, message)
            shown = self._shown.get(number)
            if shown is None or shown[0] is not message or shown[1] != around:
                self._shown[number] = (message, around)
                changed.append(message | around)
        return changed

    def _around(self, number: int, message: Json) -> Json:
        """What a client shows with a message besides its content, if there is any."""
        around = {"reactions": self._reactions(number), "votes": votes_in(self.world, message, self.user)}
        return {name: value for name, value in around.items() if value}

    def _reactions(self, number: int) -> list[Json]:
        """Everybody's: the emoji, and by whom."""
        by_bot = [one | {"user": self.world.bot_id} for one in self.chat.reactions.get(number, [])]
        return by_bot + self.chat.people_reactions.get(number, [])

    def _state(self) -> Json:
        place = (self.chat.id, self.topic)
        draft, action = self.world.drafts.live(place), self.world.actions.live(place)
        return {
            "draft": None if draft is None else draft.as_json(),
            "action": None if action is None else action[0],
            "has_older": self._start_before(self.oldest) > 0,
            "keyboard": reply_keyboards.of(self.chat, self.user, self.topic),
            "commands": commands_in(self.world, self.chat, self.user),
        }

    def seconds_until_change(self) -> float | None:
        """When a draft or an action ends by itself."""
        place = (self.chat.id, self.topic)
        action = self.world.actions.live(place)
        left = [self.world.drafts.seconds_left(place), None if action is None else action[1]]
        return min((seconds for seconds in left if seconds is not None), default=None)
