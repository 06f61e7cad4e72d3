"""The studio: drawings made beside the conversations, each paid for once and delivered whatever happens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from conversation.drawing import keyboards, wording
from conversation.drawing.easel import Easel
from conversation.drawing.errors import TooManyDrawings
from conversation.drawing.prices import price
from conversation.drawing.sketches import Sketches
from conversation.gallery import DEFAULT_VISION
from conversation.generation import Generation
from conversation.moderation.guard import Guard
from conversation.money.payer import Payer, paid_by
from conversation.prompts import Prompts
from conversation.running import RunningTurn, to_its_end
from domain.catalogue import Catalogue, Drawing, Model
from domain.commission import Artwork, Made, State
from domain.drawing import DrawingLost, DrawingRefused, Drawn, Inputs, Order, Painter
from domain.errors import ReaderGone, Unreadable, UserFacingError
from domain.material import Brought, Material, Picture
from domain.reply import Destination, Keyboard, MediaForm, Outgoing, Presenter, SentMedia
from domain.steps import Json, Steps
from domain.texts import Sentence, Text
from domain.turn import Answer, ChatKind, ConversationKey, Ending, Said, Turn
from media.canvas import verified
from storage.drawings import Drawings
from storage.turns import Turns

log = logging.getLogger(__name__)

FETCH, ASKED, SHOW = "fetch", "asked", "picture"
MOST_OF_ONE_PERSON = 3

Judge = Callable[[Sequence[Path], str], Awaitable[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Studio:
    """Works on orders that are in the books, a few at a time. `at_once` bounds all of them together."""

    drawings: Drawings
    turns: Turns
    painter: Painter
    easel: Easel
    prompts: Prompts
    generation: Generation
    guard: Guard
    presenter: Presenter
    catalogue: Callable[[], Catalogue]
    say: Callable[[Sentence, str], str]
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(8))
    _running: dict[int, RunningTurn] = field(default_factory=dict[int, RunningTurn])
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def check_room(self, user_id: int) -> None:
        """Raises `TooManyDrawings`."""
        if await self.drawings.unfinished_of(user_id) >= MOST_OF_ONE_PERSON:
            raise TooManyDrawings(f"user {user_id}")

    def begin(self, artwork: Artwork) -> None:
        """Goes to work on an order; returns at once. What is at work already is left alone."""
        if artwork.id in self._running:
            return
        running = self._running[artwork.id] = RunningTurn(artwork.id, artwork.commission.key)
        task = asyncio.create_task(self._work(artwork, running))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def resume(self) -> None:
        """Goes on with what a restart interrupted."""
        for artwork in await self.drawings.unfinished():
            self.begin(artwork)

    def stop(self, key: ConversationKey) -> int:
        """Ends the drawings of a conversation; returns how many there were."""
        found = [running for running in self._running.values() if running.key == key and not running.stopped]
        for running in found:
            running.stop()
        return len(found)

    def stop_these(self, drawing_ids: Collection[int]) -> None:
        """Ends those of them that are at work."""
        for drawing_id in drawing_ids:
            if (running := self._running.get(drawing_id)) is not None and not running.stopped:
                running.stop()

    async def move_chat(self, old: int, new: int) -> None:
        """The group has a new id: a stop there finds what began in the old one."""
        await self.drawings.move_chat(old, new)
        for running in self._running.values():
            if running.key.chat_id == old:
                running.key = ConversationKey(new, running.key.topic_id)

    async def drain(self, seconds: float) -> None:
        """Lets what runs finish for so long, then puts it aside for the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _work(self, artwork: Artwork, running: RunningTurn) -> None:
        job = _Job(self, artwork, running)
        try:
            async with self.at_once:
                with paid_by(_payer(artwork)):
                    await job.run()
        except Exception:  # the edge: it stays in the books and comes again at the next start
            log.exception("drawing %s was left unfinished", artwork.id)
        finally:
            self._running.pop(artwork.id, None)


