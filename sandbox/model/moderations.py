"""`/v1/moderations`: a few words are flagged, and what a script says: `{{flag: harassment}}`."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

from aiohttp import web

from sandbox.model.checks import Check, by_field, either, list_of, shape, text
from sandbox.model.control import told
from sandbox.model.endpoints import Endpoints
from sandbox.model.errors import ApiError
from sandbox.model.journal import Entry
from sandbox.model.pictures import Picture, look
from sandbox.model.values import Json, as_list, as_object, as_text
from sandbox.model.vision import data_url

_WORDS = {
    "harassment": r"\bidiots?\b|\bmorons?\b|白痴|أحمق",
    "harassment/threatening": r"\bi will hurt you\b",
    "hate": r"\bvermin\b",
    "hate/threatening": r"\bexterminate\b",
    "illicit": r"\bshoplift(ing)?\b|\bpick a lock\b",
    "illicit/violent": r"\bbuild a bomb\b",
    "self-harm": r"\bsuicide\b|自杀|انتحار",
    "self-harm/intent": r"\bkill myself\b",
    "self-harm/instructions": r"\bhow to kill myself\b",
    "sexual": r"\bporn(ography)?\b|色情|إباحية",
    "sexual/minors": r"\bchild porn\b",
    "violence": r"\bkill(ing)?\b|\bmurder\b|杀人|قتل",
    "violence/graphic": r"\bgore\b",
}
_OF_PICTURES = ("self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "violence",
                "violence/graphic")  # fmt: skip
_ORDER = re.compile(r"\{\{\s*flag\s*:\s*([\w/-]+)\s*\}\}")
_PART = by_field(
    "type",
    {
        "text": shape({"type": text, "text": text}, needs=("text",)),
        "image_url": shape(
            {"type": text, "image_url": shape({"url": text}, needs=("url",))}, needs=("image_url",)
        ),
    },
)
MODERATION: Check = shape(
    {
        "model": text,
        "input": either(string=text, otherwise=list_of(either(string=text, otherwise=_PART), at_least=1)),
    },
    needs=("input",),
)


@dataclass(frozen=True, slots=True)
class Moderations:
    """The endpoint."""

    endpoints: Endpoints

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/moderations", self.endpoints.journalled(self._moderate)),
            web.post("/sandbox/flags", told(self._flag)),
        ]

    def _flag(self, given: Json) -> None:
        """The control side."""
        category = as_text(given["category"])
        if category not in _WORDS or not as_text(given["marker"]):
            raise ValueError(f"a marker, and one of {', '.join(_WORDS)}")
        self.endpoints.flags[as_text(given["marker"])] = category

    async def _moderate(self, request: web.Request, entry: Entry) -> web.StreamResponse:
        body = await self.endpoints.read_json(request, entry)
        if broken := await self.endpoints.begin(request):
            return broken
        if body is None:
            raise ApiError(400, "We could not parse the JSON body of your request.")
        MODERATION(body, "")
        wanted = as_text(body.get("model")) or "omni-moderation-latest"
        model = self.endpoints.models.find_for("moderation", wanted, request.path)
        pictures = await asyncio.to_thread(_pictures, body)
        entry.images = [picture.as_json() for picture in pictures]
        results = _results(body, self.endpoints.flags, pictures)
        return web.json_response({"id": f"modr-{token_hex(8)}", "model": model.id, "results": results})


def _results(body: Json, flags: Mapping[str, str], pictures: Sequence[Picture]) -> list[dict[str, object]]:
    """One for each text; parts of a message are judged together."""
    given = body["input"]
    if isinstance(given, str):
        return [judged(given, flags)]
    items = as_list(given)
    if all(isinstance(item, str) for item in items):
        return [judged(as_text(item), flags) for item in items]
    parts = [as_object(item) for item in items]
    words = "\n".join(as_text(part.get("text")) for part in parts)
    has_picture = any(part.get("image_url") for part in parts)
    return [judged(words, flags, has_picture=has_picture, seen=" ".join(map(str, pictures)))]


def _pictures(body: Json) -> list[Picture]:
    """Those that are sent along; what is only named is not looked at."""
    urls = [as_text(as_object(as_object(part).get("image_url")).get("url")) for part in as_list(body["input"])]
    places = [f"input[{index}].image_url.url" for index in range(len(urls))]
    return [
        look(data_url(url, place)[1], detail="auto", param=place)
        for url, place in zip(urls, places, strict=True)
        if url.startswith("data:")
    ]


def judged(
    words: str, flags: Mapping[str, str], *, has_picture: bool = False, seen: str = ""
) -> dict[str, object]:
    """What is found in words, and in what is seen; `flags` are the categories of markers."""
    ordered = {*_ORDER.findall(words)}
    ordered |= {category for marker, category in flags.items() if marker in words or marker in seen}
    found = {
        name: name in ordered or re.search(pattern, words, re.IGNORECASE) is not None
        for name, pattern in _WORDS.items()
    }
    kinds = {name: ["text", "image"] if has_picture and name in _OF_PICTURES else ["text"] for name in _WORDS}
    return {
        "flagged": any(found.values()),
        "categories": found,
        "category_scores": {name: 0.97 if is_found else 0.0001 for name, is_found in found.items()},
        "category_applied_input_types": kinds,
    }
