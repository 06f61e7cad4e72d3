"""What people read when something was held back, without the provider's words."""

from collections.abc import Callable, Collection, Mapping
from typing import Final

from domain.texts import Sentence, Text

_BROAD: Final[Mapping[str, Sentence]] = {
    "self-harm": Text("self-harm"),
    "sexual": Text("sexual content"),
    "violence": Text("violence"),
    "hate": Text("hate"),
    "harassment": Text("harassment"),
    "illicit": Text("something illegal"),
}
"""By the beginning of their names, the gravest first; `self-harm/intent` is self-harm."""

_OTHER: Final = Text("something harmful")
_HELP: Final = Text(
    "If you are thinking of harming yourself, please talk to somebody you trust, or call a helpline near you: "
    "you need not be alone with it."
)


def of_question(categories: Collection[str], say: Callable[[Sentence], str]) -> str:
    broad = _broad(categories)
    told = say(Text("I cannot answer this: it was taken for {what}.", what=say(_BROAD.get(broad, _OTHER))))
    return f"{told} {say(_HELP)}" if broad == "self-harm" else told


def of_answer(categories: Collection[str], say: Callable[[Sentence], str]) -> str:
    what = say(_BROAD.get(_broad(categories), _OTHER))
    return say(Text("I do not show my answer: it was taken for {what}. Please ask in another way.", what=what))


def _broad(categories: Collection[str]) -> str:
    found = {category.partition("/")[0] for category in categories}
    return next((broad for broad in _BROAD if broad in found), "")
