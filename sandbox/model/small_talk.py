"""What the stand-in says when no script tells it what to say."""

from sandbox.model.asked import Asked


def small_talk(asked: Asked, text: str) -> str:
    return f"I am an offline stand-in. You wrote: {text}\n\nI was sent {len(asked.messages)} messages."
