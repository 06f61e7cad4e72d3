"""`/settings` and `/seed`: how answers here are made, each choice as far as the model takes it."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from conversation.tuning import (
    OFF,
    NotOffered,
    no_temperature,
    with_effort,
    with_length,
    with_seed,
    with_temperature,
    with_verbosity,
)
from domain.catalogue import Model
from domain.limits import VERBOSITIES, Limits
from domain.reply import Button, Keyboard
from domain.run import Tuning
from domain.texts import Sentence, Text
from domain.turn import ChatKind
from handlers import detail, groups, rich_mode, voice
from handlers.context import BotContext, Handler
from handlers.menus import confirm
from handlers.rights import may_change
from locales import LANGUAGES

_NEW = "new"
_NEW_SEEDS = 1_000_000
_TEMPERATURES = ("0", "0.3", "0.7", "1", "1.5")
_LENGTHS = (500, 1_000, 2_000, 4_000, 8_000, 16_000)
_CHOICES_A_ROW, _VALUES_A_ROW = 2, 3


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of the things to choose: its name, what it is now, what is offered, and how it is taken."""

    label: Text
    shown: Callable[[Tuning], object]
    offered: Callable[[Limits, Tuning], Sequence[str]]
    changed: Callable[[Tuning, Limits, str], Tuning]


def _temperatures(limits: Limits, tuning: Tuning) -> Sequence[str]:
    return _TEMPERATURES if limits.takes_temperature(tuning) else ()


_CHOICES: Mapping[str, _Choice] = {
    "effort": _Choice(
        Text("Thought"), lambda tuning: tuning.effort, lambda limits, _: limits.efforts, with_effort
    ),
    "verbosity": _Choice(
        Text("Wordiness"),
        lambda tuning: tuning.verbosity,
        lambda limits, _: VERBOSITIES if limits.verbosity else (),
        with_verbosity,
    ),
    "temperature": _Choice(
        Text("Temperature"), lambda tuning: tuning.temperature, _temperatures, with_temperature
    ),
    "length": _Choice(
        Text("Longest answer"),
        lambda tuning: tuning.max_output_tokens,
        lambda limits, _: [str(length) for length in _LENGTHS if length <= limits.max_output_tokens],
        with_length,
    ),
    "seed": _Choice(
        Text("Seed"), lambda tuning: tuning.seed, lambda limits, _: (_NEW,) if limits.seed else (), with_seed
    ),
}


async def on_settings(_update: Update, context: BotContext) -> None:
    """The menu; with words behind the command (`/settings length 1500`) a choice."""
    name, *words = [*(context.args or []), ""]
    if not name:
        await context.tell(*_menu(context))
    elif name.lower() not in _CHOICES:
        await context.say(Text("I know these: {names}.", names=", ".join(_CHOICES)))
    elif await may_change(context):
        await _choose(context, name.lower(), words[0].lower() or OFF)
        await context.tell(*_menu(context))


async def on_seed(_update: Update, context: BotContext) -> None:
    """`/seed 10086`, `/seed off`; alone it says which one holds."""
    word = (context.args or [""])[0].lower()
    if not word:
        await context.tell(*_submenu(context, "seed"))
        return
    if not await may_change(context):
        return
    await _choose(context, "seed", word)
    seed = context.services.tunings.chosen(context.key).seed
    await context.say(
        Text("No seed: answers vary.")
        if seed is None
        else Text(
            "Seed {seed}: the same question with the same settings gets the same answer, as far as the model "
            "keeps to it.",
            seed=seed,
        )
    )


async def on_settings_tap(_update: Update, context: BotContext) -> None:
    _, name, *value = (context.tap.data or "").split(":")
    if not value:
        shown = _submenu(context, name) if name in _CHOICES else _menu(context)
        await context.services.gateway.answer_callback(context.tap.id)
        await context.services.presenter.edit(context.key, context.message.message_id, *shown)
        return
    if not await may_change(context):
        return
    try:
        await _choose(context, name, value[0])
    except NotOffered as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    await confirm(context, Text("Done."), *_menu(context))


async def _choose(context: BotContext, name: str, word: str) -> None:
    """Raises `NotOffered`."""
    tunings = context.services.tunings
    word = str(secrets.randbelow(_NEW_SEEDS)) if (name, word) == ("seed", _NEW) else word
    changed = _CHOICES[name].changed(tunings.chosen(context.key), _limits(context), word)
    await tunings.choose(context.key, changed)


