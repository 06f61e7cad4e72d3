"""`/voice`: how a person is read to, and which answers of a chat are spoken."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.choices import VoiceReplies
from domain.reply import Button, Keyboard
from domain.speech import Manner
from domain.texts import Sentence, Text
from handlers.context import BotContext, Handler
from handlers.menus import confirm, tapped_value
from handlers.rights import may_change

REPLIES: Mapping[VoiceReplies, Text] = {
    VoiceReplies.NEVER: Text("Text only"),
    VoiceReplies.TO_VOICE: Text("Voice to voice"),
    VoiceReplies.ALWAYS: Text("Always voice"),
}
_SPEEDS = ("0.75", "1.0", "1.25", "1.5")
_SLOWEST, _FASTEST = 0.25, 4.0
_MOST_STYLE_CHARACTERS = 200
_NO_STYLE = {"", "none", "off", "-"}
_VOICES_A_ROW = 2


async def on_voice(_update: Update, context: BotContext) -> None:
    """Shows the choices, or takes what stands behind the command: a voice, a speed, or `style …`."""
    words = " ".join(context.args or [])
    told = await _taken(context, words) if words else None
    if told is not None:
        await context.say(told)
    elif not context.services.voices():
        await context.say(Text("No model here can speak: answers come as text."))
    else:
        await context.tell(*_menu(context))


async def on_voice_tap(_update: Update, context: BotContext) -> None:
    choices, value = context.services.choices, tapped_value(context)
    kind, _, chosen = value.partition(":")
    manner = choices.manner(context.user.id)
    match kind:
        case "is" if chosen in context.services.voices():
            await choices.choose_manner(context.user.id, replace(manner, voice=chosen))
        case "speed":
            await choices.choose_manner(context.user.id, replace(manner, speed=float(chosen)))
        case "when" | "text":
            if not await may_change(context):
                return
            await _choose_for_chat(context, kind, chosen)
        case _:
            gone = Text("This voice is no longer offered. Send /voice for those that are.")
            await context.services.gateway.answer_callback(context.tap.id, context.words(gone))
            return
    await confirm(context, Text("Done."), *_menu(context))


async def on_sample_tap(_update: Update, context: BotContext) -> None:
    """A voice is heard before it is chosen."""
    voice = (context.tap.data or "").rpartition(":")[2]
    await context.services.gateway.answer_callback(context.tap.id)
    context.answer(replace(context.turn(""), task=f"sample:{voice}"))


async def _choose_for_chat(context: BotContext, kind: str, chosen: str) -> None:
    choices = context.services.choices
    if kind == "when":
        await choices.choose_voice_replies(context.chat.id, VoiceReplies(chosen))
    else:
        await choices.choose_text_too(context.chat.id, text_too=chosen == "too")


async def _taken(context: BotContext, words: str) -> Sentence | None:
    """What was said behind the command, if it can be understood, is chosen; the sentence that says so."""
    choices = context.services.choices
    manner = choices.manner(context.user.id)
    first, _, rest = words.partition(" ")
    if first.lower() == "style":
        style = "" if rest.strip().lower() in _NO_STYLE else rest.strip()
        if len(style) > _MOST_STYLE_CHARACTERS:
            return Text("Please say it in at most {most} characters.", most=_MOST_STYLE_CHARACTERS)
        await choices.choose_manner(context.user.id, replace(manner, style=style))
        return Text("I will speak like this: {style}", style=style) if style else Text("I will speak plainly.")
    if first.lower() in context.services.voices():
        await choices.choose_manner(context.user.id, replace(manner, voice=first.lower()))
        return Text("I will speak as {voice}.", voice=first.capitalize())
    speed = _speed(first)
    if speed is None:
        return None
    await choices.choose_manner(context.user.id, replace(manner, speed=speed))
    return Text("I will speak {speed} times as fast.", speed=f"{speed:g}")


def _speed(word: str) -> float | None:
    try:
        speed = float(word.removesuffix("x").removesuffix("×").replace(",", "."))
    except ValueError:
        return None
    return speed if _SLOWEST <= speed <= _FASTEST else None


def _menu(context: BotContext) -> tuple[str, Keyboard]:
    choices = context.services.choices
    manner = choices.manner(context.user.id)
    head = Text("How shall I sound? ▶ plays a sample. All voices are made by AI.")
    style = (
        Text("Style: {style}", style=manner.style) if manner.style else Text("Style: /voice style warm, slow")
    )
    when = Text("The two last rows are for this chat: which answers I speak, and whether you get the text too.")
    text = "\n\n".join(context.words(sentence) for sentence in (head, style, when))
    return text, (*_voices(context, manner), *_speeds(manner), *_replies(context))


def _voices(context: BotContext, manner: Manner) -> Iterable[tuple[Button, ...]]:
    voices = context.services.voices()
    chosen = manner.voice if manner.voice in voices else voices[0]
    pairs = [_pair(voice, is_chosen=voice == chosen) for voice in voices]
    for start in range(0, len(pairs), _VOICES_A_ROW):
        yield tuple(button for pair in pairs[start : start + _VOICES_A_ROW] for button in pair)


def _pair(voice: str, *, is_chosen: bool) -> tuple[Button, Button]:
    choose = Button(_ticked(voice.capitalize(), is_chosen), f"voice:is:{voice}")
    return choose, Button("▶", f"ask:sample:{voice}")


def _speeds(manner: Manner) -> Iterable[tuple[Button, ...]]:
    yield tuple(
        Button(_ticked(f"{float(speed):g}×", float(speed) == manner.speed), f"voice:speed:{speed}")
        for speed in _SPEEDS
    )


def _replies(context: BotContext) -> Iterable[tuple[Button, ...]]:
    choices, chat_id = context.services.choices, context.chat.id
    chosen, text_too = choices.voice_replies(chat_id), choices.text_too(chat_id)
    yield tuple(
        Button(_ticked(context.words(label), mode is chosen), f"voice:when:{mode.value}")
        for mode, label in REPLIES.items()
    )
    yield (
        Button(_ticked(context.words(Text("Text too")), text_too), "voice:text:too"),
        Button(_ticked(context.words(Text("Voice alone")), not text_too), "voice:text:alone"),
    )


def _ticked(label: str, is_chosen: bool) -> str:
    return f"✓ {label}" if is_chosen else label


def handlers() -> list[Handler]:
    modes, speeds = "|".join(VoiceReplies), "|".join(_SPEEDS)
    taps = rf"^voice:(is:[\w-]+|speed:({speeds})|when:({modes})|text:(too|alone))\Z"
    return [
        CommandHandler("voice", on_voice, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_voice_tap, pattern=taps),
        CallbackQueryHandler(on_sample_tap, pattern=r"^ask:sample:[\w-]{1,40}\Z"),
    ]
