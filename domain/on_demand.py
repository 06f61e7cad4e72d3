"""Modules that are loaded when something of them is first used (docs/decisions/0010)."""

import importlib
from typing import Any


class OnDemand:
    """Stands for a module, or for a part of one, and loads it when it is first asked for something.

    Whoever asks first waits for the import, which takes up to half a second: use it in a thread. Beside it the
    real thing is imported under `TYPE_CHECKING`, so that types are known; annotations must not be evaluated.
    """

    def __init__(self, module: str, part: str = "") -> None:
        self._module = module
        self._part = part

    def __getattr__(self, name: str) -> Any:
        module = importlib.import_module(self._module)  # other threads wait there until it is complete
        value = getattr(getattr(module, self._part) if self._part else module, name)
        self.__dict__[name] = value  # from now on nobody comes by here for it
        return value
