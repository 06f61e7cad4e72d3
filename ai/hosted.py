"""Files, stores and containers at a provider that speaks OpenAI: the port `domain.hosting.Hosting`."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Sequence
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from ai.bodies import Upload
from ai.errors import ParameterRefused, RouteMissing
from ai.json_values import JsonObject, as_count, as_list, as_object, as_text
from ai.source import Source
from domain.errors import FileTooLarge, HostedGone, PromptTooLong, ProviderUnreachable, Unreadable
from domain.hosting import (
    CONTAINER_MINUTES,
    FILE_DAYS,
    ContainerFile,
    Indexed,
    RemoteKind,
    RemoteThing,
    StoredPassage,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

_DAY_SECONDS: Final = 86_400
_STORE_DAYS: Final = 30
_MEMORY: Final = "1g"
_PAGE: Final = 100
_MOST_PAGES: Final = 100
_PATHS: Final = {
    RemoteKind.FILE: "/files",
    RemoteKind.STORE: "/vector_stores",
    RemoteKind.CONTAINER: "/containers",
    RemoteKind.CONVERSATION: "/conversations",
    RemoteKind.RESPONSE: "/responses",
}


class HostedTools:
    """One bot's things at a provider. Their names bear `tag`, so that no other's are ever taken for ours."""

    def __init__(self, source: Source, tag: str) -> None:
        self._wire = source.wire
        self._mark = f"parley-{tag}"
        is_offered = source.provider.speaks_openai and source.provider.protocol == "responses"
        self.can_search = is_offered
        self.can_run = is_offered
        self.can_remember = is_offered

    async def create_conversation(self) -> str:
        try:
            return _id_of(await self._wire.post("/conversations", {"metadata": {"by": self._mark}}))
        except RouteMissing:
            log.warning("the provider keeps no conversations: the history is sent along from now on")
            self.can_remember = False
            raise

    async def upload(self, path: Path, name: str, media_type: str) -> str:
        stem, dot, ending = name.rpartition(".")
        marked = f"{stem}.{self._mark}.{ending}" if dot else f"{name}.{self._mark}"
        body: dict[str, object] = {
            "purpose": "user_data",
            "expires_after[anchor]": "created_at",
            "expires_after[seconds]": str(FILE_DAYS * _DAY_SECONDS),
            "file": Upload(path, marked, media_type),
        }
        try:
            return _id_of(await self._wire.upload("/files", body))
        except RouteMissing:
            self._lose_search()
            raise
        except ParameterRefused as refusal:
            raise Unreadable(str(refusal)) from None
        except PromptTooLong as refusal:  # 413
            raise FileTooLarge(str(refusal)) from None

    async def create_store(self, name: str) -> str:
        body: dict[str, object] = {
            "name": f"{self._mark}-{name}",
            "expires_after": {"anchor": "last_active_at", "days": _STORE_DAYS},
        }
        try:
            return _id_of(await self._wire.post("/vector_stores", body))
        except RouteMissing:
            self._lose_search()
            raise

    async def index(self, store_id: str, file_id: str) -> Indexed | None:
        path = f"/vector_stores/{quote(store_id)}/files"
        try:
            return _indexed(await _there(self._wire.post(path, {"file_id": file_id})))
        except ParameterRefused as refusal:
            log.info("a file cannot be indexed: %s", refusal)
            return Indexed(is_done=False, reason="unsupported_file")

    async def indexed(self, store_id: str, file_id: str) -> Indexed | None:
        path = f"/vector_stores/{quote(store_id)}/files/{quote(file_id)}"
        return _indexed(await _there(self._wire.get(path)))

    async def has_store(self, store_id: str) -> bool:
        return await self._is_alive(f"/vector_stores/{quote(store_id)}")

    async def search(self, store_id: str, words: str, *, most: int) -> Sequence[StoredPassage]:
        body: dict[str, object] = {"query": words, "max_num_results": most}
        told = await _there(self._wire.post(f"/vector_stores/{quote(store_id)}/search", body))
        return [_passage(as_object(one)) for one in as_list(told.get("data"))]

    async def stored_bytes(self) -> int:
        try:
            stores = [one async for one in self._listed(_PATHS[RemoteKind.STORE], {})]
        except RouteMissing:
            self._lose_search()
            return 0
        return sum(as_count(one.get("usage_bytes")) for one in stores if self._is_ours(one) and _lives(one))

    async def create_container(self, name: str) -> str:
        body: dict[str, object] = {
            "name": f"{self._mark}-{name}",
            "memory_limit": _MEMORY,
            "expires_after": {"anchor": "last_active_at", "minutes": CONTAINER_MINUTES},
        }
        try:
            return _id_of(await self._wire.post("/containers", body))
        except RouteMissing:
            self._lose_code()
            raise

    async def has_container(self, container_id: str) -> bool:
        return await self._is_alive(f"/containers/{quote(container_id)}")

    async def put(self, container_id: str, path: Path, name: str, media_type: str) -> ContainerFile:
        body: dict[str, object] = {"file": Upload(path, name, media_type)}
        path_there = f"/containers/{quote(container_id)}/files"
        try:
            return _container_file(await _there(self._wire.upload(path_there, body)))
        except ParameterRefused as refusal:
            raise Unreadable(str(refusal)) from None
        except PromptTooLong as refusal:  # 413
            raise FileTooLarge(str(refusal)) from None

    async def copy(self, container_id: str, file_id: str) -> ContainerFile:
        path_there = f"/containers/{quote(container_id)}/files"
        return _container_file(await _there(self._wire.post(path_there, {"file_id": file_id})))

    async def container_files(self, container_id: str) -> Sequence[ContainerFile]:
        return await _there(self._in_container(container_id))

    async def _in_container(self, container_id: str) -> Sequence[ContainerFile]:
        found = self._listed(f"/containers/{quote(container_id)}/files", {})
        return [_container_file(file) async for file in found]

    async def fetch(self, container_id: str, file_id: str, to: Path, *, most_bytes: int) -> None:
        path = f"/containers/{quote(container_id)}/files/{quote(file_id)}/content"
        await _there(self._wire.download(path, to, most_bytes=most_bytes))

    async def delete(self, thing: RemoteThing) -> None:
        try:
            if thing.kind is RemoteKind.CONVERSATION:
                await self._empty(thing.id)
            await self._wire.delete(_path_of(thing))
        except (RouteMissing, HostedGone):
            log.info("%s is gone already", thing.kind.value)

    async def ours(self, *, before: float) -> Sequence[RemoteThing]:
        found: list[RemoteThing] = []
        if self.can_search:
            try:
                found += [
                    *await self._old(RemoteKind.STORE, before),
                    *await self._old(RemoteKind.FILE, before, purpose="user_data"),
                ]
            except RouteMissing:
                self._lose_search()
        if self.can_run:
            try:
                found += await self._old(RemoteKind.CONTAINER, before)
            except RouteMissing:
                self._lose_code()
        return found

    async def _empty(self, conversation_id: str) -> None:
        """Deleting a conversation leaves its items at the provider, so they go first."""
        path = f"/conversations/{quote(conversation_id)}/items"
        for item in [item async for item in self._listed(path, {})]:
            await self._wire.delete(f"{path}/{quote(as_text(item.get('id')))}")

    async def _old(self, kind: RemoteKind, before: float, **query: str) -> Sequence[RemoteThing]:
        return [
            RemoteThing(kind, as_text(thing.get("id")))
            async for thing in self._listed(_PATHS[kind], query)
            if self._is_ours(thing) and _lives(thing) and 0 < as_count(thing.get("created_at")) <= before
        ]

    def _is_ours(self, thing: JsonObject) -> bool:
        name, file_name = as_text(thing.get("name")), as_text(thing.get("filename"))
        return name.startswith(f"{self._mark}-") or f".{self._mark}" in file_name

    async def _listed(self, path: str, query: dict[str, str]) -> AsyncGenerator[JsonObject]:
        after = ""
        for _ in range(_MOST_PAGES):
            asked = urlencode({**query, "limit": str(_PAGE), **({"after": after} if after else {})})
            page = await self._wire.get(f"{path}?{asked}")
            entries = [as_object(entry) for entry in as_list(page.get("data"))]
            for entry in entries:
                yield entry
            if page.get("has_more") is not True or not entries:
                return
            after = as_text(entries[-1].get("id"))

    async def _is_alive(self, path: str) -> bool:
        try:
            return _lives(await _there(self._wire.get(path)))
        except HostedGone:
            return False

    def _lose_code(self) -> None:
        log.warning("the provider has no containers: no code is run from now on")
        self.can_run = False

    def _lose_search(self) -> None:
        log.warning("the provider has no files or vector stores: nothing is indexed there from now on")
        self.can_search = False


async def _there(asked: Awaitable[T]) -> T:
    """For a path that names something we made: a provider that does not know it has lost it."""
    try:
        return await asked
    except RouteMissing as error:
        raise HostedGone(str(error)) from None


def _path_of(thing: RemoteThing) -> str:
    home, own = quote(thing.home), quote(thing.id)
    match thing.kind:
        case RemoteKind.INDEXED:
            return f"/vector_stores/{home}/files/{own}"
        case RemoteKind.INSIDE:
            return f"/containers/{home}/files/{own}"
        case kind:
            return f"{_PATHS[kind]}/{own}"


def _indexed(told: JsonObject) -> Indexed | None:
    match told.get("status"):
        case "in_progress":
            return None
        case "completed":
            return Indexed(is_done=True)
        case _:
            reason = as_text(as_object(told.get("last_error")).get("code"))
            return Indexed(is_done=False, reason=reason or "server_error")


def _passage(told: JsonObject) -> StoredPassage:
    pieces = (as_text(as_object(piece).get("text")) for piece in as_list(told.get("content")))
    score = told.get("score")
    return StoredPassage(
        as_text(told.get("file_id")),
        "\n".join(pieces),
        float(score) if isinstance(score, int | float) else 0.0,
    )


def _id_of(made: JsonObject) -> str:
    found = as_text(made.get("id"))
    if not found:
        raise ProviderUnreachable("something was made at the provider that has no id")
    return found


def _lives(thing: JsonObject) -> bool:
    return thing.get("status") not in ("expired", "deleted")


def _container_file(told: JsonObject) -> ContainerFile:
    return ContainerFile(
        _id_of(told),
        as_text(told.get("path")),
        as_count(told.get("bytes")),
        is_made=told.get("source") == "assistant",
    )
