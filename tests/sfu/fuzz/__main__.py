"""Build the fuzzer with clang and run it: ``python -m tests.sfu.fuzz --seconds 600 [--keep FOLDER]``.

What it finds is left as a file ``crash-…`` in the folder of inputs; run it again with ``--again FILE``.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from meetings.sfu.native.build import HERE, LIBRARIES, sources
from tests.sfu.fuzz.corpus import write_corpus

FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-fno-omit-frame-pointer")
SANITIZERS = ("-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=undefined")


def build(folder: Path) -> Path:
    """The fuzzer. Raises SystemExit where clang is missing or fails."""
    compiler = shutil.which("clang")
    if not compiler:
        sys.exit("no clang (Debian: apt-get install clang)")
    built = folder / "fuzzer"
    target = Path(__file__).with_name("target.c")
    command = [compiler, *FLAGS, *SANITIZERS, f"-I{HERE}", "-o", built, target, *sources(), *LIBRARIES]
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit("the fuzzer could not be built (Debian: apt-get install libssl-dev libclang-rt-14-dev)")
    return built


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sfu.fuzz")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--keep", type=Path, help="the folder of inputs, to go on with what was found so far")
    parser.add_argument("--again", type=Path, help="run one input only")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz") as temporary:
        fuzzer = build(Path(temporary))
        if arguments.again:
            return subprocess.run([fuzzer, arguments.again], check=False).returncode
        inputs = (arguments.keep or Path(temporary) / "inputs").absolute()
        write_corpus(inputs)
        options = [f"-max_total_time={arguments.seconds}", "-max_len=20000", "-len_control=0", "-timeout=20"]
        options += ["-rss_limit_mb=1500", "-print_final_stats=1", f"-artifact_prefix={inputs}/"]
        return subprocess.run([fuzzer, *options, inputs], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
