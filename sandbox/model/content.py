"""The text of an answer: what the scripts ask for, or what the stand-in has to say by itself."""

import json
from collections.abc import Callable

from sandbox.model import prose, showpieces
from sandbox.model.asked import Asked
from sandbox.model.hosted import joined
from sandbox.model.recital import disobedient, reads_aloud
from sandbox.model.scripts import Script
from sandbox.model.small_talk import all_sights, sights, small_talk, summary, title
from sandbox.model.vision import brief

_LONGEST_LINE = 60
_MOST = 2_000_000

_Writer = Callable[[Asked, str], str]


def written(asked: Asked, script: Script) -> str:
    """What the orders write, one below the other; without orders that write, small talk."""
    if asked.speaks:
        if (other := disobedient(script, script.text)) is not None:
            return other
        if reads_aloud(asked.instructions):
            return asked.last
    parts = [_WRITERS[order.name](asked, order.argument) for order in script.orders if order.name in _WRITERS]
    if parts:
        return "\n\n".join(part for part in parts if part)
    if asked.wants_summary:
        return summary(asked)
    if asked.wants_title:
        return title(asked)
    if said := joined(asked.hosted)[0]:
        return said
    if asked.outputs:
        return _outputs(asked, "")
    return small_talk(asked, script.text)


def says(script: Script) -> bool:
    """Whether orders say what the answer is."""
    return any(order.name in _WRITERS for order in script.orders)


def _number(argument: str) -> int:
    digits = argument.strip().replace(",", "").replace("_", "")
    return min(int(digits), _MOST) if digits.isdecimal() else 0


def _history(asked: Asked, _argument: str) -> str:
    lines = [f"- {message.role}: {_short(message.text)}" for message in asked.messages]
    return "\n".join([f"{len(lines)} messages", "", *lines])


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_LINE]


def _sent(asked: Asked, _argument: str) -> str:
    return f"```json\n{json.dumps(brief(asked.body, asked), ensure_ascii=False, indent=1)}\n```"


def _pictures(asked: Asked, _argument: str) -> str:
    return "\n".join(all_sights(asked)) or "no pictures"


def _outputs(asked: Asked, _argument: str) -> str:
    """What the functions answered, and what they showed."""
    return "\n\n".join(
        "\n".join([f"`{output.tool}` answered: {output.text}", *sights(asked, output)])
        for output in asked.outputs
    )


_WRITERS: dict[str, _Writer] = {
    "say": lambda _asked, argument: argument,
    "words": lambda _asked, argument: prose.words(_number(argument)),
    "chars": lambda _asked, argument: prose.characters(_number(argument)),
    "history": _history,
    "sent": _sent,
    "pictures": _pictures,
    "outputs": _outputs,
    "silent": lambda _asked, _argument: "",
    "emoji": lambda _asked, _argument: showpieces.EMOJI,
    "table": lambda _asked, _argument: showpieces.TABLE,
    "math": lambda _asked, _argument: showpieces.MATH,
    "code": lambda _asked, argument: showpieces.code(argument.strip()),
    "long": lambda _asked, _argument: showpieces.long(),
}
