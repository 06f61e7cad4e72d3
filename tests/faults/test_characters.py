"""Half an emoji and NUL, from the model or from a person: nothing is lost, and nothing is paid twice."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.service import Parley
from sandbox.model.client import ModelClient
from sandbox.telegram.client import TelegramClient
from tests.town import Town, answered, last_question, settled

HALVES = ("hi \ud83d", "\ude00 done", " \ud83d", "x\0y")
WHOLE = "hi 😀 done �x�y"
USAGE = {"input_tokens": 1, "output_tokens": 1}


class Cutter:
    """A model whose deltas cut characters in two, on both protocols. `asked` counts the requests."""

    def __init__(self) -> None:
        self.asked = 0
        self.base_url = ""

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncGenerator["Cutter"]:
        cutter = cls()
        app = web.Application()
        app.add_routes([web.post("/responses", cutter.responses), web.post("/chat/completions", cutter.chat)])
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            cutter.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield cutter
        finally:
            await runner.cleanup()

    async def responses(self, _request: web.Request) -> web.Response:
        deltas = [{"type": "response.output_text.delta", "delta": half} for half in HALVES]
        whole = {"type": "response.completed", "response": {"status": "completed", "usage": USAGE}}
        return self._stream([*deltas, whole])

    async def chat(self, _request: web.Request) -> web.Response:
        deltas = [{"choices": [{"delta": {"content": half}}]} for half in HALVES]
        return self._stream([*deltas, {"choices": [{"delta": {}, "finish_reason": "stop"}]}])

    def _stream(self, events: list[dict[str, Any]]) -> web.Response:
        self.asked += 1
        lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
        return web.Response(text=lines + "data: [DONE]\n\n", content_type="text/event-stream")


@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_an_emoji_cut_in_two_arrives_whole(town: Town, api: str) -> None:
    async with Cutter.open() as model, town.bot(openai_base_url=model.base_url, openai_api=api):
        ada = await town.telegram.user("Ada")

        reply = await answered(town.telegram, ada, "hello")

        assert reply["text"] == WHOLE
        assert model.asked == 1


@pytest.mark.parametrize("words", ["so \ud83d {{say: ok}}", "so \0 {{say: ok}}"])
async def test_a_question_with_half_a_character_is_answered(
    bot: Parley, telegram: TelegramClient, model: ModelClient, words: str
) -> None:
    ada = await telegram.user("Ada")
    person = {"id": ada, "is_bot": False, "first_name": "Ada\udc00"}
    chat = {"id": ada, "type": "private", "first_name": "Ada\udc00"}
    message = {"message_id": 9, "date": 1_790_000_000, "from": person, "chat": chat, "text": words}

    await telegram.wait_for_calls(bool, method="getUpdates")  # what the last run left has been looked for
    await bot.reception.accept([{"update_id": 7, "message": message}])
    reply = await telegram.next_reply(ada)
    await settled(bot, telegram)

    assert reply["text"] == "ok"
    assert (await last_question(model)).startswith("so �")
