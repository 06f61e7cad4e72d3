"""A turn: one request of a person in a conversation, and what became of it."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.media import Attachment
from domain.run import Citation, MadeFile, RunStep


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True, order=True)
class ConversationKey:
    """A chat or one topic of it: the unit of order and of privacy. `topic_id` 0 means no topic."""

    chat_id: int
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks. `language` is one of ours (`Locales.match` of the Telegram code or of their choice)."""

    user_id: int
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person as the model shall read it.

    `about` is what the message points at (the message replied to, a quote, a forward's origin), as text.
    `attachments` are its own media and those of the message it replies to.
    """

    message_id: int
    person: Person
    text: str
    about: str = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """What tells its attachments from others, in order; a file that is sent again has the same name."""
        return tuple(one.url or one.unique_id for one in self.attachments)


@dataclass(frozen=True, slots=True)
class Turn:
    """A request. `id` is the `update_id` of its first update, so a replay after a crash is the same turn.

    `again_of` names the turn whose answer this one replaces (`/retry`, an edited question); with `in_place`
    the old answer's messages are edited instead of followed by new ones. `task` is empty for a question to the
    model; else it names what is to be done, with an argument behind a colon (`translate:fr`). `as_json`: the
    answer to this one shall be JSON. `is_forgotten`: what was said broke the rules, and is no longer known.
    """

    id: int
    update_ids: tuple[int, ...]
    key: ConversationKey
    chat_kind: ChatKind
    said: tuple[Said, ...]
    again_of: int | None = None
    in_place: bool = False
    task: str = ""
    instruction: str = ""
    as_json: bool = False
    is_forgotten: bool = False

    @property
    def asker(self) -> Person:
        """The person answered: who spoke last."""
        return self.said[-1].person

    def joined_with(self, later: "Turn") -> "Turn":
        """Both requests as one: what was said while an answer was running is answered together."""
        return replace(self, update_ids=self.update_ids + later.update_ids, said=self.said + later.said)

    def forgotten(self) -> "Turn":
        """The same without anything that was said in it."""
        said = tuple(Said(one.message_id, one.person, "") for one in self.said)
        return replace(self, said=said, instruction="", is_forgotten=True)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call as the provider reported them; all zero when it reported nothing.

    `cached_tokens` and `cache_write_tokens` are part of `input_tokens`, `reasoning_tokens` of `output_tokens`.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Both calls together."""
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.output_tokens + other.output_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
        )


class Ending(StrEnum):
    """How an answer ended. `INCOMPLETE`: cut by the output limit. `REFUSED`: by the provider's rules."""

    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """The finished result of a turn's `generate` step: the model's Markdown and how it came to be.

    `note` is a sentence of ours shown below the text, already in the asker's language. `usage` is that of all
    requests together. `fingerprint` names the provider's configuration where it tells one. `as_file` is the
    name of the file in which the text is shown, empty where it is a message. `can_be_retried`: where it has
    failed, the same question may be answered in a moment.
    """

    text: str
    ending: Ending
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    note: str = ""
    run: tuple[RunStep, ...] = ()
    citations: tuple[Citation, ...] = ()
    files: tuple[MadeFile, ...] = ()
    fingerprint: str = ""
    as_file: str = ""
    can_be_retried: bool = True
