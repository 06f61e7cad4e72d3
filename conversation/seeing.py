"""Pictures and papers in a prompt: which ones, how closely, and what they cost in tokens."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from conversation.gallery import DEFAULT_VISION, Gallery
from domain.catalogue import Model, Vision
from domain.engine import PromptFile, PromptMessage, PromptPicture
from domain.material import Material, Paper, Picture
from domain.media import Detail
from media.pictures import scaled_size
from storage.threads import Exchange

# Of the history window: for past pictures as they were, and for older ones shown small. The rest is described.
_FULL_SHARE, _SMALL_SHARE = 3 / 8, 1 / 4
_PAST_PAPERS = 2
_LINK_TOKENS = 1_500  # of a picture the provider fetches: its size is not known


def picture_tokens(vision: Vision, picture: Picture, detail: Detail) -> int:
    """What a model counts for a picture that is already scaled to its limits."""
    if picture.url:
        return _LINK_TOKENS
    width, height = picture.width, picture.height
    if detail is Detail.LOW:
        width, height = scaled_size(width, height, vision.low_side, vision.low_side)
    patches = math.ceil(width / vision.patch) * math.ceil(height / vision.patch)
    return vision.base_tokens + math.ceil(patches * vision.multiplier)


def material_tokens(material: Material, model: Model, detail: Detail) -> int:
    """An estimate for all pictures and papers of a turn."""
    vision = model.vision or DEFAULT_VISION
    seen = sum(picture_tokens(vision, picture, detail) for picture in material.pictures)
    return seen + sum(paper.tokens for paper in material.papers)


def details(
    exchanges: Sequence[Exchange], model: Model, detail: Detail, window_tokens: int
) -> dict[int, Detail]:
    """How closely each past turn's pictures are looked at again; a turn that is not in it is only described.

    Only pictures push pictures out, never talk, so that the prompt's prefix stays the same, and cached, until
    the next picture comes.
    """
    plan: dict[int, Detail] = {}
    full, small = int(window_tokens * _FULL_SHARE), int(window_tokens * _SMALL_SHARE)
    for exchange in reversed(exchanges):
        if not exchange.material.pictures:
            continue
        needs = material_tokens(exchange.material, model, detail)
        needs_small = material_tokens(exchange.material, model, Detail.LOW)
        if needs <= full:
            plan[exchange.turn_id] = detail
            full -= needs
        elif needs_small <= small:
            plan[exchange.turn_id] = Detail.LOW
            full, small = 0, small - needs_small
        else:
            break
    return plan


@dataclass(frozen=True, slots=True)
class Seeing:
    """Turns material into what a prompt carries."""

    gallery: Gallery
    window_tokens: int

    async def asked(self, text: str, material: Material, model: Model, detail: Detail) -> PromptMessage:
        """What a person said now, with all they brought."""
        return await self._message([text], material.pictures, material.papers, model, detail)

    async def past(
        self, exchanges: Sequence[Exchange], model: Model, detail: Detail, room_tokens: int
    ) -> list[PromptMessage]:
        """The history, oldest first, with what of its pictures and papers is still looked at and has room."""
        plan = details(exchanges, model, detail, max(0, min(self.window_tokens, room_tokens)))
        seen_tokens = sum(
            picture_tokens(model.vision or DEFAULT_VISION, picture, plan[exchange.turn_id])
            for exchange in exchanges
            if exchange.turn_id in plan
            for picture in exchange.material.pictures
        )
        read_again = _read_again(exchanges, room_tokens - seen_tokens)
        messages: list[PromptMessage] = []
        for exchange in exchanges:
            material, seen = exchange.material, plan.get(exchange.turn_id)
            texts = [exchange.question]
            if material.pictures and seen is None:
                texts.append(
                    f"[Not shown again: {material.description or 'pictures, described in the answer'}]"
                )
            if material.papers and exchange.turn_id not in read_again:
                texts.append("[The files of this message are not sent again.]")
            pictures = material.pictures if seen is not None else ()
            papers = material.papers if exchange.turn_id in read_again else ()
            messages.append(await self._message(texts, pictures, papers, model, seen or Detail.LOW))
            messages.append(PromptMessage("assistant", exchange.answer))
        return messages

    async def _message(
        self,
        texts: list[str],
        pictures: Sequence[Picture],
        papers: Sequence[Paper],
        model: Model,
        detail: Detail,
    ) -> PromptMessage:
        shown = [await self._shown(picture, model, detail) for picture in pictures]
        lost = len(shown) - len(seen := [picture for picture in shown if picture is not None])
        files = await self._files(papers)
        lost += len(papers) - len(files)
        if lost:
            texts = [*texts, f"[{lost} of the pictures and files are not at hand any more.]"]
        return PromptMessage("user", "\n\n".join(texts), tuple(seen), tuple(files))

    async def _shown(self, picture: Picture, model: Model, detail: Detail) -> PromptPicture | None:
        if picture.url:
            return PromptPicture(None, "", 0, 0, detail, picture.url)
        found = await self.gallery.at_hand(picture)
        if found is not None and detail is Detail.LOW:
            found = await self.gallery.small(found, (model.vision or DEFAULT_VISION).low_side)
        if found is None:
            return None
        path = self.gallery.files.path(found.file)
        return PromptPicture(path, found.media_type, found.width, found.height, detail)

    async def _files(self, papers: Sequence[Paper]) -> list[PromptFile]:
        found = [paper for paper in papers if await self.gallery.files.has(paper.file)]
        return [
            PromptFile(self.gallery.files.path(paper.file), paper.name, paper.media_type) for paper in found
        ]


def _read_again(exchanges: Sequence[Exchange], room_tokens: int) -> set[int]:
    """The last turns with papers, newest first, as long as these have room."""
    chosen: set[int] = set()
    for exchange in [exchange for exchange in exchanges if exchange.material.papers][: -_PAST_PAPERS - 1 : -1]:
        room_tokens -= sum(paper.tokens for paper in exchange.material.papers)
        if room_tokens < 0:
            break
        chosen.add(exchange.turn_id)
    return chosen
