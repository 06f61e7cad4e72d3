"""The `generate` step of a turn: everything that it takes to have the model answer, once."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from conversation import answers
from conversation.asking import Audience
from conversation.assistants.desk import model_for
from conversation.calls import Calls
from conversation.choices import Choices
from conversation.citing import with_sources
from conversation.failures import about_model
from conversation.filing.cabinet import Cabinet, Prepared
from conversation.filing.prompting import Files
from conversation.filing.shown import kept
from conversation.generation import Generation
from conversation.knowledge.tool import NAME as SEARCH_FILES
from conversation.memory import tools as memory_tools
from conversation.memory.book import FactBook
from conversation.moderation.guard import Flagged, Guard
from conversation.preparing import Preparing
from conversation.prompts import Prompts
from conversation.remembering import Memory, Remembering
from conversation.running import RunningTurn, RunningTurns
from conversation.speaking import Voice
from conversation.structured import Structured, preview_of
from conversation.tasks import Order
from conversation.tools import AssistantsTools, Offer, Tool
from conversation.tuning import Tunings
from conversation.wording import one_line
from domain.assistant import HOSTED, WEB, Assistant
from domain.catalogue import Catalogue
from domain.engine import Prompt
from domain.errors import UserFacingError
from domain.material import Material
from domain.reply import Presenter
from domain.run import Hosted
from domain.texts import Sentence, Text
from domain.turn import Answer, Turn
from storage.threads import History, Threads

GENERATE = "generate"


@dataclass(frozen=True, slots=True)
class Answering:
    """Has a turn answered. What has been paid for is recorded before anything else happens to it."""

    threads: Threads
    choices: Choices
    prompts: Prompts
    preparing: Preparing
    generation: Generation
    presenter: Presenter
    catalogue: Callable[[], Catalogue]
    say: Callable[[Sentence, str], str]
    tools: Mapping[str, Tool]
    is_tool_on: Callable[[int, str], bool]
    running: RunningTurns
    cabinet: Cabinet
    book: FactBook
    guard: Guard
    remembering: Remembering
    tunings: Tunings
    structured: Structured
    _unrecorded: dict[int, Answer] = field(default_factory=dict[int, Answer])

    async def answer(
        self, turn: Turn, thread_id: int, assistant: Assistant, voice: Voice, *, was_stopped: bool
    ) -> Answer:
        """The recorded answer, or a new one. `was_stopped`: by the person, before the process went down."""
        recorded = await voice.steps.result(GENERATE)
        if recorded is not None:
            return answers.from_json(recorded)
        with self.running.track(turn.key, turn.id) as running:
            running.stopped = running.stopped or was_stopped
            # Paid already, though it could not be recorded: the model is not asked again.
            answer = self._unrecorded.get(turn.id)
            if answer is None:
                here = self._here(assistant, turn)
                answer = await self._generate(turn, thread_id, here, running, voice)
            self._unrecorded[turn.id] = answer
            await voice.steps.record(GENERATE, answers.to_json(answer))
            del self._unrecorded[turn.id]
        return answer

    def forget(self, turn_id: int) -> None:
        """The turn is given up."""
        self._unrecorded.pop(turn_id, None)

    async def _generate(
        self, turn: Turn, thread_id: int, assistant: Assistant, running: RunningTurn, voice: Voice
    ) -> Answer:
        say = partial(self._in_language, voice.to.language)
        order = Order(turn, "", voice.to, voice.steps, running, say)
        offer = Offer(turn, thread_id, assistant)
        try:
            material = await running.stoppable(self._material(order, assistant))
            if material is None:
                return self.generation.stopped(say)
            files = Files(self.cabinet, turn, thread_id, assistant, material)
            history = await self.threads.history(thread_id)
            memory = Memory(self.remembering, turn, thread_id, assistant, history, voice.steps)
            if await self._prepared(files, order) is None:
                return self.generation.stopped(say)
            # Also making ready may have to wait for the provider.
            prompt = await running.stoppable(self._ready(offer, history, files, memory))
            if prompt is None:
                return self.generation.stopped(say)
        except Flagged as flagged:
            return self.guard.refused(flagged, say)
        except UserFacingError as error:
            return self.generation.failed(error, say)
        tools = AssistantsTools(self.tools, assistant)
        calls = Calls(tools, prompt.tools, order, offer, material)

        async def renewed(gone: Prompt) -> Prompt:
            return await memory.into_again(await files.into_again(gone))

        await voice.prepare(material)
        async with voice.unread() or self.presenter.preview(
            turn.id, voice.to, voice.steps, on_gone=running.stop, quote=material.spoken
        ) as preview:
            shown = self.guard.preview(preview_of(prompt, preview))
            keep = partial(kept, files=self.guard.gallery.files)
            audience = Audience(shown, say, self.guard.listener(voice.grow), renewed, keep)
            answer = await self.generation.run(prompt, audience, running, calls)
            answer = await self.structured.finished(prompt, answer, running, say)
            answer = await self.guard.passed(answer, turn, say)
            await memory.keep(answer)
        answer = await self.tunings.noted(turn, prompt, answer, say)
        answer = answer if prompt.format is not None else with_sources(answer)
        told = [*files.told, *memory_tools.told(answer.run)]
        return with_note(answer, [*material.problems, *map(say, told)])

    async def _prepared(self, files: Files, order: Order) -> Prepared | None:
        """None if stopped. Files that were just sent may take long to be put where the model finds them."""
        names = [one_line(filed.name) for filed in files.material.filed]
        if not names:
            return await order.running.stoppable(files.prepare())
        async with self.presenter.preview(
            order.turn.id, order.to, order.steps, on_gone=order.running.stop
        ) as preview:
            reading = Text("Reading {files}…", files=", ".join(names))
            preview.show(f"_{order.say(reading)}_")
            return await order.running.stoppable(files.prepare())

    async def _material(self, order: Order, assistant: Assistant) -> Material:
        turn = order.turn
        model = model_for(assistant, self.choices, turn.key, self.catalogue())
        hints = self.choices.hints(turn.asker.user_id)
        _, safety_key = self.prompts.keys(turn.key, turn.asker.user_id)
        async with self.guard.check(turn) as check:
            material = await self.preparing.material(order, model, hints, assistant, safety_key=safety_key)
            await check.passes(material)
        return material

    async def _ready(self, offer: Offer, history: History, files: Files, memory: Memory) -> Prompt:
        """All that the model is asked, with what goes along with it."""
        prompt = await self._prompt(offer, history, files.material)
        prompt = await self.book.into(prompt, offer.turn, is_kept=memory.is_wanted)
        return await memory.into(await files.into(prompt))

    async def _prompt(self, offer: Offer, history: History, material: Material) -> Prompt:
        turn, assistant = offer.turn, offer.assistant
        model = model_for(assistant, self.choices, turn.key, self.catalogue())
        about_model(model.id)
        detail = self.choices.detail(turn.asker.user_id)
        prompt = await self.prompts.build(turn, history, model, material, detail, assistant)
        offered = (tool.spec(offer) for tool in AssistantsTools(self.tools, assistant).values())
        prompt = dataclasses.replace(
            prompt,
            tools=tuple(spec for spec in offered if spec is not None),
            hosted=Hosted(web_search=self._searches_web(assistant)),
        )
        return self.tunings.applied(prompt, turn)

    def _searches_web(self, assistant: Assistant) -> bool:
        # Who keeps conversations searches the web, too.
        return self.cabinet.workspace.hosting.can_remember and assistant.may_use(WEB)

    def _here(self, assistant: Assistant, turn: Turn) -> Assistant:
        """Without what is switched off in this chat of all that decides what can be done with files."""
        off = frozenset(name for name in (*HOSTED, SEARCH_FILES) if not self.is_tool_on(turn.key.chat_id, name))
        return dataclasses.replace(assistant, denied=off)

    def _in_language(self, language: str, sentence: Sentence) -> str:
        return self.say(sentence, language)


def with_note(answer: Answer, sentences: Sequence[str]) -> Answer:
    """The answer with what could not be used of what was sent."""
    note = " · ".join(part for part in (answer.note, *sentences) if part)
    return dataclasses.replace(answer, note=note)
