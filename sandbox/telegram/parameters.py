"""The methods this Telegram serves, and the parameters each takes: looked up in Bot API 10.3."""

from sandbox.telegram.objects import (
    CHAT,
    COMMANDS,
    ENTITIES,
    EPHEMERAL,
    FLAG,
    INLINE_KEYBOARD,
    LINK_PREVIEW,
    REACTIONS,
    REPLY,
    REPLY_MARKUP,
    RICH_MESSAGE,
    SCOPE,
    SUGGESTED_POST,
    TEXT,
    WHOLE,
)
from sandbox.telegram.objects_media import (
    ABOVE,
    ALBUM_ITEM,
    AUDIO,
    CAPTION,
    DOCUMENT,
    FILE,
    FILM,
    INPUT_MEDIA,
    SPOILER,
    THUMBNAIL,
    VIDEO,
)
from sandbox.telegram.shapes import Anything, Items, Number, OneOf, Record, Shape, Text, Whole
from sandbox.telegram.values import words

UPDATE_KINDS = words(
    "message edited_message channel_post edited_channel_post business_connection business_message"
    " edited_business_message deleted_business_messages guest_message message_reaction message_reaction_count"
    " inline_query chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media"
    " poll poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot"
    " subscription stopped_message_generation widget_query shared_widget_query"
)
CHAT_ACTIONS = words(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker"
    " find_location record_video_note upload_video_note"
)
TOPIC_COLOURS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})

_KINDS = Items(Text(UPDATE_KINDS))
_STYLED: dict[str, Shape] = {"text": TEXT, "parse_mode": TEXT, "entities": ENTITIES}
_TOPIC: dict[str, Shape] = {"message_thread_id": WHOLE}
_DRAFT: dict[str, Shape] = {
    "chat_id": WHOLE,
    "draft_id": WHOLE,
    "can_stop": FLAG,
    "keep_on_stop": FLAG,
} | _TOPIC
_SENDING: dict[str, Shape] = {
    "chat_id": CHAT,
    "business_connection_id": TEXT,
    "direct_messages_topic_id": WHOLE,
    "disable_notification": FLAG,
    "protect_content": FLAG,
    "allow_paid_broadcast": FLAG,
    "message_effect_id": TEXT,
    "suggested_post_parameters": SUGGESTED_POST,
    "reply_parameters": REPLY,
    "reply_markup": REPLY_MARKUP,
    "ephemeral_message_parameters": EPHEMERAL,
} | _TOPIC
_EDITING: dict[str, Shape] = {
    "chat_id": CHAT,
    "message_id": WHOLE,
    "inline_message_id": TEXT,
    "business_connection_id": TEXT,
    "reply_markup": INLINE_KEYBOARD,
}
_IN_CHAT: dict[str, Shape] = {"chat_id": CHAT}
_MESSAGE: dict[str, Shape] = {"chat_id": CHAT, "message_id": WHOLE}
_FOR_LANGUAGE: dict[str, Shape] = {"language_code": TEXT}
_SCOPED: dict[str, Shape] = {"scope": SCOPE} | _FOR_LANGUAGE
_COPYING: dict[str, Shape] = {
    "chat_id": CHAT,
    "from_chat_id": CHAT,
    "message_id": WHOLE,
    "disable_notification": FLAG,
    "protect_content": FLAG,
} | _TOPIC

# Telegram has them, this sandbox does not act them out: it refuses rather than pretend.
POLLS_WITHOUT = (
    "allow_adding_options",
    "country_codes",
    "description",
    "description_entities",
    "description_parse_mode",
    "explanation_media",
    "explanation_parse_mode",
    "hide_results_until_closes",
    "media",
    "question_parse_mode",
    "shuffle_options",
)
_POLL: dict[str, Shape] = {
    "question": TEXT,
    "question_entities": ENTITIES,
    "options": Items(OneOf(TEXT, Record({"text": TEXT}, required=("text",)))),
    "is_anonymous": FLAG,
    "type": Text(frozenset({"quiz", "regular"})),
    "allows_multiple_answers": FLAG,
    "allows_revoting": FLAG,
    "members_only": FLAG,
    "correct_option_ids": Items(WHOLE),
    "explanation": TEXT,
    "explanation_entities": ENTITIES,
    "open_period": WHOLE,
    "close_date": WHOLE,
    "is_closed": FLAG,
}
_UNSERVED_IN_POLLS: dict[str, Shape] = dict.fromkeys(POLLS_WITHOUT, Anything())
_NOT_OF_ALBUMS = {"reply_markup", "suggested_post_parameters", "ephemeral_message_parameters"}


def _sending(kind: str, fields: dict[str, Shape], *also: str) -> Record:
    """Of a method that sends one file as that kind."""
    return Record(_SENDING | fields | {kind: FILE}, required=("chat_id", kind, *also))


