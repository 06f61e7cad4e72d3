"""What the model is asked with: instructions, the history window, the question."""

import hashlib
import hmac
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conversation.assistants.desk import effort_for
from conversation.seeing import Seeing, material_tokens
from conversation.summary import exchange_tokens
from conversation.tokens import estimate_tokens
from conversation.wording import INSTRUCTIONS, instructions, once, question
from domain.assistant import GENERAL, Assistant
from domain.catalogue import Model
from domain.engine import Prompt, PromptMessage
from domain.errors import PromptTooLong
from domain.material import Material
from domain.media import Detail
from domain.run import Tuning
from domain.turn import ConversationKey, Turn
from storage.threads import Exchange, History

log = logging.getLogger(__name__)

_NOTHING = Material()
_SUMMARY_LABEL = "[Summary of our conversation so far]"
_REPLY_RESERVE = 0.25  # of the model's window, kept free for the answer


@dataclass(frozen=True, slots=True)
class Prompts:
    """Builds prompts whose prefix only grows, so that the provider's cache holds.

    `secret` keys the hashes of people and conversations: ids alone could be found by trying all of them.
    """

    secret: bytes
    window_tokens: int
    seeing: Seeing
    base_instructions: str = INSTRUCTIONS

    async def build(
        self,
        turn: Turn,
        history: History,
        model: Model,
        material: Material = _NOTHING,
        detail: Detail = Detail.AUTO,
        assistant: Assistant = GENERAL,
    ) -> Prompt:
        """Raises `PromptTooLong` when the question alone does not fit the model."""
        asked = once(turn.instruction, question(turn, material))
        needs = estimate_tokens(asked) + material_tokens(material, model, detail)
        needs += estimate_tokens(assistant.instructions)
        room = int(model.context_tokens * (1 - _REPLY_RESERVE)) - needs
        if room < 0:
            raise PromptTooLong(f"turn {turn.id} is {needs} tokens")
        if material.pictures or material.papers:
            log.info(
                "turn %s brings about %s tokens of pictures and files",
                turn.id,
                material_tokens(material, model, detail),
            )
        past = [exchange for exchange in history.exchanges if exchange.turn_id != turn.again_of]
        past = self._within(past, room)
        left = room - sum(map(exchange_tokens, past))
        messages = (
            *_summary(history.summary),
            *await self.seeing.past(past, model, detail, left),
            await self.seeing.asked(asked, material, model, detail),
        )
        cache_key, safety_key = self.keys(turn.key, turn.asker.user_id)
        return Prompt(
            model=model.id,
            instructions=instructions(turn.chat_kind, self.base_instructions, assistant),
            messages=messages,
            cache_key=cache_key,
            safety_key=safety_key,
            max_output_tokens=model.max_output_tokens,
            tuning=Tuning(effort=effort_for(assistant, model)),
        )

    def keys(self, key: ConversationKey, user_id: int) -> tuple[str, str]:
        """The hashes sent as `prompt_cache_key` and `safety_identifier`."""
        return self._hash(f"chat:{key.chat_id}:{key.topic_id}"), self._hash(f"user:{user_id}")

    def _hash(self, subject: str) -> str:
        return hmac.new(self.secret, subject.encode(), hashlib.sha256).hexdigest()[:32]

    def _within(self, exchanges: Sequence[Exchange], room_tokens: int) -> Sequence[Exchange]:
        """The newest exchanges that fit, should summarising have failed for long."""
        limit = min(room_tokens, 2 * self.window_tokens)
        kept, used = len(exchanges), 0
        while kept and used + exchange_tokens(exchanges[kept - 1]) <= limit:
            kept -= 1
            used += exchange_tokens(exchanges[kept])
        return exchanges[kept:]


def _summary(text: str) -> Iterable[PromptMessage]:
    return [PromptMessage("user", f"{_SUMMARY_LABEL}\n{text}")] if text else []
