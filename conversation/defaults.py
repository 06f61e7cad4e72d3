"""Which model does a job where nobody chose one: an admin's, else the settings', else the catalogue's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.catalogue import Capability
from storage.preferences import Preferences, Scope


@dataclass(frozen=True, slots=True)
class Defaults:
    """`settings` names models by capability; `prefer` makes one the default, or with "" none."""

    preferences: Preferences
    settings: Mapping[Capability, str]
    prefer: Callable[[Capability, str], None]

    def restore(self) -> None:
        """Puts in force what was chosen before this start."""
        for capability, named in self.settings.items():
            self.prefer(capability, self.chosen(capability) or named)

    def chosen(self, capability: Capability) -> str:
        """The model that an admin chose, "" if none did."""
        return str(self.preferences.get(Scope.bot(), f"default:{capability}") or "")

    async def choose(self, capability: Capability, model_id: str) -> None:
        """With "" the settings hold again."""
        await self.preferences.set(Scope.bot(), f"default:{capability}", model_id)
        self.prefer(capability, model_id or self.settings.get(capability, ""))

    async def leave(self, old: str, new: str) -> int:
        """Everybody who chose the one model has the other; returns how many conversations that are."""
        return await self.preferences.replace("model", old, new)
