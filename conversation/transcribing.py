"""`/transcribe`: what is said in a recording, in writing and without an answer."""

from dataclasses import dataclass

from conversation.dictation import LONGEST_MESSAGE, Clerk, Dictation, notes
from conversation.tasks import Done, Order
from conversation.transcripts import subtitles
from domain.speech import Transcript
from domain.texts import Text
from domain.turn import Answer, Ending
from replies.markdown import verbatim

TASK = "transcribe"
"""Its argument is empty, or the form of a file: `transcribe:srt`."""

FORMS = ("txt", "srt", "vtt")
_NO_TIMES = Text("No model here tells when each word was said, so these are the words alone.")
_NAME = "transcript"


@dataclass(frozen=True, slots=True)
class Transcribing:
    dictation: Dictation
    clerk: Clerk

    async def work(self, order: Order) -> Done:
        wants_times = order.argument in ("srt", "vtt")
        heard = await order.running.stoppable(self.dictation.heard(order, "times" if wants_times else "words"))
        return await self.clerk.stopped(order) if heard is None else await self._shown(order, heard)

    async def _shown(self, order: Order, heard: Transcript) -> Done:
        form = order.argument
        if (form == "srt" or form == "vtt") and heard.passages:
            content = subtitles(heard.passages, form)
            return await self.clerk.send(order, content, _answer(heard), name=_NAME, form=form)
        note = notes(order, [_NO_TIMES] if form in ("srt", "vtt") else [])
        if form or len(heard.text) > LONGEST_MESSAGE:
            return await self.clerk.send(order, heard.text, _answer(heard, note), name=_NAME, form="txt")
        return await self.clerk.show(order, verbatim(heard.text), _answer(heard, note))


def _answer(heard: Transcript, note: str = "") -> Answer:
    return Answer(heard.text, Ending.COMPLETED, heard.model, note=note)
