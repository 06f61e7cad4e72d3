"""The Responses API: OpenAI, Azure, and whoever else speaks it."""

from collections.abc import AsyncGenerator

from ai.bodies import Body, Enclosure, source_of
from ai.errors import domain_error, stream_failure
from ai.json_values import JsonObject, as_list, as_object, as_text
from ai.protocols import TextProtocol
from ai.usage import usage_of
from ai.wire import Chunks
from domain.catalogue import Model
from domain.engine import Prompt, PromptFile, PromptMessage, PromptPicture, ToolSpec
from domain.errors import AnswerBroken
from domain.events import Event, Finished, TextDelta, ToolCalled
from domain.run import ToolCall
from domain.turn import Ending


def _plain_body(prompt: Prompt, model: Model) -> Body:
    """What every server of this API understands."""
    body: Body = {
        "model": prompt.model,
        "instructions": prompt.instructions,
        "input": [{"role": message.role, "content": _content(message)} for message in prompt.messages],
        "max_output_tokens": min(prompt.max_output_tokens, model.max_output_tokens),
        "stream": True,
    }
    return body | {"tools": [_tool(tool) for tool in prompt.tools]} if prompt.tools else body


def _tool(tool: ToolSpec) -> JsonObject:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": False,
    }


def _openai_body(prompt: Prompt, model: Model) -> Body:
    body = _plain_body(prompt, model) | {
        "input": [_openai_message(message) for message in prompt.messages],
        "store": False,
        # The history is cut by our own estimate of its tokens: where that was too low, an answer with a
        # shorter memory is better than none.
        "truncation": "auto",
        "prompt_cache_key": prompt.cache_key,
        "safety_identifier": prompt.safety_key,
        "stream_options": {"include_obfuscation": False},
    }
    return body | {"reasoning": {"effort": model.effort}} if model.effort else body


def _openai_message(message: PromptMessage) -> JsonObject:
    if message.role == "user":
        return {"role": "user", "content": _content(message)}
    # Without its phase an earlier answer may be taken for a preamble (SDK: EasyInputMessageParam.phase).
    return {"role": "assistant", "content": message.text, "phase": "final_answer"}


def _content(message: PromptMessage) -> str | list[JsonObject]:
    if not message.shows:
        return message.text
    text = [{"type": "input_text", "text": message.text}] if message.text else []
    return [
        *text,
        *(_picture(picture) for picture in message.pictures),
        *(_file(file) for file in message.files),
    ]


def _picture(picture: PromptPicture) -> JsonObject:
    image = source_of(picture)
    return {"type": "input_image", "image_url": image, "detail": picture.detail}


def _file(file: PromptFile) -> JsonObject:
    return {
        "type": "input_file",
        "filename": file.name,
        "file_data": Enclosure(file.path, file.media_type),
    }


async def _read(chunks: Chunks, model: str) -> AsyncGenerator[Event]:
    """Only what is meant for the reader: a model may also comment on what it is about to do."""
    commentary: set[object] = set()
    is_refused = has_text = False
    async for chunk in chunks:
        match chunk:
            case {"type": "response.output_text.delta", "delta": str(text)}:
                if chunk.get("output_index") not in commentary:
                    has_text = True
                    yield TextDelta(text)
            case {"type": "response.refusal.delta", "delta": str(text)}:
                is_refused = has_text = True
                yield TextDelta(text)
            case {"type": "response.output_item.done", "item": {"type": "function_call"} as item}:
                has_text = True  # in a way: the finished response need not be searched for some
                call = as_object(item)
                yield ToolCalled(ToolCall(as_text(call.get("name")), as_text(call.get("arguments"))))
            case {"type": "response.output_item.added", "item": {"phase": "commentary"}}:
                commentary.add(chunk.get("output_index"))
            case {"type": "response.completed" | "response.incomplete", "response": response}:
                await chunks.read_rest()
                if not has_text and (whole := _text_of(as_object(response))):  # from a server without deltas
                    yield TextDelta(whole)
                yield _finished(as_object(response), model, is_refused=is_refused)
                return
            case {"type": "response.failed" | "error"}:
                raise domain_error(stream_failure(_error_of(chunk), chunks.request_id))
            case _:
                continue
    raise AnswerBroken(f"the stream ended without a result, request {chunks.request_id}")


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


def _finished(response: JsonObject, model: str, *, is_refused: bool) -> Finished:
    reason = as_object(response.get("incomplete_details")).get("reason")
    if is_refused or reason == "content_filter":
        ending = Ending.REFUSED
    elif response.get("status") == "incomplete":
        ending = Ending.INCOMPLETE
    else:
        ending = Ending.COMPLETED
    return Finished(ending, model, usage_of(response.get("usage")))


RESPONSES = TextProtocol("/responses", _openai_body, _plain_body, _read)
