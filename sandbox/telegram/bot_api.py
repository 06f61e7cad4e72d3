"""The Bot API over HTTP: each call is recorded, may be made to fail, is checked, and then carried out."""

import asyncio
import inspect
import json
import math
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.telegram import (
    methods_bot,
    methods_chat,
    methods_live,
    methods_places,
    methods_polls,
    methods_send,
)
from sandbox.telegram.budgets import Budgets, subject_of
from sandbox.telegram.errors import Refused, flood, no_such_method
from sandbox.telegram.faults import Fault, Faults
from sandbox.telegram.journal import Call, Journal
from sandbox.telegram.methods_media import MEDIA_METHODS
from sandbox.telegram.parameters import PARAMETERS
from sandbox.telegram.requests import read_params
from sandbox.telegram.shapes import checked
from sandbox.telegram.uploads import Uploads
from sandbox.telegram.values import Json
from sandbox.telegram.world import BOT_NAME, World

METHODS: dict[str, Callable[[World, Json], Any]] = {
    "getMe": methods_bot.get_me,
    "getUpdates": methods_bot.get_updates,
    "setWebhook": methods_bot.set_webhook,
    "deleteWebhook": methods_bot.delete_webhook,
    "getWebhookInfo": methods_bot.get_webhook_info,
    "setMyCommands": methods_bot.set_my_commands,
    "getMyCommands": methods_bot.get_my_commands,
    "deleteMyCommands": methods_bot.delete_my_commands,
    "setMyName": methods_bot.set_profile("name", 64),
    "getMyName": methods_bot.get_profile("name", BOT_NAME),
    "setMyDescription": methods_bot.set_profile("description", 512),
    "getMyDescription": methods_bot.get_profile("description"),
    "setMyShortDescription": methods_bot.set_profile("short_description", 120),
    "getMyShortDescription": methods_bot.get_profile("short_description"),
    "sendMessage": methods_send.send_message,
    "sendRichMessage": methods_send.send_rich_message,
    "editMessageText": methods_send.edit_message_text,
    "editMessageReplyMarkup": methods_send.edit_message_reply_markup,
    "deleteMessage": methods_send.delete_message,
    "deleteMessages": methods_send.delete_messages,
    "copyMessage": methods_send.copy_message,
    "forwardMessage": methods_send.forward_message,
    "sendMessageDraft": methods_live.send_message_draft,
    "sendRichMessageDraft": methods_live.send_rich_message_draft,
    "sendChatAction": methods_live.send_chat_action,
    "answerCallbackQuery": methods_live.answer_callback_query,
    "setMessageReaction": methods_live.set_message_reaction,
    "getChat": methods_chat.get_chat,
    "getChatMember": methods_chat.get_chat_member,
    "getChatMemberCount": methods_chat.get_chat_member_count,
    "getChatAdministrators": methods_chat.get_chat_administrators,
    "leaveChat": methods_chat.leave_chat,
    "createForumTopic": methods_chat.create_forum_topic,
    "editForumTopic": methods_chat.edit_forum_topic,
    "deleteForumTopic": methods_chat.delete_forum_topic,
    "getFile": methods_chat.get_file,
    "sendLocation": methods_places.send_location,
    "sendPoll": methods_polls.send_poll,
    "stopPoll": methods_polls.stop_poll,
}
DOWNLOAD = "file"
_HTML_502 = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class BotApi:
    """Answers `/bot<token>/METHOD` and `/file/bot<token>/PATH`."""

    def __init__(self, world: World, journal: Journal, token: str) -> None:
        self.budgets = Budgets(world.clock, world.switches)
        self.faults = Faults()
        self._world = world
        self._journal = journal
        self._token = token

    async def call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        call = self._journal.begin(method, self._world.clock())
        try:
            return await self._served(request, call)
        except Refused as refused:
            self._journal.end(call, refused.status, refused.description)
            return _refusal(refused)

    async def _served(self, request: web.Request, call: Call) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            raise Refused(401, "Unauthorized")
        shape = PARAMETERS.get(call.method)
        if shape is None or not self._world.switches.supports.get(call.method, True):
            raise no_such_method()
        params, uploads = await read_params(request, shape)
        self._journal.read(call, params)
        self._refuse_in_window(call)
        fault = self.faults.take(call.method, call.params.get("chat_id"))
        if fault is not None and fault.kind not in {"delay", "reset_after"}:
            return self._failed(request, call, fault)
        result = await self._carried_out(call, uploads)
        return await self._answered(request, call, result, fault)

    def _refuse_in_window(self, call: Call) -> None:
        seconds = self.budgets.closed_for(call.method, call.params)
        if seconds > 0:
            self._journal.violation(call, seconds)
            raise flood(math.ceil(seconds))

    async def _carried_out(self, call: Call, uploads: Uploads) -> Any:
        checked(call.params, PARAMETERS[call.method], call.method)
        if self._world.switches.budgets:
            self.budgets.spend(call.method, call.params)
        if call.method in MEDIA_METHODS:
            return await MEDIA_METHODS[call.method](self._world, call.params, uploads)
        result = METHODS[call.method](self._world, call.params)
        return await result if inspect.isawaitable(result) else result

    def _failed(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """A fault that comes before anything is done."""
        if fault.kind == "reset_before":
            self._journal.end(call, 0, fault.kind)
            return _reset(request)
        if fault.kind == "html_502":
            self._journal.end(call, 502, fault.kind)
            return web.Response(status=502, text=_HTML_502, content_type="text/html")
        refusal = fault.refusal()
        if refusal.status == 429:
            self.budgets.close(subject_of(call.method, call.params), refusal.parameters["retry_after"])
        raise refusal

    async def _answered(
        self, request: web.Request, call: Call, result: Any, fault: Fault | None
    ) -> web.StreamResponse:
        """The result; or, after a fault, the silence in which nobody knows that it was done."""
        if fault is not None and fault.kind == "reset_after":
            self._journal.end(call, 0, fault.kind)
            return _reset(request)
        self._journal.end(call, 200)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        return _response(200, {"ok": True, "result": result})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A download is recorded and made to fail as a call of a method `file` would be."""
        call = self._journal.begin(DOWNLOAD, self._world.clock())
        self._journal.read(call, {"path": request.match_info["path"]})
        try:
            return await self._downloaded(request, call)
        except Refused as refused:
            self._journal.end(call, refused.status, refused.description)
            return _refusal(refused)

    async def _downloaded(self, request: web.Request, call: Call) -> web.StreamResponse:
        path = call.params["path"]
        found = next((file for file in self._world.files.values() if file.path == path), None)
        if request.match_info["token"] != self._token or found is None or found.is_lost:
            raise Refused(404, "Not Found")
        fault = self.faults.take(DOWNLOAD, None)
        if fault is not None and fault.kind not in {"delay", "reset_after"}:
            return self._failed(request, call, fault)
        if fault is not None and fault.kind == "reset_after":
            self._journal.end(call, 0, fault.kind)
            return await _half(request, found.content)
        self._journal.end(call, 200)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        return web.Response(body=found.content, content_type="application/octet-stream")


async def _half(request: web.Request, content: bytes) -> web.StreamResponse:
    """The connection breaks in the middle of the file."""
    response = web.StreamResponse()
    response.content_length = len(content)
    await response.prepare(request)
    await response.write(content[: len(content) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response


def _refusal(refused: Refused) -> web.Response:
    answer: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        answer["parameters"] = refused.parameters
    response = _response(refused.status, answer)
    if "retry_after" in refused.parameters:
        response.headers["Retry-After"] = str(refused.parameters["retry_after"])
    return response


def _response(status: int, answer: Json) -> web.Response:
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, content_type="application/json")


def _reset(request: web.Request) -> web.Response:
    """Drops the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
