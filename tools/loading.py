"""Which tools there are: ours, and those of installed packages (entry points `parley.tools`)."""

import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from tools.kit import Function, function_of, is_tool

log = logging.getLogger(__name__)

GROUP = "parley.tools"


def load(
    ours: Iterable[Callable[..., object]], plugins: Iterable[EntryPoint] | None = None
) -> Mapping[str, Function]:
    """All tools by name. Raises `ValueError` for one of ours; a plugin that is of no use is logged and skipped.

    An entry point names a function, or a module, whose functions with `@tool` are meant.
    """
    found = {function.name: function for function in map(function_of, ours)}
    for plugin in sorted(entry_points(group=GROUP) if plugins is None else plugins):
        for function in _of(plugin):
            if function.name in found:
                log.warning("tool %s of plugin %s is left out: the name is taken", function.name, plugin.value)
            else:
                found[function.name] = function
    return found


def _of(plugin: EntryPoint) -> list[Function]:
    try:
        return [function_of(function) for function in _functions(plugin.load())]
    except (Exception, SystemExit) as error:  # noqa: BLE001  # foreign code runs here: whatever it does, we go on
        log.warning("plugin %s is left out: %s: %s", plugin.value, type(error).__name__, error)
        return []


def _functions(loaded: object) -> list[Callable[..., object]]:
    if isinstance(loaded, ModuleType):
        return [function for _, function in inspect.getmembers(loaded, is_tool)]
    if callable(loaded):
        return [loaded]
    raise TypeError("it names neither a function nor a module")