class _Job:
    """One order on its way from the books to the reader."""

    def __init__(self, studio: Studio, artwork: Artwork, running: RunningTurn) -> None:
        commission = artwork.commission
        self._studio = studio
        self._artwork = artwork
        self._running = running
        self._steps: Steps = studio.drawings.steps(artwork.id)
        self._say = partial(_in_language, studio.say, commission.person.language)
        self._to = Destination(
            key=commission.key,
            chat_kind=commission.chat_kind,
            language=commission.person.language,
            reply_to=commission.reply_to if commission.chat_kind is ChatKind.GROUP else None,
        )

    async def run(self) -> None:
        try:
            await self._drawn_and_shown()
        except ReaderGone as gone:
            log.info("drawing %s has no reader any more: %s", self._artwork.id, gone)
            await self._finish(State.DONE if self._artwork.pictures else State.FAILED)
        except UserFacingError as error:
            await self._tell_failure(error)
        except Exception as error:  # the edge: whatever it is, the person is told and the rest goes on
            log.exception("drawing %s failed unexpectedly", self._artwork.id)
            await self._tell_failure(UserFacingError(type(error).__name__))

    async def _drawn_and_shown(self) -> None:
        if not self._artwork.pictures:
            async with self._studio.presenter.acting(self._to.key, "upload_photo"):
                await self._draw()
        if not self._artwork.pictures:
            await self._tell_stopped()
            return
        sent, message_id = await self._show()
        placed = _placed(self._artwork.pictures, sent)
        await self._note(placed)
        await self._studio.drawings.finish(self._artwork.id, State.DONE, pictures=placed, message_id=message_id)

    async def _draw(self) -> None:
        """The paid part. What was asked for before the process went down is not asked for again."""
        if await self._steps.result(ASKED) is not None:
            raise DrawingLost("interrupted by a restart")
        async with self._studio.easel.gallery.files.workshop() as folder:
            caption = f"🎨 {wording.title(self._artwork.commission, self._say)}"
            sketches = Sketches(self._studio.presenter, self._to, self._steps, SHOW, caption, folder)
            async with sketches.showing():
                drawn = await self._running.stoppable(self._painted(folder, sketches))
                if drawn is not None:  # paid: no stop and no shutdown keeps it from the books
                    await to_its_end(self._store(drawn, folder))

    async def _painted(self, folder: Path, sketches: Sketches) -> Drawn:
        sources = await self._sources(folder)
        await self._judged(self._studio.guard.sources, sources)
        await self._steps.record(ASKED, {})
        commission = self._artwork.commission

        async def inputs(rules: Drawing) -> Inputs:
            return await self._studio.easel.ready(sources, commission, rules, folder)

        _, safety_key = self._studio.prompts.keys(commission.key, commission.person.user_id)
        order = Order(commission.task, commission.prompt, commission.wishes, inputs, safety_key)
        async with aclosing(self._studio.painter.draw(order)) as events:
            async for event in events:
                if isinstance(event, Drawn):
                    return event
                if not self._studio.guard.checks_answers:  # nothing is shown before it was looked at
                    sketches.show(event.picture)
        raise DrawingLost("the model said nothing more")

    async def _sources(self, folder: Path) -> list[str]:
        """The pictures to start from, in form; fetched once."""
        recorded = await self._steps.result(FETCH)
        if recorded is not None:
            return _names(recorded)
        found = [
            await self._studio.easel.prepared(source, folder) for source in self._artwork.commission.sources
        ]
        await self._steps.record(FETCH, {"files": [*found]})
        return found

    async def _store(self, drawn: Drawn, folder: Path) -> None:
        """Keeps what was paid for: files first, then the books."""
        made = [await self._kept(content, folder / "drawn") for content in drawn.pictures]
        pictures = [replace(one, number=number) for number, one in enumerate(filter(None, made))]
        if not pictures:
            raise DrawingLost("no result is a picture")
        await self._judged(self._studio.guard.works, [picture.file for picture in pictures])
        model = self._model(drawn.model)
        cost = price(model, drawn.usage) if model is not None else None
        await self._studio.drawings.drawn(
            self._artwork.id, pictures, model=drawn.model, wishes=drawn.wishes, price_microdollars=cost
        )
        self._artwork = replace(
            self._artwork,
            pictures=tuple(pictures),
            model=drawn.model,
            wishes=drawn.wishes,
            price_microdollars=cost,
        )

    async def _judged(self, judge: Judge, files: Sequence[str]) -> None:
        """Raises `DrawingRefused`."""
        paths = map(self._studio.easel.gallery.files.path, files)
        categories = await judge(list(paths), f"drawing {self._artwork.id}")
        if categories:
            raise DrawingRefused("by moderation", sorted(categories))

    async def _kept(self, content: bytes, path: Path) -> Made | None:
        """A result as a file of ours, verified; None for one that is no picture."""
        gallery = self._studio.easel.gallery
        await asyncio.to_thread(path.write_bytes, content)
        try:
            seen = await gallery.work(verified, path)
        except Unreadable as error:
            log.warning("drawing %s: a result is no picture: %s", self._artwork.id, error)
            return None
        file = await gallery.files.keep(path, seen.suffix)
        made = Made(0, file, seen.media_type, seen.width, seen.height)
        return replace(made, is_photo=seen.is_photo, is_animated=seen.is_animated)

    def _model(self, model_id: str) -> Model | None:
        return self._studio.catalogue().models.get(model_id)

    async def _show(self) -> tuple[tuple[SentMedia, ...], int]:
        """The messages that stand, and the one that has the buttons."""
        artwork = self._artwork
        model = self._model(artwork.model)
        caption = wording.caption(artwork, model, self._say)
        keyboard = keyboards.menu(artwork, self._say)
        files = self._studio.easel.gallery.files
        media = [
            outgoing(artwork, picture, files.path(picture.file), caption if picture.number == 0 else "")
            for picture in artwork.pictures
        ]
        sent = await self._studio.presenter.send_media(
            self._to, media, steps=self._steps, step=SHOW, keyboard=keyboard if len(media) == 1 else ()
        )
        if len(sent) == 1 and sent[0].has_buttons:
            return sent, sent[0].message_id
        return sent, await self._say_below(Text("What next?"), keyboard)

    async def _say_below(self, sentence: Text, keyboard: Keyboard) -> int:
        words = wording.plain(self._say(sentence))
        ids = await self._studio.presenter.deliver(self._to, words, steps=self._steps, buttons=lambda: keyboard)
        return ids[-1] if ids else 0

    async def _note(self, pictures: tuple[Made, ...]) -> None:
        """Lets the conversation know what was drawn: it can be talked about, and changed."""
        artwork, commission = self._artwork, self._artwork.commission
        gallery = self._studio.easel.gallery
        seen: list[Picture] = []
        for picture in pictures:
            path = gallery.files.path(picture.file)
            seen.append(await gallery.take(path, DEFAULT_VISION, file_id=picture.file_id))
        request = Turn(
            -artwork.id,
            (),
            commission.key,
            commission.chat_kind,
            (Said(commission.reply_to or 0, commission.person, commission.prompt),),
            task=f"draw:again-{artwork.id}",
        )
        await self._studio.turns.note(
            request,
            artwork.thread_id,
            question=wording.as_question(artwork),
            answer=Answer(wording.AS_ANSWER, Ending.COMPLETED, artwork.model),
            message_ids=[picture.message_id for picture in pictures],
            material=Material((Brought(0, pictures=tuple(seen)),)),
        )

    async def _tell_stopped(self) -> None:
        await self._drop_sketch()
        keyboard = keyboards.retry(self._artwork, self._say, reword=False)
        message_id = await self._say_below(Text("Stopped. What has begun may have been charged."), keyboard)
        await self._finish(State.STOPPED, message_id)

    async def _tell_failure(self, error: UserFacingError) -> None:
        try:
            await self._drop_sketch()
            answer = self._studio.generation.failed(error, self._say)
            reword = isinstance(error, DrawingRefused)
            can_help = reword or error.may_pass
            keyboard = keyboards.retry(self._artwork, self._say, reword=reword) if can_help else ()
            ids = await self._studio.presenter.deliver(
                self._to, "", steps=self._steps, buttons=lambda: keyboard, note=answer.note
            )
        except ReaderGone as gone:
            log.info("drawing %s has no reader any more: %s", self._artwork.id, gone)
            ids = ()
        await self._finish(State.DONE if self._artwork.pictures else State.FAILED, ids[-1] if ids else 0)

    async def _drop_sketch(self) -> None:
        await self._studio.presenter.drop_sketch(self._to, steps=self._steps, step=SHOW)

    async def _finish(self, state: State, message_id: int = 0) -> None:
        await self._studio.drawings.finish(self._artwork.id, state, message_id=message_id)


