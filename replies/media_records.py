"""What is remembered of an answer's files, so that a crash repeats none of them."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from domain.reply import MediaForm, SentMedia
from domain.steps import Json, JsonValue, Steps

_SKETCH: Final = "sketch"


class Records:
    """What stands already, by its position: `STEP:0`, `STEP:1` and so on.

    An album's first record has all of it: an album is sent with one call, so it is recorded with one.
    """

    def __init__(self, steps: Steps, step: str) -> None:
        self._steps = steps
        self._step = step

    async def sketch(self) -> int | None:
        """The message in which the file has been shown while it was made."""
        recorded = await self._steps.result(self._name(_SKETCH))
        message_id = recorded.get("message_id") if recorded is not None else None
        return message_id if isinstance(message_id, int) else None

    async def keep_sketch(self, message_id: int) -> None:
        await self._steps.record(self._name(_SKETCH), {"message_id": message_id})

    async def is_sketch_lost(self) -> bool:
        """Whether one may stand whose message is not known."""
        return await self._steps.result(self._name(_SKETCH)) is not None and await self.sketch() is None

    async def lose_sketch(self) -> None:
        await self._steps.record(self._name(_SKETCH), {"message_id": None})

    async def of(self, positions: Sequence[int]) -> dict[int, SentMedia]:
        found: dict[int, SentMedia] = {}
        for position in positions:
            recorded = await self._steps.result(self._name(position))
            if recorded is not None:
                found[position] = _sent_media(recorded)
                album = cast("dict[str, Json]", recorded.get("album") or {})
                found |= {int(other): _sent_media(entry) for other, entry in album.items()}
        return found

    async def keep(self, sent: Mapping[int, SentMedia]) -> None:
        entries: dict[int, dict[str, JsonValue]] = {position: _recorded(one) for position, one in sent.items()}
        for number, (position, entry) in enumerate(entries.items()):
            others: dict[str, JsonValue] = {str(other): entries[other] for other in list(entries)[1:]}
            album: dict[str, JsonValue] = {"album": others} if others and number == 0 else {}
            await self._steps.record(self._name(position), {**entry, **album})

    def _name(self, position: int | str) -> str:
        return f"{self._step}:{position}"


def _recorded(sent: SentMedia) -> dict[str, JsonValue]:
    record: dict[str, JsonValue] = {"message_id": sent.message_id, "file_id": sent.file_id, "form": sent.form}
    return record | {"has_buttons": True} if sent.has_buttons else record


def _sent_media(recorded: Json) -> SentMedia:
    form = cast("MediaForm", recorded["form"])  # as `keep` recorded it
    has_buttons = bool(recorded.get("has_buttons"))
    return SentMedia(int(str(recorded["message_id"])), str(recorded["file_id"]), form, has_buttons=has_buttons)
