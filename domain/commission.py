"""Commissions: drawings as people order them, and what became of them, as they are kept."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.drawing import Task, Wishes
from domain.turn import ChatKind, ConversationKey, Person


class State(StrEnum):
    """`DRAFT` waits for a person's word, `WAITING` is to be drawn or delivered; the others are final."""

    DRAFT = "draft"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Source:
    """A picture to start from: a file in the media folder, or Telegram's; of the first the second is a copy.

    `drawing_id` is set where it was drawn here.
    """

    file: str = ""
    file_id: str = ""
    drawing_id: int = 0


@dataclass(frozen=True, slots=True)
class Commission:
    """A drawing that was ordered. `mask` is a file in the media folder, as large as the first source's.

    `reply_to` is the message it answers. A draft has `cells` of a grid (0 to 8) until they become a mask.
    """

    task: Task
    prompt: str
    wishes: Wishes
    person: Person
    key: ConversationKey
    chat_kind: ChatKind
    reply_to: int | None = None
    sources: tuple[Source, ...] = ()
    mask: str = ""
    cells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A finished picture: a file in the media folder, and where it stands once it was delivered."""

    number: int
    file: str
    media_type: str
    width: int
    height: int
    is_photo: bool = True
    is_animated: bool = False
    file_id: str = ""
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class Artwork:
    """A commission and what became of it. `wishes` are as the model could fulfil them.

    `price_microdollars` is None where it is not known.
    """

    id: int
    commission: Commission
    state: State
    thread_id: int
    model: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    price_microdollars: int | None = None
    pictures: tuple[Made, ...] = ()
