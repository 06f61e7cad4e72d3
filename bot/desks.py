"""The part of the composition root that makes assistants and threads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conversation import exporting
from conversation.assistants import writing
from conversation.assistants.built_in import BuiltIns
from conversation.assistants.desk import AssistantDesk, OnDeleted
from conversation.assistants.dialogs import Dialogs
from conversation.assistants.writing import WritingInstructions
from conversation.choices import Choices
from conversation.exporting import Exporting
from conversation.prompts import Prompts
from conversation.tasks import Task
from conversation.thread_desk import ThreadDesk
from domain.catalogue import Catalogue
from domain.engine import Completer
from domain.reply import Presenter
from storage.archive import Archive
from storage.assistants import Assistants
from storage.database import Database
from storage.files import Files
from storage.threads import Threads


@dataclass(frozen=True, slots=True)
class Desks:
    """`on_deleted` hears of every thread and assistant that is deleted; add to it before the bot runs."""

    assistants: AssistantDesk
    threads: ThreadDesk
    dialogs: Dialogs
    on_deleted: list[OnDeleted]

    @classmethod
    def of(cls, database: Database, threads: Threads, choices: Choices) -> "Desks":
        on_deleted: list[OnDeleted] = []
        return cls(
            AssistantDesk(Assistants(database), threads, BuiltIns.load(), on_deleted),
            ThreadDesk(Archive(database), threads, choices, on_deleted),
            Dialogs(choices.preferences),
            on_deleted,
        )

    def tasks(
        self,
        *,
        prompts: Prompts,
        completer: Completer,
        catalogue: Callable[[], Catalogue],
        presenter: Presenter,
        files: Files,
    ) -> Mapping[str, Task]:
        """The turns that are about assistants and threads."""
        choices = self.threads.choices
        return {
            exporting.TASK: Exporting(self.threads, self.assistants, files, presenter),
            writing.TASK: WritingInstructions(self.dialogs, choices, prompts, completer, catalogue, presenter),
        }
