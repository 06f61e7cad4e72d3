"""Parameters: every way to send them, and nothing that a method does not know."""

import json
from typing import Any

import aiohttp
import pytest

from sandbox.telegram.client import TelegramClient
from tests.sandbox.telegram.bot import Bot, Json

BOLD = [{"type": "bold", "offset": 0, "length": 2}]


UNFIT: list[tuple[Json, str]] = [
    ({}, "chat_id is empty"),
    ({"chat_id": 1}, "message text is empty"),
    ({"chat_id": 1, "text": "hi", "txt": 1}, 'sendMessage has no parameter "txt"'),
    ({"chat_id": 1, "text": "hi", "reply_to_message_id": 1}, "has no parameter"),
    ({"chat_id": "1", "text": "hi"}, "must be an integer or an @username"),
    ({"chat_id": True, "text": "hi"}, "must be an integer or an @username"),
    ({"chat_id": 1, "text": 5}, 'parameter "text" must be a string'),
    ({"chat_id": 1, "text": "hi", "protect_content": "yes"}, "must be a boolean"),
    ({"chat_id": 1, "text": "hi", "message_thread_id": None}, "must be an integer"),
    ({"chat_id": 1, "text": "hi", "entities": {}}, "must be an array"),
    ({"chat_id": 1, "text": "hi", "reply_parameters": {"id": 1}}, '"reply_parameters.id" is not known'),
    ({"chat_id": 1, "text": "hi", "reply_parameters": [1]}, "must be an object"),
    ({"chat_id": 1, "text": "hi", "link_preview_options": {"is_disabled": 1}}, "must be a boolean"),
    ({"chat_id": 1, "text": "hi", "reply_markup": {"buttons": []}}, "object expected as reply markup"),
    ({"chat_id": 1, "text": "hi", "reply_markup": {"inline_keyboard": [{}]}}, "must be an array"),
]


@pytest.mark.parametrize(("params", "refusal"), UNFIT)
async def test_what_does_not_fit_is_refused(bot: Bot, params: dict[str, Any], refusal: str) -> None:
    assert refusal in await bot.refused("sendMessage", **params)


@pytest.mark.parametrize(
    ("unserved", "refusal"),
    [
        ({"business_connection_id": "x"}, "business connection not found"),
        ({"direct_messages_topic_id": 1}, "direct messages topic not found"),
        ({"ephemeral_message_parameters": {"receiver_user_id": 1}}, "not served"),
        ({"suggested_post_parameters": {}}, "takes no suggested posts"),
    ],
)
async def test_what_is_not_acted_out_is_refused(
    bot: Bot, ada: int, unserved: dict[str, Any], refusal: str
) -> None:
    assert refusal in await bot.refused("sendMessage", chat_id=ada, text="hi", **unserved)


async def test_an_unknown_method_is_not_found(bot: Bot) -> None:
    answer = await bot.call("sendTelepathy")

    assert answer.body == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_a_wrong_token_is_unauthorized(bot: Bot) -> None:
    stranger = Bot(bot.session, bot.base[:-1] + "X")

    answer = await stranger.call("getMe")

    assert (answer.status, answer.body["description"]) == (401, "Unauthorized")


def _form(multipart: bool) -> aiohttp.FormData:
    return aiohttp.FormData(default_to_multipart=multipart)


@pytest.mark.parametrize("multipart", [False, True])
async def test_forms_hold_json_where_json_belongs(bot: Bot, ada: int, multipart: bool) -> None:
    form = _form(multipart)
    form.add_field("chat_id", str(ada))
    form.add_field("text", "42")
    form.add_field("entities", json.dumps(BOLD))
    form.add_field("protect_content", "true")

    async with bot.session.post(f"{bot.base}/sendMessage", data=form) as response:
        answer = await response.json()

    assert answer["result"]["text"] == "42"
    assert answer["result"]["entities"] == BOLD
    assert answer["result"]["has_protected_content"] is True


async def test_parameters_may_stand_in_the_address(bot: Bot, ada: int) -> None:
    url = f"{bot.base}/sendMessage"

    async with bot.session.get(url, params={"chat_id": str(ada), "text": "hi"}) as response:
        answer = await response.json()

    assert answer["result"]["text"] == "hi"


@pytest.mark.parametrize(
    ("kind", "body", "refusal"),
    [
        ("application/json", b"{", "can't parse JSON object"),
        ("application/json", b"[]", "an object is expected"),
        ("text/plain", b"hi", 'content type "text/plain" is not understood'),
        ("application/x-www-form-urlencoded", b"chat_id=1&text=hi&entities=bold", "it must be JSON"),
        ("application/x-www-form-urlencoded", b"chat_id=1&text=hi&protect_content=yes", "must be a boolean"),
    ],
)
async def test_bodies_that_cannot_be_read_are_refused(bot: Bot, kind: str, body: bytes, refusal: str) -> None:
    headers = {"Content-Type": kind}

    async with bot.session.post(f"{bot.base}/sendMessage", data=body, headers=headers) as response:
        answer: Json = await response.json()

    assert answer["error_code"] == 400
    assert refusal in answer["description"]


async def test_uploads_are_refused(bot: Bot) -> None:
    form = _form(multipart=True)
    form.add_field("text", b"\x00\x01", filename="a.bin")

    async with bot.session.post(f"{bot.base}/sendMessage", data=form) as response:
        answer: Json = await response.json()

    assert "takes no uploads" in answer["description"]


def button(**fields: Any) -> Json:
    return {"text": "Go"} | fields


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([[button(callback_data="x" * 65)]], "BUTTON_DATA_INVALID"),
        ([[button(callback_data="語" * 22)]], "BUTTON_DATA_INVALID"),
        ([[button(callback_data="")]], "BUTTON_DATA_INVALID"),
        ([[button()]], "text buttons are unallowed in the inline keyboard"),
        ([[button(callback_data="x", url="https://a.example")]], "exactly one action"),
        ([[button(url="a.md")]], "BUTTON_URL_INVALID"),
        ([[button(copy_text={"text": "x" * 257})]], "BUTTON_COPY_TEXT_INVALID"),
        ([[button(callback_data="x", text=" ")]], "button text is empty"),
        ([[button(callback_data="x", style="purple")]], "must be one of"),
        ([[button(callback_data="x")] * 9], "REPLY_MARKUP_TOO_LONG"),
        ([[button(callback_data="x")]] * 101, "REPLY_MARKUP_TOO_LONG"),
    ],
)
async def test_unsound_keyboards_are_refused(bot: Bot, ada: int, rows: list[list[Json]], refusal: str) -> None:
    keyboard = {"inline_keyboard": rows}

    assert refusal in await bot.refused("sendMessage", chat_id=ada, text="hi", reply_markup=keyboard)


async def test_64_bytes_of_data_fit(bot: Bot, ada: int) -> None:
    keyboard = {"inline_keyboard": [[button(callback_data="x" * 64, style="danger")]]}

    sent = await bot("sendMessage", chat_id=ada, text="hi", reply_markup=keyboard)

    assert sent["reply_markup"] == keyboard


async def test_only_inline_keyboards_stay_under_a_message(bot: Bot, ada: int) -> None:
    sent = await bot("sendMessage", chat_id=ada, text="hi", reply_markup={"force_reply": True})

    assert "reply_markup" not in sent


async def test_an_unknown_chat_action_is_refused(bot: Bot, people: TelegramClient, ada: int) -> None:
    assert "must be one of" in await bot.refused("sendChatAction", chat_id=ada, action="thinking")
