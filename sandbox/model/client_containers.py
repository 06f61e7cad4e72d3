"""Looking into the model's containers, and telling the code in them how to behave."""

from typing import Any


class ContainersClient:
    """What a test wants to know and to change of them."""

    async def _tell(self, subject: str, **words: object) -> None:
        raise NotImplementedError

    async def _look(self, subject: str) -> Any:
        raise NotImplementedError

    async def containers(self) -> list[dict[str, Any]]:
        """Each as the API tells of it, with its `files`; the oldest first."""
        return await self._look("containers")

    async def expire_containers(self, container_id: str = "*") -> None:
        """The time of one, or of all, is over: their files are gone, and nobody can use them again."""
        await self._tell("containers", expire=container_id)

    async def fail_code(self, times: int = 1) -> None:
        """The next runs of code fail with a traceback."""
        await self._tell("containers", failures=times)

    async def pace_code(self, seconds: float) -> None:
        """How long each run of code takes from now on."""
        await self._tell("containers", code_seconds=str(seconds))
