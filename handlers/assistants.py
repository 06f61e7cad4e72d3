"""`/assistants`: which there are, what they are, which one answers here, and who else may use one."""

import logging
from collections.abc import Iterable, Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from conversation.assistants.errors import AssistantGone
from conversation.assistants.limits import LONGEST_INSTRUCTIONS
from domain.assistant import Assistant
from domain.errors import UserFacingError
from domain.reply import Button, Keyboard
from domain.texts import Sentence, Text
from domain.turn import ChatKind
from handlers.assistant_words import effort_words, tool_words
from handlers.context import BotContext, Handler
from handlers.menus import label
from handlers.rights import is_admin_here, may_change
from replies.errors import TelegramRefusal
from replies.media_content import MediaContent, caption

log = logging.getLogger(__name__)

SHARED, MENU = "a_", "assistants"
ID = r"[a-z]{0,12}|\d{1,18}"
_CODE = r"[\w-]{8,40}"
_NOT_HERE = Text("This button no longer works.")
_MOST_SHOWN = 3_000


async def on_assistants(_update: Update, context: BotContext) -> None:
    """The list; in a group those who cannot change anything are told who answers."""
    if await is_admin_here(context):
        await context.tell(*await _menu(context))
    else:
        now = await _in_force(context)
        await context.say(Text("{name} answers here. Only this group's admins can change that.", name=now.name))


async def on_link(_update: Update, context: BotContext) -> None:
    """A shared assistant's link: what it is, and a button to use it. Its instructions stay its owner's."""
    code = (context.args or [""])[0].removeprefix(SHARED)
    assistant = await context.services.assistants.shown_by(code)
    if assistant is None:
        raise AssistantGone("a dead link", text=Text("This link no longer leads to an assistant."))
    use = Button(context.words(Text("▶️ Use it")), f"as:take:{code}")
    await context.tell(_described(context, assistant), ((use,),))


async def on_list_tap(_update: Update, context: BotContext) -> None:
    if not await may_change(context):
        return
    await context.services.gateway.answer_callback(context.tap.id)
    await _show(context, *await _menu(context))


async def on_card_tap(_update: Update, context: BotContext) -> None:
    """`as:card:ID`: what it is, and what can be done with it."""
    if not await may_change(context):
        return
    assistant = await _tapped(context)
    if assistant is not None:
        await context.services.gateway.answer_callback(context.tap.id)
        await show_card(context, assistant)


async def on_use_tap(_update: Update, context: BotContext) -> None:
    """It answers in this chat or topic from now on, in a new thread."""
    if not await may_change(context):
        return
    assistant = await _tapped(context)
    if assistant is not None:
        await _use(context, assistant)


async def on_take_tap(_update: Update, context: BotContext) -> None:
    """The button behind a link."""
    if not await may_change(context):
        return
    code = (context.tap.data or "").rpartition(":")[2]
    try:
        assistant = await context.services.assistants.borrow(code, context.user.id)
    except UserFacingError as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    await _use(context, assistant)


async def on_copy_tap(_update: Update, context: BotContext) -> None:
    """One that comes with the bot becomes the person's own, to be changed."""
    if not await is_private_tap(context):
        return
    try:
        made = await context.services.assistants.copy_of(
            _id(context), context.user.id, context.words, origin=f"update:{context.work.update_id}"
        )
    except UserFacingError as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    await context.services.gateway.answer_callback(context.tap.id, context.words(Text("Copied.")))
    await show_card(context, made)


async def on_share_tap(_update: Update, context: BotContext) -> None:
    if not await is_private_tap(context):
        return
    desk = context.services.assistants
    try:
        await desk.share(_id(context), context.user.id)
    except UserFacingError as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    await context.services.gateway.answer_callback(context.tap.id, context.words(Text("It has a link now.")))
    await show_card(context, await desk.own(_id(context), context.user.id))


async def on_withdraw_tap(_update: Update, context: BotContext) -> None:
    if not await is_private_tap(context):
        return
    desk = context.services.assistants
    try:
        await desk.withdraw(_id(context), context.user.id)
    except UserFacingError as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    told = Text("The link is dead. Nobody else can use it any more.")
    await context.services.gateway.answer_callback(context.tap.id, context.words(told))
    await show_card(context, await desk.own(_id(context), context.user.id))


