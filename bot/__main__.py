"""`parley`, and `python -m bot`: the way in."""

import gc

gc.disable()  # nothing imported is garbage: looking for it would take a tenth of the start

from bot import cli  # noqa: E402


def main() -> None:
    gc.freeze()
    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
