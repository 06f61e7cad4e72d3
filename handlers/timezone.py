"""`/timezone`: where a person's clock is, by name, by city, or by a location sent in reply."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from domain.reply import Button, Keyboard
from domain.texts import Text
from handlers.captions import command_of
from handlers.context import BotContext, Handler, required
from handlers.menus import tapped_value
from tools.errors import ToolFailed
from tools.places import Place, zone_named

_PREFIX = "zone:"
_UNKNOWN = Text("I know no such place or time zone. Try a city nearby, or a name such as Europe/Berlin.")


class _RepliesToOurs(filters.MessageFilter):
    """A location sent in reply to our question, which is known by its buttons; others are questions."""

    def filter(self, message: Message) -> bool:
        asked = message.reply_to_message
        if message.location is None or asked is None or asked.reply_markup is None:
            return False
        return any(
            str(button.callback_data or "").startswith(_PREFIX)
            for row in asked.reply_markup.inline_keyboard
            for button in row
        )


async def on_timezone(_update: Update, context: BotContext) -> None:
    _, words = command_of(context.message)
    answered = context.message.reply_to_message
    if not words and answered is not None and answered.location is not None:
        await _take_position(context, answered.location.latitude, answered.location.longitude)
    elif not words:
        await context.tell(*_question(context))
    elif (zone := zone_named(words)) is not None:
        await _take(context, zone)
    else:
        await _look_up(context, words)


async def on_location(_update: Update, context: BotContext) -> None:
    location = required(context.message.location)
    await _take_position(context, location.latitude, location.longitude)


async def on_zone_tap(_update: Update, context: BotContext) -> None:
    zone = zone_named(tapped_value(context))
    if zone is None:
        await context.services.gateway.answer_callback(context.tap.id, context.words(_UNKNOWN))
        return
    await context.services.toolbox.choices.choose_zone(context.user.id, zone)
    await context.services.gateway.answer_callback(context.tap.id)
    words, keyboard = _question(context)
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


async def _look_up(context: BotContext, words: str) -> None:
    try:
        found = await context.services.places.find(words, language=context.work.language)
    except ToolFailed:
        await context.say(Text("I cannot look places up right now. Try a name such as Europe/Berlin."))
        return
    zones = {place.zone: place for place in reversed(found) if zone_named(place.zone) is not None}
    if not zones:
        await context.say(_UNKNOWN)
    elif len(zones) == 1:
        await _take(context, ZoneInfo(next(iter(zones))))
    else:
        several = [place for place in found if place is zones.get(place.zone)]
        await context.say(Text("Which one?"), _choices(several))


async def _take_position(context: BotContext, latitude: float, longitude: float) -> None:
    try:
        zone = await context.services.places.zone_at(latitude, longitude)
    except ToolFailed:
        zone = None
    if zone is None:
        await context.say(Text("I cannot tell the time zone there right now. Send me its name, please."))
    else:
        await _take(context, zone)


async def _take(context: BotContext, zone: ZoneInfo) -> None:
    await context.services.toolbox.choices.choose_zone(context.user.id, zone)
    await context.say(_told(zone))


def _question(context: BotContext) -> tuple[str, Keyboard]:
    zone = context.services.toolbox.choices.zone(context.user.id)
    how = context.words(
        Text(
            "To set it, send /timezone with a city or a name such as Europe/Berlin, or reply to this with your "
            "location."
        )
    )
    if zone is None:
        known = context.words(Text("I do not know your time zone yet."))
    else:
        known = context.words(_told(zone))
    return f"{known} {how}", ((Button("UTC", f"{_PREFIX}UTC"),),)


def _choices(places: Sequence[Place]) -> Keyboard:
    return tuple((Button(place.title[:60], f"{_PREFIX}{place.zone}"),) for place in places)


def _told(zone: ZoneInfo) -> Text:
    time = datetime.now(UTC).astimezone(zone).strftime("%H:%M")
    return Text("Your time zone is {zone}; it is {time} there.", zone=zone, time=time)


def handlers() -> list[Handler]:
    return [
        CommandHandler("timezone", on_timezone, filters.UpdateType.MESSAGE),
        MessageHandler(filters.UpdateType.MESSAGE & _RepliesToOurs(), on_location),
        CallbackQueryHandler(on_zone_tap, pattern=r"^zone:[A-Za-z0-9_+\-/]{1,58}\Z"),
    ]
