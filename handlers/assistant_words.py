"""What people call tools and efforts."""

from collections.abc import Iterable, Mapping, Sequence

from domain.assistant import CODE, FILES, WEB, Assistant
from domain.texts import Text
from handlers.context import BotContext

_HOSTED: Mapping[str, Text] = {
    WEB: Text("Web search"),
    CODE: Text("Code"),
    FILES: Text("Files"),
}
_EFFORTS: Mapping[str, Text] = {
    "none": Text("none"),
    "minimal": Text("minimal"),
    "low": Text("low"),
    "medium": Text("medium"),
    "high": Text("high"),
    "xhigh": Text("very high"),
    "max": Text("the most"),
}


def tools_there_are(context: BotContext) -> Sequence[str]:
    """The names of all tools an assistant may have: those of the provider, and functions of ours."""
    return (WEB, CODE, FILES, *context.services.conversations.answering.tools)


def tool_title(context: BotContext, name: str) -> str | None:
    """What people call a tool of ours or of the provider; None for those of others, which have names only."""
    tool = context.services.toolbox.get(name)
    title = _HOSTED.get(name) or (tool.title if tool is not None else None)
    return context.words(title) if title is not None else None


def tool_word(context: BotContext, name: str) -> str:
    return tool_title(context, name) or name


def listed(context: BotContext, words: Iterable[str]) -> str:
    """One behind the other, as a list is written in the person's language."""
    return context.words(Text(", ")).join(words)


def tool_words(context: BotContext, assistant: Assistant) -> str:
    """Which it may use, in a line."""
    if assistant.tools is None:
        return context.words(Text("all there are"))
    allowed = [tool_word(context, name) for name in tools_there_are(context) if assistant.may_use(name)]
    return listed(context, allowed) or context.words(Text("none"))


def effort_words(context: BotContext, effort: str) -> str:
    known = _EFFORTS.get(effort)
    return context.words(known) if known is not None else effort
