"""Containers and the code that runs in them: files in, charts and files out, failures, and their end."""

import io
import zipfile
from typing import Any

import pytest
from openai import BadRequestError, NotFoundError
from PIL import Image

from sandbox.model.client import ModelClient
from sandbox.model.tables import Table, as_csv, as_xlsx, read
from tests.sandbox.model.asker import MODEL, Asker, Json
from tests.sandbox.model.samples import data_url

_CSV = b"month,sales,costs\nJan,12,3\nFeb,19,4\nMar,7,5\n"
_TOOL = "code_interpreter"
_AUTO: Json = {"type": _TOOL, "container": {"type": "auto"}}
_OUTPUTS = ["code_interpreter_call.outputs"]


async def _made(sdk: Any, **more: Any) -> Any:
    return await sdk.containers.create(name="chat-7", **more)


async def _with_table(sdk: Any) -> str:
    """A container with a table in it."""
    container = await _made(sdk)
    await sdk.containers.files.create(container.id, file=("sales.csv", _CSV))
    return container.id


async def _ask(sdk: Any, text: str | list[Json], container: Any = None, **more: Any) -> Any:
    tools = [_AUTO | ({"container": container} if container else {})]
    given: Json = {"model": MODEL, "reasoning": {"effort": "none"}, "tools": tools, "include": _OUTPUTS}
    return await sdk.responses.create(input=text, **given | more)


def _call(response: Any) -> Any:
    return next(item for item in response.output if item.type == "code_interpreter_call")


async def test_a_container_is_made_listed_and_deleted(sdk: Any) -> None:
    made = await _made(sdk, expires_after={"anchor": "last_active_at", "minutes": 5}, memory_limit="4g")

    found = await sdk.containers.retrieve(made.id)
    assert (found.status, found.expires_after.minutes, found.memory_limit) == ("running", 5, "4g")
    assert [one.id async for one in sdk.containers.list(name="chat-7")] == [made.id]
    await sdk.containers.delete(made.id)
    with pytest.raises(NotFoundError):
        await sdk.containers.retrieve(made.id)


async def test_files_are_put_into_it_and_taken_out(sdk: Any) -> None:
    container = await _made(sdk)
    file = await sdk.containers.files.create(container.id, file=("a.csv", _CSV, "text/csv"))

    assert (file.path, file.bytes, file.source) == ("/mnt/data/a.csv", len(_CSV), "user")
    assert [one.id async for one in sdk.containers.files.list(container.id)] == [file.id]
    content = await sdk.containers.files.content.retrieve(file.id, container_id=container.id)
    assert content.content == _CSV
    await sdk.containers.files.delete(file.id, container_id=container.id)
    with pytest.raises(NotFoundError):
        await sdk.containers.files.retrieve(file.id, container_id=container.id)


async def test_uploaded_files_are_copied_by_their_ids(sdk: Any, control: ModelClient) -> None:
    stored = await sdk.files.create(file=("b.csv", _CSV), purpose="user_data")
    container = await _made(sdk, file_ids=[stored.id])
    other = await _made(sdk)
    await sdk.containers.files.create(other.id, file_id=stored.id)

    assert [file["path"] for one in await control.containers() for file in one["files"]] == [
        "/mnt/data/b.csv"
    ] * 2
    assert container.id != other.id


