"""Files: kept until they are deleted, seen where a question names them."""

import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError

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
