"""After an answer: the thread gets its title, and what is too old is put in fewer words, by a cheap model."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from conversation.choices import Choices
from conversation.prompts import Prompts
from conversation.seeing import Seeing, details
from conversation.summary import cheap_model, oldest_half, summary_prompt
from conversation.titles import Titles
from conversation.wording import DESCRIPTION_INSTRUCTIONS
from domain.catalogue import Catalogue
from domain.engine import Completer, Prompt
from domain.errors import AnswerBroken, UserFacingError
from domain.media import Detail
from domain.turn import Turn
from storage.threads import Exchange, History, Threads
from storage.turns import Turns

log = logging.getLogger(__name__)

_LONGEST_DESCRIPTION_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Tidying:
    """Entitles a new thread, and shortens one that outgrew its window; what fails is tried again next time."""

    turns: Turns
    threads: Threads
    choices: Choices
    prompts: Prompts
    seeing: Seeing
    completer: Completer
    catalogue: Callable[[], Catalogue]
    titles: Titles

    async def tidy(self, turn: Turn, thread_id: int) -> None:
        history = await self.threads.history(thread_id)
        self.titles.begin(turn, thread_id, history.exchanges)
        keys = self.prompts.keys(turn.key, turn.asker.user_id)
        try:
            await self._describe(turn, history, keys)
            await self._summarise(thread_id, history, keys)
        except UserFacingError as error:
            log.warning("thread %s could not be shortened: %s", thread_id, error)

    async def _describe(self, turn: Turn, history: History, keys: tuple[str, str]) -> None:
        """One line for each turn whose pictures will not be shown again."""
        model = self.choices.model(turn.key, self.catalogue())
        detail = self.choices.detail(turn.asker.user_id)
        shown = details(history.exchanges, model, detail, self.prompts.window_tokens)
        for exchange in history.exchanges:
            material = exchange.material
            if material.pictures and not material.description and exchange.turn_id not in shown:
                text = await self._text(await self._description_prompt(exchange, keys))
                await self.turns.replace_material(
                    exchange.turn_id, replace(material, description=" ".join(text.split()))
                )
                log.info("described the pictures of turn %s", exchange.turn_id)

    async def _description_prompt(self, exchange: Exchange, keys: tuple[str, str]) -> Prompt:
        model = cheap_model(self.catalogue())
        asked = await self.seeing.asked(exchange.question, exchange.material, model, Detail.LOW)
        return Prompt(
            model=model.id,
            instructions=DESCRIPTION_INSTRUCTIONS,
            messages=(asked,),
            cache_key=keys[0],
            safety_key=keys[1],
            max_output_tokens=_LONGEST_DESCRIPTION_TOKENS,
        )

    async def _summarise(self, thread_id: int, history: History, keys: tuple[str, str]) -> None:
        oldest = oldest_half(history, self.prompts.window_tokens)
        if not oldest:
            return
        text = await self._text(summary_prompt(history, oldest, self.catalogue(), keys))
        await self.threads.summarise(thread_id, up_to_turn_id=oldest[-1].turn_id, summary=text)
        log.info("summarised %s turns of thread %s", len(oldest), thread_id)

    async def _text(self, prompt: Prompt) -> str:
        text, _usage = await self.completer.complete(prompt)
        if not text.strip():
            raise AnswerBroken("the short text is empty")
        return text
