"""Office file to PDF with LibreOffice: one process per job, its own profile, killed with its children."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from documents.failures import ConversionError

FONTS = Path(__file__).with_name("fonts.conf")
_POLL_S = 0.2
_EXPORT = {
    "docx": "writer_pdf_Export",
    "odt": "writer_pdf_Export",
    "xlsx": "calc_pdf_Export",
    "ods": "calc_pdf_Export",
    "pptx": "impress_pdf_Export",
    "odp": "impress_pdf_Export",
}
_OPTIONS = '{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
# No macros, nothing fetched from the network on behalf of a paper.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def to_pdf(
    source: Path,
    *,
    workspace: Path,
    program: str,
    timeout_s: float,
    alive: Callable[[float], None],
) -> Path:
    """The PDF of the Office file ``source`` (named with its right ending), made inside ``workspace``.

    ``alive`` is called several times a second with the seconds gone by. Raises
    ConversionError(office-missing, office-timeout, office-failed).
    """
    if not shutil.which(program):
        raise ConversionError("office-missing")
    output = workspace / "pdf"
    output.mkdir()
    with (workspace / "office.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            _command(program, source, output, _profile(workspace)),
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=workspace,
            env=_environment(workspace),
            start_new_session=True,
        )
        try:
            _wait(process, timeout_s, alive)
        finally:
            _end_group(process)
    made = output / f"{source.stem}.pdf"
    if process.returncode != 0 or not made.exists() or not made.stat().st_size:
        raise ConversionError("office-failed")
    return made


def _command(program: str, source: Path, output: Path, profile: Path) -> list[str]:
    return [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nologo",
        f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to",
        f"pdf:{_EXPORT[source.suffix.lstrip('.')]}:{_OPTIONS}",
        "--outdir",
        str(output),
        str(source),
    ]


def _profile(workspace: Path) -> Path:
    profile = workspace / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)
    return profile


def _environment(workspace: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {
        **kept,
        "HOME": str(workspace),
        "TMPDIR": str(workspace),
        "FONTCONFIG_FILE": str(FONTS),
        "SAL_USE_VCLPLUGIN": "svp",
    }


def _wait(process: "subprocess.Popen[bytes]", timeout_s: float, alive: Callable[[float], None]) -> None:
    began = time.monotonic()
    while process.poll() is None:
        gone = time.monotonic() - began
        if gone > timeout_s:
            raise ConversionError("office-timeout")
        alive(gone)
        time.sleep(_POLL_S)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """``soffice`` is a script that starts others: end the whole group, also after a success."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
