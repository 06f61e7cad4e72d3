"""The treasury: what handlers and the heart may ask about money."""

from dataclasses import dataclass

from conversation.choices import Choices
from conversation.money import wording
from conversation.money.ledger import Paying
from conversation.money.rules import Rules
from domain.texts import Sentence
from domain.turn import Turn
from storage.ledger import Ledger
from storage.spending import Spending


@dataclass(frozen=True, slots=True)
class Treasury:
    paying: Paying
    rules: Rules
    ledger: Ledger
    spending: Spending
    choices: Choices

    async def price_line(self, turn: Turn) -> Sentence | None:
        """What the turn has cost until now, if its asker wants to know."""
        if not self.choices.price_line(turn.asker.user_id):
            return None
        return await self.price_of_turn(turn.id)

    async def price_of_turn(self, turn_id: int) -> Sentence | None:
        """None where nothing was paid for."""
        return wording.price(await self.spending.of_turn(turn_id))

    async def move_chat(self, old: int, new: int) -> None:
        """A group has a new id: its budgets, and what was spent there, follow it."""
        await self.ledger.move_chat(old, new)
        await self.rules.budgets.move_chat(old, new)
