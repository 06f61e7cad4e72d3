"""Looking at what the model keeps of responses and conversations, and stopping its background."""

from typing import Any


class KeptClient:
    """What a test wants to know and to change of it."""

    async def _tell(self, subject: str, **words: object) -> None:
        raise NotImplementedError

    async def _look(self, subject: str) -> Any:
        raise NotImplementedError

    async def kept(self) -> dict[str, list[str]]:
        """The ids of all kept `responses`, `conversations` and their `items`.

        `left` are items whose conversation was deleted without them.
        """
        return await self._look("kept")

    async def stick_background(self, *, stuck: bool = True) -> None:
        """Responses that begin in the background from now on stay queued until they are cancelled."""
        await self._tell("background", stuck=stuck)
