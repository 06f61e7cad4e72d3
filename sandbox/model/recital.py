"""What a model that speaks says aloud: word for word what it is given, unless a script makes it disobey."""

from sandbox.model.scripts import Order, Script

_READING = ("verbatim", "word for word", "read aloud", "text-to-speech")
_ANSWER = "What a good question! Let me think about it for a while and come back to you."


def reads_aloud(instructions: str) -> bool:
    """Whether it was told to read instead of to answer."""
    lowered = instructions.lower()
    return any(word in lowered for word in _READING)


def disobedient(script: Script, text: str) -> str | None:
    """Other words than the given: `{{reword}}` turns them around, `{{answer}}` replies; both take their own."""
    for order in script.orders:
        if order.name == "reword":
            return _own(order) or " ".join(["Put differently:", *reversed(text.split())])
        if order.name == "answer":
            return _own(order) or _ANSWER
    return None


def _own(order: Order) -> str:
    return " ".join(word for word in order.argument.split() if word != "once")
