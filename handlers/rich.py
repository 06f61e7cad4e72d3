"""An incoming rich message as text: its blocks as the Markdown a model knows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

_STYLES = {"bold": "**", "italic": "*", "strikethrough": "~~", "code": "`"}
_ZERO_WIDTH = "\u200b"  # Telegram's editor pads empty paragraphs with it


def rich_text(message: Mapping[str, Any]) -> str:
    """The text of a received `rich_message`; unknown blocks and runs give what text they hold."""
    return "\n\n".join(_blocks(message.get("blocks"))).replace(_ZERO_WIDTH, "").strip()


def _blocks(blocks: object) -> list[str]:
    texts = [_block(cast("Mapping[str, Any]", block)) for block in _items(blocks) if isinstance(block, Mapping)]
    return [text for text in texts if text.strip(_ZERO_WIDTH + " \n")]


def _block(block: Mapping[str, Any]) -> str:
    match block.get("type"):
        case "heading":
            return f"{'#' * _number(block.get('size'), 1)} {_run(block.get('text'))}"
        case "pre":
            return f"```{block.get('language') or ''}\n{_run(block.get('text'))}\n```"
        case "divider":
            return "---"
        case "mathematical_expression":
            return f"$${block.get('expression', '')}$$"
        case "list":
            return "\n".join(
                _list_item(item, index) for index, item in enumerate(_items(block.get("items")), 1)
            )
        case "table":
            return "\n".join(_row(row) for row in _items(block.get("cells")))
        case "blockquote" | "expandable_blockquote" | "pullquote":
            return "\n".join(f"> {line}" for line in _content(block).splitlines())
        case "details":
            return "\n\n".join([_run(block.get("summary")), *_blocks(block.get("blocks"))])
        case _:
            return _content(block)


def _content(block: Mapping[str, Any]) -> str:
    """A block's own text, or its inner blocks', or its caption's."""
    if "blocks" in block:
        return "\n\n".join(_blocks(block["blocks"]))
    return _run(block.get("text") or block.get("caption"))


def _list_item(item: object, index: int) -> str:
    if not isinstance(item, Mapping):
        return ""
    fields = cast("Mapping[str, Any]", item)
    text = "\n".join(_blocks(fields.get("blocks"))).replace("\n", "\n  ")
    if fields.get("has_checkbox"):
        return f"- [{'x' if fields.get('is_checked') else ' '}] {text}"
    ordered = "value" in fields or "type" in fields
    return f"{fields.get('value', index)}. {text}" if ordered else f"- {text}"


def _row(row: object) -> str:
    cells = [cast("Mapping[str, Any]", cell) for cell in _items(row) if isinstance(cell, Mapping)]
    return "| " + " | ".join(_run(cell.get("text")) for cell in cells) + " |"


def _run(text: object) -> str:
    """A RichText: a string, a list of them, or an object that holds one."""
    if isinstance(text, str):
        return text
    if isinstance(text, Mapping):
        return _styled(cast("Mapping[str, Any]", text))
    return "".join(_run(part) for part in _items(text))


def _styled(node: Mapping[str, Any]) -> str:
    kind = str(node.get("type", ""))
    if kind == "mathematical_expression":
        return f"${node.get('expression', '')}$"
    if kind == "custom_emoji":
        return str(node.get("alternative_text", ""))
    inner = _run(node.get("text"))
    if kind == "url":
        return f"[{inner}]({node.get('url', '')})"
    mark = _STYLES.get(kind, "")
    return f"{mark}{inner}{mark}" if inner else ""


def _items(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def with_plain_text(update: Mapping[str, Any]) -> Mapping[str, Any]:
    """The raw update with a rich message's text, commands and mentions where a classic message has them.

    Premium users can write rich messages; the handlers then need not know.
    """
    for kind in ("message", "edited_message"):
        message = update.get(kind)
        if isinstance(message, Mapping) and "rich_message" in message and "text" not in message:
            fields = cast("Mapping[str, Any]", message)
            return {**update, kind: {**fields, **_classic(fields["rich_message"])}}
    return update


def _classic(rich: object) -> Mapping[str, Any]:
    if not isinstance(rich, Mapping):
        return {}
    content = cast("Mapping[str, Any]", rich)
    text = rich_text(content)
    entities = [entity for node in _nodes(content) if (entity := _entity(node, text)) is not None]
    return {"text": text, "entities": entities}


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """Every typed object anywhere inside, in reading order."""
    if isinstance(value, Mapping):
        node = cast("Mapping[str, Any]", value)
        yield node
        for inner in node.values():
            yield from _nodes(inner)
    else:
        for item in _items(value):
            yield from _nodes(item)


def _entity(node: Mapping[str, Any], text: str) -> Mapping[str, Any] | None:
    kind = node.get("type")
    if kind not in ("bot_command", "mention", "text_mention"):
        return None
    inner = _run(node.get("text"))
    at = text.find(inner)
    if at < 0 or not inner:
        return None
    offset, length = (len(part.encode("utf-16-le")) // 2 for part in (text[:at], inner))
    extra = {"user": node["user"]} if kind == "text_mention" and "user" in node else {}
    return {"type": kind, "offset": offset, "length": length, **extra}
