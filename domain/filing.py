"""Filings: files that a thread or an assistant keeps, and where each is put so that the model can use it."""

from dataclasses import dataclass

from domain.hosting import Place


@dataclass(frozen=True, slots=True)
class Filing:
    """A file as it is listed. `file` is its name in the media folder, `file_id` Telegram's, if it has one.

    `is_pinned`: somebody put it into the turn, so it goes along with each question. `wants_font`: it holds
    letters that charts have no font for. `problem` is why it cannot be used where it was put: a code of the
    provider, or `gone`; empty while all is well.
    """

    id: int
    scope: str
    name: str
    file: str
    media_type: str
    size_bytes: int
    place: Place
    tokens: int = 0
    file_id: str = ""
    user_id: int = 0
    is_pinned: bool = False
    wants_font: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A filing's copy at the provider. `path` is where code finds it; `expires_ms` is 0 for one that lasts."""

    filing_id: int
    remote_id: str
    path: str = ""
    expires_ms: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """The store or container of a scope, and when it was last used."""

    id: str
    used_ms: int
    mark: str = ""


def thread_scope(thread_id: int) -> str:
    return f"thread:{thread_id}"


def assistant_scope(assistant_id: str) -> str:
    """The files of an assistant, which all its threads share."""
    return f"assistant:{assistant_id}"
