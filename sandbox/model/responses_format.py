"""Answers in the words of the Responses API: the whole object, or its events in their order."""

from collections.abc import Iterator
from secrets import token_hex

from sandbox.model.answers import Answer
from sandbox.model.asked import Asked
from sandbox.model.hosted import HostedItem
from sandbox.model.included import included
from sandbox.model.response_object import ResponseObject
from sandbox.model.stream import Stream, compact, event
from sandbox.model.thoughts import sealed
from sandbox.model.tokens import pieces
from sandbox.model.values import Json, as_list, as_object, as_text

_Object = dict[str, object]

_ANNOTATED = "response.output_text.annotation.added"
_THOUGHT = "**Thinking about it**\n\nThe offline stand-in pretends to weigh the question."


class ResponseWriter:
    """Writes one answer. `failure` is an error in mid-stream: its code and how it comes."""

    def __init__(self, asked: Asked, answer: Answer, failure: tuple[str, str] | None = None) -> None:
        self._asked = asked
        self._answer = answer
        self._failure = failure
        self._response = ResponseObject(asked, answer)
        self._sequence = self._before_text = -1
        self._output: list[_Object] = []
        self._include = as_list(asked.body.get("include"))
        self.whole_items: dict[str, Json] = {}
        self.ended: _Object = {}

    def begun(self, status: str) -> _Object:
        """The response before anything happened."""
        return self._response.begun(status)

    def whole(self) -> _Object:
        """The response without streaming."""
        for _ in self._items():
            continue
        self.ended = self._response.ended(self._status(), self._output)
        return self.ended

    def stream(self) -> Stream:
        head = self._opening()
        deltas: list[bytes] = []
        tail = b""
        is_said = False
        steps: list[tuple[float, bytes]] = []
        for part in self._items():
            if isinstance(part, list):
                deltas, is_said = part, True
            elif isinstance(part, tuple):
                steps.append(part)
            elif is_said:
                tail += part
            elif steps:
                steps.append((0.0, part))
            else:
                head += part
        if self._failure is not None:
            half = deltas[: (len(deltas) + 1) // 2]
            self._sequence = self._before_text + len(half)
            return Stream(head, half, self._error(*self._failure), tuple(steps))
        self.ended = self._response.ended(self._status(), self._output)
        tail += self._event(f"response.{self._status()}", response=self.ended)
        return Stream(head, deltas, tail, tuple(steps))

    def _opening(self) -> bytes:
        """In the background a response waits for its turn first."""
        waits = self._asked.body.get("background") is True
        begun = self._response.begun("queued" if waits else "in_progress")
        events = self._event("response.created", response=begun)
        if waits:
            events += self._event("response.queued", response=begun)
        return events + self._event("response.in_progress", response=self._response.begun("in_progress"))

    def _items(self) -> Iterator[bytes | list[bytes] | tuple[float, bytes]]:
        """The events of all output items: its own deltas as one list, what takes time with its time."""
        answer = self._answer
        if answer.usage.reasoning_tokens:
            yield self._thought()
        if answer.commentary:
            yield b"".join(
                part for parts in self._message((answer.commentary,), "commentary") for part in parts
            )
        for item in (item for use in answer.hosted for item in use.items):
            yield from self._hosted(item)
        if answer.deltas or not (answer.calls or answer.ending == "max_output_tokens"):
            begun, said, done = self._message(answer.deltas, "final_answer")
            yield b"".join(begun)
            yield said
            yield b"".join(done)
        for call in answer.calls:
            yield self._call(call.name, call.arguments)

    def _thought(self) -> bytes:
        """Its summary comes only if it is asked for."""
        index, item_id = len(self._output), f"rs_{token_hex(24)}"
        item: _Object = {
            "id": item_id,
            "type": "reasoning",
            "summary": [],
            "encrypted_content": sealed(item_id),
        }
        events = self._event("response.output_item.added", output_index=index, item=item)
        if as_object(self._asked.body.get("reasoning")).get("summary") is not None:
            part = {"type": "summary_text", "text": _THOUGHT}
            item = item | {"summary": [part]}
            place: _Object = {"item_id": item_id, "output_index": index, "summary_index": 0}
            kind = "response.reasoning_summary"
            events += self._event(f"{kind}_part.added", **place, part=part | {"text": ""})
            for delta in pieces(_THOUGHT):
                events += self._event(f"{kind}_text.delta", **place, delta=delta)
            events += self._event(f"{kind}_text.done", **place, text=_THOUGHT)
            events += self._event(f"{kind}_part.done", **place, part=part)
        self._output.append(item)
        return events + self._event("response.output_item.done", output_index=index, item=item)

    def _message(self, deltas: tuple[str, ...], phase: str) -> Iterator[list[bytes]]:
        refused = self._answer.refused and phase == "final_answer"
        index, item_id = len(self._output), f"msg_{token_hex(24)}"
        place: _Object = {"item_id": item_id, "output_index": index, "content_index": 0}
        kind, field = ("refusal", "refusal") if refused else ("output_text", "text")
        cited = list(self._answer.annotations) if phase == "final_answer" else []
        more: _Object = {} if refused else {"annotations": [], "logprobs": []}
        begun: _Object = {"id": item_id, "type": "message", "role": "assistant", "phase": phase}
        text = "".join(deltas)
        part = {"type": kind, field: text, **more} | ({} if refused else {"annotations": cited})
        status = "incomplete" if self._status() == "incomplete" else "completed"
        item: _Object = {**begun, "status": status, "content": [part]}
        self._output.append(item)
        logprobs: _Object = {} if refused else {"logprobs": []}
        empty: _Object = {**begun, "status": "in_progress", "content": []}
        yield [
            self._event("response.output_item.added", output_index=index, item=empty),
            self._event("response.content_part.added", **place, part={"type": kind, field: "", **more}),
        ]
        yield self._deltas(f"response.{kind}.delta", deltas, place | logprobs)
        yield [
            *(
                self._event(_ANNOTATED, **place, annotation_index=number, annotation=annotation)
                for number, annotation in enumerate(cited)
            ),
            self._event(f"response.{kind}.done", **place, **{field: text}, **logprobs),
            self._event("response.content_part.done", **place, part=part),
            self._event("response.output_item.done", output_index=index, item=item),
        ]

    def _deltas(self, name: str, deltas: tuple[str, ...], place: _Object) -> list[bytes]:
        """Written by hand, because there are many of them."""
        head, rest = f'event: {name}\ndata: {{"type":"{name}","sequence_number":', compact(place)[1:]
        events: list[bytes] = []
        self._before_text = self._sequence
        for delta in deltas:
            self._sequence += 1
            padding = (
                f'"obfuscation":"{token_hex(8)[: 16 - len(delta) % 16]}",' if self._asked.obfuscated else ""
            )
            line = f'{head}{self._sequence},"delta":{compact(delta)},{padding}{rest}\n\n'
            events.append(line.encode("utf-8", "replace"))
        return events

    def _hosted(self, hosted: HostedItem) -> Iterator[tuple[float, bytes]]:
        """A tool at work: what happens takes its time."""
        index = len(self._output)
        place: _Object = {"output_index": index, "item_id": hosted.begun["id"]}
        done = included(hosted.done, self._include)
        self.whole_items[as_text(hosted.done["id"])] = hosted.done
        self._output.append({**done})
        yield (
            0.0,
            self._event(
                "response.output_item.added", output_index=index, item=included(hosted.begun, self._include)
            ),
        )
        for step in hosted.steps:
            yield step.pause_seconds, self._event(step.name, **place, **step.fields)
        ended = self._event("response.output_item.done", output_index=index, item=done)
        yield hosted.last_pause_seconds, ended

    def _call(self, name: str, arguments: str) -> bytes:
        index, item_id = len(self._output), f"fc_{token_hex(24)}"
        item: _Object = {
            "id": item_id,
            "type": "function_call",
            "call_id": f"call_{token_hex(12)}",
            "name": name,
            "arguments": arguments,
            "status": "completed",
        }
        self._output.append(item)
        begun = item | {"arguments": "", "status": "in_progress"}
        place: _Object = {"item_id": item_id, "output_index": index}
        events = (
            self._event("response.output_item.added", output_index=index, item=begun),
            *(
                self._event("response.function_call_arguments.delta", **place, delta=piece)
                for piece in pieces(arguments)
            ),
            self._event("response.function_call_arguments.done", **place, name=name, arguments=arguments),
            self._event("response.output_item.done", output_index=index, item=item),
        )
        return b"".join(events)

    def _error(self, code: str, how: str) -> bytes:
        message = "The offline stand-in was told to fail here."
        finished = [item for item in self._output if item.get("type") != "message"]
        self.ended = self._response.ended("failed", finished, {"code": code, "message": message})
        match how:
            case "failed":
                return self._event("response.failed", response=self.ended)
            case "nested":
                error = {"type": "server_error", "code": code, "message": message, "param": None}
                return self._event("error", error=error)
            case _:
                return self._event("error", code=code, message=message, param=None)

    def _event(self, kind: str, /, **fields: object) -> bytes:
        self._sequence += 1
        return event(kind, {"type": kind, "sequence_number": self._sequence, **fields})

    def _status(self) -> str:
        return "completed" if self._answer.ending == "completed" else "incomplete"
