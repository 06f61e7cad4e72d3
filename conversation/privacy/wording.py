"""How much of what there is, in words."""

from collections.abc import Mapping

from domain.privacy import Subject
from domain.texts import Plural, Sentence, Text


def amount(kind: str, count: int) -> Sentence:
    """So much of a kind."""
    match kind:
        case "threads":
            return Plural("{count} conversation", "{count} conversations", count)
        case "messages":
            return Plural("{count} question and its answer", "{count} questions and their answers", count)
        case "drawings":
            return Plural("{count} drawing", "{count} drawings", count)
        case "files":
            return Plural("{count} kept file", "{count} kept files", count)
        case "remote":
            return Plural("{count} thing at the AI service", "{count} things at the AI service", count)
        case "assistants":
            return Plural("{count} assistant of yours", "{count} assistants of yours", count)
        case "reminders":
            return Plural("{count} reminder", "{count} reminders", count)
        case "settings":
            return Plural("{count} setting", "{count} settings", count)
        case "memories":
            return Plural("{count} remembered fact", "{count} remembered facts", count)
        case _:
            return Plural("{count} file in the media folder", "{count} files in the media folder", count)


def amounts(counts: Mapping[str, int]) -> list[Sentence]:
    """What there is some of."""
    return [amount(kind, count) for kind, count in counts.items() if count]


QUESTIONS: Mapping[Subject, Text] = {
    Subject.THREAD: Text("Forget this conversation? This goes:"),
    Subject.MEMORY: Text("Forget all that I remember about you? This goes:"),
    Subject.EVERYTHING: Text("Forget everything of yours, in all chats? This goes:"),
}
REALLY = Text("Really everything? It cannot be brought back. /export first gives you all of it as files.")
STAYS: Mapping[Subject, Text] = {
    Subject.THREAD: Text(
        "I cannot delete: the messages in this chat (delete them in Telegram) and the AI service's logs "
        "against abuse (it keeps them for up to 30 days). What it cost stays in the books, as an amount."
    ),
    Subject.MEMORY: Text("What you said in conversations is still in them."),
    Subject.EVERYTHING: Text(
        "I cannot delete: the messages in our chats (delete them in Telegram) and the AI service's logs "
        "against abuse (it keeps them for up to 30 days). What you spent stays in the books, as amounts, and "
        "so does that you may use this bot. Backups are the operator's to tell of."
    ),
}
