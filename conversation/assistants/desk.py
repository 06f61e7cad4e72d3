"""The desk of assistants: who may use and change which, and which one answers where."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from conversation.assistants.built_in import BuiltIns
from conversation.assistants.errors import AssistantGone, AssistantRefused, TooManyAssistants
from conversation.assistants.limits import MOST_ASSISTANTS
from conversation.choices import Choices
from domain.assistant import GENERAL, Assistant
from domain.catalogue import Catalogue, Model
from domain.texts import Sentence, Text
from domain.turn import ConversationKey
from storage.assistants import Assistants
from storage.threads import Threads

log = logging.getLogger(__name__)

OnDeleted = Callable[[str], Awaitable[None]]
"""Told a scope, `assistant:7` or `thread:12`, once nothing of it is left here: what belongs to it elsewhere
(files, indexes, what lies at the provider) is to go, too. May be told of the same one again."""


@dataclass(frozen=True, slots=True)
class AssistantDesk:
    assistants: Assistants
    threads: Threads
    built_ins: BuiltIns
    on_deleted: Sequence[OnDeleted] = ()

    async def of_thread(self, thread_id: int) -> Assistant:
        """Who answers in the thread, as the model gets to know it; one that is gone is the general one."""
        return await self.known(await self.threads.assistant(thread_id))

    async def known(self, assistant_id: str) -> Assistant:
        """For what was chosen already: nobody's right to it is looked at."""
        return self.built_ins.find(assistant_id) or await self.assistants.find(assistant_id) or GENERAL

    async def usable(self, assistant_id: str, user_id: int) -> Assistant:
        """The assistant, if that person may use it. Raises `AssistantGone`."""
        found = self.built_ins.find(assistant_id)
        if found is not None:
            return found
        for assistant in await self.listed(user_id):
            if assistant.id == assistant_id:
                return assistant
        raise AssistantGone(f"user {user_id} has no assistant {assistant_id}")

    async def own(self, assistant_id: str, user_id: int) -> Assistant:
        """The assistant, if that person made it. Raises `AssistantGone`."""
        found = await self.assistants.find(assistant_id)
        if found is None or found.owner_id != user_id:
            raise AssistantGone(f"user {user_id} owns no assistant {assistant_id}")
        return found

    async def listed(self, user_id: int) -> Sequence[Assistant]:
        """Those that the person made, then those of others that they may use."""
        return [*await self.assistants.of_owner(user_id), *await self.assistants.borrowed(user_id)]

    async def create(self, assistant: Assistant, *, origin: str) -> Assistant:
        """Raises `TooManyAssistants`."""
        await self.check_room(assistant.owner_id)
        return await self.assistants.create(assistant, origin=origin)

    async def check_room(self, user_id: int) -> None:
        if len(await self.listed(user_id)) >= MOST_ASSISTANTS:
            raise TooManyAssistants(f"user {user_id} has {MOST_ASSISTANTS} assistants")

    async def copy_of(
        self, assistant_id: str, user_id: int, say: Callable[[Sentence], str], *, origin: str
    ) -> Assistant:
        """One of the bot's own as the person's, to be changed. Raises `AssistantGone`, `TooManyAssistants`."""
        found = self.built_ins.find(assistant_id)
        if found is None:
            raise AssistantGone(f"{assistant_id} does not come with the bot")
        worded = self.built_ins.worded(found, say)
        return await self.create(replace(worded, owner_id=user_id), origin=origin)

    async def choose(self, key: ConversationKey, assistant: Assistant, *, by: int) -> None:
        """It answers in the conversation from now on, in new threads."""
        await self.assistants.choose(key, assistant.id, by=by)
        await self.threads.put_all_aside(key)
        log.info("assistant %r answers in chat %s", assistant.id, key.chat_id)

    async def share(self, assistant_id: str, user_id: int) -> str:
        """The code of its link. Raises `AssistantGone`."""
        found = await self.own(assistant_id, user_id)
        if not found.code:
            await self.assistants.share(found.id, secrets.token_urlsafe(16))
        return (await self.own(assistant_id, user_id)).code

    async def withdraw(self, assistant_id: str, user_id: int) -> None:
        await self.own(assistant_id, user_id)
        await self.assistants.withdraw(assistant_id, user_id)

    async def borrow(self, code: str, user_id: int) -> Assistant:
        """Whoever opens the link may use it. Raises `AssistantGone`, `TooManyAssistants`."""
        found = await self.assistants.by_code(code)
        if found is None:
            raise AssistantGone("no assistant has this code")
        if found.owner_id != user_id and all(one.id != found.id for one in await self.listed(user_id)):
            await self.check_room(user_id)
            await self.assistants.borrow(found.id, user_id)
        return found

    async def shown_by(self, code: str) -> Assistant | None:
        return await self.assistants.by_code(code)

    async def delete(self, assistant_id: str, user_id: int) -> None:
        """Its owner's is gone; a borrowed one leaves the person's list. Raises `AssistantGone`."""
        found = await self.usable(assistant_id, user_id)
        if found.owner_id == 0:
            raise AssistantRefused("built in", text=Text("This one comes with me; it cannot be deleted."))
        if found.owner_id != user_id:
            await self.assistants.give_back(assistant_id, user_id)
            return
        await self.assistants.delete(assistant_id)
        for gone in self.on_deleted:
            await gone(f"assistant:{assistant_id}")


def model_for(assistant: Assistant, choices: Choices, key: ConversationKey, catalogue: Catalogue) -> Model:
    """The assistant's own model where it has one that is known, else the one chosen in the chat."""
    return catalogue.models.get(assistant.model) or choices.model(key, catalogue)


def effort_for(assistant: Assistant, model: Model) -> str | None:
    """The effort the assistant wants, if the model takes it."""
    return assistant.effort if assistant.effort in model.efforts else None
