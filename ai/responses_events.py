"""What a stream of the Responses API says, as events of ours."""

import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field

from ai.errors import domain_error, stream_failure
from ai.json_values import JsonObject, as_list, as_object, as_text
from ai.responses_items import cited, found, is_charged, replayable, shown, work_of, worked
from ai.usage import searches_of, usage_of
from ai.wire import Chunks
from domain.errors import AnswerBroken, AnswerFailed
from domain.events import Begun, Event, Finished, TextDelta, ToolCalled, Worked, Working
from domain.run import ToolCall
from domain.turn import Ending

_BETWEEN_MESSAGES = "\n\n"


@dataclass(slots=True)
class _Reader:
    """What has been read so far. A model may comment on what it is about to do: that is not for the reader."""

    start: float = field(default_factory=time.monotonic)
    characters: int = 0
    is_refused: bool = False
    calls: int = 0
    message: object = None
    commentary: set[object] = field(default_factory=set[object])
    began: dict[object, float] = field(default_factory=dict[object, float])
    starts: dict[tuple[object, object], int] = field(default_factory=dict[tuple[object, object], int])

    @property
    def has_said_something(self) -> bool:
        return bool(self.characters or self.calls)

    def text(self, chunk: JsonObject, text: str) -> Iterator[Event]:
        index = chunk.get("output_index")
        if index in self.commentary:
            return
        between = _BETWEEN_MESSAGES if self.characters and index != self.message else ""
        self.message = index
        self.starts.setdefault((index, chunk.get("content_index")), self.characters + len(between))
        self.characters += len(between) + len(text)
        yield TextDelta(between + text)

    def item_begun(self, chunk: JsonObject) -> Iterator[Event]:
        item, index = as_object(chunk.get("item")), chunk.get("output_index")
        self.began[index] = time.monotonic()
        if item.get("phase") == "commentary":
            self.commentary.add(index)
        elif (kind := work_of(item)) is not None:
            yield Working(kind)

    def item_done(self, chunk: JsonObject) -> Iterator[Event]:
        item, index = as_object(chunk.get("item")), chunk.get("output_index")
        began = self.began.get(index, time.monotonic())
        step = worked(item, began_seconds=began - self.start, seconds=time.monotonic() - began)
        if step is not None:
            yield Worked(step, is_charged(item))
            yield from found(item)
            yield from shown(item)
        elif item.get("type") == "function_call":
            self.calls += 1
            yield ToolCalled(
                ToolCall(
                    as_text(item.get("name")), as_text(item.get("arguments")), as_text(item.get("call_id"))
                )
            )
        elif item.get("type") == "message" and index not in self.commentary:
            for number, part in enumerate(map(as_object, as_list(item.get("content")))):
                yield from cited(part, self.starts.get((index, number), self.characters))

    def finished(self, response: JsonObject, model: str) -> Iterator[Event]:
        if not self.has_said_something and (whole := _text_of(response)):  # from a server without deltas
            yield TextDelta(whole)
        items = tuple(map(replayable, map(as_object, as_list(response.get("output"))))) if self.calls else ()
        ending = _ending(response, is_refused=self.is_refused)
        searches = searches_of(response.get("tool_usage"))
        yield Finished(ending, model, usage_of(response.get("usage")), items, web_searches=searches)


async def read(chunks: Chunks, model: str) -> AsyncGenerator[Event]:
    """Only what is meant for the reader. Raises what the provider says went wrong."""
    reader = _Reader()
    async for chunk in chunks:
        match chunk:
            case {"type": "response.completed" | "response.incomplete", "response": response}:
                await chunks.read_rest()
                for event in reader.finished(as_object(response), model):
                    yield event
                return
            case {"type": "response.failed" | "error"}:
                raise domain_error(stream_failure(_error_of(chunk), chunks.request_id))
            case _:
                for event in _events(chunk, reader):
                    yield event
    raise AnswerBroken(f"the stream ended without a result, request {chunks.request_id}")


def _events(chunk: JsonObject, reader: _Reader) -> Iterator[Event]:
    match chunk:
        case {"type": "response.output_text.delta", "delta": str(text)}:
            yield from reader.text(chunk, text)
        case {"type": "response.refusal.delta", "delta": str(text)}:
            reader.is_refused = True
            yield from reader.text(chunk, text)
        case {"type": "response.output_item.added"}:
            yield from reader.item_begun(chunk)
        case {"type": "response.output_item.done"}:
            yield from reader.item_done(chunk)
        case {"type": "response.cancelled"}:
            raise AnswerFailed("it was cancelled at the provider")
        case {"type": "response.created", "response": {"background": True, "id": str(response_id)}}:
            yield Begun(response_id, in_background=True)
        case {"type": "response.created", "response": {"conversation": dict(), "id": str(response_id)}}:
            yield Begun(response_id)
        case _:
            return


def _error_of(chunk: JsonObject) -> object:
    return as_object(chunk.get("response")).get("error") if "response" in chunk else chunk


def _text_of(response: JsonObject) -> str:
    """The text of the finished response's messages, without comments."""
    messages = (as_object(item) for item in as_list(response.get("output")))
    parts = (
        as_object(part)
        for message in messages
        if message.get("phase") != "commentary"
        for part in as_list(message.get("content"))
    )
    return "".join(as_text(part.get("text")) for part in parts if part.get("type") == "output_text")


def _ending(response: JsonObject, *, is_refused: bool) -> Ending:
    reason = as_object(response.get("incomplete_details")).get("reason")
    if is_refused or reason == "content_filter":
        return Ending.REFUSED
    return Ending.INCOMPLETE if response.get("status") == "incomplete" else Ending.COMPLETED
