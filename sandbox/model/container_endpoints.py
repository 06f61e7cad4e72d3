"""`/v1/containers`: containers and the files in them."""

from dataclasses import dataclass

from aiohttp import web

from sandbox.model.checks import Check, by_field, integer, list_of, one_of, optional, shape, text
from sandbox.model.containers import (
    LONGEST_MINUTES,
    Container,
    Containers,
    described,
    described_file,
)
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, missing
from sandbox.model.frames import served, with_body
from sandbox.model.journal import Entry
from sandbox.model.listing import Bounds, page
from sandbox.model.values import Json, as_count, as_list, as_object, as_text

MEMORY: Check = one_of("1g", "4g", "16g", "64g")
NETWORK: Check = by_field(
    "type",
    {
        "disabled": shape({"type": text}),
        "allowlist": shape(
            {"type": text, "allowed_domains": list_of(text, at_least=1)}, needs=("allowed_domains",)
        ),
    },
)
_NEW: Check = shape(
    {
        "name": text,
        "file_ids": list_of(text),
        "expires_after": shape(
            {"anchor": one_of("last_active_at"), "minutes": integer(1, LONGEST_MINUTES)},
            needs=("anchor", "minutes"),
        ),
        "memory_limit": optional(MEMORY),
        "network_policy": NETWORK,
    },
    needs=("name",),
)
_FROM_FILE: Check = shape({"file_id": text}, needs=("file_id",))
_PAGES = Bounds(cursors=("after",))
_NAMED_PAGES = Bounds(more=("name",), cursors=("after",))


@dataclass(frozen=True, slots=True)
class ContainerEndpoints:
    """Their endpoints. Whatever is done with a container keeps it alive."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        all_of_them, one = "/v1/containers", "/v1/containers/{id}"
        files, file = f"{one}/files", f"{one}/files/{{file_id}}"
        return [
            web.post(all_of_them, with_body(self.endpoints, _NEW, self._create)),
            web.get(all_of_them, served(self.endpoints, self._list)),
            web.get(one, served(self.endpoints, self._look_up)),
            web.delete(one, served(self.endpoints, self._delete)),
            web.post(files, self.endpoints.journalled(self._add)),
            web.get(files, served(self.endpoints, self._list_files)),
            web.get(file, served(self.endpoints, self._look_up_file)),
            web.get(f"{file}/content", served(self.endpoints, self._download)),
            web.delete(file, served(self.endpoints, self._delete_file)),
        ]

    @property
    def _containers(self) -> Containers:
        return self.endpoints.containers

    async def _create(self, _request: web.Request, _entry: Entry, body: Json) -> web.Response:
        container = made(body, as_text(body["name"]))
        copy_files(container, body, self.endpoints)
        self._containers.add(container)
        return web.json_response(described(container))

    async def _list(self, request: web.Request) -> web.Response:
        name = request.query.get("name")
        found = [one for one in self._containers.listed() if name in (None, one.name)]
        return web.json_response(page(found, request.query, described, _NAMED_PAGES))

    async def _look_up(self, request: web.Request) -> web.Response:
        container = self._containers.get(request.match_info["id"])
        if not container.is_expired:
            container.touch()
        return web.json_response(described(container))

    async def _delete(self, request: web.Request) -> web.Response:
        container_id = request.match_info["id"]
        self._containers.remove(container_id)
        return web.json_response({"id": container_id, "object": "container.deleted", "deleted": True})

    async def _add(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        """A form with the file, or the id of an uploaded one as JSON."""
        if request.content_type.startswith("multipart/"):
            form = await self.endpoints.read_form(request, entry, {})
            name, content = next(((one.name, one.content) for one in form.all("file")), ("", None))
            fields = form.fields
        else:
            fields = await self.endpoints.read_json(request, entry) or {}
            name, content = "", None
        if broken := await self.endpoints.begin(request):
            return broken
        container = self._found(request)
        if content is None:
            _FROM_FILE(fields, "")
            stored = self.endpoints.files.get(as_text(fields["file_id"]))
            name, content = stored.name, stored.content
        if not name:
            raise missing("file")
        return web.json_response(described_file(container, container.put(name, content, "user")))

    async def _list_files(self, request: web.Request) -> web.Response:
        container = self._found(request)
        return web.json_response(
            page(container.files, request.query, lambda file: described_file(container, file), _PAGES)
        )

    async def _look_up_file(self, request: web.Request) -> web.Response:
        container = self._found(request)
        return web.json_response(described_file(container, container.file(request.match_info["file_id"])))

    async def _download(self, request: web.Request) -> web.Response:
        file = self._found(request).file(request.match_info["file_id"])
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _delete_file(self, request: web.Request) -> web.Response:
        file_id = request.match_info["file_id"]
        self._found(request).remove(file_id)
        return web.json_response({"id": file_id, "object": "container.file.deleted", "deleted": True})

    def _found(self, request: web.Request) -> Container:
        """What was in an expired container is not found any more."""
        container = self._containers.get(request.match_info["id"])
        if container.is_expired:
            raise ApiError(404, f"Container with id '{container.id}' is expired.")
        container.touch()
        return container


def made(body: Json, name: str) -> Container:
    """A new container with the settings of a body."""
    return Container(
        name,
        as_count(as_object(body.get("expires_after")).get("minutes")) or LONGEST_MINUTES,
        as_text(body.get("memory_limit")) or "1g",
        as_object(body.get("network_policy")) or {"type": "disabled"},
    )


def copy_files(container: Container, body: Json, endpoints: Endpoints) -> None:
    """Puts the uploaded files into it that the body names; raises `ApiError` for unknown ones."""
    known = {file.name for file in container.files}
    for file_id in (as_text(one) for one in as_list(body.get("file_ids"))):
        stored = endpoints.files.find(file_id)
        if stored is None:
            raise invalid("file_ids", f"The file '{file_id}' was not found.")
        if stored.name not in known:
            container.put(stored.name, stored.content, "user")
