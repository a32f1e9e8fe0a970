"""``python -m tests.browser.supervised MODULE ARGUMENT…``: a module kept running as ``./run`` keeps its media node."""

import os
import sys

from scripts.supervisor import Program, Supervisor, stop_with_parent

if __name__ == "__main__":
    stop_with_parent()
    keeper = Supervisor()
    keeper.start(Program("media node", [sys.executable, "-m", *sys.argv[1:]], os.environ, held=True))
    keeper.watch()
    keeper.stop()