PARAMETERS: dict[str, Record] = {
    "getMe": Record(),
    "getUpdates": Record(
        {"offset": WHOLE, "limit": Whole(1, 100), "timeout": Whole(0, 50), "allowed_updates": _KINDS}
    ),
    "setWebhook": Record(
        {
            "url": TEXT,
            "ip_address": TEXT,
            "max_connections": Whole(1, 100),
            "allowed_updates": _KINDS,
            "drop_pending_updates": FLAG,
            "secret_token": TEXT,
        },
        required=("url",),
    ),
    "deleteWebhook": Record({"drop_pending_updates": FLAG}),
    "getWebhookInfo": Record(),
    "sendMessage": Record(
        _SENDING | _STYLED | {"link_preview_options": LINK_PREVIEW}, required=("chat_id", "text")
    ),
    "sendMessageDraft": Record(_DRAFT | _STYLED, required=("chat_id", "draft_id")),
    "sendRichMessage": Record(_SENDING | {"rich_message": RICH_MESSAGE}, required=("chat_id", "rich_message")),
    "sendRichMessageDraft": Record(
        _DRAFT | {"rich_message": RICH_MESSAGE}, required=("chat_id", "draft_id", "rich_message")
    ),
    "editMessageText": Record(
        _EDITING | _STYLED | {"link_preview_options": LINK_PREVIEW, "rich_message": RICH_MESSAGE}
    ),
    "editMessageReplyMarkup": Record(_EDITING),
    "deleteMessage": Record(_MESSAGE, required=("chat_id", "message_id")),
    "deleteMessages": Record(
        _IN_CHAT | {"message_ids": Items(WHOLE, most=100)}, required=("chat_id", "message_ids")
    ),
    "forwardMessage": Record(_COPYING, required=("chat_id", "from_chat_id", "message_id")),
    "copyMessage": Record(
        _COPYING | CAPTION | ABOVE | {"reply_parameters": REPLY, "reply_markup": REPLY_MARKUP},
        required=("chat_id", "from_chat_id", "message_id"),
    ),
    "setMessageReaction": Record(
        _MESSAGE | {"reaction": REACTIONS, "is_big": FLAG}, required=("chat_id", "message_id")
    ),
    "sendChatAction": Record(
        _IN_CHAT | _TOPIC | {"action": Text(CHAT_ACTIONS), "business_connection_id": TEXT},
        required=("chat_id", "action"),
    ),
    "answerCallbackQuery": Record(
        {"callback_query_id": TEXT, "text": TEXT, "show_alert": FLAG, "url": TEXT, "cache_time": WHOLE},
        required=("callback_query_id",),
    ),
    "getChat": Record(_IN_CHAT, required=("chat_id",)),
    "getChatMember": Record(_IN_CHAT | {"user_id": WHOLE}, required=("chat_id", "user_id")),
    "getChatMemberCount": Record(_IN_CHAT, required=("chat_id",)),
    "getChatAdministrators": Record(_IN_CHAT | {"return_bots": FLAG}, required=("chat_id",)),
    "leaveChat": Record(_IN_CHAT, required=("chat_id",)),
    "createForumTopic": Record(
        _IN_CHAT | {"name": TEXT, "icon_color": WHOLE, "icon_custom_emoji_id": TEXT},
        required=("chat_id", "name"),
    ),
    "editForumTopic": Record(
        _IN_CHAT | _TOPIC | {"name": TEXT, "icon_custom_emoji_id": TEXT},
        required=("chat_id", "message_thread_id"),
    ),
    "deleteForumTopic": Record(_IN_CHAT | _TOPIC, required=("chat_id", "message_thread_id")),
    "setMyCommands": Record({"commands": COMMANDS} | _SCOPED, required=("commands",)),
    "getMyCommands": Record(_SCOPED),
    "deleteMyCommands": Record(_SCOPED),
    "setMyName": Record({"name": TEXT} | _FOR_LANGUAGE),
    "getMyName": Record(_FOR_LANGUAGE),
    "setMyDescription": Record({"description": TEXT} | _FOR_LANGUAGE),
    "getMyDescription": Record(_FOR_LANGUAGE),
    "setMyShortDescription": Record({"short_description": TEXT} | _FOR_LANGUAGE),
    "getMyShortDescription": Record(_FOR_LANGUAGE),
    "getFile": Record({"file_id": TEXT}, required=("file_id",)),
    "sendPhoto": _sending("photo", CAPTION | SPOILER),
    "sendLivePhoto": _sending("live_photo", CAPTION | SPOILER | {"photo": FILE}, "photo"),
    "sendAudio": _sending("audio", CAPTION | AUDIO),
    "sendDocument": _sending("document", CAPTION | DOCUMENT),
    "sendVideo": _sending("video", CAPTION | SPOILER | VIDEO),
    "sendAnimation": _sending("animation", CAPTION | SPOILER | FILM),
    "sendVoice": _sending("voice", CAPTION | {"duration": WHOLE}),
    "sendVideoNote": _sending("video_note", {"duration": WHOLE, "length": WHOLE, "thumbnail": THUMBNAIL}),
    "sendSticker": _sending("sticker", {"emoji": TEXT}),
    "sendMediaGroup": Record(
        {name: part for name, part in _SENDING.items() if name not in _NOT_OF_ALBUMS}
        | {"media": Items(ALBUM_ITEM)},
        required=("chat_id", "media"),
    ),
    "sendLocation": Record(
        _SENDING
        | {
            "latitude": Number(),
            "longitude": Number(),
            "horizontal_accuracy": Number(),
            "live_period": WHOLE,
            "heading": Whole(1, 360),
            "proximity_alert_radius": Whole(1, 100_000),
        },
        required=("chat_id", "latitude", "longitude"),
    ),
    "sendPoll": Record(_SENDING | _POLL | _UNSERVED_IN_POLLS, required=("chat_id", "question", "options")),
    "stopPoll": Record(
        _MESSAGE | {"business_connection_id": TEXT, "reply_markup": INLINE_KEYBOARD},
        required=("chat_id", "message_id"),
    ),
    "editMessageCaption": Record(_EDITING | CAPTION | ABOVE),
    "editMessageMedia": Record(_EDITING | {"media": INPUT_MEDIA}, required=("media",)),
}
