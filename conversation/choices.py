"""What people chose: models, how a reader wants tables, when a group is listened to, how answers are spoken."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from domain.catalogue import Catalogue, Model
from domain.drawing import Wishes
from domain.media import Detail
from domain.reply import RichMode
from domain.speech import Hints, Manner
from domain.turn import ConversationKey
from storage.preferences import Preferences, Scope

_wishes = TypeAdapter(Wishes)
_hints = TypeAdapter(Hints)


class Listen(StrEnum):
    """Which messages of a group are answered: those that call the bot, or all it can see."""

    CALLED = "called"
    ALWAYS = "always"


class VoiceReplies(StrEnum):
    """Which answers of a chat are spoken: none, those to recordings, or all."""

    NEVER = "never"
    TO_VOICE = "to_voice"
    ALWAYS = "always"


class ThreadsBy(StrEnum):
    """Whose thread a message of a group belongs to: that of its topic, or that of the person in it."""

    TOPIC = "topic"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Choices:
    """Typed access to the stored preferences, with what holds until somebody chooses."""

    preferences: Preferences
    default_rich: RichMode

    def model(self, key: ConversationKey, catalogue: Catalogue) -> Model:
        chosen = self.preferences.get(Scope.conversation(key), "model")
        return catalogue.models.get(str(chosen)) or catalogue.default("chat")

    async def choose_model(self, key: ConversationKey, model_id: str) -> None:
        await self.preferences.set(Scope.conversation(key), "model", model_id)

    def models_chosen(self) -> set[str]:
        """The ids of the models that any conversation chose."""
        return {str(value) for value in self.preferences.values("model")}

    def rich(self, user_id: int) -> RichMode:
        chosen = self.preferences.get(Scope.user(user_id), "rich")
        return RichMode(str(chosen)) if chosen else self.default_rich

    async def choose_rich(self, user_id: int, mode: RichMode) -> None:
        await self.preferences.set(Scope.user(user_id), "rich", mode.value)

    def language(self, user_id: int) -> str | None:
        chosen = self.preferences.get(Scope.user(user_id), "language")
        return str(chosen) if chosen else None

    async def choose_language(self, user_id: int, code: str) -> None:
        await self.preferences.set(Scope.user(user_id), "language", code)

    def detail(self, user_id: int) -> Detail:
        chosen = self.preferences.get(Scope.user(user_id), "detail")
        return Detail(str(chosen)) if chosen else Detail.AUTO

    async def choose_detail(self, user_id: int, detail: Detail) -> None:
        await self.preferences.set(Scope.user(user_id), "detail", detail.value)

    def drawing(self, user_id: int) -> Wishes:
        """How a person's pictures are made where they do not say otherwise."""
        chosen = self.preferences.get(Scope.user(user_id), "drawing")
        return _wishes.validate_python(chosen) if chosen is not None else Wishes()

    async def choose_drawing(self, user_id: int, wishes: Wishes) -> None:
        await self.preferences.set(Scope.user(user_id), "drawing", _wishes.dump_python(wishes))

    def listen(self, chat_id: int) -> Listen:
        chosen = self.preferences.get(Scope.conversation(ConversationKey(chat_id)), "listen")
        return Listen(str(chosen)) if chosen else Listen.CALLED

    async def choose_listen(self, chat_id: int, listen: Listen) -> None:
        await self.preferences.set(Scope.conversation(ConversationKey(chat_id)), "listen", listen.value)

    def threads_by(self, chat_id: int) -> ThreadsBy:
        chosen = self.preferences.get(Scope.conversation(ConversationKey(chat_id)), "threads_by")
        return ThreadsBy(str(chosen)) if chosen else ThreadsBy.TOPIC

    async def choose_threads_by(self, chat_id: int, by: ThreadsBy) -> None:
        await self.preferences.set(Scope.conversation(ConversationKey(chat_id)), "threads_by", by.value)

    def thread_owner(self, key: ConversationKey, user_id: int) -> int:
        """Whose threads that person talks in there: their own, or 0 for those of the conversation."""
        return user_id if self.threads_by(key.chat_id) is ThreadsBy.PERSON else 0

    def thread_search(self, user_id: int) -> str:
        """The words by which the person last looked for threads."""
        return str(self.preferences.get(Scope.user(user_id), "thread_search") or "")

    async def keep_thread_search(self, user_id: int, words: str) -> None:
        await self.preferences.set(Scope.user(user_id), "thread_search", words)

    def is_topic_unnamed(self, key: ConversationKey) -> bool:
        """Whether the topic has a name that nobody gave it."""
        return self.preferences.get(Scope.conversation(key), "unnamed_topic") is True

    async def mark_topic(self, key: ConversationKey, *, unnamed: bool) -> None:
        await self.preferences.set(Scope.conversation(key), "unnamed_topic", unnamed)

    def hints(self, user_id: int) -> Hints:
        """What the person said about how they speak: languages, and names and words of theirs.

        The language of their app is none of them: a hint at one alone is an order to older models.
        """
        chosen = self.preferences.get(Scope.user(user_id), "hints")
        return _hints.validate_python(chosen) if chosen else Hints()

    async def choose_hints(self, user_id: int, hints: Hints) -> None:
        await self.preferences.set(Scope.user(user_id), "hints", _hints.dump_python(hints, mode="json"))

    def voice_replies(self, chat_id: int) -> VoiceReplies:
        chosen = self.preferences.get(Scope.conversation(ConversationKey(chat_id)), "voice_replies")
        return VoiceReplies(str(chosen)) if chosen else VoiceReplies.TO_VOICE

    async def choose_voice_replies(self, chat_id: int, replies: VoiceReplies) -> None:
        scope = Scope.conversation(ConversationKey(chat_id))
        await self.preferences.set(scope, "voice_replies", replies.value)

    def text_too(self, chat_id: int) -> bool:
        """Whether an answer that is spoken is written as well."""
        return self.preferences.get(Scope.conversation(ConversationKey(chat_id)), "text_too") is not False

    async def choose_text_too(self, chat_id: int, *, text_too: bool) -> None:
        await self.preferences.set(Scope.conversation(ConversationKey(chat_id)), "text_too", text_too)

    def manner(self, user_id: int) -> Manner:
        """How somebody wants to be read to; without a voice of their own choice, it is the model's default."""
        scope = Scope.user(user_id)
        speed = self.preferences.get(scope, "speech_speed")
        return Manner(
            voice=str(self.preferences.get(scope, "voice") or ""),
            speed=speed if isinstance(speed, float) else 1.0,
            style=str(self.preferences.get(scope, "speech_style") or ""),
        )

    async def choose_manner(self, user_id: int, manner: Manner) -> None:
        scope = Scope.user(user_id)
        await self.preferences.set(scope, "voice", manner.voice)
        await self.preferences.set(scope, "speech_speed", float(manner.speed))
        await self.preferences.set(scope, "speech_style", manner.style)

    def price_line(self, user_id: int) -> bool:
        """Whether they want to read below each answer what it cost."""
        return self.preferences.get(Scope.user(user_id), "price_line") is True

    async def choose_price_line(self, user_id: int, *, shown: bool) -> None:
        await self.preferences.set(Scope.user(user_id), "price_line", shown)

    def dark_charts(self, user_id: int) -> bool:
        """Telegram tells nobody which look its app has, so it is chosen."""
        return self.preferences.get(Scope.user(user_id), "dark_charts") is True

    async def choose_dark_charts(self, user_id: int, *, dark: bool) -> None:
        await self.preferences.set(Scope.user(user_id), "dark_charts", dark)
