"""Objects that parameters hold: entities, keyboards, replies, scopes; shapes after Bot API 10.3."""

from sandbox.telegram.shapes import (
    Anything,
    ChatId,
    Flag,
    Items,
    Keyed,
    Number,
    Record,
    Shape,
    Tagged,
    Text,
    Whole,
)
from sandbox.telegram.values import words

TEXT, WHOLE, FLAG, CHAT = Text(), Whole(), Flag(), ChatId()
EMPTY = Record()

USER = Record(
    {
        "id": WHOLE,
        "is_bot": FLAG,
        "first_name": TEXT,
        "last_name": TEXT,
        "username": TEXT,
        "language_code": TEXT,
        "is_premium": FLAG,
        "added_to_attachment_menu": FLAG,
    },
    required=("id", "is_bot", "first_name"),
)
ENTITY_TYPES = words(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler"
    " blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time"
)
ENTITIES = Items(
    Record(
        {
            "type": Text(ENTITY_TYPES),
            "offset": WHOLE,
            "length": WHOLE,
            "url": TEXT,
            "user": USER,
            "language": TEXT,
            "custom_emoji_id": TEXT,
            "unix_time": WHOLE,
            "date_time_format": TEXT,
        },
        required=("type", "offset", "length"),
    )
)
LINK_PREVIEW = Record(
    {
        "is_disabled": FLAG,
        "url": TEXT,
        "prefer_small_media": FLAG,
        "prefer_large_media": FLAG,
        "show_above_text": FLAG,
    }
)
REPLY = Record(
    {
        "message_id": WHOLE,
        "ephemeral_message_id": WHOLE,
        "chat_id": CHAT,
        "allow_sending_without_reply": FLAG,
        "quote": TEXT,
        "quote_parse_mode": TEXT,
        "quote_entities": ENTITIES,
        "quote_position": WHOLE,
        "checklist_task_id": WHOLE,
        "poll_option_id": TEXT,
    }
)
EPHEMERAL = Record(
    {"receiver_user_id": WHOLE, "callback_query_id": TEXT, "replace_callback_query_message": FLAG},
    required=("receiver_user_id",),
)
SUGGESTED_POST = Record(
    {"send_date": WHOLE, "price": Record({"currency": TEXT, "amount": WHOLE}, required=("currency", "amount"))}
)
LOCATION = Record(
    {"latitude": Number(), "longitude": Number(), "horizontal_accuracy": Number()},
    required=("latitude", "longitude"),
)

_WEB_APP = Record({"url": TEXT}, required=("url",))
BUTTON_ACTIONS: dict[str, Shape] = {
    "url": TEXT,
    "callback_data": TEXT,
    "web_app": _WEB_APP,
    "login_url": Record(
        {"url": TEXT, "forward_text": TEXT, "bot_username": TEXT, "request_write_access": FLAG},
        required=("url",),
    ),
    "switch_inline_query": TEXT,
    "switch_inline_query_current_chat": TEXT,
    "switch_inline_query_chosen_chat": Record(
        {
            "query": TEXT,
            "allow_user_chats": FLAG,
            "allow_bot_chats": FLAG,
            "allow_group_chats": FLAG,
            "allow_channel_chats": FLAG,
        }
    ),
    "copy_text": Record({"text": TEXT}, required=("text",)),
    "disabled": EMPTY,
}
_STYLE = Text(frozenset({"primary", "success", "danger"}))
_INLINE_BUTTON = Record(
    {
        "text": TEXT,
        "icon_custom_emoji_id": TEXT,
        "style": _STYLE,
        "callback_game": EMPTY,
        "pay": FLAG,
        **BUTTON_ACTIONS,
    },
    required=("text",),
)
RICH_BUTTON = Record(
    {"text": Anything(), "style": Text(words("primary success danger link")), **BUTTON_ACTIONS},
    required=("text",),
)
INLINE_KEYBOARD = Record(
    {"inline_keyboard": Items(Items(_INLINE_BUTTON)), "force_reply": FLAG}, required=("inline_keyboard",)
)
_REPLY_BUTTON = Record(
    {
        "text": TEXT,
        "icon_custom_emoji_id": TEXT,
        "style": _STYLE,
        "request_contact": FLAG,
        "request_location": FLAG,
        "request_poll": Record({"type": Text(frozenset({"quiz", "regular"}))}),
        "web_app": _WEB_APP,
    },
    required=("text",),
)
REPLY_MARKUP = Keyed(
    {
        "inline_keyboard": INLINE_KEYBOARD,
        "keyboard": Record(
            {
                "keyboard": Items(Items(_REPLY_BUTTON)),
                "is_persistent": FLAG,
                "resize_keyboard": FLAG,
                "one_time_keyboard": FLAG,
                "input_field_placeholder": TEXT,
                "selective": FLAG,
                "force_reply": FLAG,
            },
            required=("keyboard",),
        ),
        "remove_keyboard": Record(
            {"remove_keyboard": Flag(only_true=True), "selective": FLAG}, required=("remove_keyboard",)
        ),
        "force_reply": Record(
            {"force_reply": Flag(only_true=True), "input_field_placeholder": TEXT, "selective": FLAG},
            required=("force_reply",),
        ),
    }
)

COMMANDS = Items(
    Record({"command": TEXT, "description": TEXT, "is_ephemeral": FLAG}, required=("command", "description"))
)
_KIND: dict[str, Shape] = {"type": TEXT}
SCOPE = Tagged(
    {
        "default": Record(_KIND),
        "all_private_chats": Record(_KIND),
        "all_group_chats": Record(_KIND),
        "all_chat_administrators": Record(_KIND),
        "chat": Record(_KIND | {"chat_id": CHAT}, required=("chat_id",)),
        "chat_administrators": Record(_KIND | {"chat_id": CHAT}, required=("chat_id",)),
        "chat_member": Record(_KIND | {"chat_id": CHAT, "user_id": WHOLE}, required=("chat_id", "user_id")),
    }
)
REACTIONS = Items(
    Tagged(
        {
            "emoji": Record(_KIND | {"emoji": TEXT}, required=("emoji",)),
            "custom_emoji": Record(_KIND | {"custom_emoji_id": TEXT}, required=("custom_emoji_id",)),
            "paid": Record(_KIND),
        }
    )
)
RICH_MESSAGE = Record(
    {
        "blocks": Items(
            Anything()
        ),  # what blocks hold is read by sandbox.telegram.rich, which counts as it reads
        "markdown": TEXT,
        "html": TEXT,
        "media": Items(Record({"id": TEXT, "media": Anything()}, required=("id", "media"))),
        "is_rtl": FLAG,
        "skip_entity_detection": FLAG,
    }
)
