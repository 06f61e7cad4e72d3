"""Work on one scope happens one after another, and leaves nothing behind."""

import asyncio

from conversation.filing.locks import Locks


async def test_one_at_a_time_has_a_scope_and_none_stays_behind() -> None:
    locks, seen = Locks(), list[str]()

    async def work(name: str, scope: str) -> None:
        async with locks.of(scope):
            seen.append(f"{name} begins")
            await asyncio.sleep(0)
            seen.append(f"{name} ends")

    await asyncio.gather(work("a", "thread:1"), work("b", "thread:1"))

    assert seen == ["a begins", "a ends", "b begins", "b ends"]
    assert len(locks) == 0


async def test_scopes_do_not_wait_for_each_other() -> None:
    locks = Locks()

    async with locks.of("thread:1"), asyncio.timeout(5), locks.of("thread:2"):
        assert len(locks) == 2
