"""The desk: takes orders for drawings, finds out what they mean, and hands them to the studio."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from conversation.choices import Choices
from conversation.drawing import keyboards, wording
from conversation.drawing.drafts import Drafts, Recognised
from conversation.drawing.errors import NothingToChange, NothingToDraw, NotStill, OrderUnclear, TooManyWords
from conversation.drawing.options import Asked, parse
from conversation.drawing.studio import Studio, outgoing
from conversation.tasks import Done, Order
from domain.catalogue import Drawing
from domain.commission import Artwork, Commission, Source, State
from domain.drawing import CannotDraw, Task, Wishes
from domain.errors import FileGone
from domain.media import Attachment, MediaKind
from domain.reply import Destination
from domain.texts import Text
from domain.turn import ConversationKey, Person, Turn
from storage.threads import Threads

log = logging.getLogger(__name__)

TASK = "draw"


@dataclass(frozen=True, slots=True)
class Desk:
    """`conversation.tasks.Task` for commands and replies; for buttons, what they do."""

    studio: Studio
    drafts: Drafts
    threads: Threads
    choices: Choices

    async def work(self, order: Order) -> Done | None:
        """None where it turns out to be a question about pictures: that is answered like any other."""
        try:
            return await self._understood(order)
        except OrderUnclear as unclear:
            log.info("an order is unclear: %s: %s", type(unclear).__name__, unclear)
            words = wording.plain(order.say(unclear.text))
            ids = await self.studio.presenter.deliver(order.to, words, steps=order.steps)
            return Done(ids)

    async def _understood(self, order: Order) -> Done | None:
        verb, _, detail = order.argument.partition("-")
        match verb:
            case "imagine":
                await self._imagine(order)
            case "vary":
                await self._vary(order)
            case "again":
                await self._again(order, int(detail))
            case "words":
                await self._words(order, int(detail))
            case "maybe":
                return await self._maybe(order)
            case _:
                await self._edit(order)
        return Done()

    def rules(self, wishes: Wishes, task: Task) -> Drawing:
        """What the model that will be asked can do. Raises `CannotDraw`."""
        rules = self.studio.painter.chosen(wishes, task)
        if rules is None:
            raise CannotDraw(task.value)
        return rules

    def understood(self, text: str, person: Person, task: Task) -> Asked:
        """The prompt, with the wishes in it over those of the person. Raises `UnknownOption` and others."""
        chosen = self.choices.drawing(person.user_id)
        if (
            task is not Task.IMAGINE
        ):  # a changed picture keeps its size, and is one, unless it is said otherwise
            chosen = Wishes(chosen.model, quality=chosen.quality, format=chosen.format)
        asked = parse(text, self.rules(chosen, task))
        wishes = asked.wishes.over(chosen)
        self.check_length(asked.prompt, wishes, task)
        return Asked(asked.prompt, wishes)

    def check_length(self, prompt: str, wishes: Wishes, task: Task) -> None:
        """Raises `TooManyWords`."""
        count, most = len(prompt), self.rules(wishes, task).longest_prompt
        if count > most:
            sentence = Text(
                "That is too long for a picture: {count} characters, and I can read {most}.",
                count=count,
                most=most,
            )
            raise TooManyWords(f"{count} characters", text=sentence)

    async def place(
        self, commission: Commission, *, origin: str, tap: str = "", thread_id: int | None = None
    ) -> bool:
        """Takes an order into the books and begins it. False if it is there already, or its button is at work.

        Raises `TooManyDrawings`.
        """
        known = await self.studio.drawings.by_origin(origin)
        if known is not None:
            if known.state is State.WAITING:
                self.studio.begin(known)
            return False
        await self.studio.check_room(commission.person.user_id)
        thread_id = thread_id or await self._thread(commission.key, commission.person.user_id)
        artwork = await self.studio.drawings.order(commission, origin=origin, thread_id=thread_id, tap=tap)
        if artwork is not None:
            self.studio.begin(artwork)
        return artwork is not None

    async def found(self, drawing_id: int, key: ConversationKey) -> Artwork | None:
        """A drawing of this conversation's chat."""
        artwork = await self.studio.drawings.find(drawing_id)
        return artwork if artwork is not None and artwork.commission.key.chat_id == key.chat_id else None

    async def redraw(self, artwork: Artwork, person: Person, wishes: Wishes, *, origin: str, tap: str) -> bool:
        """The same once more, with other wishes where there are some."""
        commission = replace(
            artwork.commission, person=person, wishes=wishes.over(artwork.commission.wishes), reply_to=None
        )
        return await self.place(commission, origin=origin, tap=tap)

    async def vary(
        self, artwork: Artwork, number: int, count: int, person: Person, *, origin: str, tap: str
    ) -> bool:
        """Versions of one of its pictures, which keep the subject."""
        commission = replace(
            artwork.commission,
            task=Task.VARY,
            prompt="",
            wishes=replace(artwork.commission.wishes, count=count, size=artwork.wishes.size),
            person=person,
            reply_to=None,
            sources=(source_of(artwork, number),),
            mask="",
            cells=(),
        )
        return await self.place(commission, origin=origin, tap=tap)

    async def begin_edit(
        self, artwork: Artwork, number: int, person: Person, to: Destination, *, origin: str
    ) -> None:
        """Asks what shall change in one of its pictures, and where."""
        chosen = self.choices.drawing(person.user_id)
        commission = replace(
            artwork.commission,
            task=Task.EDIT,
            prompt="",
            wishes=Wishes(chosen.model, quality=artwork.commission.wishes.quality or chosen.quality),
            person=person,
            reply_to=None,
            sources=(source_of(artwork, number),),
            mask="",
            cells=(),
        )
        await self.drafts.ask_for_part(commission, to, origin=origin)

    async def confirm(self, draft: Artwork, commission: Commission, person: Person) -> bool:
        """Makes an order of a draft and begins it; False if it is one already, or was dropped.

        Raises `TooManyDrawings`.
        """
        await self.studio.check_room(person.user_id)
        commission = replace(commission, person=person)
        if not await self.studio.drawings.change_draft(draft.id, commission, confirmed=True):
            return False
        self.studio.begin(replace(draft, commission=commission, state=State.WAITING))
        return True

    async def send_as_files(self, artwork: Artwork, to: Destination, *, origin: str) -> None:
        """All bytes of its pictures: Telegram compresses photos. Raises `FileRefused`, `FileGone`."""
        files = self.studio.easel.gallery.files
        there = [picture for picture in artwork.pictures if await files.has(picture.file)]
        media = [outgoing(artwork, picture, files.path(picture.file), "", as_file=True) for picture in there]
        if not media:
            raise FileGone(f"drawing {artwork.id}")
        steps = self.studio.drawings.steps(artwork.id)
        async with self.studio.presenter.acting(to.key, "upload_document"):
            await self.studio.presenter.send_media(to, media, steps=steps, step=f"file-{origin}")

    # What messages ask for

    async def _imagine(self, order: Order) -> None:
        turn = order.turn
        own = _pictures(turn, quoted=False)
        if own:
            await self._edit(order)
            return
        asked = self.understood(_words(turn), turn.asker, Task.IMAGINE)
        if not asked.prompt:
            raise NothingToDraw("no words")
        await self._placed(order, _commission(turn, Task.IMAGINE, asked))

    async def _vary(self, order: Order) -> None:
        turn = order.turn
        asked = self.understood(_words(turn), turn.asker, Task.VARY)
        if asked.prompt.isdecimal() and asked.prompt.isascii():  # /vary 3
            asked = Asked("", replace(asked.wishes, count=int(asked.prompt)))
        sources = await self._sources(turn)
        count = min(max(asked.wishes.count, 1), keyboards.MOST_VARIATIONS)
        commission = _commission(turn, Task.VARY, Asked(asked.prompt, replace(asked.wishes, count=count)))
        await self._placed(order, replace(commission, sources=sources[:1]))

    async def _edit(self, order: Order) -> None:
        turn = order.turn
        asked = self.understood(_words(turn), turn.asker, Task.EDIT)
        sources = await self._sources(turn)
        commission = replace(_commission(turn, Task.EDIT, asked), sources=sources)
        seen = await self.drafts.recognise(turn, sources)
        if seen is not None:
            await self._masked(order, commission, seen)
        elif asked.prompt:
            await self._placed(order, commission)
        else:
            await self.drafts.ask_for_part(commission, order.to, origin=_origin(turn))

    async def _maybe(self, order: Order) -> Done | None:
        """A picture in reply to a picture: painted over, a mask, or just another picture."""
        turn = order.turn
        sources = await self._sources(turn)
        seen = await self.drafts.recognise(turn, sources)
        if seen is None:
            return None
        asked = self.understood(_words(turn), turn.asker, Task.EDIT)
        await self._masked(order, replace(_commission(turn, Task.EDIT, asked), sources=sources), seen)
        return Done()

    async def _masked(self, order: Order, commission: Commission, seen: Recognised) -> None:
        commission = replace(commission, sources=seen.sources, mask=seen.mask)
        if seen.is_certain and commission.prompt:
            await self._placed(order, commission)
        else:
            await self.drafts.confirm(commission, order.to, origin=_origin(order.turn))

    async def _again(self, order: Order, drawing_id: int) -> None:
        artwork = await self.found(drawing_id, order.turn.key)
        if artwork is None:
            raise NothingToDraw("the drawing is gone")
        await self.redraw(artwork, order.turn.asker, Wishes(), origin=_origin(order.turn), tap="")

    async def _words(self, order: Order, drawing_id: int) -> None:
        """A reply to a draft, or to a refused drawing: it says what shall be there."""
        turn = order.turn
        artwork = await self.found(drawing_id, turn.key)
        if artwork is None:
            raise NothingToDraw("the draft is gone")
        before = artwork.commission
        asked = self.understood(_words(turn), turn.asker, before.task)
        if not asked.prompt:
            raise NothingToDraw("no words")
        wishes = asked.wishes.over(before.wishes)
        commission = replace(
            before, prompt=asked.prompt, wishes=wishes, person=turn.asker, reply_to=_replied(turn)
        )
        if artwork.state is State.DRAFT:
            await self.studio.drawings.discard(drawing_id)
        await self._placed(order, commission)

    async def _placed(self, order: Order, commission: Commission) -> None:
        await self.place(commission, origin=_origin(order.turn))

    async def _sources(self, turn: Turn) -> tuple[Source, ...]:
        """The pictures that a message means: those it answers first, then its own, else the last drawing."""
        found = [*_pictures(turn, quoted=True), *_pictures(turn, quoted=False)]
        if not found and any(one.kind is not MediaKind.LINK for one in _attachments(turn)):
            raise NotStill("other media")
        if found:
            return tuple([await self._source(turn.key, one) for one in found])
        last = await self.studio.drawings.last(turn.key, await self._thread(turn.key, turn.asker.user_id))
        if last is None:
            raise NothingToChange("no picture")
        return (source_of(last, 0),)

    async def _thread(self, key: ConversationKey, user_id: int) -> int:
        return await self.threads.active(key, self.choices.thread_owner(key, user_id))

    async def _source(self, key: ConversationKey, attachment: Attachment) -> Source:
        """The picture with all its bytes where it was drawn here, else as Telegram has it."""
        known = await self.studio.drawings.by_file_id(key, attachment.file_id)
        if known is None:
            return Source(file_id=attachment.file_id)
        return source_of(known[0], known[1].number)


def source_of(artwork: Artwork, number: int) -> Source:
    """One of its pictures as the beginning of another drawing."""
    picture = artwork.pictures[min(number, len(artwork.pictures) - 1)]
    return Source(picture.file, picture.file_id, artwork.id)


def _commission(turn: Turn, task: Task, asked: Asked) -> Commission:
    return Commission(
        task, asked.prompt, asked.wishes, turn.asker, turn.key, turn.chat_kind, reply_to=_replied(turn)
    )


def _replied(turn: Turn) -> int:
    return turn.said[-1].message_id


def _origin(turn: Turn) -> str:
    return f"turn:{turn.id}"


def _words(turn: Turn) -> str:
    return "\n".join(said.text for said in turn.said if said.text).strip()


def _pictures(turn: Turn, *, quoted: bool) -> Sequence[Attachment]:
    return [one for one in _attachments(turn) if one.kind is MediaKind.PICTURE and one.is_quoted is quoted]


def _attachments(turn: Turn) -> Iterable[Attachment]:
    return (one for said in turn.said for one in said.attachments)
