"""A real inbox file, and a worker that records what intake hands it."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from storage.database import Database
from storage.inbox import Inbox
from tests.intake.desk import Desk, opened


@pytest.fixture(autouse=True)
def nothing_blocks_the_loop() -> Generator[None]:
    with blockbuster_ctx("bot"), blockbuster_ctx("storage"):
        yield


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with Database.open(tmp_path / "parley.db") as database:
        yield database


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


@pytest.fixture
async def desk(database: Database) -> AsyncGenerator[Desk]:
    async with opened(database) as desk:
        yield desk
