"""The native path under AddressSanitizer and UndefinedBehaviorSanitizer, and under ThreadSanitizer, finds nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from meetings.sfu.native.build import HERE, LIBRARIES, sources

pytestmark = pytest.mark.slow

FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-fPIC", "-shared", "-fno-omit-frame-pointer")
ROOT = Path(__file__).parents[2]


def runtime(name: str) -> str:
    """gcc's runtime of a sanitizer, which has to be there before Python itself."""
    compiler = shutil.which("gcc")
    if not compiler:
        pytest.skip("no gcc")
    found = subprocess.run([compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True)
    if not Path(found.stdout.strip()).is_absolute():
        pytest.skip(f"gcc has no {name}")
    return found.stdout.strip()


def build(folder: Path, *sanitizers: str) -> Path:
    built = folder / "packet_path.so"
    subprocess.run(["gcc", *FLAGS, *sanitizers, "-o", built, *sources(), *LIBRARIES], check=True, cwd=HERE)
    return built


def run(module: str, library: Path, preload: str, **environment: str) -> str:
    """What a module says that loads ``library`` under a sanitizer; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(library)],
        env={**os.environ, "LD_PRELOAD": preload, "PYTHONMALLOC": "malloc", **environment},
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-6000:]
    return done.stdout


def test_random_scripts_under_address_sanitizer(tmp_path: Path) -> None:
    preload = f"{runtime('libasan.so')} {runtime('libubsan.so')}"
    library = build(tmp_path, "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
    options = (
        "detect_leaks=0:verify_asan_link_order=0"  # Python itself leaves much at its end; see the fuzzer for leaks
    )
    said = run("tests.sfu.sanitized.scripts", library, preload, ASAN_OPTIONS=options)
    assert "scripts" in said


def test_a_small_load_under_thread_sanitizer(tmp_path: Path) -> None:
    preload = runtime("libtsan.so")
    library = build(tmp_path, "-fsanitize=thread")
    said = run("tests.sfu.sanitized.load", library, preload, TSAN_OPTIONS="halt_on_error=0:exitcode=66")
    assert "packets" in said
