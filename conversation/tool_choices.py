"""What people chose about tools: which are off in a chat, which need not ask there, and their time zone."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.steps import JsonValue
from domain.turn import ConversationKey
from storage.preferences import Preferences, Scope
from tools.places import zone_named

_OFF, _ALLOWED, _ZONE = "tools_off", "tools_allowed", "zone"


@dataclass(frozen=True, slots=True)
class ToolChoices:
    """Typed access to the stored preferences. A chat's hold in all its topics."""

    preferences: Preferences

    def is_on(self, chat_id: int, name: str) -> bool:
        return name not in self._names(chat_id, _OFF)

    async def switch(self, chat_id: int, name: str, *, on: bool) -> None:
        names = self._names(chat_id, _OFF)
        await self._keep(chat_id, _OFF, names - {name} if on else names | {name})

    def is_allowed(self, chat_id: int, name: str) -> bool:
        """Whether it need not ask there any more."""
        return name in self._names(chat_id, _ALLOWED)

    async def allow(self, chat_id: int, name: str) -> None:
        await self._keep(chat_id, _ALLOWED, self._names(chat_id, _ALLOWED) | {name})

    async def ask_again(self, chat_id: int, name: str) -> None:
        """What was allowed for good is not any more."""
        await self._keep(chat_id, _ALLOWED, self._names(chat_id, _ALLOWED) - {name})

    def zone(self, user_id: int) -> ZoneInfo | None:
        """Where a person's clock is; None if they have not said."""
        chosen = self.preferences.get(Scope.user(user_id), _ZONE)
        return zone_named(str(chosen)) if chosen else None

    async def choose_zone(self, user_id: int, zone: ZoneInfo) -> None:
        await self.preferences.set(Scope.user(user_id), _ZONE, str(zone))

    def _names(self, chat_id: int, preference: str) -> frozenset[str]:
        found = self.preferences.get(Scope.conversation(ConversationKey(chat_id)), preference)
        return frozenset(map(str, found)) if isinstance(found, list) else frozenset()

    async def _keep(self, chat_id: int, preference: str, names: frozenset[str]) -> None:
        scope = Scope.conversation(ConversationKey(chat_id))
        await self.preferences.set(scope, preference, list[JsonValue](sorted(names)))
