"""How near vectors are, inside SQLite: by sqlite-vec where it can be loaded, else by ourselves, as exactly."""

import logging
import math
import sqlite3
from array import array
from functools import lru_cache

try:
    import sqlite_vec  # pyright: ignore[reportMissingTypeStubs]  # it has no types
except ImportError:  # there is none for this machine
    sqlite_vec = None

log = logging.getLogger(__name__)

DISTANCE = "vec_distance_cosine"


def prepare(connection: sqlite3.Connection) -> None:
    """Statements on this connection may use `vec_distance_cosine(vector, vector)`, 0 to 2."""
    if not load(connection):
        log.debug("sqlite-vec cannot be loaded here: vectors are compared in Python")
        connection.create_function(DISTANCE, 2, cosine_distance, deterministic=True)


def load(connection: sqlite3.Connection) -> bool:
    """False where this Python, or this machine, cannot have sqlite-vec."""
    if sqlite_vec is None or not hasattr(connection, "enable_load_extension"):
        return False
    try:
        connection.enable_load_extension(True)  # noqa: FBT003  # it has no name
        sqlite_vec.load(connection)
        connection.enable_load_extension(False)  # noqa: FBT003
    except sqlite3.Error as error:
        log.info("sqlite-vec could not be loaded: %s", error)
        return False
    return True


def cosine_distance(one: bytes, other: bytes) -> float:
    """As sqlite-vec's. In Python itself only C loops are quick, so the angle comes from three lengths."""
    first, second = _floats(one), _query(other)
    lengths = math.hypot(*first), math.hypot(*second)
    product = (lengths[0] ** 2 + lengths[1] ** 2 - math.dist(first, second) ** 2) / 2
    return 1 - product / (lengths[0] * lengths[1])


def _floats(blob: bytes) -> tuple[float, ...]:
    floats = array("f")
    floats.frombytes(blob)
    return tuple(floats)


_query = lru_cache(maxsize=4)(_floats)
