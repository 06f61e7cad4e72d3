"""Tokens: how an answer is cut into them, how a prompt is counted, and what of it a cache would have held."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

_PIECE = re.compile(r"\s?\S{1,5}|\s")
_CACHE_BLOCK = 128
_CACHE_LEAST = 1_024
_CACHED_PROMPTS = 2_000
_MESSAGE_OVERHEAD = 4


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of an answer.

    Cached, written and heard ones are part of the input, reasoning and spoken ones part of the output.
    """

    input_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    heard_tokens: int = 0
    spoken_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens


def pieces(text: str) -> list[str]:
    """The text as it streams, token by token; like real ones they end anywhere, also within an emoji."""
    return _PIECE.findall(text)


def count(text: str) -> int:
    """About what a tokenizer would find: four bytes are a token."""
    return len(text.encode("utf-8", "surrogatepass")) // 4 + 1


class PromptCache:
    """Remembers the latest prompts, message by message, to tell how much of the next one is a known prefix."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], Sequence[str]] = OrderedDict()

    def take(
        self, model: str, key: str, prompt: Sequence[str], sights: Sequence[int] = ()
    ) -> tuple[int, int, int]:
        """Tokens of the prompt, those of them read from the cache, and those written to it.

        `sights` are the tokens of pictures in each piece of the prompt, if there are any.
        """
        sizes = [count(message) + _MESSAGE_OVERHEAD for message in prompt]
        if sights:
            sizes = [words + pictures for words, pictures in zip(sizes, sights, strict=True)]
        known = _common(self._seen.pop((model, key), ()), prompt)
        self._seen[model, key] = prompt
        if len(self._seen) > _CACHED_PROMPTS:
            self._seen.popitem(last=False)
        total, prefix = sum(sizes), sum(sizes[:known])
        cached = prefix // _CACHE_BLOCK * _CACHE_BLOCK if prefix >= _CACHE_LEAST else 0
        return total, cached, total - cached if total >= _CACHE_LEAST else 0


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many messages both begin with."""
    same = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        same += 1
    return same
