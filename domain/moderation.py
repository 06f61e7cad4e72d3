"""Moderation: whether what is said or shown breaks the provider's rules for everybody."""

from collections.abc import Sequence
from typing import Protocol

from domain.engine import PromptPicture


class Moderator(Protocol):
    async def judge(self, texts: Sequence[str], pictures: Sequence[PromptPicture]) -> frozenset[str]:
        """The categories that any of it falls under, as `self-harm/intent`; none where all of it is fine.

        Raises a `UserFacingError` where it cannot be told.
        """
        ...
