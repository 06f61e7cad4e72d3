"""`/search`: what was said, drawn or sent here is found again, by words and by meaning."""

from datetime import UTC, datetime

from babel.dates import format_date
from telegram import Chat, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.searching.finding import Hit
from domain.reply import Button, Keyboard
from domain.texts import Plural, Text
from domain.turn import ChatKind
from handlers.context import BotContext, Handler

_ON_A_PAGE = 5
_SIGNS = {"turn": "💬", "drawing": "🎨", "file": "📄"}
_LONGEST_QUOTE = 3_000
_SUPERGROUP = -1_000_000_000_000
_NOTHING = Text("I found nothing that fits. Other words may help.")


async def on_search(_update: Update, context: BotContext) -> None:
    words = _words(context.message.text)
    if not words:
        await context.say(Text("What shall I look for? For example: /search train to Nice"))
        return
    found = await _page(context, words, 0)
    if found is None:
        await context.say(_NOTHING)
        return
    text, keyboard = found
    presenter = context.services.presenter
    await presenter.say(context.key, text, keyboard, reply_to=context.message.message_id)


async def on_page_tap(_update: Update, context: BotContext) -> None:
    """The words stand in the command that the list of results replies to."""
    asked = context.message.reply_to_message
    words = _words(asked.text if asked else None)
    number = int((context.tap.data or "").rpartition(":")[2])
    found = await _page(context, words, number) if words else None
    told = Text("Please search again.") if not words else _NOTHING if found is None else None
    if found is not None:
        await context.services.presenter.edit(context.key, context.message.message_id, *found)
    await context.services.gateway.answer_callback(context.tap.id, context.words(told) if told else "")


async def on_hit_tap(_update: Update, context: BotContext) -> None:
    """Replies to the message that was found, so that Telegram leads there; of a file it says the passage."""
    _, _, passage_id, where = (context.tap.data or "").split(":")
    hit = await context.services.finding.hit(
        context.chat.id,
        int(passage_id),
        in_answer=where == "a",
        person_id=context.user.id,
        owner_id=_owner_id(context),
    )
    await _tell(context, hit)


async def on_file_tap(_update: Update, context: BotContext) -> None:
    """Says the passage of a file at the provider: it is looked for once more, with the words of the command."""
    asked = context.message.reply_to_message
    words, filing_id = _words(asked.text if asked else None), int((context.tap.data or "").rpartition(":")[2])
    hit = await context.services.finding.filing(
        context.chat.id, filing_id, words, person_id=context.user.id, owner_id=_owner_id(context)
    )
    await _tell(context, hit)


async def _tell(context: BotContext, hit: Hit | None) -> None:
    gone = "" if hit else context.words(Text("That is no longer known."))
    await context.services.gateway.answer_callback(context.tap.id, gone)
    if hit is None:
        return
    quote = hit.text[:_LONGEST_QUOTE] if not hit.message_id else hit.snippet
    words = f"{_SIGNS.get(hit.kind, '')} {_title(hit)}\n\n{quote}"
    key, message_id = hit.key or context.key, hit.message_id or None
    await context.services.presenter.say(key, words, reply_to=message_id)


async def _page(context: BotContext, words: str, number: int) -> tuple[str, Keyboard] | None:
    """The page of results, or the last one if there are fewer by now; None if there is nothing."""
    hits = await context.services.finding.find(
        context.chat.id, words, person_id=context.user.id, owner_id=_owner_id(context)
    )
    if not hits:
        return None
    last = (len(hits) - 1) // _ON_A_PAGE
    number = min(number, last)
    shown = list(enumerate(hits, 1))[number * _ON_A_PAGE :][:_ON_A_PAGE]
    head = context.words(Plural("🔎 {count} result", "🔎 {count} results", len(hits)))
    text = "\n\n".join([head, *(_line(place, hit, context) for place, hit in shown)])
    jumps = tuple(_jump(place, hit, context) for place, hit in shown)
    turning = (
        Button("‹", f"search:page:{max(number - 1, 0)}"),
        Button(f"{number + 1} / {last + 1}", f"search:page:{number}"),
        Button("›", f"search:page:{min(number + 1, last)}"),
    )
    return text, (jumps, turning) if last else (jumps,)


def _line(place: int, hit: Hit, context: BotContext) -> str:
    day = ""
    if hit.created_ms:
        moment = datetime.fromtimestamp(hit.created_ms / 1000, UTC)
        day = f" · {format_date(moment, 'medium', locale=context.work.language.replace('-', '_'))}"
    title = _title(hit) if hit.kind == "file" or not hit.snippet.startswith(hit.title) else ""
    return "\n".join(filter(None, (f"{place}. {_SIGNS.get(hit.kind, '')}{day} {title}".rstrip(), hit.snippet)))


def _title(hit: Hit) -> str:
    """With the name of the assistant whose file it is."""
    return f"{hit.title} · {hit.assistant}" if hit.assistant else hit.title


def _owner_id(context: BotContext) -> int:
    """Whose assistants' files are found: in private those of the person, elsewhere nobody's."""
    return context.user.id if context.chat_kind is ChatKind.PRIVATE else 0


def _jump(place: int, hit: Hit, context: BotContext) -> Button:
    """Messages of supergroups have addresses; elsewhere a reply of ours leads there."""
    if context.chat.type == Chat.SUPERGROUP and hit.message_id and hit.key:
        topic = f"{hit.key.topic_id}/" if hit.key.topic_id else ""
        return Button(str(place), url=f"https://t.me/c/{_SUPERGROUP - context.chat.id}/{topic}{hit.message_id}")
    if hit.filing_id:
        return Button(str(place), f"search:file:{hit.filing_id}")
    return Button(str(place), f"search:go:{hit.passage_id}:{'a' if hit.in_answer else 'q'}")


def _words(command: str | None) -> str:
    return " ".join((command or "").split()[1:])


def handlers() -> list[Handler]:
    return [
        CommandHandler("search", on_search, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_page_tap, pattern=r"^search:page:\d{1,4}\Z"),
        CallbackQueryHandler(on_file_tap, pattern=r"^search:file:\d{1,16}\Z"),
        CallbackQueryHandler(on_hit_tap, pattern=r"^search:go:\d{1,16}:[aq]\Z"),
    ]
