"""Assistants: who answers in a thread, with which words, model, tools and files."""

from dataclasses import dataclass

ToolNames = frozenset[str]

WEB, CODE, FILES = HOSTED = "web_search", "code", "files"
"""The names by which an assistant has the tools that are no functions: the web, a computer, its files."""


@dataclass(frozen=True, slots=True)
class Assistant:
    """Who answers. `id` is empty for the general one, a word for others that come with the bot, else digits.

    `instructions` follow those that all assistants have. `model` and `effort` are empty where the chat's own
    choice holds. `tools` are names of functions and of `WEB`, `CODE`, `FILES`; None: all there are.
    `denied` are those that it may not use where it is asked now. `picture` is a `file_id` of Telegram.
    `owner_id` is 0 for those that come with the bot. Others, who do not see its instructions, read its
    `description`; `code` is that of its link where it is shared.
    """

    id: str = ""
    name: str = "Parley"
    owner_id: int = 0
    instructions: str = ""
    model: str = ""
    effort: str = ""
    tools: ToolNames | None = None
    denied: ToolNames = frozenset()
    voice: str = ""
    greeting: str = ""
    starters: tuple[str, ...] = ()
    picture: str = ""
    description: str = ""
    code: str = ""

    def may_use(self, tool: str) -> bool:
        return tool not in self.denied and (self.tools is None or tool in self.tools)


GENERAL = Assistant()
