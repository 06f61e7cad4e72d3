"""The way of a turn: its steps in order, each recorded before the next, so that resuming is skipping."""

import dataclasses
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from conversation import answers
from conversation.choices import Choices
from conversation.generation import Generation
from conversation.money.payer import Payer, paid_by
from conversation.preparing import Preparing
from conversation.prompts import Prompts
from conversation.running import RunningTurn, RunningTurns
from conversation.speaking import Speaking, Spoken, Voice
from conversation.tasks import Done, Order, Task
from conversation.tidying import Tidying
from conversation.tools import Calling, Tool
from conversation.wording import question
from domain.catalogue import Catalogue
from domain.errors import ReaderGone, UserFacingError
from domain.material import Material
from domain.reply import Button, Destination, Keyboard, Presenter
from domain.steps import Steps
from domain.texts import Sentence, Text
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Turn
from storage.threads import Threads
from storage.turns import Turns

log = logging.getLogger(__name__)

GENERATE = "generate"


@dataclass(frozen=True, slots=True)
class Conversations:
    """Answers turns. Intake guarantees that a conversation has one at a time, in order."""

    turns: Turns
    threads: Threads
    choices: Choices
    prompts: Prompts
    preparing: Preparing
    generation: Generation
    presenter: Presenter
    tidying: Tidying
    catalogue: Callable[[], Catalogue]
    say: Callable[[Sentence, str], str]
    tasks: Mapping[str, Task]
    tools: Mapping[str, Tool]
    speaking: Speaking
    price_line: Callable[[Turn], Awaitable[Sentence | None]]
    running: RunningTurns = field(default_factory=RunningTurns)
    _unrecorded: dict[int, Answer] = field(default_factory=dict[int, Answer])

    async def begin(self, turn: Turn) -> tuple[int, Steps]:
        """Takes the turn into the books; from then on it is resumed until it is closed."""
        thread_id = await self.threads.active(turn.key)
        return thread_id, await self.turns.begin(turn, thread_id)

    async def resume(self, turn_id: int) -> None:
        """Goes on with an interrupted turn after its last recorded step."""
        opened = await self.turns.open_turn(turn_id)
        if opened is not None:
            steps = self.turns.steps(turn_id)
            await self.work(opened.turn, opened.thread_id, steps, was_stopped=opened.is_stopped)

    async def abandon(self, turn_id: int) -> Sequence[int]:
        """Closes an interrupted turn without an answer; returns the updates it was to answer."""
        self._unrecorded.pop(turn_id, None)
        opened = await self.turns.open_turn(turn_id)
        if opened is None:
            return ()
        turn = opened.turn
        await self.turns.close(turn, Answer("", Ending.FAILED), question=question(turn), message_ids=())
        return turn.update_ids

    async def stop(self, key: ConversationKey, turn_id: int | None = None) -> bool:
        """Ends the running answer (of that turn, if given), keeping what is written. False if there is none."""
        running = self.running.find(key)
        if running is None or (turn_id is not None and running.turn_id != turn_id):
            return False
        running.stop()
        await self.turns.request_stop(running.turn_id)
        return True

    async def migrate(self, old_chat_id: int, new_chat_id: int) -> None:
        """The group has a new id: its threads and choices move along."""
        self.running.move_chat(old_chat_id, new_chat_id)
        await self.turns.move_chat(old_chat_id, new_chat_id)
        await self.choices.preferences.move_chat(old_chat_id, new_chat_id)

    async def start_new(self, key: ConversationKey) -> None:
        await self.threads.start_new(key)

    async def is_last(self, key: ConversationKey, turn_id: int) -> bool:
        """True while nothing has been asked since."""
        last = await self.turns.last(await self.threads.active(key))
        return last is not None and last.turn.id == turn_id

    async def has_been_read_aloud(self, key: ConversationKey, turn_id: int) -> bool:
        """Whether the button under that answer has been used already, or somebody is about to be heard."""
        return await self.turns.has_task(key, f"speak:{turn_id}", since=turn_id)

    async def again(self, request: Turn, of: int | None = None) -> Turn | None:
        """`request` as the last question asked again; None if there is none.

        With `of`, as that turn, be it a task, unless the conversation has gone on since.
        """
        thread_id = await self.threads.active(request.key)
        last = await self.turns.last(thread_id)
        if of is not None and (last is None or last.turn.id != of):
            last = await self.turns.last_of_any_kind(thread_id)
        if last is None or (of is not None and last.turn.id != of):
            return None
        return dataclasses.replace(request, said=last.turn.said, task=last.turn.task, again_of=last.turn.id)

    async def edited(self, request: Turn) -> Turn | None:
        """`request` as the last question in new words; None if it is another message, or says the same."""
        last = await self.turns.last(await self.threads.active(request.key))
        if last is None:
            return None
        edited = request.said[0]
        said = tuple(edited if old.message_id == edited.message_id else old for old in last.turn.said)
        if [(old.text, old.sources) for old in last.turn.said] == [(new.text, new.sources) for new in said]:
            return None
        return dataclasses.replace(
            request, said=said, task=last.turn.task, again_of=last.turn.id, in_place=not last.turn.task
        )

    async def work(self, turn: Turn, thread_id: int, steps: Steps, *, was_stopped: bool = False) -> None:
        """Answers a turn that has begun, and closes it. `was_stopped`: before the process went down."""
        with paid_by(Payer.of(turn)):
            await self._work(turn, thread_id, steps, was_stopped=was_stopped)

    async def _work(self, turn: Turn, thread_id: int, steps: Steps, *, was_stopped: bool) -> None:
        to = await self._destination(turn)
        if turn.task and await self._do_task(turn, steps, to, was_stopped=was_stopped):
            return
        async with self.speaking.voice(turn, steps, to) as voice:
            answer = await self._answered(turn, thread_id, steps, to, voice, was_stopped=was_stopped)
            material = await self.preparing.recorded(steps)
            answer = await self._with_calls(turn, thread_id, answer, material, voice)
            answer = await self._priced(turn, answer)
            await voice.prepare(material)
            try:
                message_ids = await self._shown(turn, answer, material, voice, was_stopped=was_stopped)
            except ReaderGone as gone:
                log.info("turn %s has no reader any more: %s", turn.id, gone)
                # Nobody has read it, so it is no part of the history; what it cost is kept.
                answer, message_ids = dataclasses.replace(answer, text="", ending=Ending.FAILED), ()
        await self.turns.close(
            turn, answer, question=question(turn, material), message_ids=message_ids, material=material
        )
        await self.tidying.tidy(turn, thread_id)

    async def _shown(
        self, turn: Turn, answer: Answer, material: Material, voice: Voice, *, was_stopped: bool
    ) -> tuple[int, ...]:
        """Shows the answer, its text first and then its voice, or the voice alone; the ids of what stands.

        Those of voice messages beside a text are not among them: no later text may take their place.
        """
        if voice.stands_for(answer):
            spoken = await self._spoken(turn, answer, voice, was_stopped=was_stopped)
            if spoken.message_ids:
                return spoken.message_ids
            message_ids = await self._written(turn, answer, material, voice)
        else:
            message_ids = await self._written(turn, answer, material, voice)
            spoken = await self._spoken(turn, answer, voice, was_stopped=was_stopped)
        if spoken.problem:
            await voice.tell(spoken.problem)
        return message_ids

    async def _written(self, turn: Turn, answer: Answer, material: Material, voice: Voice) -> tuple[int, ...]:
        return await self.presenter.deliver(
            voice.to,
            answer.text,
            steps=voice.steps,
            buttons=partial(self._buttons, turn, answer, is_spoken=voice.is_wanted),
            note=answer.note,
            quote=material.spoken,
        )

    async def _spoken(self, turn: Turn, answer: Answer, voice: Voice, *, was_stopped: bool) -> Spoken:
        with self.running.track(turn.key, turn.id) as running:
            running.stopped = running.stopped or was_stopped
            return await voice.send(answer, running)

    async def _do_task(self, turn: Turn, steps: Steps, to: Destination, *, was_stopped: bool) -> bool:
        """False if it is a question after all."""
        name, _, argument = turn.task.partition(":")
        say = partial(self._in_language, to.language)
        with self.running.track(turn.key, turn.id) as running:
            running.stopped = running.stopped or was_stopped
            try:
                done = await self.tasks[name].work(Order(turn, argument, to, steps, running, say))
            except UserFacingError as error:
                done = await self._told(self.generation.failed(error, say), turn, steps, to)
            except ReaderGone as gone:
                log.info("task %s of turn %s has no reader any more: %s", name, turn.id, gone)
                done = Done(answer=Answer("", Ending.FAILED))
        if done is None:
            return False
        asked = question(turn)
        await self.turns.close(turn, done.answer, question=asked, message_ids=done.message_ids)
        return True

    async def _told(self, answer: Answer, turn: Turn, steps: Steps, to: Destination) -> Done:
        buttons = partial(self._buttons, turn, answer)
        try:
            message_ids = await self.presenter.deliver(
                to, answer.text, steps=steps, buttons=buttons, note=answer.note
            )
        except ReaderGone as gone:
            log.info("turn %s has no reader any more: %s", turn.id, gone)
            message_ids = ()
        return Done(message_ids, answer)

    async def _answered(
        self, turn: Turn, thread_id: int, steps: Steps, to: Destination, voice: Voice, *, was_stopped: bool
    ) -> Answer:
        recorded = await steps.result(GENERATE)
        if recorded is not None:
            return answers.from_json(recorded)
        with self.running.track(turn.key, turn.id) as running:
            running.stopped = running.stopped or was_stopped
            # Paid already, though it could not be recorded: the model is not asked again.
            answer = self._unrecorded.get(turn.id) or await self._generate(turn, thread_id, running, voice)
            self._unrecorded[turn.id] = answer
            await steps.record(GENERATE, answers.to_json(answer))
            del self._unrecorded[turn.id]
        return answer

    async def _generate(self, turn: Turn, thread_id: int, running: RunningTurn, voice: Voice) -> Answer:
        steps, to = voice.steps, voice.to
        detail = self.choices.detail(turn.asker.user_id)
        model = self.choices.model(turn.key, self.catalogue())
        say = partial(self._in_language, to.language)
        hints = self.choices.hints(turn.asker.user_id)
        _, safety_key = self.prompts.keys(turn.key, turn.asker.user_id)
        order = Order(turn, "", to, steps, running, say)
        try:
            material = await running.stoppable(
                self.preparing.material(order, model, hints, safety_key=safety_key)
            )
            if material is None:
                return self.generation.stopped(say)
            history = await self.threads.history(thread_id)
            prompt = await self.prompts.build(turn, history, model, material, detail)
            offered = (tool.spec(turn) for tool in self.tools.values())
            prompt = dataclasses.replace(prompt, tools=tuple(spec for spec in offered if spec is not None))
        except UserFacingError as error:
            return self.generation.failed(error, say)
        await voice.prepare(material)
        async with voice.unread() or self.presenter.preview(
            turn.id, to, steps, on_gone=running.stop, quote=material.spoken
        ) as preview:
            answer = await self.generation.run(prompt, preview, running, say, on_text=voice.grow)
        return _with_note(answer, material.problems)

    async def _with_calls(
        self, turn: Turn, thread_id: int, answer: Answer, material: Material, voice: Voice
    ) -> Answer:
        """Begins what the model has called for, and tells it where the model has said nothing itself."""
        told: list[str] = []
        problems: list[str] = []
        say = partial(self._in_language, turn.asker.language)
        for number, call in enumerate(answer.calls):
            tool = self.tools.get(call.name)
            if tool is None:
                log.warning("turn %s: the model calls a tool that it was not offered", turn.id)
                continue
            origin = f"turn:{turn.id}:{number}"
            try:
                order = Order(turn, "", voice.to, voice.steps, RunningTurn(turn.id, turn.key), say)
                outcome = await tool.call(Calling(order, thread_id, material, call.arguments, origin))
                told += [say(outcome.told)] if outcome.told is not None else []
            except UserFacingError as error:
                log.info("turn %s: a tool fails: %s: %s", turn.id, type(error).__name__, error)
                problems.append(say(error.text))
        text = answer.text if answer.text.strip() else "\n\n".join(told)
        return _with_note(dataclasses.replace(answer, text=text), problems)

    async def _priced(self, turn: Turn, answer: Answer) -> Answer:
        """The answer with what it cost below it, for those who want to know."""
        line = await self.price_line(turn)
        if line is None:
            return answer
        parts = (answer.note, self.say(line, turn.asker.language))
        return dataclasses.replace(answer, note=" · ".join(part for part in parts if part))

    def _in_language(self, language: str, sentence: Sentence) -> str:
        return self.say(sentence, language)

    async def _destination(self, turn: Turn) -> Destination:
        old = await self.turns.answer_messages(turn.again_of) if turn.again_of and turn.in_place else ()
        return Destination(
            key=turn.key,
            chat_kind=turn.chat_kind,
            language=turn.asker.language,
            reply_to=turn.said[-1].message_id if turn.chat_kind is ChatKind.GROUP else None,
            rich=self.choices.rich(turn.asker.user_id),
            edits=old,
        )

    def _buttons(self, turn: Turn, answer: Answer, *, is_spoken: bool = False) -> Keyboard:
        say = partial(self._in_language, turn.asker.language)
        match answer.ending:
            case Ending.FAILED | Ending.STOPPED:
                return ((Button(say(Text("🔁 Try again")), f"ask:retry:{turn.id}"),),)
            case Ending.INCOMPLETE:
                return ((Button(say(Text("▶️ Continue")), f"ask:continue:{turn.id}"),),)
            case Ending.COMPLETED if self.speaking.can_speak and not is_spoken:
                return ((Button("🔊", f"ask:speak:{turn.id}"),),)
            case _:
                return ()


def _with_note(answer: Answer, sentences: Sequence[str]) -> Answer:
    """The answer with what could not be used of what was sent."""
    return dataclasses.replace(answer, note=" · ".join(part for part in (*sentences, answer.note) if part))
