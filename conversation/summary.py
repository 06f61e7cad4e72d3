"""Long conversations: the oldest turns become a summary, written by a cheap model."""

from collections.abc import Sequence

from conversation.tokens import estimate_tokens
from conversation.wording import SUMMARY_INSTRUCTIONS
from domain.catalogue import Catalogue, Model
from domain.engine import Prompt, PromptMessage
from storage.threads import Exchange, History

_LONGEST_SUMMARY_TOKENS = 2_000


def oldest_half(history: History, window_tokens: int) -> Sequence[Exchange]:
    """The turns to be summarised: none while the history fits the window, else about its older half.

    Cutting half at once, not a turn at a time, keeps the prompt's prefix (and its cache) stable for long.
    """
    sizes = [exchange_tokens(exchange) for exchange in history.exchanges]
    if sum(sizes) + estimate_tokens(history.summary) <= window_tokens:
        return ()
    taken, count = 0, 0
    while count < len(sizes) - 1 and taken < sum(sizes) / 2:
        taken += sizes[count]
        count += 1
    return history.exchanges[:count]


def exchange_tokens(exchange: Exchange) -> int:
    return estimate_tokens(exchange.question) + estimate_tokens(exchange.answer)


def summary_prompt(
    history: History, oldest: Sequence[Exchange], catalogue: Catalogue, keys: tuple[str, str]
) -> Prompt:
    """Asks the catalogue's summarising model for one text in place of the old summary and the oldest turns."""
    return Prompt(
        model=cheap_model(catalogue).id,
        instructions=SUMMARY_INSTRUCTIONS,
        messages=(PromptMessage("user", _transcript(history.summary, oldest)),),
        cache_key=keys[0],
        safety_key=keys[1],
        max_output_tokens=_LONGEST_SUMMARY_TOKENS,
    )


def cheap_model(catalogue: Catalogue) -> Model:
    """The one for short jobs nobody watches."""
    return next((model for model in catalogue.of("chat") if model.summarises), catalogue.default("chat"))


def _transcript(summary: str, exchanges: Sequence[Exchange]) -> str:
    spoken = [f"Person:\n{_asked(exchange)}\n\nAssistant:\n{exchange.answer}" for exchange in exchanges]
    return "\n\n".join([f"Summary so far:\n{summary}"] * bool(summary) + spoken)


def _asked(exchange: Exchange) -> str:
    """With what its pictures showed, where that has been put in words."""
    seen = exchange.material.description
    return f"{exchange.question}\n[{seen}]" if seen else exchange.question
