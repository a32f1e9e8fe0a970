"""``./test``: sets up what the tests need, then runs them.

- ``./test``: the checks, TypeScript, Python and browser tests.
- ``./test quick``: the same without the browser and without the slow tests.
- ``./test services``: Python and browser tests on PostgreSQL and Redis, which it installs and starts itself.
- ``./test screens [NAME…]``: pictures of the main screens into docs/screens.
- ``./test rooms FOLDER [SITES…]``: pictures of rooms full of sites, as each role sees them, into a folder.
- ``./test PATH…``: just those tests (any word pytest understands), with everything they need.

Ends with pytest's summary line.
"""

import sys

from scripts import machine
from scripts.check import check
from scripts.commands import PYTHON, environment, openly, quietly
from scripts.console import guarded, say, step
from scripts.environment import ensure_environment
from scripts.frontend import FRONTEND, NPM, ensure_bundle, ensure_modules
from scripts.native import ensure_native
from scripts.services import Services
from scripts.translations import ensure_translations


def main(words: list[str]) -> int:
    if words[:1] in (["-h"], ["--help"]):
        sys.stdout.write(str(__doc__))
        return 0
    match words:
        case []:
            return everything(quick=False)
        case ["quick"]:
            return everything(quick=True)
        case ["screens", *names]:
            set_up(browser=True)
            return openly(PYTHON, "-m", "tests.browser.screens", *names, env=environment())
        case ["rooms", *rest]:
            set_up(browser=True)
            return openly(PYTHON, "-m", "tests.browser.rooms", *rest, env=environment())
        case ["services", *rest]:
            return with_services(rest)
        case _:
            set_up(browser=True)
            return pytest(*words)


def set_up(*, browser: bool) -> None:
    """What the tests need: the run-time set, the tools, the bundle, and Chromium if asked for."""
    needs = [*machine.RUN, *machine.TEST, *(machine.RELAY if browser else [])]
    machine.ensure(needs, title="Installing system packages (LibreOffice and fonts)")
    ensure_environment(dev=True)
    ensure_modules()
    ensure_bundle()
    ensure_translations()
    ensure_native()
    if browser:
        ensure_chromium()


def ensure_chromium() -> None:
    """Debian's Chromium; on Ubuntu, which has it only as a snap, the one that Playwright brings."""
    if machine.chromium() is not None:
        return
    if machine.available("chromium") and not machine.is_ubuntu():
        machine.ensure(machine.CHROMIUM, title="Installing Chromium")
        return
    with step("Installing Chromium"):
        quietly(PYTHON, "-m", "playwright", "install", "--with-deps", "chromium", doing="Installing Chromium")


def everything(*, quick: bool) -> int:
    """Checks, TypeScript, then Python (and browser) tests; the first failing part ends it."""
    set_up(browser=not quick)
    fast = " and not slow" if quick else ""
    return (
        check()
        or typescript()
        or pytest("-m", f"not services and not browser{fast}", *SHARED, *AGAIN)
        or (0 if quick else browser("not services"))
    )


AGAIN = ["--reruns", "1"]
"""A test that fails is tried once more and counted as rerun: many wait for other programs and real networks."""
SHARED = ["-n", "auto", "--dist", "loadfile"]
MENDED = ["--reruns", "2", "--max-worker-restart", "6", "--timeout", "150", "--timeout-method", "thread"]
"""A test that hangs ends with its worker and is tried again by another. Not with ``SHARED``: what is dealt out by files
waits for ever for the tests of a worker that ended."""
PATIENT = ["-n", "1", *MENDED, "--timeout", "240"]
"""For tests that need browsers or servers: one after another in a worker."""


def browser(which: str, *words: str, **extra: str) -> int:
    """Tests in a real browser, one after another: three Chromium that encode video on two cores miss a deadline
    now and then. Never in one process with others: Playwright keeps a loop running, beside which no other runs."""
    return pytest("-m", f"browser and {which}", *words, *PATIENT, **extra)


def typescript() -> int:
    say("· TypeScript tests")
    return openly(NPM, "test", "--silent", cwd=FRONTEND)


def with_services(words: list[str]) -> int:
    """Every Python and browser test on PostgreSQL and Redis, including those that need them."""
    set_up(browser=True)
    machine.ensure(machine.SERVICES, title="Installing PostgreSQL, Redis and nginx")
    with Services() as services:
        there = services.environment()
        if words:
            return pytest(*words, **there)
        without = [f"--ignore={name}" for name in ALIKE]
        return (
            pytest("-m", "not services and not browser and not slow", "-n", "auto", *without, *MENDED, **there)
            or pytest("-m", "services and not browser", *PATIENT, **there)
            or browser("services", **there)  # its many processes end before pictures are timed
            or browser("not services and not slow", *without, **there)
        )


LOOKS = [
    *("accessibility", "annotations", "frame", "line", "node_crash"),
    *("offline", "reader", "recording", "room_media", "turn"),
]
ALIKE = [
    *(f"tests/{name}" for name in ("architecture", "benchmarks", "scripts", "sfu")),
    *(f"tests/browser/test_{name}.py" for name in LOOKS),
]
"""What neither database nor Redis makes another: rules of the house, the media node, what pages look like; as the slow tests
are, they are left to ``./test``."""


def pytest(*words: str, **extra: str) -> int:
    """Run pytest and return its exit status; its summary is the last that is printed."""
    say("· Python tests")
    return openly(PYTHON, "-m", "pytest", "-q", *words, env=environment(**extra))


if __name__ == "__main__":
    raise SystemExit(guarded(main))
