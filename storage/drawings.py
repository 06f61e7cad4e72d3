"""Drawings: what was ordered, how far it got, and the pictures that came of it."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from domain.commission import Artwork, Commission, Made, State
from domain.drawing import Wishes
from domain.steps import Json, Steps
from domain.turn import ConversationKey
from storage.database import Database, now_ms

_commission = TypeAdapter(Commission)
_wishes = TypeAdapter(Wishes)

_COLUMNS = "id, chat_id, topic_id, commission, state, thread_id, model, wishes, price_microdollars"
_PICTURE_COLUMNS = "number, file, media_type, width, height, is_photo, is_animated, file_id, message_id"


@dataclass(frozen=True, slots=True)
class Page:
    """One picture of a person's gallery; `position` counts from 0, the newest first."""

    artwork: Artwork
    picture: Made
    position: int
    count: int


class DrawingSteps:
    """`domain.steps.Steps` of one drawing."""

    def __init__(self, database: Database, drawing_id: int) -> None:
        self._database = database
        self._id = drawing_id

    async def result(self, step: str) -> Json | None:
        query = "SELECT result FROM drawing_steps WHERE drawing_id = :id AND step = :step"
        values = {"id": self._id, "step": step}
        found = await self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return json.loads(found[0]) if found else None

    async def record(self, step: str, result: Json) -> None:
        query = (
            "INSERT INTO drawing_steps (drawing_id, step, result) VALUES (:id, :step, :result) "
            "ON CONFLICT (drawing_id, step) DO UPDATE SET result = excluded.result"
        )
        values = {"id": self._id, "step": step, "result": json.dumps(result, ensure_ascii=False)}
        await self._database.write(lambda connection: connection.execute(query, values))


