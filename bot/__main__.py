"""`parley`, and `python -m bot`: the way in."""

import gc
import os

gc.disable()  # nothing imported is garbage: looking for it would take a tenth of the start

from bot.absence import PASSPORTS_AND_COMMANDS, absent  # noqa: E402

with absent(*PASSPORTS_AND_COMMANDS):
    from bot import cli

_PRIVATE = 0o077  # conversations are in the data folder: its owner reads it, nobody else


def main() -> None:
    os.umask(_PRIVATE)
    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
