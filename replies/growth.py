"""A growing answer between the two who know it: the heart, which adds to it, and a preview, which shows it."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from replies.clock import Clock
from replies.content import TextContent
from replies.errors import TelegramRefusal
from replies.parts import is_visible
from replies.visible import Visible


class Growth:
    """Keeps the newest text only. Implements `domain.reply.Preview`."""

    def __init__(self, clock: Clock, quote: str = "") -> None:
        """A `quote` is shown from the start, above the text."""
        self._clock = clock
        self._newest = ""
        self._shown: TextContent | None = None
        self._flying: TextContent | None = None
        self._visible = Visible(quote)
        self._changed = asyncio.Event()
        self._landed = asyncio.Event()
        self._landed.set()
        if quote:
            self._changed.set()
        self._is_closed = False

    def show(self, markdown: str) -> None:
        self._newest = markdown
        self._changed.set()

    @property
    def is_shown(self) -> bool:
        """True once anything has been shown, if only that the bot is thinking."""
        return self._shown is not None

    async def more(self, seconds: float | None = None) -> bool:
        """Waits for text that has not been shown, at most so long; True if there is some."""
        return await self._clock.wait(self._changed, seconds)

    def frame(self) -> TextContent | None:
        """The newest text, if it can be seen and looks different from what is shown."""
        content = self._rendered()
        is_new = content != self._shown and is_visible(content.text)
        return self._taken_off(content) if is_new else None

    def same_frame(self) -> TextContent | None:
        """The newest text, however it looks; no text at all means that the bot is thinking."""
        return self._taken_off(self._rendered())

    def wanted(self) -> bool:
        """For a sign of life without text: the same as a frame, as to when it may leave."""
        if not self._is_closed:
            self._landed.clear()
        return not self._is_closed

    @contextmanager
    def flight(self) -> Generator[None]:
        """Around the call that asks for a frame; one that does not arrive is still to be shown."""
        try:
            yield
        except BaseException as error:
            is_skipped = isinstance(error, TelegramRefusal) and self.is_shown
            if self._flying is not None and not is_skipped:
                self._changed.set()
            raise
        else:
            self._shown = self._flying or self._shown
        finally:
            self._flying = None
            self._landed.set()

    async def close(self, patience_seconds: float) -> None:
        """No frame leaves any more, and the one on its way has landed when this returns, or is late."""
        self._is_closed = True
        await self._clock.wait(self._landed, patience_seconds)

    def _rendered(self) -> TextContent:
        self._changed.clear()
        return self._visible.content(self._newest)

    def _taken_off(self, content: TextContent) -> TextContent | None:
        if self._is_closed:
            return None
        self._flying = content
        self._landed.clear()
        return content