async def test_its_time_ends(sdk: Any, control: ModelClient) -> None:
    container_id = await _with_table(sdk)
    await control.expire_containers(container_id)

    assert (await sdk.containers.retrieve(container_id)).status == "expired"
    with pytest.raises(NotFoundError):
        await sdk.containers.files.list(container_id)
    with pytest.raises(BadRequestError, match="expired"):
        await _ask(sdk, "hello", container_id)


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("containers", {}, "name"),
        ("containers", {"name": "a", "memory_limit": "2g"}, "memory_limit"),
        ("containers", {"name": "a", "expires_after": {"anchor": "last_active_at", "minutes": 21}},
         "expires_after.minutes"),
        ("containers", {"name": "a", "file_ids": ["file-1"]}, "file_ids"),
        ("containers", {"name": "a", "network_policy": {"type": "open"}}, "network_policy.type"),
        ("responses", {"model": MODEL, "input": "", "tools": [{"type": _TOOL}]}, "tools[0].container"),
        ("responses", {"model": MODEL, "input": "", "tools": [_AUTO | {"colour": 1}]}, "tools[0].colour"),
    ],
)  # fmt: skip
async def test_what_a_container_does_not_take_is_refused(ask: Asker, path: str, body: Json, param: str) -> None:
    reply = await ask.post(path, body)

    assert (reply.status, reply.error["param"]) == (400, param)


async def test_files_of_other_kinds_are_refused(sdk: Any) -> None:
    container = await _made(sdk)

    with pytest.raises(BadRequestError) as refused:
        await sdk.containers.files.create(container.id, file=("a.exe", b"MZ"))
    assert refused.value.code == "unsupported_file"


