"""What is set aside: the admins are told what it is, and who waits for an answer that none will come."""

import logging

from bot.admins import Admins
from conversation.access import Access
from conversation.choices import Choices
from conversation.failures import FailureBook
from domain.errors import ReaderGone, UserFacingError
from domain.texts import Text
from locales import Locales
from replies.errors import TelegramError
from replies.presenter import TelegramPresenter
from storage.inbox import Inbox, InboxRow

log = logging.getLogger(__name__)


class GivenUp(UserFacingError):
    """An update that failed for the last time."""


class SetAside:
    """Called when an update has failed for the last time."""

    def __init__(
        self,
        inbox: Inbox,
        admins: Admins,
        presenter: TelegramPresenter,
        locales: Locales,
        choices: Choices,
        access: Access,
        failures: FailureBook,
    ) -> None:
        self._inbox = inbox
        self._admins = admins
        self._presenter = presenter
        self._locales = locales
        self._choices = choices
        self._access = access
        self._failures = failures

    async def __call__(self, update_id: int, reason: str) -> None:
        self._failures.note(str(update_id), GivenUp(reason))
        self._admins.mention(
            Text("Update {id} failed five times and was set aside ({reason}).", id=update_id, reason=reason),
            trouble=f"set aside: {reason}",
        )
        row = await self._inbox.find(update_id)
        if row is not None and self._waits_for_us(row.key.chat_id):
            await self._apologise(row)

    def _waits_for_us(self, chat_id: int) -> bool:
        """In a group it may not have been for us at all; strangers are none of our business."""
        return chat_id > 0 and self._access.may_talk(chat_id, chat_id)

    async def _apologise(self, row: InboxRow) -> None:
        chat_id = row.key.chat_id
        language = self._choices.language(chat_id) or _language_code(row)
        sentences = (UserFacingError.text, Text("Error {id}", id=row.update_id))
        words = " · ".join(self._locales.say(sentence, language) for sentence in sentences)
        try:
            await self._presenter.say(row.key, words)
        except (ReaderGone, TelegramError) as error:
            log.info("chat %s could not be told of update %s: %s", chat_id, row.update_id, error)


def _language_code(row: InboxRow) -> str:
    """As their Telegram says; of an update that cannot be understood, anything may be missing."""
    for kind in ("message", "edited_message", "callback_query"):
        try:
            return str(row.raw[kind]["from"]["language_code"])
        except (KeyError, TypeError):
            continue
    return ""
