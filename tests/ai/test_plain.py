"""A compatible server is asked only with what every such server understands."""

from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import LUNA, Api, engine_at, told
from tests.town import the_same_day


async def test_chat_is_asked_plainly() -> None:
    async with (
        ModelSandbox.open(today=the_same_day, dialect="plain") as local,
        ModelClient.open(local.base_url) as model,
        engine_at(local, "chat", dialect="plain") as engine,
    ):
        answer = await told(engine, "hello", "hi", "{{say: fine}}", model="llama4:8b", max_output_tokens=500)

        requests = await model.requests()
    assert answer.text == "fine"
    assert answer.finished.usage.output_tokens == 1
    assert [request["status"] for request in requests] == [200]
    assert requests[0]["body"] == {
        "model": "llama4:8b",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": "hi"},
            {"role": "user", "content": "{{say: fine}}"},
        ],
        "max_tokens": 500,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_responses_are_asked_plainly(sandbox: ModelSandbox, model: ModelClient) -> None:
    async with engine_at(sandbox, "responses", dialect="plain") as engine:
        await told(engine, "{{say: fine}}")

    assert set((await model.requests())[0]["body"]) == {
        "model",
        "instructions",
        "input",
        "max_output_tokens",
        "stream",
    }


async def test_an_unknown_host_is_asked_plainly(sandbox: ModelSandbox, model: ModelClient, api: Api) -> None:
    async with engine_at(sandbox, api, dialect="auto") as engine:
        await told(engine, "{{say: fine}}", model=LUNA)

    assert "store" not in (await model.requests())[0]["body"]
