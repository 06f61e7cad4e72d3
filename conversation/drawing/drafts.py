"""Drafts: what shall change is recognised and shown, and a person says yes, or what shall be there."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from conversation.choices import Choices
from conversation.drawing import keyboards, wording
from conversation.drawing.easel import Easel
from domain.commission import Artwork, Commission, Source, State
from domain.media import Attachment, MediaKind
from domain.reply import Destination, Keyboard, Outgoing, Presenter
from domain.texts import Sentence, Text
from domain.turn import Turn
from media.canvas import gridded, marked
from media.errors import EverythingMarked, NothingMarked, OtherShape
from media.masks import Mask, has_transparency, painted, transparent
from media.pictures import size_of
from storage.drawings import Drawings
from storage.threads import Threads

log = logging.getLogger(__name__)

SHOW = "draft"
_LARGEST_DOODLE = 0.6  # of the picture; beyond it is another picture of the same shape


@dataclass(frozen=True, slots=True)
class Recognised:
    """The pictures of an edit without the one that was only a mask, and the mask's file.

    `is_certain`: a mask that was made as one; else a person has to see what was made out.
    """

    sources: tuple[Source, ...]
    mask: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Drafts:
    drawings: Drawings
    threads: Threads
    choices: Choices
    easel: Easel
    presenter: Presenter
    say: Callable[[Sentence, str], str]

    async def recognise(self, turn: Turn, sources: Sequence[Source]) -> Recognised | None:
        """What the pictures of a message tell of what shall change; None if they are just pictures."""
        given = [one for said in turn.said for one in said.attachments if one.kind is MediaKind.PICTURE]
        quoted, own = [one for one in given if one.is_quoted], [one for one in given if not one.is_quoted]
        async with self.easel.gallery.files.workshop() as folder:
            if len(own) == 1 and len(quoted) == 1:
                return await self._overlay(own[0], sources, folder)
            if len(own) == 1 and not quoted and _is_file(own[0]):
                return await self._see_through(sources, folder)
        return None

    async def confirm(self, commission: Commission, to: Destination, *, origin: str) -> None:
        """Shows what was recognised; what happens next is for the person to say."""
        draft = await self._draft(commission, origin)
        mask_path = self.easel.gallery.files.path(commission.mask)
        async with self.easel.gallery.files.workshop() as folder:
            picture = await self._original(commission, folder)
            mask = await self.easel.gallery.work(transparent, mask_path)
            shown = folder / "shown.jpg"
            await self.easel.gallery.work(marked, picture, mask, shown)
            has_inside = await self.easel.gallery.work(_has_inside, mask)
            say = partial(_in_language, self.say, to.language)
            keyboard = keyboards.confirmation(draft.id, commission, say, has_inside=has_inside)
            await self._show(draft, to, shown, _question(commission, mask, say), keyboard)

    async def ask_for_part(self, commission: Commission, to: Destination, *, origin: str) -> None:
        """Shows the picture with nine regions to choose from, and asks for words."""
        draft = await self._draft(commission, origin)
        async with self.easel.gallery.files.workshop() as folder:
            picture, shown = await self._original(commission, folder), folder / "shown.jpg"
            await self.easel.gallery.work(gridded, picture, shown)
            say = partial(_in_language, self.say, to.language)
            asked = Text(
                "Reply to this picture with what I shall change. If it is only a part of it, tap that part "
                "first."
            )
            await self._show(draft, to, shown, say(asked), keyboards.grid(draft.id, commission, say))

    async def toggle(self, draft: Artwork, cell: int) -> Artwork | None:
        """Chooses a region, or not any more; None if the draft is none any more."""
        cells = tuple(sorted(set(draft.commission.cells) ^ {cell}))
        commission = replace(draft.commission, cells=cells)
        changed = await self.drawings.change_draft(draft.id, commission)
        return replace(draft, commission=commission) if changed else None

    async def with_inside(self, commission: Commission) -> Commission:
        """With all that the mask encloses."""
        files = self.easel.gallery.files
        async with files.workshop() as folder:
            mask = await self.easel.gallery.work(transparent, files.path(commission.mask))
            filled = await self.easel.gallery.work(Mask.with_inside, mask)
            return replace(commission, mask=await self.easel.keep_mask(filled, folder))

    async def _overlay(self, own: Attachment, sources: Sequence[Source], folder: Path) -> Recognised | None:
        """A picture in reply to one: transparent where it shall change, or painted over there."""
        original, other = sources[0], sources[1]
        await self.easel.fetched(other, folder / "other")
        file = await self.easel.prepared(original, folder)
        path = self.easel.gallery.files.path(file)
        try:
            if _is_file(own) and await self.easel.gallery.work(has_transparency, folder / "other"):
                mask, is_certain = await self.easel.gallery.work(_cut_out, path, folder / "other"), True
            else:
                mask, is_certain = await self.easel.gallery.work(painted, path, folder / "other"), False
        except (NothingMarked, EverythingMarked, OtherShape) as nothing:
            if _is_file(own) and await self.easel.gallery.work(has_transparency, folder / "other"):
                raise
            log.info("no mask: %s: %s", type(nothing).__name__, nothing)
            return None
        if mask.share > _LARGEST_DOODLE and not is_certain:
            return None
        return Recognised((original, *sources[2:]), await self.easel.keep_mask(mask, folder), is_certain)

    async def _see_through(self, sources: Sequence[Source], folder: Path) -> Recognised | None:
        """A file that is transparent in part is picture and mask in one."""
        file = await self.easel.prepared(sources[0], folder)
        path = self.easel.gallery.files.path(file)
        if not await self.easel.gallery.work(has_transparency, path):
            return None
        mask = await self.easel.gallery.work(transparent, path)
        return Recognised(tuple(sources), await self.easel.keep_mask(mask, folder), is_certain=True)

    async def _draft(self, commission: Commission, origin: str) -> Artwork:
        """The draft in the books; the same one where this is done again after a restart."""
        owner = self.choices.thread_owner(commission.key, commission.person.user_id)
        thread_id = await self.threads.active(commission.key, owner)
        made = await self.drawings.order(commission, origin=origin, thread_id=thread_id, state=State.DRAFT)
        draft = made or await self.drawings.by_origin(origin)
        assert draft is not None, "it is there, or was just written"
        return draft

    async def _original(self, commission: Commission, folder: Path) -> Path:
        file = await self.easel.prepared(commission.sources[0], folder)
        return self.easel.gallery.files.path(file)

    async def _show(
        self, draft: Artwork, to: Destination, picture: Path, words: str, keyboard: Keyboard
    ) -> None:
        outgoing = Outgoing("photo", picture, "draft.jpg", "image/jpeg", wording.plain(words))
        steps = self.drawings.steps(draft.id)
        (sent,) = await self.presenter.send_media(to, [outgoing], steps=steps, step=SHOW, keyboard=keyboard)
        await self.drawings.place(draft.id, sent.message_id)


def _is_file(attachment: Attachment) -> bool:
    """Sent as a file: Telegram tells the type of those only. Photos have no transparency, stickers always."""
    return bool(attachment.media_type)


def _cut_out(picture: Path, mask: Path) -> Mask:
    return transparent(mask).fitted(size_of(picture))


def _has_inside(mask: Mask) -> bool:
    return mask.has_inside


def _question(commission: Commission, mask: Mask, say: Callable[[Sentence], str]) -> str:
    percent = max(1, round(mask.share * 100))
    if commission.prompt:
        asked = Text("Shall I change the marked part ({percent} % of the picture)?", percent=percent)
        return f"{say(asked)}\n\n{wording.shortened(commission.prompt)}"
    return say(
        Text(
            "I will change the marked part ({percent} % of the picture). Reply to this picture with what shall "
            "be there.",
            percent=percent,
        )
    )


def _in_language(say: Callable[[Sentence, str], str], language: str, sentence: Sentence) -> str:
    return say(sentence, language)
