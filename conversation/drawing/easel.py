"""Pictures to be changed, fetched and brought to what a model demands, with their masks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conversation.drawing.errors import NotStill
from conversation.gallery import Gallery
from domain.catalogue import Drawing
from domain.commission import Commission, Source
from domain.drawing import Inputs
from domain.errors import FileGone
from media.canvas import as_input, as_square, squared_mask
from media.kinds import Family, kind_of
from media.masks import Mask, grid, transparent, write
from media.pictures import SUFFIXES, PictureFile, size_of


@dataclass(frozen=True, slots=True)
class Easel:
    gallery: Gallery

    async def fetched(self, source: Source, to: Path) -> None:
        """Writes the picture there as it was made. Raises what downloading raises, `NotStill`."""
        files = self.gallery.files
        if source.file and await files.has(source.file):
            await asyncio.to_thread(_copied, files.path(source.file), to)
        elif source.file_id:
            await self.gallery.downloads.download(source.file_id, to)
        else:
            raise FileGone("neither a file nor Telegram's name of one")
        kind = await asyncio.to_thread(kind_of, to)
        if kind.family is not Family.PICTURE or kind.is_animated:
            raise NotStill(kind.media_type)

    async def prepared(self, source: Source, folder: Path) -> str:
        """The name in the media folder of the picture in the form that models of today take."""
        raw, ready = folder / "raw", folder / "ready"
        await self.fetched(source, raw)
        made = await self.gallery.work(as_input, raw, ready)
        return await self.gallery.files.keep(ready, SUFFIXES[made.media_type])

    async def ready(self, files: Sequence[str], commission: Commission, rules: Drawing, folder: Path) -> Inputs:
        """The prepared pictures and the mask for this model; what has to be made for it is in `folder`."""
        paths = [self.gallery.files.path(name) for name in files]
        if not paths:
            return Inputs()
        mask_path = self.gallery.files.path(commission.mask) if commission.mask else None
        return await self.gallery.work(_brought, paths, mask_path, commission.cells, rules, folder)

    async def keep_mask(self, mask: Mask, folder: Path) -> str:
        """The name in the media folder of a mask."""
        made: PictureFile = await self.gallery.work(write, mask, folder / "mask")
        return await self.gallery.files.keep(made.path, ".png")


def _copied(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def _brought(
    paths: Sequence[Path], mask_path: Path | None, cells: Sequence[int], rules: Drawing, folder: Path
) -> Inputs:
    size = size_of(paths[0])
    mask = transparent(mask_path) if mask_path is not None else grid(size, cells) if cells else None
    if mask is not None and mask.shape.size != size:
        mask = mask.fitted(size)
    if not rules.squares:
        return Inputs(tuple(paths[: rules.most_inputs]), _written(mask, folder))
    square = as_square(paths[0], folder / "square.png")
    fitted = squared_mask(mask, square.width) if mask is not None else None
    return Inputs((square.path,), _written(fitted, folder))


def _written(mask: Mask | None, folder: Path) -> Path | None:
    return write(mask, folder / "mask.png").path if mask is not None else None
