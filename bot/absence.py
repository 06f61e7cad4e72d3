"""What libraries would load on the side, though the bot never uses it."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import cast

PASSPORTS_AND_COMMANDS = ("cryptography", "httpx._main")
"""For Telegram's passports, 8 MB, and httpx's own command line, 2 MB. Both libraries do without."""


@contextmanager
def absent(*modules: str) -> Generator[None]:
    """Within the block these count as not installed; afterwards whoever needs them may load them."""
    blocked = [module for module in modules if module not in sys.modules]
    for module in blocked:
        sys.modules[module] = cast(ModuleType, None)  # which is how Python is told so
    try:
        yield
    finally:
        for module in blocked:
            del sys.modules[module]