async def test_a_chart_is_drawn_from_the_table(sdk: Any, control: ModelClient) -> None:
    container_id = await _with_table(sdk)

    response = await _ask(sdk, "draw a bar chart of my sales", container_id)

    call = _call(response)
    assert (call.status, call.container_id) == ("completed", container_id)
    assert "df['sales']" in call.code
    assert [one.type for one in call.outputs] == ["logs", "image"]
    part = response.output[-1].content[0]
    cited = part.annotations[0]
    assert part.text[cited.start_index : cited.end_index] == "sandbox:/mnt/data/chart.png"
    content = await sdk.containers.files.content.retrieve(cited.file_id, container_id=cited.container_id)
    with Image.open(io.BytesIO(content.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (960, 600))
    sources = [file["source"] for one in await control.containers() for file in one["files"]]
    assert sources == ["user", "assistant"]
    assert [one["paid"] for one in await control.requests() if one["path"] == "/v1/responses"] == [2]


async def test_outputs_come_only_to_those_who_ask(sdk: Any) -> None:
    response = await _ask(sdk, "{{python: chart}}", include=[])

    assert _call(response).outputs is None
    assert len(_call(await sdk.responses.retrieve(response.id, include=_OUTPUTS)).outputs) == 2


async def test_its_events_come_in_order(ask: Asker, control: ModelClient) -> None:
    await control.pace_code(0.03)
    reply = await ask.responses("{{python: csv}}", tools=[_AUTO])

    names = [name.removeprefix("response.") for name in reply.names if "delta" not in name]
    first = names.index("output_item.added")
    assert names[first : first + 7] == [
        "output_item.added", "code_interpreter_call.in_progress", "code_interpreter_call_code.done",
        "code_interpreter_call.interpreting", "code_interpreter_call.completed", "output_item.done",
        "output_item.added",
    ]  # fmt: skip
    assert "output_text.annotation.added" in names
    assert [event["sequence_number"] for event in reply.events] == list(range(len(reply.events)))
    request = (await control.requests())[0]
    assert request["finished_at"] - request["at"] >= 0.03


@pytest.mark.parametrize(
    ("task", "name"), [("csv", "result.csv"), ("xlsx", "result.xlsx"), ("txt", "result.txt")]
)
async def test_files_are_written(sdk: Any, task: str, name: str) -> None:
    response = await _ask(sdk, f"{{{{python: {task}}}}}", await _with_table(sdk))

    assert [one.filename for one in response.output[-1].content[0].annotations] == [name]


async def test_several_runs_are_several_calls(sdk: Any) -> None:
    response = await _ask(sdk, "{{python: chart csv}}")

    assert [item.type for item in response.output] == ["code_interpreter_call"] * 2 + ["message"]
    assert [one.filename for one in response.output[-1].content[0].annotations] == ["chart.png", "result.csv"]


async def test_only_so_many_calls_are_made(sdk: Any) -> None:
    response = await _ask(sdk, "{{python: chart csv}}", max_tool_calls=1)

    assert [item.type for item in response.output] == ["code_interpreter_call", "message"]


async def test_what_is_made_may_go_uncited(sdk: Any, control: ModelClient) -> None:
    response = await _ask(sdk, "{{python: chart uncited}}")

    assert response.output[-1].content[0].annotations == []
    assert [file["path"] for file in (await control.containers())[0]["files"]] == ["/mnt/data/chart.png"]


async def test_code_may_fail(sdk: Any, control: ModelClient) -> None:
    await control.fail_code()
    failed, worked = await _ask(sdk, "{{python: chart}}"), await _ask(sdk, "{{python: chart}}")

    assert _call(failed).status == "failed"
    assert "ZeroDivisionError" in _call(failed).outputs[0].logs
    assert _call(worked).status == "completed"


async def test_a_file_in_the_message_is_put_into_the_container(sdk: Any, control: ModelClient) -> None:
    content = as_xlsx(Table(("city", "people"), (("Oslo", "7"), ("Rome", "28"))))
    parts = [
        {"type": "input_file", "filename": "people.xlsx", "file_data": data_url(content, "application/xlsx")},
        {"type": "input_text", "text": "what is in it?"},
    ]
    response = await _ask(sdk, [{"role": "user", "content": parts}])

    assert response.output_text == "2 rows, columns: city, people\npeople: sum 35, mean 17.5, min 7, max 28"
    assert (await control.containers())[0]["files"][0]["path"] == "/mnt/data/people.xlsx"


async def test_a_container_is_used_again_in_the_same_conversation(sdk: Any, control: ModelClient) -> None:
    first = await _ask(sdk, "{{python: chart}}")
    second = await _ask(sdk, "{{python: csv}}", previous_response_id=first.id)
    other = await _ask(sdk, "{{python: csv}}")

    assert _call(first).container_id == _call(second).container_id != _call(other).container_id
    assert len(await control.containers()) == 2


async def test_no_table_is_told_by_the_traceback(sdk: Any) -> None:
    container = await _made(sdk)
    await sdk.containers.files.create(container.id, file=("words.csv", b"a,b\nc,d\n"))

    assert "no column of numbers" in _call(await _ask(sdk, "{{python: chart}}", container.id)).outputs[0].logs


async def test_a_font_in_the_container_is_drawn_with(sdk: Any) -> None:
    container_id = await _with_table(sdk)
    await sdk.containers.files.create(container_id, file=("font.ttf", b"no font at all"))

    call = _call(await _ask(sdk, "{{python: chart}}", container_id))

    assert call.status == "failed"
    assert "OSError" in call.outputs[0].logs


@pytest.mark.parametrize("words", ["hello", "what is Python?"])
async def test_other_words_run_nothing(sdk: Any, control: ModelClient, words: str) -> None:
    assert [item.type for item in (await _ask(sdk, words)).output] == ["message"]
    assert await control.containers() == []


async def test_a_choice_runs_code_for_any_words(sdk: Any) -> None:
    assert _call(await _ask(sdk, "hello", tool_choice={"type": "code_interpreter"})).status == "completed"


@pytest.mark.parametrize("words", ["画一张销售图表", "ارسم رسم بياني للمبيعات", "plot my sales"])
async def test_charts_are_asked_for_in_many_languages(sdk: Any, words: str) -> None:
    assert _call(await _ask(sdk, words)).status == "completed"


async def test_a_table_survives_both_formats() -> None:
    table = Table(["name", "amount"], [["a & <b>", "1.5"], ["数据", "-2"]])

    assert read("a.xlsx", as_xlsx(table)) == read("a.csv", as_csv(table)) == table
    assert zipfile.is_zipfile(io.BytesIO(as_xlsx(table)))
