"""A real database file, empty."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from storage.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with Database.open(tmp_path / "parley.db") as database:
        yield database
