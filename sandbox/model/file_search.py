"""The hosted tool `file_search`: it looks into vector stores, and the answer is what their files say."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from sandbox.model.asked import Asked
from sandbox.model.attributes import FILTER, MOST_RESULTS, RANKING_OF_TOOL
from sandbox.model.checks import Check, list_of, optional, shape, text
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError
from sandbox.model.hosted import HostedItem, Step, Used, is_forced, offered
from sandbox.model.journal import Entry
from sandbox.model.meaning import concepts, terms
from sandbox.model.scripts import Script
from sandbox.model.small_talk import language_of
from sandbox.model.values import Json, as_list, as_text
from sandbox.model.vector_store_endpoints import wanted_of
from sandbox.model.vector_stores import Found, VectorStore

_MOST_STORES = 2
_USUAL_RESULTS = 20
_GOOD = 0.25  # what scores less has nothing to do with the question
_NEARLY_AS_GOOD = 0.7  # of the best: what scores more is told, too
_MOST_FILES_TOLD, _MOST_SENTENCES = 3, 2
_SENTENCE = re.compile(r"[^.!?。！？؟\n]+[.!?。！？؟]*")
_KIND = "file_search_call"
_FOUND = {"en": "Your files say:", "zh": "你的文件里写道：", "ar": "تقول ملفاتك:"}
_NOTHING = {
    "en": "I found nothing about that in your files.",
    "zh": "在你的文件里没有找到相关内容。",
    "ar": "لم أجد شيئا عن ذلك في ملفاتك.",
}

FILE_SEARCH: Check = shape(
    {
        "type": text,
        "vector_store_ids": list_of(text, at_least=1, at_most=_MOST_STORES),
        "max_num_results": optional(MOST_RESULTS),
        "ranking_options": optional(RANKING_OF_TOOL),
        "filters": optional(FILTER),
    },
    needs=("vector_store_ids",),
)


async def search_files(asked: Asked, script: Script, endpoints: Endpoints, entry: Entry) -> Used | None:
    """Searches for every question, and tells of it when something fits or when it has to."""
    tool = offered(asked.body, "file_search")
    if tool is None:
        return None
    stores = _stores(tool, endpoints)
    if not script.text:
        return None
    wanted = wanted_of(tool, (script.text,), usual=_USUAL_RESULTS)
    found = await asyncio.to_thread(endpoints.vector_stores.search, stores, wanted)
    good = [one for one in found if one.score >= _GOOD]
    if not good and not is_forced(asked.body, "file_search"):
        return None
    entry.paid = (entry.paid or 1) + 1  # the answer, and the search
    said = _told(good, script.text)
    return Used((_item(script.text, found, endpoints.searching_seconds),), said.text, said.annotations)


def _stores(tool: Json, endpoints: Endpoints) -> list[VectorStore]:
    """The stores, which begin their time anew. An unknown or expired one is refused as `ApiError`."""
    stores: list[VectorStore] = []
    for store_id in map(as_text, as_list(tool["vector_store_ids"])):
        try:
            stores.append(endpoints.vector_stores.get(store_id))
        except ApiError as error:
            message = f"Vector store with id ['{store_id}'] not found."
            raise ApiError(404, message, None, "tools") from error
        stores[-1].used()
    return stores


def _item(query: str, found: Sequence[Found], pause_seconds: float) -> HostedItem:
    begun: Json = {"id": f"fs_{token_hex(24)}", "type": _KIND, "status": "in_progress", "queries": []}
    results = [
        {
            "file_id": one.member.id,
            "filename": one.member.name,
            "score": one.score,
            "text": one.text,
            "attributes": one.member.attributes,
        }
        for one in found
    ]
    steps = (
        Step(f"response.{_KIND}.in_progress"),
        Step(f"response.{_KIND}.searching"),
        Step(f"response.{_KIND}.completed", pause_seconds=pause_seconds),
    )
    done = {**begun, "status": "completed", "queries": [query], "results": results}
    return HostedItem({**begun, "results": None}, steps, done)


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    annotations: tuple[Json, ...] = ()


def _told(found: Sequence[Found], question: str) -> _Said:
    """A paragraph for each of the best files, which it cites at its end."""
    language = language_of(question)
    if not found:
        return _Said(_NOTHING[language])
    best: dict[str, Found] = {}
    for one in (one for one in found if one.score >= found[0].score * _NEARLY_AS_GOOD):
        best.setdefault(one.member.id, one)
    said, citations = _FOUND[language], list[Json]()
    for one in list(best.values())[:_MOST_FILES_TOLD]:
        said += f"\n\n{_sentences(one.text, question)}"
        citations.append(
            {
                "type": "file_citation",
                "file_id": one.member.id,
                "filename": one.member.name,
                "index": len(said),
            }
        )
    return _Said(said, tuple(citations))


def _sentences(passage: str, question: str) -> str:
    """Those with the most words of the question, in the order in which they stand there."""
    asked = {*terms(question), *concepts(question)}
    sentences = [match[0].strip() for match in _SENTENCE.finditer(passage) if match[0].strip()]
    ranked = sorted(sentences, key=lambda one: -len(asked & {*terms(one), *concepts(one)}))
    chosen = ranked[:_MOST_SENTENCES]
    return " ".join(one for one in sentences if one in chosen)
