"""The media engine's packet path in C, built where there is a compiler; without it the one in Python serves."""

import subprocess

from scripts.commands import PYTHON, ROOT
from scripts.console import say, step


def ensure_native() -> None:
    """Build the library when its sources have changed."""
    looked = subprocess.run([PYTHON, "-c", LOOK], cwd=ROOT, capture_output=True, check=False)
    if not looked.returncode:
        return
    with step("Building the media engine"):
        built = subprocess.run(
            [PYTHON, "-m", "meetings.sfu.native.build"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    if built.returncode:
        say(f"  It could not be built, so the slower one in Python serves far fewer sites. {built.stderr.strip()}")


LOOK = "from meetings.sfu.native.build import library; library()"
