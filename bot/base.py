"""What everything else stands on: storage, the way to Telegram, and who is who."""

import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from bot.admins import Admins
from bot.privacy import owners
from bot.settings import Settings, token_of
from bot.strangers import Strangers
from conversation.access import Access
from conversation.choices import Choices
from domain.reply import RichMode
from locales import Locales
from replies.gateway import Gateway
from replies.governor import Governor
from replies.presenter import TelegramPresenter
from replies.wire import Wire
from storage.database import Database
from storage.files import Files
from storage.inbox import Inbox
from storage.people import People
from storage.preferences import Preferences
from storage.threads import Threads
from storage.turns import Turns

Move = Callable[[int, int], Awaitable[None]]
"""Told that a group has a new id: the old one, the new one."""


@dataclass(frozen=True, slots=True)
class Base:
    """`moves` are called in order when a group has a new id: whoever keeps something under it adds one."""

    settings: Settings
    locales: Locales
    database: Database
    inbox: Inbox
    turns: Turns
    threads: Threads
    preferences: Preferences
    files: Files
    choices: Choices
    access: Access
    wire: Wire
    gateway: Gateway
    presenter: TelegramPresenter
    admins: Admins
    strangers: Strangers
    moves: list[Move] = field(default_factory=list[Move])

    @property
    def hash_key(self) -> bytes:
        """Keys the hashes of people and conversations that the provider sees; the same after a restart."""
        return hashlib.sha256(f"parley:{token_of(self.settings)}".encode()).digest()


@asynccontextmanager
async def base_of(settings: Settings) -> AsyncGenerator[Base]:
    """Raises `StorageUnusable`."""
    async with AsyncExitStack() as stack:
        locales = Locales.load()
        database = await stack.enter_async_context(Database.open(settings.database_path))
        people, preferences = await People(database).load(), await Preferences(database).load()
        choices = Choices(preferences, RichMode(settings.rich_messages))
        access = Access(people, settings.allowed_user_ids, settings.admin_user_ids)
        access.open_pairing()
        wire = await stack.enter_async_context(Wire.open(settings.telegram_api_root, token_of(settings)))
        moves: list[Move] = [access.migrate]

        async def on_migrated(old: int, new: int) -> None:
            for move in moves:
                await move(old, new)

        gateway = Gateway(wire, Governor(per_second=settings.telegram_messages_per_second), on_migrated)
        presenter = TelegramPresenter(gateway, locales.say)
        admins = Admins(presenter, locales, ids=access.admin_ids, language=choices.language)
        stack.push_async_callback(admins.close)
        strangers = Strangers(admins, access.admin_ids)
        stack.push_async_callback(strangers.close)
        yield Base(
            settings=settings,
            locales=locales,
            database=database,
            inbox=Inbox(database),
            turns=Turns(database),
            threads=Threads(database),
            preferences=preferences,
            files=await Files.open(settings.data_dir / "media", owners(database)),
            choices=choices,
            access=access,
            wire=wire,
            gateway=gateway,
            presenter=presenter,
            admins=admins,
            strangers=strangers,
            moves=moves,
        )
