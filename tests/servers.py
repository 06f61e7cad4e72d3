"""Compatible servers of a test's own: they list what they are told to, and answer in given words."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import RawTestServer

Body = Mapping[str, Any]


@dataclass
class CompatibleServer:
    """A server of chat completions. `answers` are said in order, the last one again and again.

    It refuses the parameters in `refuses`, and whatever `judge` finds a sentence for.
    """

    base_url: str = ""
    models: Sequence[str] = ("llama4:8b",)
    answers: list[str] = field(default_factory=lambda: ["hello"])
    fingerprint: str | None = None
    refuses: frozenset[str] = frozenset()
    streams: bool = True
    ends_with_reason: bool = True
    ends_with_done: bool = True
    judge: Callable[[Body], str] = lambda _body: ""
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def serve(self, request: web.BaseRequest) -> web.Response:
        if request.path.endswith("/models"):
            return web.json_response({"data": [{"id": model_id} for model_id in self.models]})
        if not request.path.endswith("/chat/completions"):
            return web.json_response({"detail": "Not Found"}, status=404)
        body = await request.json()
        self.asked.append(body)
        for name in sorted(self.refuses & body.keys()):
            error = {"message": f"unsupported parameter: {name}", "param": name, "code": None}
            return web.json_response({"error": error}, status=400)
        if problem := self.judge(body):
            return web.json_response({"error": {"message": problem, "code": None}}, status=400)
        text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return self._streamed(text) if self.streams else self._whole(text)

    def _streamed(self, text: str) -> web.Response:
        chunks = [self._chunk({"delta": {"role": "assistant", "content": text}, "finish_reason": None})]
        if self.ends_with_reason:
            chunks.append(self._chunk({"delta": {}, "finish_reason": "stop"}))
        lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
        done = ["data: [DONE]\n\n"] * self.ends_with_done
        return web.Response(text="".join([*lines, *done]), content_type="text/event-stream")

    def _chunk(self, choice: Body) -> Body:
        return {"object": "chat.completion.chunk", "system_fingerprint": self.fingerprint, "choices": [choice]}

    def _whole(self, text: str) -> web.Response:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return web.json_response(
            {"object": "chat.completion", "system_fingerprint": self.fingerprint, "choices": [choice]}
        )

    @property
    def settings(self) -> dict[str, Any]:
        """What a bot has to be told to ask it."""
        return {"openai_base_url": self.base_url, "openai_api": "chat", "openai_dialect": "plain"}


@asynccontextmanager
async def compatible(**given: Any) -> AsyncGenerator[CompatibleServer]:
    """Serves until the block is left."""
    server = CompatibleServer(**given)
    async with RawTestServer(server.serve) as listening:
        server.base_url = str(listening.make_url("/v1"))
        yield server
