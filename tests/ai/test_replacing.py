"""A model that is gone or unknown: another one answers, and that is reported once."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date

import pytest

from ai.engine import TextEngine
from domain.catalogue import Model
from domain.errors import NoModelLeft
from domain.events import ModelReplaced
from sandbox.model.client import ModelClient
from sandbox.model.server import ModelSandbox
from tests.ai.asking import LUNA, Api, Reports, catalogue_of, engine_at, noting, told
from tests.town import the_same_day


@pytest.fixture
def reports() -> Reports:
    return []


@pytest.fixture
async def engine(sandbox: ModelSandbox, api: Api, reports: Reports) -> AsyncGenerator[TextEngine]:
    async with engine_at(sandbox, api, on_model_gone=noting(reports)) as engine:
        yield engine


async def test_its_replacement_answers(engine: TextEngine, model: ModelClient, reports: Reports) -> None:
    await model.kill_model(LUNA)

    answer = await told(engine, "{{say: here}}")

    assert answer.text == "here"
    assert answer.events[0] == ModelReplaced(LUNA, "gpt-5.6-luna")
    assert answer.finished.model == "gpt-5.6-luna"
    assert reports == [(LUNA, "gpt-5.6-luna")]


async def test_it_is_reported_once_and_not_asked_again(
    engine: TextEngine, model: ModelClient, reports: Reports
) -> None:
    await model.kill_model(LUNA)
    await told(engine, "one")
    await model.clear()

    again = await told(engine, "two")

    assert [request["body"]["model"] for request in await model.requests()] == ["gpt-5.6-luna"]
    assert again.replacements == [ModelReplaced(LUNA, "gpt-5.6-luna")]
    assert len(reports) == 1


async def test_the_line_of_replacements_is_followed(engine: TextEngine, model: ModelClient) -> None:
    for gone in (LUNA, "gpt-5.6-luna", "gpt-5.4-mini"):
        await model.kill_model(gone)

    assert (await told(engine, "{{say: here}}")).finished.model == "gpt-6.1-terra"


async def test_a_model_nobody_knows_is_replaced_by_the_default(engine: TextEngine, reports: Reports) -> None:
    answer = await told(engine, "{{say: here}}", model="my-old-model")

    assert answer.finished.model == LUNA
    assert reports == [("my-old-model", LUNA)]


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (404, "DeploymentNotFound", "The API deployment for this resource does not exist."),
        (404, None, 'model "gpt-6-luna" not found, try pulling it first'),
        (400, None, "Invalid model name passed in model=gpt-6-luna"),
        (400, "model_not_found", "The requested model does not exist."),
    ],
)
async def test_other_servers_say_it_in_other_words(
    engine: TextEngine, model: ModelClient, status: int, code: str | None, message: str
) -> None:
    await model.fault(status=status, code=code, message=message)

    assert (await told(engine, "{{say: here}}")).finished.model == "gpt-5.6-luna"


async def test_many_who_find_it_gone_at_once_report_it_once(
    engine: TextEngine, model: ModelClient, reports: Reports
) -> None:
    await model.kill_model(LUNA)

    answers = await asyncio.gather(*(told(engine, "{{say: here}}") for _ in range(10)))

    assert {answer.text for answer in answers} == {"here"}
    assert len(reports) == 1


async def test_a_model_whose_day_has_come_is_not_even_asked(engine: TextEngine, model: ModelClient) -> None:
    answer = await told(engine, "{{say: here}}", model="gpt-3.5-turbo")

    assert answer.finished.model == LUNA
    assert [request["body"]["model"] for request in await model.requests()] == [LUNA]


async def test_with_no_model_left_that_is_said(sandbox: ModelSandbox, model: ModelClient, api: Api) -> None:
    only = Model("gpt-2", "chat", "GPT-2", is_default=True)
    async with engine_at(sandbox, api, catalogue=catalogue_of(only)) as engine:
        with pytest.raises(NoModelLeft):
            await told(engine, "hi", model=only.id)

    assert len(await model.requests()) == 1


async def test_a_model_that_is_listed_again_is_asked_again(engine: TextEngine, model: ModelClient) -> None:
    await model.kill_model(LUNA)
    await told(engine, "one")
    await model.revive_model(LUNA)

    await engine.source.learn()

    assert (await told(engine, "two")).finished.model == LUNA


async def test_what_the_provider_does_not_list_is_not_offered(engine: TextEngine, model: ModelClient) -> None:
    await model.kill_model(LUNA)

    await engine.source.learn()

    offered = [model.id for model in engine.catalogue.of("chat")]
    assert LUNA not in offered
    assert "gpt-6.1-terra" in offered


async def test_the_providers_shutdown_date_wins(sandbox: ModelSandbox, model: ModelClient, api: Api) -> None:
    await model.set_shutdown(LUNA, "2999-06-01")
    day = date(2999, 5, 31)

    async with engine_at(sandbox, api, today=lambda: day) as engine:
        await engine.source.learn()
        before = LUNA in [model.id for model in engine.catalogue.of("chat")]
        day = date(2999, 6, 1)
        after = LUNA in [model.id for model in engine.catalogue.of("chat")]

    assert (before, after) == (True, False)
    assert engine.catalogue.models[LUNA].shutdown == date(2999, 6, 1)


async def test_a_list_that_cannot_be_had_changes_nothing(engine: TextEngine, model: ModelClient) -> None:
    before = engine.catalogue
    await model.fault(path="/v1/models", status=500)

    await engine.source.refresh()

    assert engine.catalogue == before


async def test_a_local_servers_models_need_no_file() -> None:
    async with (
        ModelSandbox.open(today=the_same_day, dialect="plain") as local,
        engine_at(local, "chat", dialect="plain") as engine,
    ):
        await engine.source.learn()

        assert engine.catalogue.default("chat").id == "llama4:8b"
        assert (await told(engine, "{{say: here}}", model=LUNA)).finished.model == "llama4:8b"


async def test_what_openai_ended_a_compatible_server_still_answers() -> None:
    async with (
        ModelSandbox.open(today=the_same_day, dialect="plain") as local,
        ModelClient.open(local.base_url) as model,
        engine_at(local, "chat", dialect="plain", today=lambda: date(2030, 1, 1)) as engine,
    ):
        await model.revive_model("gpt-4o-mini")

        answer = await told(engine, "{{say: here}}", model="gpt-4o-mini")

    assert (answer.text, answer.replacements) == ("here", [])
