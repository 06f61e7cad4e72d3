"""What the provider remembers of a thread, so that only what is new is sent; our own history decides."""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from conversation.asking import FORGOTTEN, kept_responses
from domain.assistant import Assistant
from domain.engine import Prompt
from domain.errors import UserFacingError
from domain.filing import thread_scope
from domain.hosting import Hosting, RemoteKind, RemoteThing
from domain.run import AUTO, Remote
from domain.steps import Steps
from domain.turn import Answer, Ending, Turn
from storage.filings import Filings
from storage.threads import History

log = logging.getLogger(__name__)

_KEPT = {Ending.COMPLETED, Ending.INCOMPLETE}
_SLOW_EFFORTS = {"high", "xhigh", "max"}


@dataclass(frozen=True, slots=True)
class Remembering:
    """The conversations that threads with an assistant have at the provider.

    Each is marked with the history it holds. Where ours is another, because something was asked again, edited,
    summarised or broken off, or where the provider has lost it, it is begun anew from our own.
    """

    filings: Filings
    hosting: Hosting
    wake_sweeper: Callable[[], None]

    async def of(self, scope: str, mark: str) -> Remote:
        """The scope's conversation, empty if what it holds is not what `mark` stands for."""
        home = await self.filings.home(scope, RemoteKind.CONVERSATION)
        if home is not None and home.mark == mark:
            # Until the answer is complete nobody knows what it holds.
            await self.filings.settle(scope, RemoteThing(RemoteKind.CONVERSATION, home.id))
            return Remote(home.id, has_history=True)
        return await self.begun(scope)

    async def begun(self, scope: str) -> Remote:
        """A new one in place of the scope's."""
        home = await self.filings.home(scope, RemoteKind.CONVERSATION)
        if home is not None:
            await self.filings.discard([RemoteThing(RemoteKind.CONVERSATION, home.id)])
            self.wake_sweeper()
        thing = RemoteThing(RemoteKind.CONVERSATION, await self.hosting.create_conversation())
        await self.filings.settle(scope, thing)
        return Remote(thing.id)


@dataclass(slots=True)
class Memory:
    """The provider's memory for one turn."""

    remembering: Remembering
    turn: Turn
    thread_id: int
    assistant: Assistant
    history: History
    steps: Steps

    @property
    def is_wanted(self) -> bool:
        """Whether the provider shall keep what is said in the thread."""
        return bool(self.assistant.id) and self.remembering.hosting.can_remember

    async def into(self, prompt: Prompt) -> Prompt:
        """The prompt with the thread's conversation, where there shall be one, and whether it may take long."""
        prompt = replace(prompt, remote=replace(prompt.remote, in_background=self._may_take_long(prompt)))
        if not self.is_wanted:
            return prompt
        try:
            mark = _mark(self.history, self._known())
            remote = await self.remembering.of(thread_scope(self.thread_id), mark)
        except UserFacingError as error:
            log.warning("thread %s is remembered by us alone: %s", self.thread_id, error)
            return prompt
        return replace(prompt, remote=replace(remote, in_background=prompt.remote.in_background))

    async def into_again(self, prompt: Prompt) -> Prompt:
        """After `HostedGone`: begun anew, in case it was the conversation that the provider has lost."""
        if not prompt.remote.conversation:
            return prompt
        remote = await self.remembering.begun(thread_scope(self.thread_id))
        return replace(prompt, remote=replace(remote, in_background=prompt.remote.in_background))

    async def keep(self, answer: Answer) -> None:
        """The conversation holds this turn, too, if it ended regularly. Its responses need not be kept."""
        kept = [RemoteThing(RemoteKind.RESPONSE, one) for one in await kept_responses(self.steps)]
        if kept:
            await self.remembering.filings.discard(kept)
            self.remembering.wake_sweeper()
        if not self.is_wanted:
            return
        scope = thread_scope(self.thread_id)
        home = await self.remembering.filings.home(scope, RemoteKind.CONVERSATION)
        if home is None or answer.ending not in _KEPT or not answer.text:
            return
        if await self.steps.result(FORGOTTEN) is not None:
            return
        mark = _mark(self.history, [*self._known(), self.turn.id])
        await self.remembering.filings.settle(scope, RemoteThing(RemoteKind.CONVERSATION, home.id), mark=mark)

    def _known(self) -> list[int]:
        exchanges = self.history.exchanges
        return [exchange.turn_id for exchange in exchanges if exchange.turn_id != self.turn.again_of]

    def _may_take_long(self, prompt: Prompt) -> bool:
        """Code, and much thought: then the answer is made in the background, and survives a restart."""
        if not self.remembering.hosting.can_remember:
            return False
        has_data = bool(prompt.hosted.container) and prompt.hosted.container != AUTO
        return has_data or prompt.tuning.effort in _SLOW_EFFORTS


def _mark(history: History, turn_ids: Iterable[int]) -> str:
    told = f"{history.summary}\n{','.join(map(str, turn_ids))}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]
