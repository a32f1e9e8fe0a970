"""Build the packet path with gcc: ``python -m meetings.sfu.native.build``; done by the set-up scripts.

The library is named after a hash of its sources and the way it is compiled, so that another state of either is
another file, and an unchanged one is never built again.
"""

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / "built"
FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-O3", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wshadow")
LIBRARIES = ("-lcrypto", "-lpthread")


class CannotBuild(OSError):
    """There is no compiler, or no header of OpenSSL; the message says which packages bring them."""


def sources() -> list[Path]:
    """The files of the library, in order."""
    return sorted(HERE.glob("*.c"))


@cache
def target() -> Path:
    """Where the library of the present sources is, built or not."""
    digest = hashlib.sha256(" ".join((*FLAGS, *LIBRARIES)).encode())
    for file in (*sources(), *sorted(HERE.glob("*.h"))):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return FOLDER / f"packet_path-{digest.hexdigest()[:16]}.so"


def library() -> Path:
    """The built library. Raises CannotBuild when it has not been built."""
    if not target().exists():
        raise CannotBuild("the packet path is not built: python -m meetings.sfu.native.build")
    return target()


def build() -> Path:
    """Build the library when it is missing. Raises CannotBuild."""
    if target().exists():
        return target()
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        raise CannotBuild("no C compiler (Debian: apt-get install gcc libc6-dev libssl-dev)")
    FOLDER.mkdir(exist_ok=True)
    unfinished = target().with_suffix(".new")
    command: list[str | Path] = [compiler, *FLAGS, "-shared", "-o", unfinished, *sources(), *LIBRARIES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CannotBuild(f"the compiler failed (Debian: apt-get install libssl-dev):\n{done.stderr.strip()}")
    for former in FOLDER.glob("packet_path-*.so"):
        former.unlink()
    unfinished.rename(target())
    return target()


if __name__ == "__main__":
    try:
        build()
    except CannotBuild as error:
        sys.exit(str(error))
