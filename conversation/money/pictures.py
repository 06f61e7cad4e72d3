"""Pictures that are paid for."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from conversation.drawing.prices import at_most, consumed
from conversation.money.ledger import Bill, Entry, Paying
from domain.catalogue import Catalogue, Drawing, Model
from domain.drawing import Drawn, Order, Painter, Sketch, Task, Wishes
from domain.money import Purpose


@dataclass(frozen=True, slots=True)
class PaidPainter:
    """`domain.drawing.Painter` around another one. A drawing that is lost or stopped counts as expected."""

    painter: Painter
    paying: Paying
    catalogue: Callable[[], Catalogue]

    def chosen(self, wishes: Wishes, task: Task) -> Drawing | None:
        return self.painter.chosen(wishes, task)

    async def draw(self, order: Order) -> AsyncGenerator[Sketch | Drawn]:
        model = self._expected_model(order)
        name = model.id if model else order.wishes.model
        expected = at_most(model, order) if model else None
        async with (
            self.paying.paying(Bill(Purpose.IMAGE, name, expected)) as entry,
            aclosing(self.painter.draw(order)) as events,
        ):
            async for event in events:
                if isinstance(event, Drawn):
                    await self._settle(entry, event, expected)
                yield event

    def _expected_model(self, order: Order) -> Model | None:
        catalogue = self.catalogue()
        if order.wishes.model:
            return catalogue.models.get(order.wishes.model)
        return catalogue.default("image") if catalogue.of("image") else None

    async def _settle(self, entry: Entry, drawn: Drawn, expected: int | None) -> None:
        """By the provider's numbers; where it has none, by our own."""
        model = self.catalogue().models.get(drawn.model)
        used = consumed(drawn.usage)
        is_told = drawn.usage.output_tokens > 0 or (model is not None and model.picture_price is not None)
        if model is None or is_told or expected is None:
            await entry.settle(model, used)
        else:
            await entry.guess(model, used)
