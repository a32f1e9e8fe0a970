"""Office file to PDF with LibreOffice: one process per job, its own profile, killed with its children."""

import shutil
from collections.abc import Callable
from pathlib import Path

from documents.failures import ConversionError
from eoffice import programs

FONTS = Path(__file__).with_name("fonts.conf")
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
    memory_bytes: int,
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
    try:
        status = programs.run(
            programs.limited(_command(program, source, output, _profile(workspace)), memory_bytes=memory_bytes),
            workspace=workspace,
            environment=programs.environment(workspace, FONTCONFIG_FILE=str(FONTS), SAL_USE_VCLPLUGIN="svp"),
            timeout_s=timeout_s,
            alive=alive,
        )
    except programs.TookTooLong as error:
        raise ConversionError("office-timeout") from error
    made = output / f"{source.stem}.pdf"
    if status != 0 or not made.exists() or not made.stat().st_size:
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
