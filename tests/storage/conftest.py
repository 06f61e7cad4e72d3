"""A real database file for every test."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from storage.database import Database


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop() -> Generator[None]:
    with blockbuster_ctx("storage"):
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "parley.db"


@pytest.fixture
async def database(path: Path) -> AsyncGenerator[Database]:
    async with Database.open(path) as database:
        yield database
