"""Vector stores: what files say is found by its words and by its meaning."""

import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError
from openai.types import VectorStore

from sandbox.model.client import ModelClient
from sandbox.world.paper import pdf
from tests.sandbox.model.asker import Json, loosely
from tests.sandbox.model.papers import docx, pptx
from tests.sandbox.model.samples import picture

_REFUNDS = "Refunds are paid within 14 days. Send the parcel back to Hamburg."
_PENGUINS = "Penguins live in Antarctica and eat fish."
_FOREVER_SECONDS = 3_600


async def _store(client: AsyncOpenAI, **files: str | bytes) -> VectorStore:
    """With these files in it, named `a_txt`."""
    store = await client.vector_stores.create(name="house rules")
    for name, content in files.items():
        given = content.encode() if isinstance(content, str) else content
        await client.vector_stores.files.upload_and_poll(
            vector_store_id=store.id, file=(name.replace("_", "."), given)
        )
    return store


async def _found(client: AsyncOpenAI, store: VectorStore, query: str, **more: object) -> list[str]:
    page = await loosely(client.vector_stores.search)(store.id, query=query, **more)
    return [one.filename async for one in page]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("How many days until I get a refund?", "rules.txt"),
        ("When is my reimbursement due?", "rules.txt"),
        ("多少天退款", "rules.txt"),
        ("what do penguins eat", "birds.md"),
    ],
)
async def test_the_best_passage_comes_first(client: AsyncOpenAI, query: str, name: str) -> None:
    store = await _store(client, rules_txt=_REFUNDS, birds_md=_PENGUINS)

    assert (await _found(client, store, query))[0] == name


async def test_a_result_tells_its_score_and_words(client: AsyncOpenAI) -> None:
    store = await _store(client, rules_txt=_REFUNDS, birds_md=_PENGUINS)

    best, other = [one async for one in client.vector_stores.search(store.id, query="refunds")]

    assert 1 >= best.score > 0.3 > other.score >= 0
    assert best.content[0].text == _REFUNDS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a_pdf", pdf("Nothing here.", "The zebra sleeps.")),
        ("a_docx", docx("Nothing here.", "The zebra sleeps.")),
        ("a_pptx", pptx("Nothing here.", "The zebra sleeps.")),
        ("a_html", "<style>p {}</style><p>Nothing here.</p><p>The <b>zebra</b> sleeps.</p>"),
        ("a_json", '{"animal": "The zebra sleeps."}'),
        ("a_py", "# The zebra sleeps."),
        ("a_txt", "The zebra sleeps.".encode("utf-16")),
    ],
)
async def test_every_kind_of_document_is_read(client: AsyncOpenAI, name: str, content: bytes | str) -> None:
    store = await _store(client, **{name: content})

    (result,) = [one async for one in client.vector_stores.search(store.id, query="zebras")]

    assert "The zebra sleeps." in result.content[0].text
    assert "style" not in result.content[0].text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", picture(), "unsupported_file"),
        ("a.csv", b"a,b\n1,2", "unsupported_file"),
        ("a.xlsx", b"PK", "unsupported_file"),
        ("notes", b"hello", "unsupported_file"),
        ("a.pdf", b"no pdf", "invalid_file"),
        ("a.docx", b"no zip", "invalid_file"),
        ("a.txt", b"\xff\x00\x01", "invalid_file"),
        ("a.txt", b"   ", "invalid_file"),
    ],
)
async def test_what_cannot_be_read_fails_and_says_why(
    client: AsyncOpenAI, name: str, content: bytes, code: str
) -> None:
    store = await client.vector_stores.create()

    file = await client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=(name, content))

    assert file.status == "failed"
    assert file.last_error is not None
    assert file.last_error.code == code
    assert (await client.vector_stores.retrieve(store.id)).file_counts.failed == 1


