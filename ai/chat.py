"""The Chat Completions API: what every compatible server speaks."""

from collections.abc import AsyncGenerator, Iterable, Iterator

from ai.bodies import Body, Enclosure, source_of
from ai.json_values import JsonObject, as_list, as_object, as_text
from ai.protocols import TextProtocol
from ai.usage import usage_of
from ai.wire import Chunks
from domain.catalogue import Model
from domain.engine import Prompt, PromptFile, PromptMessage, PromptPicture
from domain.errors import AnswerBroken
from domain.events import Event, Finished, TextDelta, ToolCalled
from domain.run import Round, ToolCall
from domain.turn import Ending

_ENDINGS = {"length": Ending.INCOMPLETE, "content_filter": Ending.REFUSED}


def _plain_body(prompt: Prompt, model: Model) -> Body:
    """What every compatible server understands."""
    body: Body = {
        "model": prompt.model,
        "messages": _messages(prompt, instructor="system", with_detail=False),
        "max_tokens": _most_tokens(prompt, model),
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return body | _tools(prompt)


def _tools(prompt: Prompt) -> Body:
    told: list[JsonObject] = [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
        }
        for tool in prompt.tools
    ]
    if not told:
        return {}
    return {"tools": told} if prompt.may_call else {"tools": told, "tool_choice": "none"}


def _openai_body(prompt: Prompt, model: Model) -> Body:
    body: Body = {
        "model": prompt.model,
        "messages": _messages(prompt, instructor="developer", with_detail=True),
        "max_completion_tokens": _most_tokens(prompt, model),
        "store": False,
        "prompt_cache_key": prompt.cache_key,
        "safety_identifier": prompt.safety_key,
        "stream": True,
        "stream_options": {"include_usage": True, "include_obfuscation": False},
    }
    body |= _tools(prompt)
    return body | {"reasoning_effort": model.effort} if model.effort else body


def _messages(prompt: Prompt, *, instructor: str, with_detail: bool) -> list[JsonObject]:
    said = [
        {"role": message.role, "content": _content(message, with_detail=with_detail)}
        for message in prompt.messages
    ]
    rounds = [message for past in prompt.rounds for message in _told(past)]
    return [{"role": instructor, "content": prompt.instructions}, *said, *rounds]


def _told(past: Round) -> Iterator[JsonObject]:
    """A round of the loop: what the model called, and what came of it."""
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in past.calls
    ]
    yield {"role": "assistant", "content": past.text or None, "tool_calls": calls}
    for call, output in zip(past.calls, past.outputs, strict=True):
        yield {"role": "tool", "tool_call_id": call.id, "content": output}


def _content(message: PromptMessage, *, with_detail: bool) -> str | list[JsonObject]:
    if not message.shows:
        return message.text
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [
        *text,
        *(_picture(picture, with_detail=with_detail) for picture in message.pictures),
        *(_file(file) for file in message.files),
    ]


def _picture(picture: PromptPicture, *, with_detail: bool) -> JsonObject:
    image: Body = {"url": source_of(picture)}
    return {"type": "image_url", "image_url": image | {"detail": picture.detail} if with_detail else image}


def _file(file: PromptFile) -> JsonObject:
    return {
        "type": "file",
        "file": {"filename": file.name, "file_data": Enclosure(file.path, file.media_type)},
    }


def _most_tokens(prompt: Prompt, model: Model) -> int:
    return min(prompt.max_output_tokens, model.max_output_tokens)


async def _read(chunks: Chunks, model: str) -> AsyncGenerator[Event]:
    reason, is_refused, has_text, fingerprint, usage = "", False, False, "", None
    calls: dict[object, ToolCall] = {}
    async for chunk in chunks:
        fingerprint = as_text(chunk.get("system_fingerprint")) or fingerprint
        usage = chunk.get("usage") or usage  # in a last chunk without choices, or in each, or never
        choice = _first_choice(chunk)
        delta = as_object(choice.get("delta"))
        refusal = as_text(delta.get("refusal"))
        is_refused = is_refused or bool(refusal)
        if text := as_text(delta.get("content")) or refusal:
            has_text = True
            yield TextDelta(text)
        _collect(as_list(delta.get("tool_calls")), calls)
        reason = as_text(choice.get("finish_reason")) or reason
    if not reason and not (chunks.is_done and (has_text or calls)):  # some servers tell their end only
        raise AnswerBroken(f"the stream ended without a reason, request {chunks.request_id}")
    for call in calls.values():
        yield ToolCalled(call)
    ending = Ending.REFUSED if is_refused else _ENDINGS.get(reason, Ending.COMPLETED)
    yield Finished(ending, model, usage_of(usage), fingerprint=fingerprint)


def _collect(deltas: Iterable[object], calls: dict[object, ToolCall]) -> None:
    """Puts pieces of calls together: name first, arguments bit by bit."""
    for delta in map(as_object, deltas):
        call_id, function = as_text(delta.get("id")), as_object(delta.get("function"))
        place = delta.get("index", call_id or 0)  # some servers send whole calls and do not number them
        before = calls.get(place, ToolCall("", ""))
        name, arguments = as_text(function.get("name")), as_text(function.get("arguments"))
        call_id = before.id or call_id or f"call_{len(calls)}"  # some do not name them, but want a name back
        calls[place] = ToolCall(before.name or name, before.arguments + arguments, call_id)


def _first_choice(chunk: JsonObject) -> JsonObject:
    choices = as_list(chunk.get("choices"))
    return as_object(choices[0]) if choices else {}


CHAT = TextProtocol("/chat/completions", _openai_body, _plain_body, _read)
