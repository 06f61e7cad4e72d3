"""Privacy opened: what is kept of people found, packed and forgotten, room by room."""

from collections.abc import Awaitable, Callable

from conversation.assistants.desk import AssistantDesk
from conversation.drawing.studio import Studio
from conversation.filing.cabinet import Cabinet
from conversation.money.payer import current_payer
from conversation.privacy.eraser import Eraser
from conversation.privacy.forgetting import Forgetting
from conversation.privacy.takeout import Takeout
from conversation.searching.indexing import Indexing
from conversation.turns import Conversations
from conversation.wording import question
from domain.texts import Sentence
from replies.gateway import Gateway
from replies.presenter import TelegramPresenter
from storage.archive import Archive
from storage.belongings.drawings import Drawn
from storage.belongings.elsewhere import OwnFiles
from storage.belongings.estate import Estate, Owners
from storage.belongings.kinds import Belongings
from storage.belongings.talk import Talk, sender_of
from storage.belongings.things import (
    OwnAssistants,
    OwnBroadcasts,
    OwnMemories,
    OwnReminders,
    OwnSettings,
    Spent,
)
from storage.database import Database
from storage.files import Files
from storage.forgettings import Forgettings
from storage.inbox import InboxRow

BELONGINGS: tuple[Belongings, ...] = (
    Talk(question),
    Drawn(),
    OwnFiles(),
    OwnAssistants(),
    OwnReminders(),
    OwnMemories(),
    OwnSettings(),
    OwnBroadcasts(),
    Spent(),
)
"""Every kind of things that is kept of people. What is not in here is neither exported nor forgotten."""


def owners(database: Database) -> Callable[[str], Awaitable[None]]:
    """Keeps account of whose the files of the media folder are: of whom they are kept for."""
    book = Owners(database)

    async def note(file: str) -> None:
        user_id = current_payer().user_id
        if user_id:
            await book.note(user_id, file)

    return note


def takeout(
    database: Database,
    assistants: AssistantDesk,
    files: Files,
    gateway: Gateway,
    presenter: TelegramPresenter,
) -> Takeout:
    return Takeout(
        estate=Estate(database, BELONGINGS),
        archive=Archive(database),
        assistants=assistants,
        files=files,
        downloads=gateway,
        carrier=presenter,
        most_bytes=lambda: gateway.most_upload_bytes,
    )


async def forgetting_in(
    database: Database,
    *,
    conversations: Conversations,
    studio: Studio,
    cabinet: Cabinet,
    indexing: Indexing,
    files: Files,
    presenter: TelegramPresenter,
    say: Callable[[Sentence, str], str],
) -> Forgetting:
    """Opened before anything is worked: it holds back what has to wait."""
    eraser = Eraser(
        estate=Estate(database, BELONGINGS),
        conversations=conversations,
        studio=studio,
        cabinet=cabinet,
        index=indexing,
        preferences=conversations.choices.preferences,
        files=files,
        teller=presenter,
        say=say,
    )
    opened = Forgetting(Forgettings(database), eraser)
    await opened.load()
    return opened


def admission(forgetting: Forgetting) -> Callable[[InboxRow], Awaitable[bool]]:
    """Whether an update is still to be worked."""

    async def admits(row: InboxRow) -> bool:
        return forgetting.is_idle or await forgetting.admits(sender_of(row.raw), row.key, row.accepted_ms)

    return admits
