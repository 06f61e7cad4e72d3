"""The Responses API: OpenAI, Azure, and whoever else speaks it."""

from collections.abc import Iterator

from ai.bodies import Body, Enclosure, source_of
from ai.json_values import JsonObject
from ai.protocols import TextProtocol
from ai.responses_events import read
from domain.catalogue import Model
from domain.engine import Prompt, PromptFile, PromptMessage, PromptPicture, ToolSpec
from domain.run import AUTO, Hosted, Round

# What the hosted tools did comes with the answer only where it is asked for.
_TOLD_OF_CODE = "code_interpreter_call.outputs"
_TOLD_OF_FILES = "file_search_call.results"
_TOLD_OF_WEB = "web_search_call.action.sources"
_REASONING = "reasoning.encrypted_content"
_MOST_PASSAGES = 8


def _plain_body(prompt: Prompt, model: Model) -> Body:
    """What every server of this API understands."""
    body: Body = {
        "model": prompt.model,
        "instructions": prompt.instructions,
        "input": [
            *({"role": message.role, "content": _content(message)} for message in prompt.messages),
            *(item for past in prompt.rounds for item in _told(past)),
        ],
        "max_output_tokens": min(prompt.max_output_tokens, model.max_output_tokens),
        "stream": True,
    }
    if not prompt.tools:
        return body
    body["tools"] = [_tool(tool) for tool in prompt.tools]
    return body if prompt.may_call else body | {"tool_choice": "none"}


def _openai_body(prompt: Prompt, model: Model) -> Body:
    body = _plain_body(prompt, model) | {
        "input": list(_openai_input(prompt)),
        "store": False,
        # The history is cut by our own estimate of its tokens: where that was too low, an answer with a
        # shorter memory is better than none.
        "truncation": "auto",
        "prompt_cache_key": prompt.cache_key,
        "safety_identifier": prompt.safety_key,
        "stream_options": {"include_obfuscation": False},
    }
    if tools := [*(_tool(tool) for tool in prompt.tools), *_hosted_tools(prompt.hosted)]:
        body["tools"] = tools
    if tools and not prompt.may_call:
        body["tool_choice"] = "none"
    if prompt.hosted:
        body["max_tool_calls"] = prompt.hosted.most_calls
    if included := [*_included(prompt.hosted), *([_REASONING] if model.effort and tools else [])]:
        body["include"] = included
    if prompt.remote.conversation or prompt.remote.in_background:
        body["store"] = True
    if prompt.remote.conversation:
        body["conversation"] = prompt.remote.conversation
    if prompt.remote.in_background:
        body["background"] = True
    return body | {"reasoning": {"effort": model.effort}} if model.effort else body


def _openai_input(prompt: Prompt) -> Iterator[JsonObject]:
    """With a conversation the provider has all but what is new."""
    if prompt.remote.is_current and prompt.rounds:
        yield from _outputs(prompt.rounds[-1])
        return
    for message in prompt.messages[-1:] if prompt.remote.has_history else prompt.messages:
        yield _openai_message(message)
    for past in prompt.rounds:
        yield from _told(past)


def _told(past: Round) -> Iterator[JsonObject]:
    """A round of the loop: in the provider's own words, reasoning and all, where we have them."""
    if past.items:
        yield from past.items
    else:
        if past.text:
            yield {"role": "assistant", "content": past.text}
        for call in past.calls:
            arguments = {"name": call.name, "arguments": call.arguments}
            yield {"type": "function_call", "call_id": call.id, **arguments}
    yield from _outputs(past)


def _outputs(past: Round) -> Iterator[JsonObject]:
    for call, output in zip(past.calls, past.outputs, strict=True):
        yield {"type": "function_call_output", "call_id": call.id, "output": output}


def _tool(tool: ToolSpec) -> JsonObject:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": False,
    }


def _hosted_tools(hosted: Hosted) -> Iterator[JsonObject]:
    if hosted.web_search:
        # Without a location the provider takes the United States.
        yield {"type": "web_search", "user_location": {"type": "approximate"}}
    if hosted.stores:
        stores = list(hosted.stores)
        yield {"type": "file_search", "vector_store_ids": stores, "max_num_results": _MOST_PASSAGES}
    if hosted.container:
        yield {"type": "code_interpreter", "container": _container(hosted)}


def _container(hosted: Hosted) -> str | JsonObject:
    if hosted.container != AUTO:
        return hosted.container
    made: JsonObject = {"type": "auto", "memory_limit": "1g"}
    return {**made, "file_ids": list(hosted.container_files)} if hosted.container_files else made


def _included(hosted: Hosted) -> Iterator[str]:
    if hosted.web_search:
        yield _TOLD_OF_WEB
    if hosted.stores:
        yield _TOLD_OF_FILES
    if hosted.container:
        yield _TOLD_OF_CODE


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


RESPONSES = TextProtocol("/responses", _openai_body, _plain_body, read, keeps_answers=True)
