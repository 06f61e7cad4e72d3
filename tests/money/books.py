"""What a test reads in the books of a bot at work."""

from datetime import UTC, datetime
from pathlib import Path

from bot.service import Parley
from domain.money import BOT, Account, Purpose
from storage.spending import Total

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def totals(bot: Parley, account: Account = BOT) -> list[Total]:
    return await bot.money.spending.totals(account, LONG_AGO)


async def spent(bot: Parley, account: Account = BOT) -> dict[Purpose, int]:
    """In micro-dollars, by what it was spent on."""
    found: dict[Purpose, int] = {}
    for total in await totals(bot, account):
        found[total.purpose] = found.get(total.purpose, 0) + total.microdollars
    return found


async def only(bot: Parley, purpose: Purpose) -> Total:
    """The one line of the books about this."""
    (total,) = [one for one in await totals(bot) if one.purpose is purpose]
    return total


def catalogue(folder: Path, text: str) -> Path:
    """An operator's file that says this."""
    path = folder / "models.toml"
    path.write_text(text, "utf-8")
    return path
