"""A compatible server: Chat Completions only, and only what every such server knows."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from sandbox.model.server import ModelSandbox
from tests.sandbox.model.asker import Asker, Json
from tests.town import the_same_day

_ASKED: Json = {
    "model": "llama4:8b",
    "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{say: hello}}"}],
    "max_tokens": 100,
    "stream": True,
}


@pytest.fixture
async def local() -> AsyncGenerator[Asker]:
    async with (
        ModelSandbox.open(today=the_same_day, dialect="plain") as sandbox,
        aiohttp.ClientSession() as session,
    ):
        yield Asker(sandbox, session)


async def test_it_streams_what_is_plain(local: Asker) -> None:
    assert (await local.post("chat/completions", _ASKED)).said == "hello"


@pytest.mark.parametrize("name", ["store", "prompt_cache_key", "safety_identifier", "max_completion_tokens"])
async def test_it_knows_nothing_of_openais_own_parameters(local: Asker, name: str) -> None:
    reply = await local.post("chat/completions", {**_ASKED, name: "x"})

    assert (reply.status, reply.error["param"]) == (400, name)


async def test_it_knows_no_developers(local: Asker) -> None:
    reply = await local.post(
        "chat/completions", {**_ASKED, "messages": [{"role": "developer", "content": "hi"}]}
    )

    assert (reply.status, reply.error["param"]) == (400, "messages[0].role")


async def test_it_has_no_responses(local: Asker) -> None:
    assert (await local.responses("hi")).status == 404


async def test_it_lists_its_own_models(local: Asker) -> None:
    assert [model["id"] for model in (await local.get("models")).json["data"]] == ["llama4:8b", "qwen3.5:4b"]
