"""Titles: after its first answer a thread, and a topic that nobody named, gets one from a cheap model."""

import asyncio
import logging
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from conversation.choices import Choices
from conversation.prompts import Prompts
from conversation.summary import cheap_model
from conversation.wording import TITLE_INSTRUCTIONS
from domain.catalogue import Catalogue
from domain.engine import Completer, Prompt, PromptMessage
from domain.errors import ReaderGone, UserFacingError
from domain.turn import ChatKind, ConversationKey, Turn
from storage.archive import Archive
from storage.threads import Exchange

log = logging.getLogger(__name__)

LONGEST_TITLE = 40
_LONGEST_SHARE = 1_500  # characters of a question and of an answer: what they are about is said by then
_LONGEST_ANSWER_TOKENS = 400  # for models that think before they name
_QUOTES = "\"'`*_#“”„«»「」《》 "

NameTopic = Callable[[ConversationKey, str], Awaitable[None]]
"""Gives a topic of a private chat that name. Raises `UserFacingError` and `ReaderGone` where it cannot."""


@dataclass(frozen=True, slots=True)
class Titles:
    """Works beside the conversation, so that nobody waits; what fails is tried again after the next answer."""

    archive: Archive
    choices: Choices
    prompts: Prompts
    completer: Completer
    catalogue: Callable[[], Catalogue]
    name_topic: NameTopic
    is_wanted: bool = True
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict[int, asyncio.Task[None]])

    def begin(self, turn: Turn, thread_id: int, exchanges: Sequence[Exchange]) -> None:
        """Entitles the thread, if it has no title and something was answered in it."""
        if self.is_wanted and exchanges and thread_id not in self._tasks:
            task = self._tasks[thread_id] = asyncio.create_task(self._entitle(turn, thread_id, exchanges[0]))
            task.add_done_callback(lambda _task: self._tasks.pop(thread_id))

    async def close(self) -> None:
        """Calls off what runs: it is tried again after the next answer."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _entitle(self, turn: Turn, thread_id: int, first: Exchange) -> None:
        try:
            if not await self.archive.is_untitled(thread_id):
                return
            text, _usage = await self.completer.complete(self._prompt(turn, first))
            title = cleaned(text)
            if title and await self.archive.entitle(thread_id, title):
                log.info("thread %s has a title of %s characters", thread_id, len(title))
                await self.name(turn.key, turn.chat_kind, title)
        except (UserFacingError, ReaderGone) as error:
            log.warning("thread %s has no title yet: %s: %s", thread_id, type(error).__name__, error)
        except Exception:
            log.exception("thread %s could not be entitled", thread_id)

    async def name(self, key: ConversationKey, chat_kind: ChatKind, title: str) -> None:
        """A topic of a private chat is called like its thread, unless its person has named it."""
        if chat_kind is ChatKind.PRIVATE and key.topic_id and self.choices.is_topic_unnamed(key):
            await self.name_topic(key, title)
            await self.choices.mark_topic(key, unnamed=False)

    def _prompt(self, turn: Turn, first: Exchange) -> Prompt:
        cache_key, safety_key = self.prompts.keys(turn.key, turn.asker.user_id)
        said = f"Person:\n{first.question[:_LONGEST_SHARE]}\n\nAssistant:\n{first.answer[:_LONGEST_SHARE]}"
        return Prompt(
            model=cheap_model(self.catalogue()).id,
            instructions=TITLE_INSTRUCTIONS,
            messages=(PromptMessage("user", said),),
            cache_key=cache_key,
            safety_key=safety_key,
            max_output_tokens=_LONGEST_ANSWER_TOKENS,
        )


def cleaned(text: str, most: int = LONGEST_TITLE) -> str:
    """One line without marks around it, cut at a word where it is too long; empty if nothing is to be seen."""
    lines = [line for line in text.splitlines() if line.strip()]
    visible = "".join(sign for sign in (lines or [""])[0] if unicodedata.category(sign) not in ("Cc", "Cf"))
    words = " ".join(visible.strip(_QUOTES).split()).rstrip(".。")
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    at_word = cut.rpartition(" ")[0]
    return f"{(at_word if len(at_word) > most // 2 else cut).rstrip(' ,;:–-')}…"
