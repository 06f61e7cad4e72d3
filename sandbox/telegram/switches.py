"""What can be switched while the sandbox runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast


@dataclass(slots=True)
class Switches:
    budgets: bool = False
    privacy: bool = True  # as every bot is born
    topics_in_private: bool = False
    users_create_topics: bool = True
    supports: dict[str, bool] = field(default_factory=dict[str, bool])
    draft_seconds: float = 30.0
    callback_seconds: float = 60.0
    webhook_retry_seconds: float = 1.0
    chat_burst: int = 3
    local_server: bool = False  # a Bot API server of one's own: no limit on downloads, 2000 MB on uploads

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Raises `ValueError` for a switch that is not there."""
        known = {one.name for one in fields(self)}
        if unknown := wanted.keys() - known:
            raise ValueError(
                f"no such switch: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}"
            )
        for name, value in wanted.items():
            if name == "supports":
                self.supports.update(cast("Mapping[str, bool]", value))
            else:
                setattr(self, name, value)
