"""``./bench NAME [options] [--json]``: sets up what is missing, then runs one of ``benchmarks/``."""

from scripts import machine
from scripts.commands import PYTHON, openly
from scripts.console import guarded
from scripts.environment import ensure_environment
from scripts.frontend import ensure_bundle
from scripts.native import ensure_native
from scripts.translations import ensure_translations


def main(words: list[str]) -> int:
    if words[:1] == ["media"]:
        machine.ensure(machine.NATIVE, title="Installing system packages (compiler and OpenSSL's headers)")
        ensure_environment(dev=False)
    else:
        machine.ensure(machine.RUN, title="Installing system packages (LibreOffice and fonts)")
        ensure_environment(dev=False)
        ensure_bundle()
        ensure_translations()
    everything = words[:1] in (["papers"], ["tasks"]) and "--only" not in words
    if everything or {"--redis", "postgresql"} & set(words):
        machine.ensure(machine.SERVICES, title="Installing PostgreSQL, Redis and nginx")
    ensure_native()
    return openly(PYTHON, "-m", "benchmarks", *words)


if __name__ == "__main__":
    raise SystemExit(guarded(main))
