"""Commands behind a `/`, in a message or under what it brings."""

from telegram import Message, MessageEntity
from telegram.ext import filters


def command_of(message: Message) -> tuple[str, str]:
    """The command that a message begins with, without slash, and what is behind it; empty if another bot's."""
    first = next(iter((*message.entities, *message.caption_entities)), None)
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return "", ""
    command, *words = (message.text or message.caption or "").split(maxsplit=1)
    name, _, addressee = command.removeprefix("/").partition("@")
    if addressee and addressee.lower() != message.get_bot().username.lower():
        return "", ""
    return name.lower(), "".join(words)


class Command(filters.MessageFilter):
    """Messages that begin with that command, and media with it in the caption."""

    def __init__(self, command: str) -> None:
        super().__init__()
        self._command = command

    def filter(self, message: Message) -> bool:
        return command_of(message)[0] == self._command
