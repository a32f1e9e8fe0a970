"""Random scripts through one build of the library: ``python -m tests.sfu.sanitized.scripts LIBRARY``."""

import os
import sys
import time
from pathlib import Path

from meetings.sfu.native.binding import NativePath
from tests.sfu.scripts import OPENING, Player, long_script

SECONDS = 6 * int(os.environ.get("EOFFICE_EXAMPLES", "1"))


def main() -> None:
    ends, seed = time.monotonic() + SECONDS, 0
    while time.monotonic() < ends:
        path = NativePath(Path(sys.argv[1]))
        if seed % 2:
            path.open_link("127.0.0.1", 0)
            path.gather(10_000)
        Player(path).play([*OPENING, *long_script(seed, 300)])
        path.close()
        seed += 1
    sys.stdout.write(f"{seed} scripts\n")


if __name__ == "__main__":
    main()
