"""Tools that run at OpenAI itself: when one may be used, and what a use of it leaves in the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sandbox.model.values import Json, as_list, as_object

_CITED = ("start_index", "end_index", "index")


@dataclass(frozen=True, slots=True)
class Step:
    """An event of an item (`response.web_search_call.searching`), so many seconds after what came before.

    Its place in the answer (`output_index`, `item_id`, `sequence_number`) is put in by who writes it.
    """

    name: str
    fields: Json = field(default_factory=dict[str, object])
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class HostedItem:
    """An output item as it is added, what happens then, and as it is when it is done; both have its `id`."""

    begun: Json
    steps: tuple[Step, ...]
    done: Json
    last_pause_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(step.pause_seconds for step in self.steps) + self.last_pause_seconds


@dataclass(frozen=True, slots=True)
class Used:
    """A use of a tool: its items, and what the answer says because of it.

    The places in `annotations` count from the beginning of `text`. `tool_usage` is its part of the response's
    field of that name, where it is more than counted (`{"image_gen": …}`).
    """

    items: tuple[HostedItem, ...]
    text: str = ""
    annotations: tuple[Json, ...] = ()
    tool_usage: Mapping[str, Json] = field(default_factory=dict[str, Json])

    def first(self, number: int) -> "Used":
        """Without the items after so many; what would come of them is not known to anybody."""
        return replace(self, items=self.items[:number])


def searches(use: Used) -> int:
    """How many searches of the web it is charged as; opening a page is free."""
    return sum(as_object(item.done.get("action")).get("type") == "search" for item in use.items)


def offered(body: Json, *kinds: str) -> Json | None:
    """The tool of one of these types, if the request offers it and leaves it to be used."""
    choice = body.get("tool_choice")
    chosen = as_object(choice)
    allowed: Sequence[object] = as_list(chosen.get("tools")) if chosen.get("type") == "allowed_tools" else ()
    if choice == "none" or (chosen and not allowed and chosen.get("type") not in kinds):
        return None
    if allowed and not any(as_object(tool).get("type") in kinds for tool in allowed):
        return None
    tools = (as_object(tool) for tool in as_list(body.get("tools")))
    return next((tool for tool in tools if tool.get("type") in kinds), None)


def is_forced(body: Json, *kinds: str) -> bool:
    """Whether `tool_choice` names a tool of one of these types, or wants some tool and leaves no other."""
    choice = body.get("tool_choice")
    chosen = as_object(choice)
    if choice == "required" or chosen.get("mode") == "required":
        left = as_list(chosen.get("tools")) or as_list(body.get("tools"))
        return all(as_object(tool).get("type") in kinds for tool in left)
    return chosen.get("type") in kinds


def joined(uses: Sequence[Used]) -> tuple[str, tuple[Json, ...]]:
    """What an answer says because of all uses, paragraph by paragraph, and the annotations of that text."""
    text = ""
    annotations: list[Json] = []
    for use in (use for use in uses if use.text):
        text += "\n\n" if text else ""
        annotations += [_moved(one, len(text)) for one in use.annotations]
        text += use.text
    return text, tuple(annotations)


def _moved(annotation: Json, by: int) -> Json:
    places = {
        name: value + by for name, value in annotation.items() if name in _CITED and isinstance(value, int)
    }
    return {**annotation, **places}
