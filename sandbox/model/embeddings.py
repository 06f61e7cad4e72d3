"""`/v1/embeddings`: texts with words in common, or with words alike, are near."""

import asyncio
import base64
from array import array
from dataclasses import dataclass

from aiohttp import web

from sandbox.model.checks import Check, anything, integer, one_of, shape, text
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError, invalid, unsupported_parameter
from sandbox.model.journal import Entry
from sandbox.model.tokens import count
from sandbox.model.values import Json, as_count, as_list, as_text
from sandbox.model.vectors import embedded

_DIMENSIONS = {"text-embedding-3-large": 3_072}
_USUAL_DIMENSIONS = 1_536
_MOST_INPUTS, _MOST_TOKENS, _MOST_TOKENS_IN_ALL = 2_048, 8_192, 300_000

EMBEDDING: Check = shape(
    {
        "input": anything,
        "model": text,
        "dimensions": integer(1),
        "encoding_format": one_of("float", "base64"),
        "user": text,
    },
    needs=("model", "input"),
)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """The endpoint."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/embeddings", self.endpoints.journalled(self._embed))]

    async def _embed(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        body = await self.endpoints.read_json(request, entry)
        if broken := await self.endpoints.begin(request):
            return broken
        if body is None:
            raise ApiError(400, "We could not parse the JSON body of your request.")
        EMBEDDING(body, "")
        model = self.endpoints.models.find_for("embedding", as_text(body["model"]), request.path)
        for name in body:
            if name in model.refuses or (name == "dimensions" and model.family == "ada"):
                raise unsupported_parameter(name)
        most = _DIMENSIONS.get(model.id, _USUAL_DIMENSIONS)
        dimensions = as_count(body.get("dimensions")) or most
        integer(1, most)(dimensions, "dimensions")
        texts = _texts(body)
        used = _tokens(texts)
        entry.paid = 1
        return web.json_response(await asyncio.to_thread(_told, body, texts, dimensions, used))


def _texts(body: Json) -> list[str]:
    """What is to be embedded; tokens count as words."""
    given = body["input"]
    if isinstance(given, str):
        texts = [given]
    else:
        items = as_list(given)
        if not 1 <= len(items) <= _MOST_INPUTS:
            code = "empty_array" if not items else "array_above_max_length"
            raise invalid("input", "'$.input' is invalid. Please check the API reference.", code)
        texts = [_of_tokens(items)] if _are_tokens(items) else [_text(item) for item in items]
    if any(not words for words in texts):
        raise invalid("input", "'$.input' is invalid: an input cannot be an empty string.")
    return texts


def _text(item: object) -> str:
    if isinstance(item, str):
        return item
    tokens = as_list(item)
    if tokens and _are_tokens(tokens):
        return _of_tokens(tokens)
    raise invalid("input", "'$.input' is invalid. Please check the API reference.", "invalid_type")


def _are_tokens(items: object) -> bool:
    return all(as_count(item) is not None for item in as_list(items))


def _of_tokens(items: object) -> str:
    return " ".join(str(item) for item in as_list(items))


def _tokens(texts: list[str]) -> int:
    counted = [count(words) for words in texts]
    if max(counted) > _MOST_TOKENS:
        limit = f"This model's maximum context length is {_MOST_TOKENS} tokens"
        message = f"{limit}, however you requested {max(counted)} tokens. Please reduce your prompt."
        raise ApiError(400, message, "context_length_exceeded", "input")
    if sum(counted) > _MOST_TOKENS_IN_ALL:
        message = f"Requested {sum(counted)} tokens, max {_MOST_TOKENS_IN_ALL} tokens per request"
        raise ApiError(400, message, "max_tokens_per_request", "input")
    return sum(counted)


def _told(body: Json, texts: list[str], dimensions: int, used: int) -> dict[str, object]:
    is_packed = body.get("encoding_format") == "base64"
    vectors = (embedded(words, dimensions) for words in texts)
    return {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(array("f", vector).tobytes()).decode() if is_packed else vector,
            }
            for index, vector in enumerate(vectors)
        ],
        "model": body["model"],
        "usage": {"prompt_tokens": used, "total_tokens": used},
    }
