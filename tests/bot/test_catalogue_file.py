"""The operator's catalogue file is read again when it changes, and no mistake in it does harm."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.catalogue_file import CatalogueFile
from domain.catalogue import Catalogue
from domain.texts import Sentence

_PATIENCE_SECONDS = 20


class _Watched:
    """A file, and what its watcher says of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.used: asyncio.Queue[Catalogue] = asyncio.Queue()
        self.told: asyncio.Queue[Sentence] = asyncio.Queue()
        self.file = CatalogueFile(path, self.used.put_nowait, self.told.put_nowait)


@asynccontextmanager
async def _watched(path: Path) -> AsyncGenerator[_Watched]:
    watched = _Watched(path)
    watching = asyncio.create_task(watched.file.watch(every_seconds=0.01))
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            yield watched
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_change_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text("")
    async with _watched(path) as watched:
        path.write_text('[models."mine"]\n')

        assert "mine" in (await watched.used.get()).models


async def test_a_mistake_is_told_and_its_correction_used(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text("")
    async with _watched(path) as watched:
        path.write_text('[models."mine"]\noutptu = 1\n')
        told = await watched.told.get()
        assert watched.used.empty()

        path.write_text('[models."mine"]\noutput = 1\n')

        assert "line 2: models.mine.outptu" in str(told)
        assert (await watched.used.get()).models["mine"].output_price == 1_000_000


async def test_a_file_that_goes_away_is_told(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text("")
    async with _watched(path) as watched:
        path.unlink()

        assert "cannot be read" in str(await watched.told.get())


async def test_without_a_file_ours_is_read() -> None:
    used: list[Catalogue] = []

    assert await CatalogueFile(None, used.append, lambda _: None).reload() is None

    assert "gpt-6-luna" in used[0].models


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[models."a"]\nprice = 1', 2),
        ('[models."a"]\n\n[models."b"]\ninput = 1\ninput_tokens = 5', 5),
        ('[models."a"]\nvision = { patches = 5 }', 2),
        ('[models."a".speaking]\nvoices = [\n  "x",\n]\nformats = ["ogg"]', 5),
        ('[models."a"]\nefforts = [\n  "low",\n  "huge",\n]', 2),
        ('models."a".price = 1', 1),
        ('# ours\n\n[models."a"]\neffort = "low"', 3),
        ('\n[model."x"]\ninput = 1', 2),
        ('[models]\n\nx = 5', 3),
    ],
)  # fmt: skip
async def test_a_mistake_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "models.toml"
    path.write_text(text)

    told = await CatalogueFile(path, lambda _: None, lambda _: None).reload()

    assert f"models.toml: line {line}: " in str(told)
