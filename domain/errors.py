"""What can go wrong in a way a person is told: `text` is what they read, the message is for the log."""

from domain.speech import Speech
from domain.texts import Sentence, Text


class UserFacingError(Exception):
    """Its `text` is what the person reads. `for_admin` is set where the operator must act, too.

    `may_pass`: the same request may well succeed in a moment, so a button to try again is of use.
    """

    text: Sentence = Text("Something went wrong on my side. Please try again with /retry.")
    for_admin: Sentence | None = None
    may_pass: bool = True

    def __init__(self, log_message: str = "", *, text: Sentence | None = None) -> None:
        super().__init__(log_message)
        if text is not None:
            self.text = text


class ProviderUnreachable(UserFacingError):
    """No connection, a timeout, or a 5xx that did not pass."""

    text = Text("The AI service cannot be reached right now. Please try /retry in a moment.")


class RateLimited(UserFacingError):
    """429 of the kind that passes. `retry_after_seconds` is the provider's own number, 0 when it gave none."""

    text = Text("The AI service is very busy right now. Please try /retry in a moment.")

    def __init__(self, log_message: str = "", *, retry_after_seconds: float = 0) -> None:
        super().__init__(log_message)
        self.retry_after_seconds = retry_after_seconds


class CreditExhausted(UserFacingError):
    """429 of the kind that waits for money."""

    text = Text("The owner's AI account has run out of credit. They have been told.")
    for_admin = Text("OpenAI refuses requests: the account's credit or spending limit is used up.")


class KeyRefused(UserFacingError):
    """401 or 403: the key is wrong, or not allowed to do this."""

    text = Text("The AI service does not accept this bot's key. The owner has been told.")
    for_admin = Text("The AI provider refuses the API key or its permissions. Check OPENAI_API_KEY.")


class NoModelLeft(UserFacingError):
    """The model and all its replacements are gone or unknown to the provider."""

    text = Text("No AI model is available right now. The owner has been told.")
    for_admin = Text("No chat model of the catalogue is available at the provider. Check /model and doctor.")


class AnswerLost(UserFacingError):
    """The provider does not have an answer any more that it made, or was to make, in the background."""


class PromptTooLong(UserFacingError):
    """The request does not fit the model's window, even after the history was shortened."""

    text = Text("That is too long for me to read at once. Please send it in smaller parts.")
    may_pass = False


class PromptRefused(UserFacingError):
    """The provider's rules refuse the request as a whole."""

    text = Text("The AI service's rules do not allow an answer to this. Please put it differently.")


class AnswerBroken(UserFacingError):
    """The stream broke off or said something that cannot be understood."""

    text = Text("The answer broke off on the way. Please try again with /retry.")


class AnswerFailed(AnswerBroken):
    """The provider itself says that it broke: there is no more of it to be had."""


class TelegramUnreachable(UserFacingError):
    """A file could not be fetched from Telegram, even after a while."""

    text = Text("Telegram did not hand your file over. Please try /retry in a moment.")


class FileTooLarge(UserFacingError):
    """More than a bot may download, or than we take."""

    text = Text("That file is too large for me. Bots can fetch files of up to 20 MB from Telegram.")
    may_pass = False


class FileGone(UserFacingError):
    """Telegram does not have the file any more."""

    text = Text("Telegram no longer has that file. Please send it again.")
    may_pass = False


class Unreadable(UserFacingError):
    """A file that is broken, empty, or not what it says it is."""

    text = Text("I cannot open that file: it is damaged or of a kind I do not know.")


class PictureRefused(Unreadable):
    """The provider cannot read a picture that we could."""

    text = Text("The AI service cannot read that picture. Please send it in another way, or another one.")


class NobodySees(UserFacingError):
    """No model that is there takes pictures or files."""

    text = Text("No AI model here can look at pictures or files. Please tell me in words what they show.")


class HostedGone(UserFacingError):
    """What the provider kept for us is there no longer: a container was idle too long, a store has expired."""

    text = Text("The AI service has cleared its workspace in between. Please try again with /retry.")


class LinkRefused(UserFacingError):
    """An address that may not be asked, or that cannot be used."""

    text = Text("I cannot open that link.")


class FileRefused(UserFacingError):
    """Telegram does not take a file of ours, in whatever form."""

    text = Text("Telegram does not take the file I have for you.")


class NothingHeard(UserFacingError):
    """A recording without words."""

    text = Text("I could not hear any words in that recording.")


class NoSound(UserFacingError):
    """A file, or a film, in which there is nothing to be heard."""

    text = Text("There is no sound in that which I could listen to.")


class CannotHear(UserFacingError):
    """The provider offers no transcription, or none of its models is there."""

    text = Text("I cannot listen to recordings here. Please write to me instead.")
    for_admin = Text("No model at the AI provider transcribes recordings. Check the catalogue and doctor.")


class CannotSpeak(UserFacingError):
    """No back end of speech does its work right now."""

    text = Text("I cannot speak right now; the text is all there is.")


class SpokeOtherwise(CannotSpeak):
    """A generative model said other words than it was given, twice. `speech` is what it said last."""

    text = Text("I could not read that aloud word for word; the text is what counts.")

    def __init__(self, log_message: str, *, speech: Speech) -> None:
        super().__init__(log_message)
        self.speech = speech


class ReaderGone(Exception):
    """Nobody is left to read: the person blocked the bot, or it was removed from the chat. Nobody is told."""