async def test_a_file_is_in_progress_until_it_is_read(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.pace_indexing(_FOREVER_SECONDS)
    stored = await client.files.create(file=("a.txt", b"The zebra sleeps."), purpose="user_data")
    store = await client.vector_stores.create(file_ids=[stored.id])

    assert store.status == "in_progress"
    assert (store.file_counts.in_progress, store.usage_bytes) == (1, 0)
    assert await _found(client, store, "zebra") == []


async def test_files_are_attached_together_each_in_its_own_way(client: AsyncOpenAI) -> None:
    store = await client.vector_stores.create()
    ids = [
        (await client.files.create(file=(f"{name}.txt", words.encode()), purpose="assistants")).id
        for name, words in (("rules", _REFUNDS), ("birds", _PENGUINS))
    ]

    batch = await client.vector_stores.file_batches.create_and_poll(
        store.id, files=[{"file_id": one, "attributes": {"number": at}} for at, one in enumerate(ids)]
    )

    assert (batch.status, batch.file_counts.completed, batch.file_counts.total) == ("completed", 2, 2)
    listed = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id, limit=1)
    assert [one.id async for one in listed] == ids[::-1]
    second: Json = {"type": "eq", "key": "number", "value": 1}
    assert await _found(client, store, "refund", filters=second) == ["birds.txt"]


async def test_a_batch_can_be_cancelled(client: AsyncOpenAI, control: ModelClient) -> None:
    await control.pace_indexing(_FOREVER_SECONDS)
    store = await client.vector_stores.create()
    stored = await client.files.create(file=("a.txt", b"hello"), purpose="user_data")
    batch = await client.vector_stores.file_batches.create(store.id, file_ids=[stored.id])

    cancelled = await client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)

    assert (batch.status, cancelled.status, cancelled.file_counts.cancelled) == ("in_progress", "cancelled", 1)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"type": "gte", "key": "year", "value": 2_025}, ["new.txt"]),
        ({"type": "in", "key": "kind", "value": ["law", "rule"]}, ["old.txt"]),
        ({"type": "ne", "key": "kind", "value": "rule"}, ["new.txt"]),
        (
            {"type": "or", "filters": [
                {"type": "lt", "key": "year", "value": 2_000},
                {"type": "and", "filters": [{"type": "eq", "key": "is_valid", "value": True}]},
            ]},
            ["new.txt"],
        ),
    ],
)  # fmt: skip
async def test_filters_look_at_attributes(client: AsyncOpenAI, wanted: Json, names: list[str]) -> None:
    store = await client.vector_stores.create()
    old: dict[str, str | float | bool] = {"year": 2_020, "kind": "rule", "is_valid": False}
    new: dict[str, str | float | bool] = {"year": 2_026, "kind": "plan", "is_valid": True}
    for name, attributes in (("old.txt", old), ("new.txt", new)):
        stored = await client.files.create(file=(name, b"The zebra sleeps."), purpose="user_data")
        await client.vector_stores.files.create_and_poll(
            stored.id, vector_store_id=store.id, attributes=attributes
        )

    assert await _found(client, store, "zebra", filters=wanted) == names


async def test_a_long_text_is_cut_as_it_is_wished(client: AsyncOpenAI) -> None:
    store = await client.vector_stores.create()
    words = " ".join(f"word{number}" for number in range(500))
    stored = await client.files.create(file=("a.txt", words.encode()), purpose="user_data")

    file = await client.vector_stores.files.create_and_poll(
        stored.id,
        vector_store_id=store.id,
        chunking_strategy={
            "type": "static",
            "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0},
        },
    )

    content = [
        part.text async for part in client.vector_stores.files.content(file.id, vector_store_id=store.id)
    ]
    assert len(content) == 10
    assert " ".join(str(part) for part in content).split() == words.split()


async def test_a_detached_file_is_still_there_but_not_found(client: AsyncOpenAI) -> None:
    store = await _store(client, rules_txt=_REFUNDS)
    (file,) = [one async for one in client.vector_stores.files.list(store.id)]

    assert (await client.vector_stores.files.delete(file.id, vector_store_id=store.id)).deleted

    assert (await client.files.retrieve(file.id)).filename == "rules.txt"
    assert await _found(client, store, "refund") == []