async def on_delete_tap(_update: Update, context: BotContext) -> None:
    """`as:delete:ID` asks, `as:deleted:ID` does it."""
    if not await is_private_tap(context):
        return
    assistant = await _tapped(context)
    if assistant is None:
        return
    if (context.tap.data or "").startswith("as:delete:"):
        await context.services.gateway.answer_callback(context.tap.id)
        asks = Text(
            "Delete {name}? Conversations with it go on with the general assistant.", name=assistant.name
        )
        keyboard = (
            (Button(context.words(Text("🗑 Yes, delete it")), f"as:deleted:{assistant.id}"),),
            (Button(context.words(Text("↩ Back")), f"as:card:{assistant.id}"),),
        )
        await _show(context, context.words(asks), keyboard)
        return
    try:
        await context.services.assistants.delete(assistant.id, context.user.id)
    except UserFacingError as error:
        await context.services.gateway.answer_callback(context.tap.id, context.words(error.text))
        return
    await context.services.gateway.answer_callback(context.tap.id, context.words(Text("Deleted.")))
    await _show(context, *await _menu(context))


async def on_starter_tap(_update: Update, context: BotContext) -> None:
    """A question offered with the greeting is asked, as long as the same assistant answers here."""
    _, _, assistant_id, number = (context.tap.data or "").split(":")
    thread_id = await context.services.conversations.thread_of(context.turn(""))
    now = await context.services.assistants.of_thread(thread_id)
    starters = context.services.assistants.built_ins.worded(now, context.words).starters
    if now.id != assistant_id or int(number) >= len(starters):
        await context.services.gateway.answer_callback(context.tap.id, context.words(_NOT_HERE))
        return
    await context.services.gateway.answer_callback(context.tap.id)
    context.answer(context.turn(starters[int(number)]))


async def is_private_tap(context: BotContext) -> bool:
    """True where nobody reads along; elsewhere there are no such buttons, which is said."""
    if context.chat_kind is ChatKind.PRIVATE:
        return True
    await context.services.gateway.answer_callback(context.tap.id, context.words(_NOT_HERE))
    return False


async def show_card(context: BotContext, assistant: Assistant) -> None:
    """In place of the menu that was tapped."""
    await _show(context, card(context, assistant), card_buttons(context, assistant))


def card(context: BotContext, assistant: Assistant) -> str:
    """All there is to know of it for this person.

    Its instructions and its link only if it is theirs, and nobody reads along.
    """
    if assistant.owner_id != context.user.id or context.chat_kind is not ChatKind.PRIVATE:
        return _described(context, assistant)
    return "\n".join((_described(context, assistant), "", *_settings(context, assistant)))


def card_buttons(context: BotContext, assistant: Assistant) -> Keyboard:
    def button(sentence: Sentence, verb: str) -> Button:
        return Button(context.words(sentence), f"as:{verb}:{assistant.id}")

    rows = [(button(Text("▶️ Use it here"), "use"),)]
    is_private = context.chat_kind is ChatKind.PRIVATE
    if is_private and assistant.owner_id == context.user.id:
        share = (
            button(Text("🔗 Stop sharing"), "withdraw") if assistant.code else button(Text("🔗 Share"), "share")
        )
        rows += [(button(Text("✏️ Edit"), "edit"), share), (button(Text("🗑 Delete"), "delete"),)]
    elif is_private and assistant.owner_id:
        rows += [(button(Text("🗑 Remove from my list"), "deleted"),)]
    elif is_private and assistant.id:
        rows += [(button(Text("📄 Copy and change"), "copy"),)]
    return (*rows, (Button(context.words(Text("↩ All assistants")), "as:list"),))


async def _use(context: BotContext, assistant: Assistant) -> None:
    worded = context.services.assistants.built_ins.worded(assistant, context.words)
    await context.services.assistants.choose(context.key, assistant, by=context.user.id)
    told = Text("{name} answers from now on.", name=worded.name)
    await context.services.gateway.answer_callback(context.tap.id, context.words(told))
    hello = worded.greeting or context.words(Text("What is on your mind?"))
    starters = tuple(
        (Button(label(starter), f"ask:starter:{assistant.id}:{number}"),)
        for number, starter in enumerate(worded.starters)
    )
    await _greet(context, worded, f"{worded.name}\n\n{hello}", starters)


async def _greet(context: BotContext, assistant: Assistant, hello: str, keyboard: Keyboard) -> None:
    if assistant.picture:
        content = MediaContent("photo", assistant.picture, caption(hello))
        try:
            await context.services.gateway.send_media(context.key, content, keyboard=keyboard)
        except TelegramRefusal as refusal:
            log.info("the picture of assistant %s cannot be shown: %s", assistant.id, refusal)
        else:
            return
    await context.tell(hello, keyboard)


