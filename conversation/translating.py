"""`/translate`: speech and text in another language."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields

from pydantic import TypeAdapter

from conversation.dictation import LONGEST_MESSAGE, Clerk, Dictation
from conversation.patience import patiently
from conversation.several import several
from conversation.tasks import Done, Order
from conversation.wording import translation_instructions
from domain.catalogue import Catalogue, Model
from domain.engine import Completer, Prompt, PromptMessage
from domain.errors import AnswerBroken
from domain.reply import Presenter
from domain.speech import Transcript
from domain.texts import Text
from domain.turn import Answer, Ending, Usage
from locales.names import ENGLISH, english_name
from replies.markdown import verbatim

TASK = "translate"
"""Its argument is the code of the language: `translate:fr`."""

_PART_CHARACTERS = 6_000  # so that no part comes near a model's longest answer
_BOUNDARY = re.compile(r"(?<=\n)|(?<=[.!?…] )|(?<=[。！？])")
_NAME = "translation"
_STEP = "translated"

_translated = TypeAdapter(tuple[str, Usage])


@dataclass(frozen=True, slots=True)
class Translating:
    dictation: Dictation
    clerk: Clerk
    presenter: Presenter
    completer: Completer
    catalogue: Callable[[], Catalogue]

    async def work(self, order: Order) -> Done:
        done = await order.running.stoppable(self._translated(order))
        if done is None:
            return await self.clerk.stopped(order)
        markdown, answer, quote = done
        if len(markdown) > LONGEST_MESSAGE:
            return await self.clerk.send(order, answer.text, answer, name=_NAME, form="txt")
        return await self.clerk.show(order, markdown, answer, quote=quote)

    async def _translated(self, order: Order) -> tuple[str, Answer, str]:
        """As Markdown, as what is remembered, and what was said where that is known."""
        if not order.turn.said[-1].attachments:
            answer = await self._written(order, order.turn.said[-1].text)
            return answer.text, answer, ""
        english = await self._english(order)
        if english is not None:
            answer = Answer(english.text, Ending.COMPLETED, english.model)
            return verbatim(english.text), answer, ""
        heard = await self.dictation.heard(order, "words")
        spoken = heard.text if heard else ""
        answer = await self._written(order, spoken)
        return answer.text, answer, spoken

    async def _english(self, order: Order) -> Transcript | None:
        """Through the call for it, where there is one."""
        return await self.dictation.heard(order, "english") if order.argument == ENGLISH else None

    async def _written(self, order: Order, text: str) -> Answer:
        """By the chat model, part by part."""
        parts = list(in_parts(text))
        done: dict[int, tuple[str, Usage]] = {}
        async with self._progress(order, len(parts)) as show:

            async def translate(number: int) -> None:
                done[number] = await self._part(order, number, parts[number])
                show(len(done))

            await several(range(len(parts)), translate)
        ordered = [done[number] for number in range(len(parts))]
        usage = _sum(use for _, use in ordered)
        return Answer("".join(text for text, _ in ordered), Ending.COMPLETED, self._model(order).id, usage)

    async def _part(self, order: Order, number: int, part: str) -> tuple[str, Usage]:
        step = f"{_STEP}:{number}"
        recorded = await order.steps.result(step)
        if recorded is None:
            prompt = await self._prompt(order, part)
            text, usage = await patiently(lambda: self.completer.complete(prompt))
            if not text.strip():
                raise AnswerBroken("the translation is empty")
            spaces = part[len(part.rstrip()) :]
            recorded = _translated.dump_python((text.strip() + spaces, usage), mode="json")
            await order.steps.record(step, {"part": recorded})
        else:
            recorded = recorded["part"]
        return _translated.validate_python(recorded)

    async def _prompt(self, order: Order, part: str) -> Prompt:
        model = self._model(order)
        language = await asyncio.to_thread(english_name, order.argument)  # which may read a file
        cache_key, safety_key = self.dictation.prompts.keys(order.turn.key, order.turn.asker.user_id)
        return Prompt(
            model=model.id,
            instructions=translation_instructions(language),
            messages=(PromptMessage("user", part),),
            cache_key=cache_key,
            safety_key=safety_key,
            max_output_tokens=model.max_output_tokens,
        )

    def _model(self, order: Order) -> Model:
        return self.dictation.choices.model(order.turn.key, self.catalogue())

    @asynccontextmanager
    async def _progress(self, order: Order, parts: int) -> AsyncGenerator[Callable[[int], None]]:
        """Takes how many parts are done."""
        if parts == 1:
            async with self.presenter.acting(order.turn.key, "typing"):
                yield lambda _done: None
            return
        on_gone = order.running.stop
        async with self.presenter.preview(order.turn.id, order.to, order.steps, on_gone=on_gone) as preview:
            yield lambda done: preview.show(
                order.say(Text("Translating: {done} of {all}…", done=done, all=parts))
            )


def in_parts(text: str, most_characters: int = _PART_CHARACTERS) -> Iterator[str]:
    """The text in parts no longer than that, cut behind lines and sentences where there are any."""
    part = ""
    for sentence in _BOUNDARY.split(text):
        for start in range(0, len(sentence), most_characters):
            piece = sentence[start : start + most_characters]
            if part and len(part) + len(piece) > most_characters:
                yield part
                part = ""
            part += piece
    yield part


def _sum(usages: Iterable[Usage]) -> Usage:
    total = Usage()
    for usage in usages:
        total = Usage(*(getattr(total, field.name) + getattr(usage, field.name) for field in fields(Usage)))
    return total
