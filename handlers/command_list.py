"""The commands people see in Telegram's menu, in every language."""

import hashlib
import json
import logging
from collections.abc import Iterable

from domain.errors import ReaderGone
from domain.texts import Text
from locales import LANGUAGES, Locales
from replies.errors import TelegramRefusal
from replies.gateway import Gateway

log = logging.getLogger(__name__)

COMMANDS: dict[str, Text] = {
    "new": Text("start a new conversation"),
    "threads": Text("my conversations: find, continue, export"),
    "assistants": Text("choose or make an assistant"),
    "once": Text("an instruction for one answer only"),
    "branch": Text("go on from a message in a copy"),
    "rename": Text("give this conversation a title"),
    "retry": Text("answer my last question again"),
    "stop": Text("stop the answer"),
    "imagine": Text("draw a picture"),
    "edit": Text("change a picture"),
    "vary": Text("other versions of a picture"),
    "gallery": Text("my pictures"),
    "files": Text("files kept in this conversation"),
    "search": Text("find what was said, drawn or sent here"),
    "image": Text("how my pictures are made"),
    "model": Text("choose the AI model"),
    "settings": Text("how answers are made here"),
    "json": Text("answers as JSON"),
    "schema": Text("the schema that JSON answers obey"),
    "seed": Text("answers that can be repeated"),
    "ask": Text("ask something, in a group too"),
    "language": Text("choose your language"),
    "rich": Text("tables and formulas: how to show them"),
    "voice": Text("how I sound, and when I speak"),
    "say": Text("read something aloud"),
    "detail": Text("how closely I look at pictures"),
    "transcribe": Text("write down what a recording says"),
    "translate": Text("translate a recording or a text"),
    "hear": Text("the languages and names in your recordings"),
    "tools": Text("what the AI can use here"),
    "remember": Text("something I shall remember about you"),
    "memory": Text("what I remember about you"),
    "export": Text("take along all that I keep of you"),
    "forget": Text("have a conversation, or everything, forgotten"),
    "reminders": Text("what I will remind you of"),
    "timezone": Text("where your clock is"),
    "listen": Text("in a group: when I answer"),
    "usage": Text("what was spent, and what is left"),
    "price": Text("say below answers what they cost"),
    "cancel": Text("stop making or changing something"),
    "help": Text("what I can do"),
}
ADMIN_COMMANDS: dict[str, Text] = {
    "allow": Text("let a person or this group use the bot"),
    "deny": Text("shut a person or this group out"),
    "budget": Text("how much may be spent"),
    "models": Text("the model of each job, and how it does"),
    "stats": Text("how much the bot is used"),
    "broadcast": Text("say something to everybody"),
    "error": Text("what an error was, by its id"),
    "admin": Text("who may use the bot, and how it is doing"),
}
_TELEGRAM_CODES = {"zh-Hans": "zh"}  # setMyCommands takes two-letter ISO 639-1 codes
_PRIVATE_ONLY, _GROUP_ONLY = {"language"}, {"listen"}


def fingerprint(admin_ids: Iterable[int]) -> str:
    """Changes when what would be registered changes; so a restart need not register again."""
    wording = {name: text.message for name, text in (COMMANDS | ADMIN_COMMANDS).items()}
    seed = json.dumps([wording, sorted(LANGUAGES), sorted(admin_ids)])
    return hashlib.sha256(seed.encode()).hexdigest()[:16]


async def register(gateway: Gateway, locales: Locales, admin_ids: Iterable[int]) -> None:
    """Registers every command list. Raises what the gateway raises for the ones everybody sees."""
    private = {name: text for name, text in COMMANDS.items() if name not in _GROUP_ONLY}
    groups = {name: text for name, text in COMMANDS.items() if name not in _PRIVATE_ONLY}
    for language in LANGUAGES:
        code = None if language == "en" else _TELEGRAM_CODES.get(language, language)
        for scope, commands in (("all_private_chats", private), ("all_group_chats", groups)):
            wording = _worded(commands, locales, language)
            await gateway.set_my_commands(wording, scope={"type": scope}, language_code=code)
    await register_admins(gateway, locales, admin_ids)


async def register_admins(gateway: Gateway, locales: Locales, admin_ids: Iterable[int]) -> None:
    """Shows each of them the admins' commands, too."""
    commands = {name: text for name, text in COMMANDS.items() if name not in _GROUP_ONLY} | ADMIN_COMMANDS
    for admin_id in admin_ids:
        try:
            for language in LANGUAGES:
                code = None if language == "en" else _TELEGRAM_CODES.get(language, language)
                scope = {"type": "chat", "chat_id": admin_id}
                await gateway.set_my_commands(
                    _worded(commands, locales, language), scope=scope, language_code=code
                )
        except (TelegramRefusal, ReaderGone) as error:  # who has never written to the bot has no chat yet
            log.info("no command list for admin %s yet: %s", admin_id, error)


def _worded(commands: dict[str, Text], locales: Locales, language: str) -> list[tuple[str, str]]:
    return [(name, locales.say(text, language)) for name, text in commands.items()]
