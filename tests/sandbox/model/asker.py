"""Asks the offline model over plain HTTP, without any SDK, and takes its answers apart."""

import io
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

from sandbox.model.server import ModelSandbox

Json = dict[str, Any]

MODEL = "gpt-6-luna"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the server. `events` are the JSON of its stream, if it was one."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> Json:
        return self.json["error"]

    @property
    def names(self) -> list[str]:
        return [line.removeprefix("event: ") for line in self.text.split("\n") if line.startswith("event: ")]

    @property
    def events(self) -> list[Json]:
        lines = [line.removeprefix("data: ") for line in self.text.split("\n") if line.startswith("data: ")]
        return [json.loads(line) for line in lines if line != "[DONE]"]

    @property
    def last(self) -> Json:
        return self.events[-1]

    @property
    def said(self) -> str:
        """The text of the answer, streamed or not, in either protocol."""
        if self.headers["Content-Type"].startswith("text/event-stream"):
            return "".join(_delta(event) for event in self.events)
        return _whole(self.json)


@dataclass(frozen=True, slots=True)
class Asker:
    sandbox: ModelSandbox
    session: aiohttp.ClientSession

    async def responses(self, text: str | list[Json], /, **body: Any) -> Reply:
        """Streams by default; reasons not by default."""
        given = {"model": MODEL, "input": text, "stream": True, "reasoning": {"effort": "none"}} | body
        return await self.post("responses", given)

    async def chat(self, text: str | list[Json], /, **body: Any) -> Reply:
        messages = [{"role": "user", "content": text}] if isinstance(text, str) else text
        given = {"model": MODEL, "messages": messages, "stream": True, "reasoning_effort": "none"} | body
        return await self.post("chat/completions", given)

    async def post(self, path: str, body: object, *, key: str | None = None) -> Reply:
        """Parameters that are None are left out."""
        given = _without_nones(cast(Json, body)) if isinstance(body, dict) else body
        headers = {"Authorization": f"Bearer {key or self.sandbox.api_key}"}
        async with self.session.post(
            f"{self.sandbox.base_url}/{path}", json=given, headers=headers
        ) as response:
            return Reply(response.status, response.headers, await response.text())

    async def send(self, path: str, content: bytes) -> Reply:
        """Sends anything."""
        headers = {"Authorization": f"Bearer {self.sandbox.api_key}"}
        async with self.session.post(
            f"{self.sandbox.base_url}/{path}", data=io.BytesIO(content), headers=headers
        ) as response:
            return Reply(response.status, response.headers, await response.text())

    async def form(self, path: str, fields: Mapping[str, str], *files: tuple[str, str, bytes]) -> Reply:
        """Sends a form; each file is its field, its name and its content."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, value)
        for field, name, content in files:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            form.add_field(field, content, filename=name, content_type=kind)
        headers = {"Authorization": f"Bearer {self.sandbox.api_key}"}
        async with self.session.post(f"{self.sandbox.base_url}/{path}", data=form, headers=headers) as response:
            return Reply(response.status, response.headers, await response.text())

    async def get(self, path: str) -> Reply:
        headers = {"Authorization": f"Bearer {self.sandbox.api_key}"}
        async with self.session.get(f"{self.sandbox.base_url}/{path}", headers=headers) as response:
            return Reply(response.status, response.headers, await response.text())


def loosely(method: object) -> Any:
    """The method without its types: to give it what they forbid."""
    return method


def _without_nones(body: Json) -> Json:
    return {name: value for name, value in body.items() if value is not None}


def _delta(event: Json) -> str:
    if event.get("type") in ("response.output_text.delta", "response.refusal.delta"):
        return event["delta"]
    choices: list[Json] = event.get("choices") or [{}]
    delta: Json = choices[0].get("delta") or {}
    return delta.get("content") or delta.get("refusal") or ""


def _whole(answer: Json) -> str:
    if "choices" in answer:
        return answer["choices"][0]["message"]["content"]
    return "".join(part["text"] for item in answer["output"] for part in item.get("content", []))
