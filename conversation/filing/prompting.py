"""A prompt with all that a thread's files need: the provider's tools, what is pinned, and a note at its end."""

import asyncio
from dataclasses import dataclass, field, replace

from conversation.filing.at_hand import AtHand
from conversation.filing.cabinet import Cabinet, Prepared
from conversation.filing.names import is_text
from conversation.wording import indented, one_line
from domain.assistant import Assistant
from domain.engine import Prompt, PromptFile, PromptMessage
from domain.filing import Filing
from domain.material import Material
from domain.texts import Sentence
from domain.turn import Turn
from media import documents
from media.errors import NotText

_LONGEST_TEXT = 60_000


@dataclass(slots=True)
class Files:
    """The files of one turn's prompt. `told` are sentences for the person, once the prompt is complete."""

    cabinet: Cabinet
    turn: Turn
    thread_id: int
    assistant: Assistant
    material: Material
    told: list[Sentence] = field(default_factory=list[Sentence])
    _prepared: Prepared | None = None
    _before: PromptMessage | None = None

    async def prepare(self) -> Prepared:
        """Before the prompt is built: which tools there are depends on which files are at hand."""
        self._prepared = await self.cabinet.hosted(self.turn, self.thread_id, self.assistant, self.material)
        return self._prepared

    async def into(self, prompt: Prompt) -> Prompt:
        """Only the last message changes, so that all before it stays in the provider's cache."""
        self._before = prompt.messages[-1]
        return await self._with(prompt, self._prepared) if self._prepared is not None else prompt

    async def into_again(self, prompt: Prompt) -> Prompt:
        """The same after `HostedGone`: what the provider has lost is there again."""
        prepared = await self.cabinet.renew(self.turn, self.thread_id, self.assistant, self.material)
        return await self._with(prompt, prepared)

    async def _with(self, prompt: Prompt, prepared: Prepared) -> Prompt:
        self.told += [sentence for sentence in prepared.told if sentence not in self.told]
        before = self._before or prompt.messages[-1]
        texts, papers = [before.text], list(before.files)
        for filing in prepared.pinned:
            pinned = await _pinned(filing, self.cabinet.workspace.at_hand)
            name = one_line(filing.name)
            if isinstance(pinned, PromptFile):
                papers.append(pinned)
                texts.append(f"[File, sent along: {name}]")
            elif pinned:
                texts.append(f"[File {name}:]\n  {indented(pinned)}\n[End of {name}]")
        text = "\n\n".join(part for part in (*texts, prepared.note) if part)
        last = replace(before, text=text, files=tuple(papers))
        hosted = replace(prepared.hosted, web_search=prompt.hosted.web_search)
        return replace(prompt, hosted=hosted, messages=(*prompt.messages[:-1], last))


async def _pinned(filing: Filing, at_hand: AtHand) -> PromptFile | str:
    """The document itself, or the text; empty where there is nothing left of it."""
    path = await at_hand.path(filing.file, filing.file_id)
    if path is None:
        return ""
    if not is_text(filing.media_type):
        return PromptFile(path, filing.name, filing.media_type)
    try:
        return await asyncio.to_thread(documents.text_of, path, most_characters=_LONGEST_TEXT)
    except NotText:
        return ""
