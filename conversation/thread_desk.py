"""The desk of threads: what one may list, continue, name, copy and delete."""

from collections.abc import Sequence
from dataclasses import dataclass

from conversation.assistants.desk import OnDeleted
from conversation.choices import Choices
from conversation.titles import cleaned
from domain.errors import UserFacingError
from domain.texts import Text
from domain.turn import ChatKind, ConversationKey
from storage.archive import Archive, Thread, ThreadsOf
from storage.threads import Threads

LONGEST_OWN_TITLE = 100


class ThreadGone(UserFacingError):
    """There is none, or none of this person's."""

    text = Text("This conversation is no longer there.")


class ThreadBusy(UserFacingError):
    """A turn of it is being answered."""

    text = Text("I am still answering in it. Wait until my answer stands, or send /stop first.")


class NothingToBranch(UserFacingError):
    """The message is none that was asked or answered, or nothing has been asked yet."""

    text = Text(
        "Reply with /branch to one of your questions or of my answers, and I go on from there in a copy."
    )


class TitleUnfit(UserFacingError):
    """Nothing to be seen, or too much."""

    text = Text("A title has 1 to {most} characters.", most=LONGEST_OWN_TITLE)


@dataclass(frozen=True, slots=True)
class ThreadDesk:
    """Every way to a thread goes through `ThreadsOf`: nobody gets at those of somebody else."""

    archive: Archive
    threads: Threads
    choices: Choices
    on_deleted: Sequence[OnDeleted] = ()

    def of(self, key: ConversationKey, kind: ChatKind, user_id: int) -> ThreadsOf:
        """The threads a person has there: in a private chat those of all its topics."""
        if kind is ChatKind.PRIVATE:
            return ThreadsOf(key, in_whole_chat=True)
        return ThreadsOf(key, self.choices.thread_owner(key, user_id))

    async def find(self, thread_id: int, of: ThreadsOf) -> Thread:
        """Raises `ThreadGone`."""
        found = await self.archive.find(thread_id, of)
        if found is None:
            raise ThreadGone(f"thread {thread_id} is none of chat {of.key.chat_id}, user {of.user_id}")
        return found

    async def listed(
        self, of: ThreadsOf, *, words: str = "", skip: int, most: int
    ) -> tuple[Sequence[Thread], int]:
        """The newest first, or those in which the words stand, and how many there are."""
        if words:
            return await self.archive.search(of, words, skip=skip, most=most)
        return await self.archive.page(of, skip=skip, most=most)

    async def resume(self, thread_id: int, of: ThreadsOf) -> Thread:
        """The conversation goes on there; one of another topic as a copy, since a topic is a thread.

        Raises `ThreadGone`."""
        thread = await self.find(thread_id, of)
        if thread.key == of.key:
            await self.threads.resume(thread_id)
        else:
            await self.archive.branch(thread_id, of, up_to_turn_id=None, title=thread.title)
        return thread

    async def branch(self, thread_id: int, of: ThreadsOf, *, turn_id: int | None = None) -> Thread:
        """Goes on in a copy that ends with that turn. Raises `ThreadGone`."""
        thread = await self.find(thread_id, of)
        copy = await self.archive.branch(thread_id, of, up_to_turn_id=turn_id, title=_copied(thread))
        return await self.find(copy, of)

    async def branch_at_message(self, message_id: int, of: ThreadsOf) -> Thread:
        """Raises `NothingToBranch`."""
        found = await self.archive.turn_of_message(of, message_id)
        if found is None:
            raise NothingToBranch(f"message {message_id} belongs to no turn")
        return await self.branch(found[0], of, turn_id=found[1])

    async def branch_current(self, of: ThreadsOf) -> Thread:
        """Raises `NothingToBranch`."""
        thread_id = await self.threads.active(of.key, of.user_id)
        if not await self.archive.entries(thread_id):
            raise NothingToBranch(f"thread {thread_id} is empty")
        return await self.branch(thread_id, of)

    async def rename(self, thread_id: int, of: ThreadsOf, title: str) -> str:
        """The title as it is kept. Raises `ThreadGone`, `TitleUnfit`."""
        await self.find(thread_id, of)
        kept = cleaned(title, LONGEST_OWN_TITLE + 1)
        if not kept or len(title.strip()) > LONGEST_OWN_TITLE:
            raise TitleUnfit(f"a title of {len(title)} characters")
        await self.archive.rename(thread_id, kept)
        return kept

    async def delete(self, thread_id: int, of: ThreadsOf) -> None:
        """Raises `ThreadGone`, `ThreadBusy`."""
        await self.find(thread_id, of)
        if not await self.archive.delete(thread_id):
            raise ThreadBusy(f"thread {thread_id} has an open turn")
        for gone in self.on_deleted:
            await gone(f"thread:{thread_id}")


def heading(thread: Thread) -> str:
    """Its title, or the beginning of its first question."""
    return thread.title or " ".join(thread.opening.split())[:60]


def _copied(thread: Thread) -> str:
    """The copy's title: what the first is called, told apart from it."""
    called = heading(thread)
    return f"{called} ⎇" if called and not called.endswith("⎇") else called
