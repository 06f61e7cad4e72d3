"""What people chose: the model of a conversation, how a reader wants tables, when a group is listened to."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from domain.catalogue import Catalogue, Model
from domain.drawing import Wishes
from domain.media import Detail
from domain.reply import RichMode
from domain.turn import ConversationKey
from storage.preferences import Preferences, Scope

_wishes = TypeAdapter(Wishes)


class Listen(StrEnum):
    """Which messages of a group are answered: those that call the bot, or all it can see."""

    CALLED = "called"
    ALWAYS = "always"


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
