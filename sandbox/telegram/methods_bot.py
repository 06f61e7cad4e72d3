"""Methods about the bot itself: its updates, webhook, commands, name."""

import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from sandbox.telegram.errors import bad, conflict
from sandbox.telegram.values import Json
from sandbox.telegram.world import World

MOST_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORTS = {443, 80, 88, 8443}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_DEFAULT_CONNECTIONS = 40


def get_me(world: World, params: Json) -> Json:
    return world.me()


async def get_updates(world: World, params: Json) -> list[Json]:
    if world.webhook:
        raise conflict(_WEBHOOK_ACTIVE)
    world.updates.want(params.get("allowed_updates"))
    return await world.updates.poll(params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0))


def set_webhook(world: World, params: Json) -> bool:
    if not params["url"]:
        return delete_webhook(world, params)
    _check_url(params["url"])
    secret = params.get("secret_token", "")
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    world.updates.want(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        world.updates.drop_all()
    connections = params.get("max_connections", _DEFAULT_CONNECTIONS)
    world.webhook = {"url": params["url"], "secret": secret, "max_connections": connections}
    world.updates.end_poll()
    world.changes.bump("webhook")
    return True


def _check_url(url: str) -> None:
    """Telegram asks for https and four ports; on this machine anything goes, as with a local Bot API server."""
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in _PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def delete_webhook(world: World, params: Json) -> bool:
    if params.get("drop_pending_updates"):
        world.updates.drop_all()
    world.webhook = {}
    world.changes.bump("webhook")
    return True


def get_webhook_info(world: World, params: Json) -> Json:
    hook = world.webhook
    found: Json = {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if hook:
        found |= {"max_connections": hook["max_connections"], "ip_address": "127.0.0.1"}
        found |= {name: hook[name] for name in ("last_error_date", "last_error_message") if name in hook}
    if world.updates.kinds:
        found["allowed_updates"] = world.updates.wanted_kinds
    return found


def set_my_commands(world: World, params: Json) -> bool:
    commands: list[Json] = params["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope_key(world, params)] = commands
    world.changes.bump("commands")
    return True


def get_my_commands(world: World, params: Json) -> list[Json]:
    return world.commands.get(_scope_key(world, params), [])


def delete_my_commands(world: World, params: Json) -> bool:
    world.commands.pop(_scope_key(world, params), None)
    world.changes.bump("commands")
    return True


def _scope_key(world: World, params: Json) -> str:
    scope: Json = params.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        world.chat_for_bot(scope["chat_id"])
    return commands_key(scope, _language(params))


def commands_key(scope: Json, language_code: str) -> str:
    return json.dumps([scope, language_code], sort_keys=True)


def _language(params: Json) -> str:
    language = params.get("language_code", "")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


def set_profile(name: str, most: int) -> Callable[[World, Json], bool]:
    """The method that sets the bot's name, description or short description, per language."""

    def method(world: World, params: Json) -> bool:
        value = params.get(name, "")
        if len(value) > most:
            raise bad(f"bot {name} is too long")
        world.profile[f"{name}:{_language(params)}"] = value
        world.changes.bump("profile")
        return True

    return method


def get_profile(name: str, default: str = "") -> Callable[[World, Json], Json]:
    def method(world: World, params: Json) -> Json:
        own = world.profile.get(f"{name}:{_language(params)}")
        return {name: own or world.profile.get(f"{name}:") or default}

    return method
