"""The offline model as a server on this machine."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Literal, Self

from aiohttp import web

from sandbox.model.answering import CHAT_DIALECT, PLAIN_DIALECT, Answering
from sandbox.model.container_endpoints import ContainerEndpoints
from sandbox.model.control import Control
from sandbox.model.control_containers import ControlOfContainers
from sandbox.model.control_files import ControlOfFiles
from sandbox.model.control_kept import ControlOfKept
from sandbox.model.conversations import Conversations
from sandbox.model.delivery import Pace
from sandbox.model.embeddings import Embeddings
from sandbox.model.endpoints import Endpoints, refusal
from sandbox.model.errors import ApiError
from sandbox.model.images import Images
from sandbox.model.kept_responses import KeptResponses
from sandbox.model.models import Models, of_a_local_server, of_openai, today_in_utc
from sandbox.model.moderations import Moderations
from sandbox.model.realtime import Realtime
from sandbox.model.responding import Responding
from sandbox.model.speech import Speech
from sandbox.model.transcriptions import Transcriptions
from sandbox.model.uploads import Uploads
from sandbox.model.vector_store_endpoints import VectorStoreEndpoints
from sandbox.model.vector_store_files import VectorStoreFiles

DEFAULT_KEY = "sk-sandbox-offline-model-000000"

_LARGEST_BODY = 64 * 1024 * 1024
_BACKLOG = 1_024  # connections that may come at once
_GOODBYE_SECONDS = 0.2


class ModelSandbox:
    """Stands where OpenAI stands; with dialect "plain" where a compatible server stands, which knows little."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self.base_url = base_url
        self.api_key = api_key

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_key: str = DEFAULT_KEY,
        pace: Pace | None = None,
        dialect: Literal["openai", "plain"] = "openai",
        today: Callable[[], date] = today_in_utc,
    ) -> AsyncGenerator[Self]:
        """Serves until the block is left; without a `pace` answers come at once."""
        served = of_openai() if dialect == "openai" else of_a_local_server()
        endpoints = Endpoints(api_key, Models(served, today=today), pace or Pace())
        # Cancelling a handler when its client goes away is how the end of a stream is seen.
        runner = web.AppRunner(
            _application(endpoints, dialect),
            handler_cancellation=True,
            access_log=None,
            shutdown_timeout=_GOODBYE_SECONDS,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
            address = runner.addresses[0]
            yield cls(f"http://{host}:{address[1]}/v1", api_key)
        finally:
            await endpoints.background.close()
            await runner.cleanup()


def _application(endpoints: Endpoints, dialect: str) -> web.Application:
    application = web.Application(client_max_size=_LARGEST_BODY)
    application.add_routes(Control(endpoints).routes())
    application.add_routes(
        [
            web.get("/v1/models", endpoints.list_models),
            web.get("/v1/models/{id}", endpoints.retrieve_model),
        ]
    )
    if dialect == "openai":
        application.add_routes(Responding(endpoints).routes())
        application.add_routes(KeptResponses(endpoints).routes())
        application.add_routes(Conversations(endpoints).routes())
        for kind in (ControlOfKept, ContainerEndpoints, ControlOfContainers):
            application.add_routes(kind(endpoints).routes())
        application.add_routes(Answering(endpoints, "/v1/chat/completions", CHAT_DIALECT).routes())
        for kind in (Transcriptions, Speech, Realtime, Images, Embeddings, Moderations):
            application.add_routes(kind(endpoints).routes())
        for kind in (Uploads, VectorStoreEndpoints, VectorStoreFiles, ControlOfFiles):
            application.add_routes(kind(endpoints).routes())
    else:
        application.add_routes(Answering(endpoints, "/v1/chat/completions", PLAIN_DIALECT).routes())
    application.router.add_route("*", "/{path:.*}", _nothing_here)
    return application


async def _nothing_here(request: web.Request) -> web.Response:
    return refusal(ApiError(404, f"Invalid URL ({request.method} {request.path})"))
