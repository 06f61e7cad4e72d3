"""A sentence about what an assistant shall do becomes its instructions, written by the model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from conversation.assistants.dialogs import Dialog, Dialogs, Step
from conversation.assistants.limits import LONGEST_DESCRIPTION, LONGEST_INSTRUCTIONS
from conversation.choices import Choices
from conversation.prompts import Prompts
from conversation.tasks import Done, Order
from conversation.wording import WRITE_INSTRUCTIONS
from domain.catalogue import Catalogue
from domain.engine import Completer, Prompt, PromptMessage
from domain.errors import AnswerBroken
from domain.reply import Button, Keyboard, Presenter
from domain.texts import Text
from domain.turn import Answer, Ending

TASK: Final = "write_instructions"
_MOST_TOKENS = 2_000
_STEP = "written"


@dataclass(frozen=True, slots=True)
class WritingInstructions:
    """Paid once: what was written is recorded before it is shown."""

    dialogs: Dialogs
    choices: Choices
    prompts: Prompts
    completer: Completer
    catalogue: Callable[[], Catalogue]
    presenter: Presenter

    async def work(self, order: Order) -> Done:
        turn = order.turn
        dialog = self.dialogs.find(turn.key, turn.asker.user_id)
        if dialog is None or dialog.step is not Step.INSTRUCTIONS or not dialog.purpose:
            return Done()
        text = await self._written(order, dialog)
        if text is None:
            return Done(answer=Answer("", Ending.STOPPED))
        description = dialog.purpose if len(dialog.purpose) <= LONGEST_DESCRIPTION else ""
        draft = replace(dialog.draft, instructions=text, description=dialog.draft.description or description)
        await self.dialogs.keep(turn.key, turn.asker.user_id, replace(dialog, draft=draft))
        keyboard: Keyboard = (
            (Button(order.say(Text("✓ Use these")), "ask:make:next:instructions"),),
            (Button(order.say(Text("🔁 Write them again")), "ask:make:write:instructions"),),
        )
        message_ids = await self.presenter.deliver(order.to, text, steps=order.steps, buttons=lambda: keyboard)
        return Done(message_ids)

    async def _written(self, order: Order, dialog: Dialog) -> str | None:
        recorded = await order.steps.result(_STEP)
        if recorded is not None:
            return str(recorded["text"])
        async with self.presenter.acting(order.to.key, "typing"):
            made = await order.running.stoppable(self.completer.complete(self._prompt(order, dialog)))
        if made is None:
            return None
        text = made[0].strip()[:LONGEST_INSTRUCTIONS]
        if not text:
            raise AnswerBroken("the model wrote no instructions")
        await order.steps.record(_STEP, {"text": text})
        return text

    def _prompt(self, order: Order, dialog: Dialog) -> Prompt:
        turn = order.turn
        cache_key, safety_key = self.prompts.keys(turn.key, turn.asker.user_id)
        asked = f"Name: {dialog.draft.name}\nPurpose: {dialog.purpose}"
        return Prompt(
            model=self.choices.model(turn.key, self.catalogue()).id,
            instructions=WRITE_INSTRUCTIONS,
            messages=(PromptMessage("user", asked),),
            cache_key=cache_key,
            safety_key=safety_key,
            max_output_tokens=_MOST_TOKENS,
        )
