"""What was done for an answer: its steps, and the passages it cites, shown at a tap."""

from collections.abc import Iterator

from telegram import Update
from telegram.ext import CallbackQueryHandler

from domain.run import RunStep
from domain.texts import Sentence, Text
from handlers.assistant_words import tool_title
from handlers.context import BotContext, Handler
from storage.turns import Run

_MOST_STEPS = 40
_LONGEST_PIECE = 1_500
_TITLES: dict[str, Sentence] = {
    "code": Text("🐍 Code"),
    "web_search": Text("🌐 Web search"),
    "file_search": Text("📚 Search in files"),
}


async def on_steps_tap(_update: Update, context: BotContext) -> None:
    """The steps of an answer of this conversation, in order, with their times."""
    run = await _run(context)
    if run is None or not run.steps:
        await _say_there_is_none(context)
        return
    await context.services.gateway.answer_callback(context.tap.id)
    shown = [_step(number, step, context) for number, step in enumerate(run.steps[:_MOST_STEPS], 1)]
    left_out = len(run.steps) - len(shown)
    if left_out > 0:
        shown.append(context.words(Text("… and {count} more.", count=left_out)))
    await context.services.presenter.write(context.key, "\n\n".join(shown))


async def on_passage_tap(_update: Update, context: BotContext) -> None:
    """The passage that an answer of this conversation cites."""
    run = await _run(context)
    number = int((context.tap.data or "").rpartition(":")[2])
    if run is None or not 1 <= number <= len(run.citations) or not run.citations[number - 1].quote:
        await _say_there_is_none(context)
        return
    await context.services.gateway.answer_callback(context.tap.id)
    citation = run.citations[number - 1]
    await context.services.presenter.write(
        context.key, f"📄 **{_plain(citation.title)}**\n\n{_quoted(citation.quote)}"
    )


async def _run(context: BotContext) -> Run | None:
    turn_id = int((context.tap.data or "").split(":")[2])
    return await context.services.conversations.turns.run(context.key, turn_id)


async def _say_there_is_none(context: BotContext) -> None:
    gone = Text("That is no longer known.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(gone))


def _step(number: int, step: RunStep, context: BotContext) -> str:
    failed = " ⚠️" if step.is_failed else ""
    times = Text(
        "after {began} s, took {seconds} s", began=f"{step.began_seconds:.1f}", seconds=f"{step.seconds:.1f}"
    )
    head = f"**{number}.** {_title(step, context)} · {context.words(times)}{failed}"
    return "\n".join([head, *_pieces(step)])


def _title(step: RunStep, context: BotContext) -> str:
    if step.kind in _TITLES:
        return context.words(_TITLES[step.kind])
    return f"🔧 {tool_title(context, step.name) or f'`{step.name}`'}"


def _pieces(step: RunStep) -> Iterator[str]:
    language = "python" if step.kind == "code" else ""
    if step.input.strip():
        yield _fenced(step.input, language)
    if step.output.strip():
        yield _fenced(step.output, "")


def _fenced(text: str, language: str) -> str:
    """Code that no text inside can end."""
    cut = text if len(text) <= _LONGEST_PIECE else text[:_LONGEST_PIECE] + "…"
    fence = "`" * max(3, _longest_run(cut) + 1)
    return f"{fence}{language}\n{cut}\n{fence}"


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


def _quoted(text: str) -> str:
    return _fenced(text, "") if "\n" in text.strip() else f"> {_plain(text.strip())}"


def _plain(text: str) -> str:
    """Words that are no Markdown, whatever they are."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>~|#$!" else one for one in text)


def handlers() -> list[Handler]:
    return [
        CallbackQueryHandler(on_steps_tap, pattern=r"^run:steps:-?\d{1,18}\Z"),
        CallbackQueryHandler(on_passage_tap, pattern=r"^run:passage:-?\d{1,18}:\d{1,3}\Z"),
    ]
