"""What an MCP server says, as text for the model; and its tools' names, as providers take them."""

import hashlib
import json
import re
from collections.abc import Mapping

from mcp_types import (
    AudioContent,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from tools.errors import ToolFailed
from tools.kit import as_text

_LONGEST_NAME = 64
_UNFIT = re.compile(r"[^a-zA-Z0-9_-]")


def full_name(server: str, tool: str) -> str:
    """`server__tool`, in the characters and the length that providers take."""
    name = _UNFIT.sub("_", f"{server}__{tool}")
    if len(name) <= _LONGEST_NAME:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_NAME - 9]}_{mark}"


def schema_of(given: Mapping[str, object]) -> Mapping[str, object]:
    """The parameters' schema as providers want it: an object, even without parameters."""
    return {**given, "type": "object", "properties": given.get("properties") or {}}


def text_of(result: CallToolResult) -> str:
    """Raises `ToolFailed` for a result that is an error."""
    parts = [part for part in map(_block, result.content) if part.strip()]
    if not parts and result.structured_content is not None:
        parts = [json.dumps(result.structured_content, ensure_ascii=False)]
    text = as_text("\n\n".join(parts))
    if result.is_error:
        raise ToolFailed(text)
    return text


def _block(block: ContentBlock) -> str:
    match block:
        case TextContent():
            return block.text
        case ImageContent() | AudioContent():
            return f"[A file of type {block.mime_type} came, which cannot be shown here.]"
        case ResourceLink():
            return f"[Resource {block.name}: {block.uri}]"
        case EmbeddedResource(resource=TextResourceContents() as resource):
            return resource.text
        case EmbeddedResource():
            return f"[A file came, which cannot be shown here: {block.resource.uri}]"
