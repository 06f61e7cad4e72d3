"""Material: what a turn's attachments turned out to be, ready for a model, as it is kept with the turn."""

from dataclasses import dataclass

from domain.hosting import Place


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright picture without metadata. `file` is its name in the media folder.

    `file_id` is Telegram's, so that it can be fetched again once our copy is gone; frames of a video have none.
    `url` is the address of one that the provider fetches itself: it has no file, and its size is not known.
    """

    file: str
    media_type: str
    width: int
    height: int
    file_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound with or without words. `words` is None until it has been heard, empty if nothing is said in it.

    `is_speech`: recorded to say something to the bot; else it is about something, as a video's sound is.
    """

    file: str
    name: str
    seconds: float
    is_speech: bool
    is_quoted: bool = False
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `tokens` is a rough estimate of what reading it takes."""

    file: str
    name: str
    media_type: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A file that the thread keeps from now on: to be searched, or for code; or a small one, read at once.

    `file` is its name in the media folder, `file_id` Telegram's, empty for what came out of an archive.
    `wants_font`: it has letters that charts have no font for.
    """

    file: str
    name: str
    media_type: str
    size_bytes: int
    place: Place
    tokens: int = 0
    file_id: str = ""
    wants_font: bool = False


@dataclass(frozen=True, slots=True)
class Brought:
    """What one message brought. `lines` tell the model what the pictures and files behind the text are.

    `sources` name the attachments it was made of, so that asked again they need not be fetched or heard again;
    none where something went wrong.
    """

    message_id: int
    sources: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    recordings: tuple[Recording, ...] = ()
    papers: tuple[Paper, ...] = ()
    filed: tuple[Filed, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """All that a turn brought, message by message.

    `problems` are sentences for the person, in their language, about what could not be used, and about files
    that are kept. `description` is
    one line on the pictures, for the time when they are too old to be looked at again.
    """

    brought: tuple[Brought, ...] = ()
    problems: tuple[str, ...] = ()
    description: str = ""

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(picture for brought in self.brought for picture in brought.pictures)

    @property
    def papers(self) -> tuple[Paper, ...]:
        return tuple(paper for brought in self.brought for paper in brought.papers)

    @property
    def filed(self) -> tuple[Filed, ...]:
        return tuple(one for brought in self.brought for one in brought.filed)

    @property
    def recordings(self) -> tuple[Recording, ...]:
        return tuple(recording for brought in self.brought for recording in brought.recordings)

    @property
    def unheard(self) -> tuple[Recording, ...]:
        return tuple(recording for recording in self.recordings if recording.words is None)

    @property
    def spoken(self) -> str:
        """What the person said in their own recordings, empty if they said nothing."""
        own = (heard for heard in self.recordings if heard.is_speech and not heard.is_quoted)
        return "\n\n".join(heard.words for heard in own if heard.words)

    def of(self, message_id: int) -> Brought:
        return next((one for one in self.brought if one.message_id == message_id), Brought(message_id))