def outgoing(
    artwork: Artwork, picture: Made, path: Path, caption: str, *, as_file: bool = False, known: bool = False
) -> Outgoing:
    """A picture as it is sent: with all its bytes as a file, or as Telegram shows it best.

    `known`: Telegram has it, so it need not be uploaded again.
    """
    name = f"drawing-{artwork.id}-{picture.number + 1}{Path(picture.file).suffix}"
    form: MediaForm = "photo" if picture.is_photo else "animation" if picture.is_animated else "document"
    file_id = picture.file_id if known else ""
    return Outgoing("document" if as_file else form, path, name, picture.media_type, caption, file_id=file_id)


def _placed(pictures: tuple[Made, ...], sent: tuple[SentMedia, ...]) -> tuple[Made, ...]:
    return tuple(
        replace(picture, file_id=one.file_id, message_id=one.message_id)
        for picture, one in zip(pictures, sent, strict=True)
    )


def _payer(artwork: Artwork) -> Payer:
    commission = artwork.commission
    return Payer(commission.person.user_id, commission.key, -artwork.id, commission.person.language)


def _names(recorded: Json) -> list[str]:
    files = recorded["files"]
    assert isinstance(files, list)
    return [str(name) for name in files]


def _in_language(say: Callable[[Sentence, str], str], language: str, sentence: Sentence) -> str:
    return say(sentence, language)
