"""Pictures drawn, changed and varied, each model asked in the words it knows, and never twice."""

import asyncio
import base64
import binascii
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from ai.errors import ModelGone, OrderLost, ParameterRefused, RouteMissing
from ai.fetching import fetched
from ai.healing import Healing
from ai.image_words import Request, request_for
from ai.json_values import JsonObject, as_count, as_list, as_object, as_text
from ai.source import Source
from ai.wire import Chunks
from domain.catalogue import Drawing, Model
from domain.drawing import CannotDraw, DrawingLost, DrawingUsage, Drawn, Order, Sketch, Task, Wishes
from domain.errors import AnswerBroken, UserFacingError

log = logging.getLogger(__name__)

TIMEOUT_SECONDS: Final = 300.0

_CAPABILITY: Final = "image"
_NEEDED = frozenset({"model", "prompt", "image", "mask", "n"})


class ImageEngine:
    """`domain.drawing.Painter` on one source. `model` is the operator's choice, "" the default."""

    def __init__(self, source: Source, model: str = "") -> None:
        self._source = source
        self._asked = model
        self._healing = Healing(self._ask, _NEEDED)

    def chosen(self, wishes: Wishes, task: Task) -> Drawing | None:
        model = next(self._line(wishes.model or self._asked, task), None)
        return model.drawing if model is not None else None

    async def draw(self, order: Order) -> AsyncGenerator[Sketch | Drawn]:
        answer = await self._begun(order)
        if answer is None:
            raise CannotDraw(f"no image model for {order.task.value} is left")
        model, asked, reply = answer
        if isinstance(reply, Chunks):
            async with aclosing(reply) as chunks:
                async for event in _read(chunks, model, asked):
                    yield event
        else:
            yield await _drawn(reply, model, asked)

    def _line(self, asked: str, task: Task) -> Iterator[Model]:
        def able(model: Model) -> bool:
            return task is Task.IMAGINE or bool(model.drawing and model.drawing.most_inputs)

        return self._source.availability.line(asked, _CAPABILITY, able=able)

    async def _begun(self, order: Order) -> tuple[Model, Wishes, Chunks | JsonObject] | None:
        """The first model that is there, once it has taken the order: from then on it may be paid."""
        asked = order.wishes.model or self._asked

        async def begin(model: Model) -> tuple[Model, Wishes, Chunks | JsonObject]:
            rules = model.drawing or Drawing("plain")
            inputs = await order.inputs(rules)
            request = await asyncio.to_thread(request_for, order, inputs, model.id, rules)
            if not self._source.provider.speaks_openai:
                request.body.pop("safety_identifier", None)
            return model, request.wishes, await self._sent(request)

        try:
            return await self._source.first_answer(self._line(asked, order.task), asked, begin)
        except RouteMissing as error:
            raise CannotDraw(str(error)) from None
        except OrderLost as error:
            raise DrawingLost(str(error)) from None

    async def _sent(self, request: Request) -> Chunks | JsonObject:
        try:
            return await self._healing.ask(request.path, request.body)
        except ParameterRefused as refusal:
            if refusal.parameter == "model":
                raise ModelGone(str(refusal)) from None
            raise

    async def _ask(self, path: str, body: dict[str, object]) -> Chunks | JsonObject:
        if body.get("stream"):
            return await self._source.wire.order_stream(path, body, timeout_seconds=TIMEOUT_SECONDS)
        return await self._source.wire.order(path, body, timeout_seconds=TIMEOUT_SECONDS)


async def _read(chunks: Chunks, model: Model, asked: Wishes) -> AsyncGenerator[Sketch | Drawn]:
    """Sketches until the pictures are complete. What breaks off on the way may be paid: it is `DrawingLost`."""
    pictures: list[bytes] = []
    usage = DrawingUsage()
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            async for event in chunks:
                kind = as_text(event.get("type"))
                if kind.endswith(".partial_image"):
                    yield Sketch(await _decoded(event))
                elif kind.endswith(".completed"):
                    pictures.append(await _decoded(event))
                    usage = _sum(usage, _usage(event))
                    if len(pictures) >= max(asked.count, 1):
                        break
            await chunks.read_rest()
    except (AnswerBroken, TimeoutError) as error:
        if not pictures:
            raise DrawingLost(f"{type(error).__name__}: {error}") from None
        log.warning("only %s of %s pictures arrived: %s", len(pictures), asked.count, type(error).__name__)
    if not pictures:
        raise DrawingLost("the stream ended without a picture")
    yield Drawn(tuple(pictures), model.id, asked, replace(usage, pictures=len(pictures)))


async def _drawn(reply: JsonObject, model: Model, asked: Wishes) -> Drawn:
    found = [await _decoded(as_object(one)) for one in as_list(reply.get("data"))]
    if not found:
        raise DrawingLost("an answer without pictures")
    return Drawn(tuple(found), model.id, asked, replace(_usage(reply), pictures=len(found)))


async def _decoded(told: JsonObject) -> bytes:
    """The picture itself, be it in the answer or behind an address. Raises `DrawingLost`."""
    encoded = as_text(told.get("b64_json"))
    if not encoded:
        try:
            return await fetched(as_text(told.get("url")))
        except UserFacingError as error:
            raise DrawingLost(f"its address failed: {error}") from None
    try:
        return await asyncio.to_thread(base64.b64decode, encoded)
    except (binascii.Error, ValueError):
        raise DrawingLost("a picture that is no base64") from None


def _usage(reply: JsonObject) -> DrawingUsage:
    usage = as_object(reply.get("usage"))
    details = as_object(usage.get("input_tokens_details"))
    total, seen = as_count(usage.get("input_tokens")), as_count(details.get("image_tokens"))
    return DrawingUsage(
        text_tokens=as_count(details.get("text_tokens")) or max(0, total - seen),
        picture_tokens=seen,
        output_tokens=as_count(usage.get("output_tokens")),
    )


def _sum(one: DrawingUsage, other: DrawingUsage) -> DrawingUsage:
    """Several pictures in a stream tell of the same input, each of its own output."""
    return DrawingUsage(
        text_tokens=max(one.text_tokens, other.text_tokens),
        picture_tokens=max(one.picture_tokens, other.picture_tokens),
        output_tokens=one.output_tokens + other.output_tokens,
    )