async def _menu(context: BotContext) -> tuple[str, Keyboard]:
    desk = context.services.assistants
    now = await _in_force(context)
    there = [*desk.built_ins.all(context.words), *await desk.listed(context.user.id)]
    head = Text(
        "Who shall answer here? Now it is {name}. Each choice begins a new conversation.", name=now.name
    )
    rows = [*_rows(there, now.id)]
    new = context.words(Text("➕ New assistant"))
    if context.chat_kind is ChatKind.PRIVATE:
        rows.append((Button(new, "ask:make:begin"),))
    else:
        rows.append((Button(new, url=f"https://t.me/{context.services.me.username}?start={MENU}"),))
    return context.words(head), tuple(rows)


def _rows(there: Sequence[Assistant], now: str) -> Iterable[tuple[Button, ...]]:
    buttons = [
        Button(label(f"✓ {one.name}" if one.id == now else one.name), f"as:card:{one.id}") for one in there
    ]
    for start in range(0, len(buttons), 2):
        yield tuple(buttons[start : start + 2])


async def _in_force(context: BotContext) -> Assistant:
    thread_id = await context.services.conversations.thread_of(context.turn(""))
    desk = context.services.assistants
    return desk.built_ins.worded(await desk.of_thread(thread_id), context.words)


def _described(context: BotContext, assistant: Assistant) -> str:
    worded = context.services.assistants.built_ins.worded(assistant, context.words)
    starters = "\n".join(f"• {starter}" for starter in worded.starters)
    return "\n\n".join(filter(None, (worded.name, worded.description, starters)))


def _settings(context: BotContext, assistant: Assistant) -> Iterable[str]:
    words = context.words
    left_to_chat = words(Text("as in the chat"))
    model = context.services.catalogue().models.get(assistant.model)
    effort = effort_words(context, assistant.effort) if assistant.effort else left_to_chat
    yield words(Text("Model: {model}", model=model.title if model is not None else left_to_chat))
    yield words(Text("Effort: {effort}", effort=effort))
    yield words(Text("Tools: {tools}", tools=tool_words(context, assistant)))
    yield words(Text("Voice: {voice}", voice=assistant.voice.capitalize() or left_to_chat))
    if assistant.greeting:
        yield words(Text("Greeting: {greeting}", greeting=assistant.greeting))
    if assistant.code:
        link = f"https://t.me/{context.services.me.username}?start={SHARED}{assistant.code}"
        yield words(Text("Link: {link}", link=link))
    yield ""
    yield words(
        Text(
            "Instructions ({count} of {most} characters): {instructions}",
            count=f"{len(assistant.instructions):,}",
            most=f"{LONGEST_INSTRUCTIONS:,}",
            instructions=_shortened(assistant.instructions),
        )
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN].rstrip()}…"


async def _tapped(context: BotContext) -> Assistant | None:
    """The assistant of the button, if this person may use it; else they are told that it is gone."""
    try:
        return await context.services.assistants.usable(_id(context), context.user.id)
    except AssistantGone as gone:
        await context.services.gateway.answer_callback(context.tap.id, context.words(gone.text))
        return None


def _id(context: BotContext) -> str:
    return (context.tap.data or "").split(":")[2]


async def _show(context: BotContext, words: str, keyboard: Keyboard) -> None:
    await context.services.presenter.edit(context.key, context.message.message_id, words, keyboard)


def handlers() -> list[Handler]:
    new_messages = filters.UpdateType.MESSAGE
    opened = new_messages & filters.ChatType.PRIVATE
    return [
        CommandHandler(MENU, on_assistants, new_messages),
        CommandHandler("start", on_link, opened & filters.Regex(rf"^/start(@\w+)? {SHARED}{_CODE}\Z")),
        MessageHandler(opened & filters.Regex(rf"^/start(@\w+)? {MENU}\Z"), on_assistants),
        CallbackQueryHandler(on_list_tap, pattern=r"^as:list\Z"),
        CallbackQueryHandler(on_card_tap, pattern=rf"^as:card:({ID})\Z"),
        CallbackQueryHandler(on_use_tap, pattern=rf"^as:use:({ID})\Z"),
        CallbackQueryHandler(on_take_tap, pattern=rf"^as:take:{_CODE}\Z"),
        CallbackQueryHandler(on_copy_tap, pattern=rf"^as:copy:({ID})\Z"),
        CallbackQueryHandler(on_share_tap, pattern=r"^as:share:\d{1,18}\Z"),
        CallbackQueryHandler(on_withdraw_tap, pattern=r"^as:withdraw:\d{1,18}\Z"),
        CallbackQueryHandler(on_delete_tap, pattern=r"^as:deleted?:\d{1,18}\Z"),
        CallbackQueryHandler(on_starter_tap, pattern=rf"^ask:starter:({ID}):\d{{1,2}}\Z"),
    ]
