"""What a handler is given: the update's person, place and services, already narrowed and typed."""

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from telegram import CallbackQuery, Chat, Message, Update, User
from telegram.ext import Application, BaseHandler, CallbackContext, ExtBot

from conversation.access import Access
from conversation.assistants.desk import AssistantDesk
from conversation.assistants.dialogs import Dialogs
from conversation.choices import Choices
from conversation.drawing.desk import Desk
from conversation.filing.cabinet import Cabinet
from conversation.memory.book import FactBook
from conversation.money.treasury import Treasury
from conversation.operating import Operating
from conversation.privacy.forgetting import Forgetting
from conversation.reminders import Reminders
from conversation.searching.finding import Finding
from conversation.thread_desk import ThreadDesk
from conversation.toolbox import Toolbox
from conversation.tuning import Tunings
from conversation.turns import Conversations
from domain.catalogue import Catalogue
from domain.reply import Keyboard
from domain.texts import Sentence
from domain.turn import ChatKind, ConversationKey, Person, Said, Turn
from handlers.addressing import without_mention
from handlers.attachments import attachments, own_attachments
from handlers.flatten import about, spoken
from locales import Locales
from replies.gateway import Gateway
from replies.presenter import TelegramPresenter
from storage.files import Files
from tools.places import Places

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Health:
    """How intake is doing: answers running, updates waiting, updates set aside."""

    running: int
    waiting: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers may use; the composition root fills it. `me` is the bot's own account.

    `ask_admins` is given the id and the name of a stranger; False if no admin hears of them.
    `catalogue` gives the models of the moment: the provider's own list refines them while the bot runs.
    `is_busy`: updates of a conversation wait or are being worked on, control updates aside.
    `voices` are those of the model that speaks now, the default one first.
    """

    me: User
    gateway: Gateway
    presenter: TelegramPresenter
    locales: Locales
    conversations: Conversations
    choices: Choices
    access: Access
    drawing: Desk
    finding: Finding
    money: Treasury
    cabinet: Cabinet
    tunings: Tunings
    operating: Operating
    toolbox: Toolbox
    reminders: Reminders
    places: Places
    catalogue: Callable[[], Catalogue]
    voices: Callable[[], Sequence[str]]
    health: Callable[[], Awaitable[Health]]
    is_busy: Callable[[ConversationKey], bool]
    ask_admins: Callable[[int, str], Awaitable[bool]]
    assistants: AssistantDesk
    threads: ThreadDesk
    dialogs: Dialogs
    memory: FactBook
    forgetting: Forgetting
    files: Files
    is_offline: bool = False


@dataclass(slots=True)
class Work:
    """What handling one update leads to: turns to be answered, or a failure to be tried again.

    `called_albums` are the albums, by `media_group_id`, of which another message calls the bot. `is_followed`:
    the next message at hand goes on with the same text.
    """

    update_id: int
    language: str = "en"
    called_albums: frozenset[str] = frozenset()
    is_followed: bool = False
    turns: list[Turn] = field(default_factory=list[Turn])
    failure: Exception | None = None


current_work: ContextVar[Work] = ContextVar("current_work")


def required(value: T | None) -> T:
    """The value of an optional that this handler's filter guarantees."""
    if value is None:
        raise ValueError("an update lacks a field that its filter promised")
    return value


def key_of(message: Message) -> ConversationKey:
    """The conversation a message belongs to: its chat, and its topic where it is in one."""
    topic_id = message.message_thread_id if message.is_topic_message else None
    return ConversationKey(message.chat.id, topic_id or 0)


class BotContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[str, Services]]):
    """PTB's context with our services and the update's own facts."""

    _update: Update

    @classmethod
    def from_update(cls, update: object, application: "BotApplication") -> "BotContext":  # pyright: ignore[reportIncompatibleMethodOverride]  # PTB types the application with Any
        context = super().from_update(update, application)  # pyright: ignore[reportArgumentType]  # as above
        context._update = cast("Update", update)
        return context

    @property
    def services(self) -> Services:
        return self.bot_data["services"]

    @property
    def work(self) -> Work:
        return current_work.get()

    @property
    def message(self) -> Message:
        return required(self._update.effective_message)

    @property
    def tap(self) -> CallbackQuery:
        return required(self._update.callback_query)

    @property
    def chat(self) -> Chat:
        return required(self._update.effective_chat)

    @property
    def user(self) -> User:
        return required(self._update.effective_user)

    @property
    def key(self) -> ConversationKey:
        message = self._update.effective_message
        return key_of(message) if isinstance(message, Message) else ConversationKey(self.chat.id)

    @property
    def chat_kind(self) -> ChatKind:
        return ChatKind.PRIVATE if self.chat.type == Chat.PRIVATE else ChatKind.GROUP

    @property
    def person(self) -> Person:
        return Person(self.user.id, self.user.full_name, self.work.language)

    def words(self, sentence: Sentence) -> str:
        """The sentence in the person's language."""
        return self.services.locales.say(sentence, self.work.language)

    @property
    def is_tap(self) -> bool:
        return self._update.callback_query is not None

    async def say(self, sentence: Sentence, keyboard: Keyboard = ()) -> None:
        """Sends a short sentence of ours to where the update came from."""
        await self.tell(self.words(sentence), keyboard)

    async def tell(self, words: str, keyboard: Keyboard = ()) -> None:
        """Like `say`, for words already in the person's language."""
        await self.services.presenter.say(self.key, words, keyboard)

    def turn(self, text: str | None = None) -> Turn:
        """The update as a request; `text` stands in for the message's own words."""
        message = self.message
        words = without_mention(self.services.me, message, spoken(message)) if text is None else text
        if text is None:
            pointing_at, brought = about(message, self.services.me), attachments(message, self.services.me)
        else:
            pointing_at, brought = "", ()
        said = Said(message.message_id, self.person, words, pointing_at, brought)
        return Turn(self.work.update_id, (self.work.update_id,), self.key, self.chat_kind, (said,))

    def turn_about_reply(self, words: str) -> Turn:
        """`words` as the request about the message replied to, or that message itself if there are none."""
        message, answered = self.message, self.message.reply_to_message
        if words or answered is None:
            pointing_at = about(message, self.services.me)
            said = Said(
                message.message_id, self.person, words, pointing_at, attachments(message, self.services.me)
            )
        else:
            said = Said(
                message.message_id, self.person, spoken(answered), attachments=own_attachments(answered)
            )
        return Turn(self.work.update_id, (self.work.update_id,), self.key, self.chat_kind, (said,))

    def task(self, name: str, words: str) -> Turn:
        """`words`, with the media the message brings or replies to, as something else to do than to answer."""
        message = self.message
        said = Said(message.message_id, self.person, words, attachments=attachments(message, self.services.me))
        return Turn(self.work.update_id, (self.work.update_id,), self.key, self.chat_kind, (said,), task=name)

    def answer(self, turn: Turn) -> None:
        """Has the turn answered, together with others that waited, once all handlers are through."""
        self.work.turns.append(turn)


BotApplication = Application[
    ExtBot[None], BotContext, dict[Any, Any], dict[Any, Any], dict[str, Services], None
]
Handler = BaseHandler[Update, BotContext, None]