async def test_a_deleted_file_leaves_all_stores(client: AsyncOpenAI) -> None:
    store = await _store(client, rules_txt=_REFUNDS)
    (file,) = [one async for one in client.vector_stores.files.list(store.id)]

    await client.files.delete(file.id)

    assert (await client.vector_stores.retrieve(store.id)).file_counts.total == 0
    with pytest.raises(NotFoundError):
        await client.vector_stores.files.retrieve(file.id, vector_store_id=store.id)


async def test_a_store_is_changed_and_deleted_and_its_files_stay(
    client: AsyncOpenAI, control: ModelClient
) -> None:
    store = await _store(client, rules_txt=_REFUNDS)

    changed = await client.vector_stores.update(
        store.id, name="laws", metadata={"a": "b"}, expires_after={"anchor": "last_active_at", "days": 2}
    )
    assert (changed.name, changed.metadata) == ("laws", {"a": "b"})
    assert changed.expires_at == (changed.last_active_at or 0) + 2 * 86_400
    assert (await client.vector_stores.delete(store.id)).deleted

    assert await control.vector_stores() == []
    assert [file["name"] for file in await control.files()] == ["rules.txt"]


async def test_stores_are_listed_in_pages(client: AsyncOpenAI) -> None:
    names = ["a", "b", "c", "d", "e"]
    for name in names:
        await client.vector_stores.create(name=name)

    assert [one.name async for one in client.vector_stores.list(limit=2, order="asc")] == names
    first = await client.vector_stores.list(limit=2)
    assert [one.name for one in first.data] == ["e", "d"]
    assert first.has_more


async def test_an_expired_store_says_so_and_is_not_searched(client: AsyncOpenAI, control: ModelClient) -> None:
    store = await _store(client, rules_txt=_REFUNDS)

    await control.expire_vector_store(store.id)

    assert (await client.vector_stores.retrieve(store.id)).status == "expired"
    with pytest.raises(BadRequestError):
        await _found(client, store, "refund")


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"expires_after": {"anchor": "last_active_at", "days": 366}}, "expires_after.days"),
        ({"expires_after": {"anchor": "created_at", "days": 1}}, "expires_after.anchor"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"metadata": {f"{number}": "a" for number in range(17)}}, "metadata"),
        ({"file_ids": ["file-1"] * 501}, "file_ids"),
        ({"chunking_strategy": {"type": "static"}}, "chunking_strategy.static"),
        (
            {"chunking_strategy": {
                "type": "static",
                "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51},
            }},
            "chunking_strategy.static.chunk_overlap_tokens",
        ),
        ({"extra_body": {"colour": "blue"}}, "colour"),
    ],
)  # fmt: skip
async def test_a_store_that_cannot_be_is_refused(client: AsyncOpenAI, given: Json, param: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        await loosely(client.vector_stores.create)(**given)

    assert refused.value.param == param


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"max_num_results": 51}, "max_num_results"),
        ({"filters": {"type": "like", "key": "a", "value": "b"}}, "filters.type"),
        ({"filters": {"type": "and", "filters": [{"type": "eq", "key": "a"}]}}, "filters.filters[0].value"),
        ({"ranking_options": {"score_threshold": 2}}, "ranking_options.score_threshold"),
        ({"ranking_options": {"hybrid_search": {}}}, "ranking_options.hybrid_search"),
    ],
)
async def test_a_search_that_cannot_be_is_refused(client: AsyncOpenAI, given: Json, param: str) -> None:
    store = await client.vector_stores.create()

    with pytest.raises(BadRequestError) as refused:
        await _found(client, store, "a", **given)

    assert refused.value.param == param


async def test_unknown_files_and_stores_are_not_found(client: AsyncOpenAI) -> None:
    store = await client.vector_stores.create()

    with pytest.raises(NotFoundError):
        await client.vector_stores.files.create(store.id, file_id="file-unknown")
    with pytest.raises(NotFoundError):
        await client.vector_stores.create(file_ids=["file-unknown"])
    with pytest.raises(NotFoundError):
        await client.vector_stores.retrieve("vs_unknown")
