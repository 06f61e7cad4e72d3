"""The way of a turn: its steps in order, each recorded before the next, so that resuming is skipping."""

import dataclasses
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from conversation.answering import Answering, with_note
from conversation.assistants.desk import AssistantDesk
from conversation.choices import Choices
from conversation.citing import opening
from conversation.failures import AtWork, at_work
from conversation.filing.made import Made
from conversation.moderation.guard import Flagged, was_held_back, was_not_asked
from conversation.money.payer import Payer, paid_by
from conversation.running import RunningTurns
from conversation.speaking import Speaking, Spoken, Voice
from conversation.structured import AnswerFiles
from conversation.tasks import Done, Order, Task
from conversation.tidying import Tidying
from conversation.wording import question
from domain.assistant import Assistant
from domain.errors import ReaderGone, UserFacingError
from domain.material import Material
from domain.reply import Button, Destination, Keyboard, Presenter
from domain.steps import Steps
from domain.texts import Sentence, Text
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Turn
from storage.threads import Threads
from storage.turns import Turns

log = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 0.5  # whether anything still waits to begin


@dataclass(frozen=True, slots=True)
class Conversations:
    """Answers turns. Intake guarantees that a conversation has one at a time, in order."""

    turns: Turns
    threads: Threads
    choices: Choices
    answering: Answering
    presenter: Presenter
    tidying: Tidying
    say: Callable[[Sentence, str], str]
    tasks: Mapping[str, Task]
    speaking: Speaking
    price_line: Callable[[Turn], Awaitable[Sentence | None]]
    assistants: AssistantDesk
    running: RunningTurns
    made: Made
    answer_files: AnswerFiles

    async def begin(self, turn: Turn) -> tuple[int, Steps]:
        """Takes the turn into the books; from then on it is resumed until it is closed."""
        thread_id = await self.thread_of(turn)
        return thread_id, await self.turns.begin(turn, thread_id)

    async def thread_of(self, turn: Turn) -> int:
        """The thread in which the asker talks there."""
        return await self.threads.active(turn.key, self.choices.thread_owner(turn.key, turn.asker.user_id))

    def belong_together(self, turns: Sequence[Turn]) -> bool:
        """Whether what was asked is asked in one thread."""
        return len({self.choices.thread_owner(turn.key, turn.asker.user_id) for turn in turns}) == 1

    async def resume(self, turn_id: int) -> None:
        """Goes on with an interrupted turn after its last recorded step."""
        opened = await self.turns.open_turn(turn_id)
        if opened is not None:
            steps = self.turns.steps(turn_id)
            await self.work(opened.turn, opened.thread_id, steps, was_stopped=opened.is_stopped)

    async def abandon(self, turn_id: int) -> Sequence[int]:
        """Closes an interrupted turn without an answer; returns the updates it was to answer."""
        self.answering.forget(turn_id)
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

    async def stop_before(self, key: ConversationKey, before: int, *, is_coming: Callable[[], bool]) -> bool:
        """Stops what was asked before that update: what is being answered, else what begins next.

        Waits for that as long as something is still to come. False if there was nothing to be stopped.
        """
        running = self.running.find(key)
        while running is None and is_coming():
            running = await self.running.awaited(key, _LOOK_AGAIN_SECONDS)
        return running is not None and running.turn_id < before and await self.stop(key, running.turn_id)

    async def migrate(self, old_chat_id: int, new_chat_id: int) -> None:
        """The group has a new id: its threads and choices move along."""
        self.running.move_chat(old_chat_id, new_chat_id)
        await self.turns.move_chat(old_chat_id, new_chat_id)
        await self.choices.preferences.move_chat(old_chat_id, new_chat_id)
        await self.assistants.assistants.move_chat(old_chat_id, new_chat_id)

    async def here(self, key: ConversationKey, user_id: int) -> tuple[int, Assistant]:
        """The thread in which that person talks there, and who answers in it."""
        thread_id = await self.threads.active(key, self.choices.thread_owner(key, user_id))
        return thread_id, await self.assistants.of_thread(thread_id)

    async def start_new(self, key: ConversationKey, user_id: int) -> int:
        return await self.threads.start_new(key, self.choices.thread_owner(key, user_id))

    async def is_last(self, request: Turn, turn_id: int) -> bool:
        """True while nothing has been asked since."""
        last = await self.turns.last(await self.thread_of(request))
        return last is not None and last.turn.id == turn_id

    async def has_been_read_aloud(self, key: ConversationKey, turn_id: int) -> bool:
        """Whether the button under that answer has been used already, or somebody is about to be heard."""
        return await self.turns.has_task(key, f"speak:{turn_id}", since=turn_id)

    async def again(self, request: Turn, of: int | None = None) -> Turn | None:
        """`request` as the last question asked again; None if there is none.

        With `of`, as that turn, be it a task, unless the conversation has gone on since.
        """
        thread_id = await self.thread_of(request)
        last = await self.turns.last(thread_id)
        if of is not None and (last is None or last.turn.id != of):
            last = await self.turns.last_of_any_kind(thread_id)
        if last is None or last.turn.is_forgotten or (of is not None and last.turn.id != of):
            return None
        return dataclasses.replace(
            request,
            said=last.turn.said,
            task=last.turn.task,
            again_of=last.turn.id,
            as_json=last.turn.as_json,
            instruction=last.turn.instruction,
        )

    async def edited(self, request: Turn) -> Turn | None:
        """`request` as the last question in new words; None if it is another message, or says the same."""
        last = await self.turns.last(await self.thread_of(request))
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
        at_work.set(AtWork(turn.id))
        with paid_by(Payer.of(turn)):
            await self._work(turn, thread_id, steps, was_stopped=was_stopped)

    async def _work(self, turn: Turn, thread_id: int, steps: Steps, *, was_stopped: bool) -> None:
        to = await self._destination(turn)
        if turn.task and await self._do_task(turn, steps, to, was_stopped=was_stopped):
            return
        assistant = await self.assistants.of_thread(thread_id)
        async with self.speaking.voice(turn, steps, to, name=assistant.voice) as voice:
            answer = await self.answering.answer(turn, thread_id, assistant, voice, was_stopped=was_stopped)
            answer = await self._priced(turn, answer)
            material = await self.answering.preparing.recorded(steps)
            answer, lost = await self.made.collect(answer, thread_id, steps)
            answer = with_note(answer, [self.say(sentence, to.language) for sentence in lost])
            await voice.prepare(material)
            try:
                message_ids = await self._shown(turn, answer, material, voice, was_stopped=was_stopped)
                await self.made.send(to, steps)
            except ReaderGone as gone:
                log.info("turn %s has no reader any more: %s", turn.id, gone)
                # Nobody has read it, so it is no part of the history; what it cost is kept.
                answer, message_ids = dataclasses.replace(answer, text="", ending=Ending.FAILED), ()
        if was_held_back(answer):
            material = Material()
        asked = "" if was_held_back(answer) else question(turn, material)
        known = turn.forgotten() if was_not_asked(answer) else turn
        await self.turns.close(known, answer, question=asked, message_ids=message_ids, material=material)
        await self.tidying.tidy(turn, thread_id)

    async def _priced(self, turn: Turn, answer: Answer) -> Answer:
        """The answer with what it cost below it, for those who want to know."""
        line = await self.price_line(turn)
        return answer if line is None else with_note(answer, [self.say(line, turn.asker.language)])

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
        if answer.as_file:
            return await self.answer_files.deliver(
                voice.to,
                answer,
                steps=voice.steps,
                buttons=partial(self._buttons, turn, answer, is_spoken=voice.is_wanted),
                quote=material.spoken,
                say=partial(self._in_language, voice.to.language),
            )
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
                await self.answering.guard.check_words(turn)
                done = await self.tasks[name].work(Order(turn, argument, to, steps, running, say))
            except Flagged as flagged:
                done = await self._told(self.answering.guard.refused(flagged, say), turn, steps, to)
            except UserFacingError as error:
                done = await self._told(self.answering.generation.failed(error, say), turn, steps, to)
            except ReaderGone as gone:
                log.info("task %s of turn %s has no reader any more: %s", name, turn.id, gone)
                done = Done(answer=Answer("", Ending.FAILED))
        if done is None:
            return False
        asked = "" if was_held_back(done.answer) else question(turn)
        known = turn.forgotten() if was_not_asked(done.answer) else turn
        await self.turns.close(known, done.answer, question=asked, message_ids=done.message_ids)
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
        row: list[Button] = []
        match answer.ending:
            case Ending.FAILED if not answer.can_be_retried:
                pass
            case Ending.FAILED | Ending.STOPPED:
                row.append(Button(say(Text("🔁 Try again")), f"ask:retry:{turn.id}"))
            case Ending.INCOMPLETE:
                row.append(Button(say(Text("▶️ Continue")), f"ask:continue:{turn.id}"))
            case Ending.COMPLETED if self.speaking.can_speak and not is_spoken:
                row.append(Button("🔊", f"ask:speak:{turn.id}"))
            case _:
                pass
        if answer.run:
            row.append(Button(say(Text("🔎 Steps")), f"run:steps:{turn.id}"))
        return (*opening(turn.id, answer.citations), *([tuple(row)] if row else []))
