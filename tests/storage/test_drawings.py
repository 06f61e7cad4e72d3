"""Drawings: ordered once, found again wherever they stand, paged for their owner only."""

from dataclasses import replace

from domain.commission import Commission, Made, Source, State
from domain.drawing import Task, Wishes
from domain.turn import ChatKind, ConversationKey, Person
from storage.database import Database
from storage.drawings import Drawings
from storage.threads import Threads

ADA, BOB = Person(1, "Ada", "en"), Person(2, "Bob", "en")
HOME, CLUB = ConversationKey(1), ConversationKey(-5, 3)


def _commission(prompt: str = "a cat", *, person: Person = ADA, key: ConversationKey = HOME) -> Commission:
    kind = ChatKind.PRIVATE if key.chat_id > 0 else ChatKind.GROUP
    return Commission(Task.IMAGINE, prompt, Wishes(size="1024x1024", count=2), person, key, kind)


def _made(number: int) -> Made:
    return Made(number, f"ab/{number}.png", "image/png", 64, 64)


async def _ordered(
    database: Database, commission: Commission, origin: str, *, tap: str = "", state: State = State.WAITING
) -> int | None:
    thread_id = await Threads(database).active(commission.key)
    artwork = await Drawings(database).order(
        commission, origin=origin, thread_id=thread_id, tap=tap, state=state
    )
    return artwork.id if artwork is not None else None


async def _done(
    database: Database, commission: Commission, origin: str, *, message_id: int, count: int = 1
) -> int:
    drawing_id = await _ordered(database, commission, origin)
    assert drawing_id is not None
    made = [
        replace(_made(number), file_id=f"f{number}", message_id=message_id + number) for number in range(count)
    ]
    drawings = Drawings(database)
    await drawings.drawn(drawing_id, made, model="m", wishes=Wishes(count=count), price_microdollars=7)
    await drawings.finish(drawing_id, State.DONE, pictures=made, message_id=message_id + 90)
    return drawing_id


async def test_an_order_is_taken_once(database: Database) -> None:
    assert await _ordered(database, _commission(), "update:1") is not None
    assert await _ordered(database, _commission(), "update:1") is None


async def test_a_button_orders_again_only_when_its_drawing_is_finished(database: Database) -> None:
    first = await _ordered(database, _commission(), "update:1", tap="again:7")
    second = await _ordered(database, _commission(), "update:2", tap="again:7")
    other = await _ordered(database, _commission(), "update:3", tap="again:8")
    assert first is not None
    await Drawings(database).finish(first, State.FAILED)

    assert (second, other is not None) == (None, True)
    assert await _ordered(database, _commission(), "update:4", tap="again:7") is not None


async def test_what_is_drawn_is_there_after_a_restart(database: Database) -> None:
    commission = replace(
        _commission(), task=Task.EDIT, sources=(Source("ab/c.png", "file", 0),), mask="ab/m.png"
    )
    drawing_id = await _ordered(database, commission, "update:1")
    drawings = Drawings(database)
    assert drawing_id is not None
    await drawings.steps(drawing_id).record("asked", {})

    await drawings.drawn(
        drawing_id, [_made(0), _made(1)], model="m", wishes=Wishes(size="1x1"), price_microdollars=6_000
    )

    (artwork,) = await drawings.unfinished()
    assert artwork.commission == commission
    assert artwork.pictures == (_made(0), _made(1))
    assert (artwork.model, artwork.wishes.size, artwork.price_microdollars) == ("m", "1x1", 6_000)
    assert await drawings.steps(drawing_id).result("asked") == {}


async def test_the_gallery_shows_ones_own_newest_first(database: Database) -> None:
    await _done(database, _commission("old"), "update:1", message_id=10)
    await _done(database, _commission("new"), "update:2", message_id=20, count=2)
    await _done(database, _commission("his", person=BOB), "update:3", message_id=30)
    await _done(database, _commission("club", key=CLUB), "update:4", message_id=40)
    drawings = Drawings(database)

    pages = [await drawings.page(ADA.user_id, position) for position in (0, 1, 2, 3, 99)]
    within = await drawings.page(ADA.user_id, 0, within=CLUB)

    prompts = [page.artwork.commission.prompt for page in pages if page is not None]
    assert prompts == ["club", "new", "new", "old", "old"]
    assert [page.picture.number for page in pages if page is not None] == [0, 0, 1, 0, 0]
    assert within is not None
    assert (within.count, within.artwork.commission.prompt) == (1, "club")
    assert await drawings.page(99, 0) is None


async def test_the_last_drawing_is_that_of_the_thread(database: Database) -> None:
    await _done(database, _commission("old"), "update:1", message_id=10)
    drawings, threads = Drawings(database), Threads(database)
    first = await threads.active(HOME)
    second = await threads.start_new(HOME)

    found = await drawings.last(HOME, first)

    assert found is not None
    assert found.commission.prompt == "old"
    assert await drawings.last(HOME, second) is None


async def test_a_draft_is_confirmed_once(database: Database) -> None:
    drawing_id = await _ordered(database, _commission(), "update:1", state=State.DRAFT)
    drawings = Drawings(database)
    assert drawing_id is not None
    await drawings.place(drawing_id, 55)

    changed = await drawings.change_draft(drawing_id, _commission("a dog"))
    confirmed = await drawings.change_draft(drawing_id, _commission("a dog"), confirmed=True)
    again = await drawings.change_draft(drawing_id, _commission("a dog"), confirmed=True)

    assert (changed, confirmed, again) == (True, True, False)
    assert not await drawings.discard(drawing_id)
    found = await drawings.find(drawing_id)
    assert found is not None
    assert (found.commission.prompt, found.state) == ("a dog", State.WAITING)


async def test_a_group_that_moves_takes_its_drawings_along(database: Database) -> None:
    await _done(database, _commission(key=CLUB), "update:1", message_id=10)
    drawings = Drawings(database)

    await drawings.move_chat(CLUB.chat_id, -1005)

    page = await drawings.page(ADA.user_id, 0, within=ConversationKey(-1005, 3))
    assert page is not None
    assert page.artwork.commission.key == ConversationKey(-1005, 3)
