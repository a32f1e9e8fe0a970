"""State secrets are not taken in: what is declared as one, or bears its stamp on the first page, is refused.

The Law on the Protection of State Secrets (117/2025/QH15) and Decree 63/2026/NĐ-CP forbid drafting, keeping and sending
them on systems that are connected to the internet. Only their place is told; nothing of them is stored.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.press import first_page_text
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.files.kinds import DOCX, ODT, PDF, PPTX, Kind
from eoffice.organisation.models import Appointment

LEVELS = {"mat": gettext_lazy("Mật"), "toi-mat": gettext_lazy("Tối mật"), "tuyet-mat": gettext_lazy("Tuyệt mật")}
"""What may be declared besides "normal"; Law 117/2025, the three degrees."""
FIRST_LINES = 60
"""Lines of a text document that count as its first page."""
_PART_BYTES = 4 * 1024 * 1024
_STAMP = re.compile(r"^\W*(?:ĐỘ MẬT\s*:\s*)?(TUYỆT MẬT|TỐI MẬT|MẬT)\W*$")
_BREAK = re.compile(r"</(?:w:p|text:p|text:h|a:p)>|<w:br\b[^>]*>|<w:tab\b[^>]*>|<text:line-break\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_PARTS = {
    DOCX: re.compile(r"^word/(?:header\d*|document)\.xml$"),
    ODT: re.compile(r"^(?:styles|content)\.xml$"),
    PPTX: re.compile(r"^ppt/slides/slide1\.xml$"),
}


def refuse_declared(level: str, *, by: Appointment) -> None:
    """Raise UserError(state-secret) when the person says that the file is one."""
    if level in LEVELS:
        raise _refusal(str(LEVELS[level]), by, "declared")


def refuse_stamped(file: IO[bytes], kind: Kind, *, by: Appointment) -> None:
    """Raise UserError(state-secret) when a stamp (MẬT, TỐI MẬT, TUYỆT MẬT) stands by itself in a line of the first page.

    Of a picture of a stamp: see ``documents.stamped_scans``. ``file`` has been found whole.
    """
    level = stamp_in(_first_lines(file, kind))
    if level:
        raise _refusal(level, by, "stamp")


def stamp_in(lines: Iterable[str]) -> str:
    """The degree ("Tối mật") whose stamp stands by itself in one of the ``lines`` of a first page; "" where there is none."""
    lines = [" ".join(unicodedata.normalize("NFC", line).split()) for line in lines]
    for before, line in zip(["", *lines], lines, strict=False):
        found = _STAMP.match(line)
        if found and not before.endswith(("BÍ", "BẢO")):  # a heading about secrets, broken into two lines
            return found[1].capitalize()
    return ""


def _first_lines(file: IO[bytes], kind: Kind) -> list[str]:
    file.seek(0)
    if kind == PDF:
        return first_page_text(file).splitlines()
    if kind not in _PARTS:
        return []
    lines: list[str] = []
    with zipfile.ZipFile(file) as package:
        for name in sorted(package.namelist(), reverse=True):  # headers before the document
            if _PARTS[kind].match(name):
                with package.open(name) as part:
                    text = part.read(_PART_BYTES).decode("utf-8", "replace")
                lines += [_TAG.sub("", line) for line in _BREAK.split(text)][:FIRST_LINES]
    return lines


def _refusal(level: str, by: Appointment, why: str) -> UserError:
    log.record("paper.secret_refused", by=by, level=level, why=why)
    return UserError(
        "state-secret",
        _("Tài liệu độ “%(level)s” không được đưa lên hệ thống này.") % {"level": level},
        hint=_(
            "Luật Bảo vệ bí mật nhà nước số 117/2025/QH15 và Nghị định 63/2026/NĐ-CP cấm soạn, lưu, gửi bí mật nhà nước trên "
            "hệ thống có kết nối Internet. Xử lý tài liệu này trên giấy hoặc mạng riêng. Nếu dấu chỉ mức độ mật là nhầm, "
            "bỏ dấu đó trong tệp rồi tải lên lại."
        ),
    )