def _menu(context: BotContext) -> tuple[str, Keyboard]:
    tunings, limits = context.services.tunings, _limits(context)
    tuning = tunings.chosen(context.key)
    offered = {name: one for name, one in _CHOICES.items() if one.offered(limits, tuning)}
    lines = [context.words(Text("How answers are made here:")), *_elsewhere(context)]
    lines += [f"• {context.words(one.label)}: {_value(context, one, tuning)}" for one in offered.values()]
    lines += [f"• {context.words(reason)}" for reason in _missing(limits, tuning)]
    buttons = [Button(context.words(one.label), f"set:{name}") for name, one in offered.items()]
    return "\n".join(lines), _rows(buttons, _CHOICES_A_ROW)


def _submenu(context: BotContext, name: str) -> tuple[str, Keyboard]:
    choice, limits = _CHOICES[name], _limits(context)
    tuning = context.services.tunings.chosen(context.key)
    now = choice.shown(tuning)
    head = f"{context.words(choice.label)}: {_value(context, choice, tuning)}"
    hint = Text("Or write it: /settings {name} {example}", name=name, example=_example(name))
    values = choice.offered(limits, tuning)
    buttons = [Button(_label(context, value, now), f"set:{name}:{value}") for value in values]
    ways = [
        (Button(context.words(Text("As usual")), f"set:{name}:{OFF}"),),
        (Button(context.words(Text("‹ Back")), "set:menu"),),
    ]
    lines = (
        [head, "", context.words(hint)]
        if values
        else [head, *(context.words(r) for r in _missing(limits, tuning))]
    )
    return "\n".join(lines), (*_rows(buttons, _VALUES_A_ROW), *ways)


def _elsewhere(context: BotContext) -> list[str]:
    """What has a command of its own."""
    services, key = context.services, context.key
    on, off = context.words(Text("on")), context.words(Text("off"))
    choices, user_id, chat_id = services.choices, context.user.id, key.chat_id
    facts: list[tuple[Text, str, str]] = [
        (Text("Model"), _model(context).title, "model"),
        (Text("Language"), LANGUAGES[context.work.language], "language"),
        (Text("Answers as JSON"), on if services.tunings.is_json(key) else off, "json"),
        (Text("Tables and formulas"), context.words(rich_mode.LABELS[choices.rich(user_id)]), "rich"),
        (Text("Look at pictures"), context.words(detail.LABELS[choices.detail(user_id)]), "detail"),
        (Text("Spoken answers"), context.words(voice.REPLIES[choices.voice_replies(chat_id)]), "voice"),
        (Text("Pictures"), "", "image"),
    ]
    if context.chat_kind is ChatKind.GROUP:
        facts.append((Text("Listen"), context.words(groups.LABELS[choices.listen(chat_id)]), "listen"))
    return [
        f"• {context.words(label)}: {' '.join(filter(None, (value, f'/{command}')))}"
        for label, value, command in facts
    ]


def _missing(limits: Limits, tuning: Tuning) -> list[Sentence]:
    """Why something is not offered that was chosen, or that people look for."""
    told: list[Sentence] = []
    if not limits.takes_temperature(tuning):
        told.append(no_temperature(limits))
    if not limits.seed:
        told.append(Text("The model here takes no seed."))
    return told


def _value(context: BotContext, choice: _Choice, tuning: Tuning) -> str:
    value = choice.shown(tuning)
    return (
        context.words(Text("as usual"))
        if value is None
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _label(context: BotContext, value: str, now: object) -> str:
    label = context.words(Text("🎲 A new one")) if value == _NEW else value
    is_chosen = value == (f"{now:g}" if isinstance(now, float) else str(now))
    return f"✓ {label}" if is_chosen else label


def _example(name: str) -> str:
    return {"effort": "low", "verbosity": "low", "temperature": "0.4", "length": "1500", "seed": "10086"}[name]


def _rows(buttons: Sequence[Button], width: int) -> Keyboard:
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def _model(context: BotContext) -> Model:
    return context.services.choices.model(context.key, context.services.catalogue())


def _limits(context: BotContext) -> Limits:
    return context.services.tunings.limits(_model(context))


def handlers() -> list[Handler]:
    names = "|".join(_CHOICES)
    return [
        CommandHandler("settings", on_settings, filters.UpdateType.MESSAGE),
        CommandHandler("seed", on_seed, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(on_settings_tap, pattern=rf"^set:(menu|({names})(:[\w.]{{1,10}})?)\Z"),
    ]
