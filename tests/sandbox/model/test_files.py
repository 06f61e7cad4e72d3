"""Files: kept until they are deleted, seen where a question names them."""

import pytest
from openai import APIStatusError, AsyncOpenAI, BadRequestError, NotFoundError

from sandbox.model.client import ModelClient
from tests.sandbox.model.asker import MODEL, loosely
from tests.sandbox.model.samples import picture


async def test_a_file_is_kept_until_it_is_deleted(client: AsyncOpenAI, control: ModelClient) -> None:
    stored = await client.files.create(
        file=("notes.txt", b"hello"),
        purpose="evals",
        expires_after={"anchor": "created_at", "seconds": 3_600},
    )

    assert (stored.filename, stored.bytes, stored.purpose) == ("notes.txt", 5, "evals")
    assert stored.expires_at is not None
    assert stored.expires_at >= stored.created_at + 3_600
    assert (await client.files.retrieve(stored.id)).id == stored.id
    assert [file.id async for file in client.files.list()] == [stored.id]
    assert (await client.files.content(stored.id)).content == b"hello"
    assert (await client.files.delete(stored.id)).deleted
    with pytest.raises(NotFoundError):
        await client.files.retrieve(stored.id)
    assert [request["path"] for request in await control.requests()] == ["/v1/files", f"/v1/files/{stored.id}"]


async def test_a_question_can_name_a_picture(client: AsyncOpenAI) -> None:
    stored = await client.files.create(file=("a.jpg", picture("blue")), purpose="vision")

    answer = await client.responses.create(
        model=MODEL,
        input=[{"role": "user", "content": [
            {"type": "input_image", "file_id": stored.id, "detail": "low"},
        ]}],
    )  # fmt: skip

    assert "Picture 1: 640×480, mostly blue" in answer.output_text


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"purpose": "fun"}, "purpose"),
        ({"file": ("a.txt", b"")}, "file"),
        ({"file": (" ", b"a")}, "file"),
        ({"purpose": "batch"}, "file"),
        ({"expires_after": {"anchor": "created_at", "seconds": 60}}, "expires_after.seconds"),
        ({"expires_after": {"anchor": "last_active_at", "seconds": 3_600}}, "expires_after.anchor"),
        ({"extra_body": {"colour": "blue"}}, "colour"),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    client: AsyncOpenAI, given: dict[str, object], param: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await loosely(client.files.create)(**{"file": ("a.txt", b"a"), "purpose": "user_data"} | given)

    assert refused.value.param == param


async def test_what_was_given_to_be_read_is_not_given_back(client: AsyncOpenAI) -> None:
    stored = await client.files.create(file=("a.txt", b"a"), purpose="user_data")

    with pytest.raises(BadRequestError):
        await client.files.content(stored.id)


async def test_files_are_listed_by_purpose_in_pages(client: AsyncOpenAI) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        await client.files.create(file=(name, b"a"), purpose="user_data")
    await client.files.create(file=("d.jpg", picture()), purpose="vision")

    first = await client.files.list(purpose="user_data", limit=2)
    assert ([one.filename for one in first.data], first.has_more) == (["c.txt", "b.txt"], True)
    every = client.files.list(purpose="user_data", limit=2, order="asc")
    assert [one.filename async for one in every] == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"limit": 0}, "limit"),
        ({"after": "file-unknown"}, "after"),
        ({"extra_query": {"colour": "1"}}, "colour"),
    ],
)
async def test_a_list_that_cannot_be_is_refused(
    client: AsyncOpenAI, query: dict[str, object], param: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await loosely(client.files.list)(**query)

    assert refused.value.param == param


async def test_an_expired_file_is_gone(client: AsyncOpenAI, control: ModelClient) -> None:
    stored = await client.files.create(file=("a.txt", b"a"), purpose="user_data")

    await control.expire_file(stored.id)

    assert await control.files() == []
    with pytest.raises(NotFoundError):
        await client.files.retrieve(stored.id)


async def test_a_file_that_is_too_large_is_refused(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.limit_files(10)

    with pytest.raises(APIStatusError) as refused:
        await client.files.create(file=("a.txt", b"more than ten bytes"), purpose="user_data")

    assert refused.value.status_code == 413


async def test_faults_reach_paths_with_ids(client: AsyncOpenAI, control: ModelClient) -> None:
    stored = await client.files.create(file=("a.txt", b"a"), purpose="user_data")
    await control.fault(path="/v1/files/*", status=503)

    with pytest.raises(APIStatusError) as failed:
        await client.files.delete(stored.id)

    assert failed.value.status_code == 503