class Drawings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def order(
        self,
        commission: Commission,
        *,
        origin: str,
        thread_id: int,
        tap: str = "",
        state: State = State.WAITING,
    ) -> Artwork | None:
        """Takes an order into the books; from then on it is resumed until it is finished.

        `origin` is what asked for it, `tap` the button. None if that origin has been here before, or what was
        ordered with that button is not finished.
        """
        sources = commission.sources
        values = {
            "origin": origin,
            "tap": tap,
            "user_id": commission.person.user_id,
            "chat_id": commission.key.chat_id,
            "topic_id": commission.key.topic_id,
            "thread_id": thread_id,
            "parent_id": next((source.drawing_id for source in sources if source.drawing_id), None),
            "state": state.value,
            "commission": _commission.dump_json(commission).decode(),
            "prompt": commission.prompt,
            "now": now_ms(),
        }
        query = (
            "INSERT INTO drawings (origin, tap, user_id, chat_id, topic_id, thread_id, parent_id, state, "
            "commission, prompt, created_ms) VALUES (:origin, :tap, :user_id, :chat_id, :topic_id, :thread_id, "
            ":parent_id, :state, :commission, :prompt, :now) ON CONFLICT DO NOTHING RETURNING id"
        )
        found = await self._database.write(lambda connection: connection.execute(query, values).fetchall())
        return Artwork(int(found[0][0]), commission, state, thread_id) if found else None

    def steps(self, drawing_id: int) -> Steps:
        return DrawingSteps(self._database, drawing_id)

    async def unfinished(self) -> list[Artwork]:
        """What a restart interrupted, oldest first."""
        return await self._all(f"SELECT {_COLUMNS} FROM drawings WHERE state = 'waiting' ORDER BY id", {})

    async def unfinished_of(self, user_id: int) -> int:
        """How many drawings of a person are under way."""
        query = "SELECT count(*) FROM drawings WHERE user_id = :user_id AND state = 'waiting'"
        (count,) = await self._database.read(
            lambda connection: connection.execute(query, {"user_id": user_id}).fetchone()
        )
        return int(count)

    async def find(self, drawing_id: int) -> Artwork | None:
        return await self._one(f"SELECT {_COLUMNS} FROM drawings WHERE id = :id", {"id": drawing_id})

    async def by_origin(self, origin: str) -> Artwork | None:
        query = f"SELECT {_COLUMNS} FROM drawings WHERE origin = :origin"
        return await self._one(query, {"origin": origin})

    async def by_file_id(self, key: ConversationKey, file_id: str) -> tuple[Artwork, Made] | None:
        """The drawing of the conversation's chat that Telegram knows by that name."""
        query = (
            f"SELECT {_COLUMNS} FROM drawings WHERE chat_id = :chat_id AND id IN "
            "(SELECT drawing_id FROM drawn_pictures WHERE file_id = :file_id) ORDER BY id DESC LIMIT 1"
        )
        artwork = await self._one(query, {"chat_id": key.chat_id, "file_id": file_id})
        if artwork is None:
            return None
        return artwork, next(picture for picture in artwork.pictures if picture.file_id == file_id)

    async def last(self, key: ConversationKey, thread_id: int) -> Artwork | None:
        """The newest drawing of a thread that has come to pictures."""
        query = (
            f"SELECT {_COLUMNS} FROM drawings WHERE chat_id = :chat_id AND topic_id = :topic_id "
            "AND thread_id = :thread_id AND id IN (SELECT drawing_id FROM drawn_pictures) "
            "ORDER BY id DESC LIMIT 1"
        )
        values = {"chat_id": key.chat_id, "topic_id": key.topic_id, "thread_id": thread_id}
        return await self._one(query, values)

    async def page(self, user_id: int, position: int, *, within: ConversationKey | None = None) -> Page | None:
        """A picture of the person's, the newest at 0; `within`: only of what was drawn there. None if none."""
        chosen = "FROM drawn_pictures p JOIN drawings d ON d.id = p.drawing_id "
        chosen += "WHERE d.user_id = :user_id"
        values: dict[str, object] = {"user_id": user_id, "position": position}
        if within is not None:
            chosen += " AND d.chat_id = :chat_id AND d.topic_id = :topic_id"
            values |= {"chat_id": within.chat_id, "topic_id": within.topic_id}

        def work(connection: sqlite3.Connection) -> Page | None:
            (count,) = connection.execute(f"SELECT count(*) {chosen}", values).fetchone()
            if not count:
                return None
            at = min(max(position, 0), count - 1)
            query = f"SELECT d.id, p.number {chosen} ORDER BY d.id DESC, p.number LIMIT 1 OFFSET :position"
            drawing_id, number = connection.execute(query, values | {"position": at}).fetchone()
            (artwork,) = _read(
                connection, f"SELECT {_COLUMNS} FROM drawings WHERE id = :id", {"id": drawing_id}
            )
            picture = next(one for one in artwork.pictures if one.number == number)
            return Page(artwork, picture, at, count)

        return await self._database.read(work)

    async def drawn(
        self,
        drawing_id: int,
        pictures: Sequence[Made],
        *,
        model: str,
        wishes: Wishes,
        price_microdollars: int | None,
    ) -> None:
        """The paid part is done: its pictures are kept, whatever happens from now on."""
        values = {
            "id": drawing_id,
            "model": model,
            "wishes": _wishes.dump_json(wishes).decode(),
            "price": price_microdollars,
        }
        rows = [(drawing_id, *_picture_row(picture)) for picture in pictures]

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE drawings SET model = :model, wishes = :wishes, price_microdollars = :price "
                "WHERE id = :id",
                values,
            )
            connection.executemany(
                f"INSERT INTO drawn_pictures (drawing_id, {_PICTURE_COLUMNS}) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                rows,
            )

        await self._database.write(work)

    async def finish(
        self, drawing_id: int, state: State, *, pictures: Iterable[Made] = (), message_id: int = 0
    ) -> None:
        """Nothing more is to be done. `pictures` say where they stand, `message_id` has their buttons."""
        values = {"id": drawing_id, "state": state.value, "message_id": message_id, "now": now_ms()}
        rows = [(one.file_id, one.message_id, drawing_id, one.number) for one in pictures]

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE drawings SET state = :state, message_id = :message_id, finished_ms = :now "
                "WHERE id = :id",
                values,
            )
            connection.executemany(
                "UPDATE drawn_pictures SET file_id = ?, message_id = ? WHERE drawing_id = ? AND number = ?",
                rows,
            )
            connection.execute("DELETE FROM drawing_steps WHERE drawing_id = :id", values)

        await self._database.write(work)

    async def place(self, drawing_id: int, message_id: int) -> None:
        """The message that shows a draft."""
        query = "UPDATE drawings SET message_id = :message_id WHERE id = :id"
        values = {"id": drawing_id, "message_id": message_id}
        await self._database.write(lambda connection: connection.execute(query, values))

    async def change_draft(self, drawing_id: int, commission: Commission, *, confirmed: bool = False) -> bool:
        """Puts other wishes into a draft; once it is `confirmed`, it is to be drawn. False if it is none."""
        query = (
            "UPDATE drawings SET commission = :commission, prompt = :prompt, state = :state "
            "WHERE id = :id AND state = 'draft'"
        )
        values = {
            "id": drawing_id,
            "commission": _commission.dump_json(commission).decode(),
            "prompt": commission.prompt,
            "state": (State.WAITING if confirmed else State.DRAFT).value,
        }
        return await self._database.write(lambda connection: connection.execute(query, values).rowcount == 1)

    async def discard(self, drawing_id: int) -> bool:
        """The draft is not wanted; False if it is none any more."""
        query = "UPDATE drawings SET state = 'stopped' WHERE id = :id AND state = 'draft'"
        return await self._database.write(
            lambda connection: connection.execute(query, {"id": drawing_id}).rowcount == 1
        )

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup: its drawings follow, their messages stay behind."""
        values = {"old": old, "new": new}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE drawn_pictures SET message_id = 0 "
                "WHERE drawing_id IN (SELECT id FROM drawings WHERE chat_id = :old)",
                values,
            )
            connection.execute(
                "UPDATE drawings SET chat_id = :new, message_id = 0 WHERE chat_id = :old", values
            )

        await self._database.write(work)

    async def _one(self, query: str, values: Mapping[str, object]) -> Artwork | None:
        return next(iter(await self._all(query, values)), None)

    async def _all(self, query: str, values: Mapping[str, object]) -> list[Artwork]:
        return await self._database.read(lambda connection: _read(connection, query, values))


def _read(connection: sqlite3.Connection, query: str, values: Mapping[str, object]) -> list[Artwork]:
    found = connection.execute(query, values).fetchall()
    return [_artwork(*fields, pictures=_pictures(connection, fields[0])) for fields in found]


def _pictures(connection: sqlite3.Connection, drawing_id: int) -> tuple[Made, ...]:
    query = f"SELECT {_PICTURE_COLUMNS} FROM drawn_pictures WHERE drawing_id = ? ORDER BY number"
    return tuple(_made(*fields) for fields in connection.execute(query, (drawing_id,)))


def _made(
    number: int,
    file: str,
    media_type: str,
    width: int,
    height: int,
    is_photo: int,
    is_animated: int,
    file_id: str,
    message_id: int,
) -> Made:
    shown = {"is_photo": bool(is_photo), "is_animated": bool(is_animated)}
    return Made(number, file, media_type, width, height, file_id=file_id, message_id=message_id, **shown)


def _picture_row(picture: Made) -> tuple[object, ...]:
    return (
        picture.number,
        picture.file,
        picture.media_type,
        picture.width,
        picture.height,
        int(picture.is_photo),
        int(picture.is_animated),
        picture.file_id,
        picture.message_id,
    )


def _artwork(
    drawing_id: int,
    chat_id: int,
    topic_id: int,
    commission: str,
    state: str,
    thread_id: int,
    model: str,
    wishes: str,
    price: int | None,
    *,
    pictures: tuple[Made, ...],
) -> Artwork:
    return Artwork(
        drawing_id,
        # The columns know better: a group may have moved since.
        replace(_commission.validate_json(commission), key=ConversationKey(chat_id, topic_id)),
        State(state),
        thread_id,
        model,
        _wishes.validate_json(wishes) if wishes else Wishes(),
        price,
        pictures,
    )
