"""What reading a recording takes, in a process of its own: `python -m bench.peak RECORDING MOST_SECONDS`.

Prints the pieces it was cut into, the seconds that took, and by how many bytes memory grew at its highest.
"""

import resource
import sys
import time
from pathlib import Path

from media import encoding, pauses

_KIB = 1024
_STATUS = Path("/proc/self/status")
_MOST_BYTES = 25_000_000


def main() -> None:
    recording, most_seconds = Path(sys.argv[1]), float(sys.argv[2])
    before = _highest_bytes()
    began = time.perf_counter()
    stretches = pauses.cuts(recording, most_seconds=most_seconds, most_bytes=_MOST_BYTES)
    cut = time.perf_counter() - began
    last = stretches[-1]
    target = recording.with_suffix(".last.ogg")
    encoding.extract(recording, target, start_seconds=last.start_seconds, end_seconds=last.end_seconds)
    print(len(stretches), f"{cut:.2f}", _highest_bytes() - before)


def _highest_bytes() -> int:
    """The most memory this process ever had; where there is no /proc, that of its parent counts, too."""
    if not _STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    line = next(line for line in _STATUS.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * _KIB


main()
