"""The control side of the offline model, for tests and tools."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, Self

import aiohttp

from sandbox.model.client_containers import ContainersClient
from sandbox.model.client_files import FilesClient
from sandbox.model.client_kept import KeptClient

_POLL_SECONDS = 10.0

Requests = list[dict[str, Any]]
"""Each with id, method, path, body, at, status, first_token_at, finished, finished_at, cancelled; oldest first.

`paid` is how many things of it would be on the bill: pictures, or one for anything else that was done.
`images` tells of each picture its format, width, height, detail, bytes, exif and colour; `files` of each
uploaded part its field, name, type and bytes. `response_id` and `response_status` tell how a response that is
kept, or made in the background, stands. What is embedded in a body is told there by its size only.
"""


class ModelClient(ContainersClient, FilesClient, KeptClient):
    """Looks at what the model was asked, and tells it how to behave."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self._session = session
        self._root = root
        self._known: dict[int, dict[str, Any]] = {}
        self._version = 0
        self._epoch = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, base_url: str) -> AsyncGenerator[Self]:
        """`base_url` is the one the bot uses, ending in `/v1`."""
        root = f"{base_url.rstrip('/').removesuffix('/v1')}/sandbox"
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            yield cls(session, root)

    async def requests(self) -> Requests:
        """Every request for an answer so far, also refused ones."""
        await self._catch_up(0)
        return [self._known[key] for key in sorted(self._known)]

    async def content(self, request: dict[str, Any], number: int = 0) -> bytes:
        """The bytes of a picture or file that came with a request, in the order it tells of them."""
        async with self._session.get(f"{self._root}/requests/{request['id']}/{number}") as response:
            return await response.read()

    async def clear(self) -> None:
        """Forgets the requests so far."""
        async with self._session.delete(f"{self._root}/requests"):
            return

    async def wait_for_requests(self, predicate: Callable[[Requests], bool], timeout: float = 40) -> Requests:
        """Waits until the requests are as the predicate wants them; raises `TimeoutError`."""
        async with asyncio.timeout(timeout):
            requests = await self.requests()
            while not (requests and predicate(requests)):
                await self._catch_up(_POLL_SECONDS)
                requests = [self._known[key] for key in sorted(self._known)]
            return requests

    async def fault(
        self,
        *,
        path: str = "*",
        times: int = 1,
        kind: Literal["status", "html", "reset", "delay", "hang", "cut"] = "status",
        status: int = 500,
        code: str | None = None,
        message: str = "",
        param: str | None = None,
        retry_after: float | None = None,
        seconds: float = 0.0,
        tokens: int = 10,
    ) -> None:
        """Lets the next `times` requests to a path (`/v1/responses`) fail, or wait, or hang.

        A cut comes after so many tokens of a stream, or pieces of a sound (which has eight).
        """
        await self._tell(
            "faults",
            path=path,
            times=times,
            kind=kind,
            status=status,
            code=code,
            message=message,
            param=param,
            retry_after=retry_after,
            seconds=seconds,
            tokens=tokens,
        )

    async def pace(self, first_seconds: float, token_seconds: float) -> None:
        """How answers stream from now on, where no script says otherwise."""
        await self._tell("pace", first_seconds=first_seconds, token_seconds=token_seconds)

    async def pace_speech(self, seconds_per_audio_second: float) -> None:
        """How long a second of spoken sound takes to come from now on."""
        await self._tell("speech", pace=str(seconds_per_audio_second))

    async def pace_images(self, seconds: float) -> None:
        """How long pictures take from now on; those on the way are spread over it."""
        await self._tell("images", pace=str(seconds))

    async def kill_model(self, model_id: str) -> None:
        await self._tell("models", id=model_id, is_dead=True)

    async def revive_model(self, model_id: str) -> None:
        """Serves the model, also one that nobody knew or whose day has come."""
        await self._tell("models", id=model_id, is_dead=False, shutdown=None)

    async def add_model(self, model_id: str, *, like: str) -> None:
        """Serves one more model, which does what another does, also what one did that is gone (`dall-e-3`)."""
        await self._tell("models", id=model_id, like=like, is_dead=False, shutdown=None)

    async def set_shutdown(self, model_id: str, day: str | None) -> None:
        """The day it ends (`2027-01-14`); from that day on it is gone."""
        await self._tell("models", id=model_id, shutdown=day)

    async def set_context(self, model_id: str, tokens: int) -> None:
        """How much it reads at once."""
        await self._tell("models", id=model_id, context_tokens=tokens)

    async def set_vision(self, model_id: str, *, sees: bool) -> None:
        """Whether it takes pictures; a model that nobody knew is added."""
        await self._tell("models", id=model_id, vision=sees)

    async def refuse(self, model_id: str, parameters: Sequence[str]) -> None:
        """The model answers these parameters with 400 from now on."""
        await self._tell("models", id=model_id, refuses=list(parameters))

    async def set_fingerprint(self, model_id: str, fingerprint: str | None) -> None:
        """The model's inner state is another one: the same seed gives another answer from now on."""
        await self._tell("models", id=model_id, fingerprint=fingerprint)

    async def flag(self, marker: str, category: str = "harassment") -> None:
        """Moderation flags every text that holds the marker from now on, and pictures: `mostly red`."""
        await self._tell("flags", marker=marker, category=category)

    async def _tell(self, subject: str, **words: object) -> None:
        async with self._session.post(f"{self._root}/{subject}", json=words):
            return

    async def _look(self, subject: str) -> Any:
        async with self._session.get(f"{self._root}/{subject}") as response:
            return await response.json()

    async def _catch_up(self, wait_seconds: float) -> None:
        """Fetches only what changed: with thousands of requests under way all of them would be too much."""
        query = {"since": self._version, "epoch": self._epoch, "wait": str(wait_seconds)}
        async with self._session.get(f"{self._root}/requests", params=query) as response:
            told = await response.json()
        if told["epoch"] != self._epoch:
            self._known.clear()
            self._epoch = told["epoch"]
        self._version = told["version"]
        self._known.update((request["id"], request) for request in told["requests"])
