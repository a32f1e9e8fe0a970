"""The front end, built by Vite with Node from PyPI; rebuilt only when a source changed."""

from scripts.commands import ROOT, VENV, environment, quietly
from scripts.console import step
from scripts.stamps import Stamp, fingerprint

FRONTEND = ROOT / "frontend"
NODE_MODULES = FRONTEND / "node_modules"
DIST = FRONTEND / "static" / "dist"
NPM = VENV / "bin" / "npm"
NOT_SOURCES = {"node_modules", "static", "templates", "locale"}


def ensure_modules() -> None:
    """``npm ci`` when the lock file is not the one that was installed.

    A linked folder (several work trees share one) is its owner's to install: npm would empty it for all.
    """
    if NODE_MODULES.is_symlink():
        return
    inputs = fingerprint([FRONTEND / "package-lock.json"])
    stamp = Stamp(NODE_MODULES / ".eoffice-installed", inputs)
    if stamp.fresh:
        return
    with step("Installing the packages of the front end"):
        quietly(
            NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
            doing="Installing the packages of the front end", cwd=FRONTEND, env=environment(),
        )  # fmt: skip
        stamp.write()


def ensure_bundle() -> None:
    """``npm run build`` when a source of the front end is newer than the bundle."""
    sources = [path for path in FRONTEND.iterdir() if path.name not in NOT_SOURCES]
    stamp = Stamp(DIST / ".eoffice-built", fingerprint(sources))
    if stamp.fresh and (DIST / "manifest.json").is_file():
        return
    ensure_modules()
    with step("Building the front end"):
        quietly(NPM, "run", "build", doing="Building the front end", cwd=FRONTEND, env=environment())
        stamp.write()
