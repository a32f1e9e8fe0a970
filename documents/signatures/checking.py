"""What the page "Kiểm tra chữ ký" says of a PDF: each thing that was checked, and what came out, in words."""

import datetime as dt
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.signatures.inspection import Finding
from eoffice import programs
from eoffice.errors import UserError

TIMEOUT_S = 30
"""The reader waits."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: ``tone`` is "success", "warning" or "danger", as the page's chips wear it."""

    name: str
    verdict: str
    tone: str
    sentence: str


@dataclass(frozen=True)
class Examined:
    """One signature, and all that was checked of it."""

    finding: Finding
    signed_at: dt.datetime | None
    checks: list[Check]


def examine(pdf: IO[bytes]) -> list[Examined]:
    """Every signature of ``pdf``, in a process of its own. Raises UserError("signatures-unreadable")."""
    with tempfile.TemporaryDirectory(prefix="eoffice-signatures-") as folder:
        source, target = Path(folder) / "paper.pdf", Path(folder) / "findings.json"
        with source.open("wb") as copy:
            pdf.seek(0)
            shutil.copyfileobj(pdf, copy)
        command = [sys.executable, "-m", "documents.signatures.inspection"]
        command += [str(source), str(settings.SIGNATURE_TRUST), str(target)]
        try:
            status = programs.run(
                programs.limited(command, memory_bytes=settings.PDF_MEMORY_BYTES),
                workspace=Path(folder),
                environment=programs.environment(Path(folder), PYTHONPATH=str(settings.BASE_DIR)),
                timeout_s=TIMEOUT_S,
                alive=lambda _seconds: None,
            )
        except programs.TookTooLong:
            status = -1
        if status or not target.exists():
            sentence = _("Không đọc được tệp này để kiểm tra chữ ký.")
            hint = _("Tệp có thể hỏng, đặt mật khẩu hoặc quá nặng. Lấy lại bản gốc từ nơi gửi rồi thử lại.")
            raise UserError("signatures-unreadable", sentence, hint=hint, fields={"file": f"{sentence} {hint}"})
        return [_examined(Finding(**one)) for one in json.loads(target.read_text())]


def _examined(found: Finding) -> Examined:
    at = dt.datetime.fromisoformat(found.signed_at) if found.signed_at else None
    checks = [_integrity(found)]
    if found.integrity != "unreadable":
        checks += [check(found) for check in _CHECKS]
    return Examined(found, at, checks)


def _integrity(found: Finding) -> Check:
    verdict, tone, sentence = {
        "whole": (_("Nguyên vẹn"), "success", _("Nội dung mà chữ ký này bao trùm giống hệt khi ký.")),
        "broken": (_("Đã bị thay đổi"), "danger", _("Nội dung đã khác so với khi ký, hoặc chữ ký đã bị sửa.")),
        "unreadable": (_("Không kiểm tra được"), "danger", _("Chữ ký này không theo cấu trúc mà hệ thống đọc được.")),
    }[found.integrity]
    return Check(_("Tính toàn vẹn"), verdict, tone, sentence)


def _coverage(found: Finding) -> Check:
    verdict, tone, sentence = {
        "file": (_("Toàn bộ tệp"), "success", _("Chữ ký bao trùm toàn bộ tệp; sau khi ký không có gì được thêm vào.")),
        "revision": _added(found),
        "unclear": (_("Không rõ"), "danger", _("Chữ ký chỉ bao trùm một phần của tệp.")),
    }[found.coverage]
    return Check(_("Phạm vi ký"), verdict, tone, sentence)


def _added(found: Finding) -> tuple[str, str, str]:
    if found.later == "allowed":
        sentence = _("Chữ ký bao trùm toàn bộ tệp tại thời điểm ký; sau đó chỉ có thêm chữ ký khác.")
        return _("Toàn bộ tệp khi ký"), "success", sentence
    sentence = _(
        "Sau khi ký, tệp được thêm phần mà chữ ký này không cho phép, hoặc không xác định được. So với bản gốc."
    )
    return _("Có phần thêm sau khi ký"), "danger", sentence


def _chain(found: Finding) -> Check:
    verdict, tone, sentence = {
        "trusted": (
            _("Tin cậy"),
            "success",
            _("Chứng thư số do một tổ chức có trong danh sách tin cậy của hệ thống này cấp."),
        ),
        "untrusted": (
            _("Chưa xác định"),
            "warning",
            _("Không nối được chứng thư số tới tổ chức nào trong danh sách tin cậy của hệ thống này."),
        ),
        "no-anchors": (
            _("Chưa kiểm tra"),
            "warning",
            _("Hệ thống này chưa được cấu hình danh sách tổ chức chứng thực tin cậy."),
        ),
        "unexamined": (_("Không xét"), "warning", _("Không xét, vì nội dung không còn như khi ký.")),
    }[found.chain]
    return Check(_("Nơi cấp chứng thư số"), verdict, tone, sentence)


def _term(found: Finding) -> Check:
    since, until = (_day(moment) for moment in (found.valid_from, found.valid_to))
    term = _("Chứng thư số có hiệu lực từ %(since)s đến %(until)s.") % {"since": since, "until": until}
    if found.in_time:
        return Check(_("Hiệu lực khi ký"), _("Còn hiệu lực"), "success", term)
    return Check(_("Hiệu lực khi ký"), _("Ngoài thời hạn"), "danger", term)


def _revocation(found: Finding) -> Check:
    of = {"day": _day(found.revocation_list_of)} if found.revocation_list_of else {"day": ""}
    verdict, tone, sentence = {
        "good": (_("Chưa bị thu hồi"), "success", _("Đã tra danh sách thu hồi của nơi cấp, bản ngày %(day)s.") % of),
        "revoked": (_("Đã bị thu hồi"), "danger", _("Chứng thư số có trong danh sách thu hồi, bản ngày %(day)s.") % of),
        "unchecked": (
            _("Chưa kiểm tra"),
            "warning",
            _("Chưa tra được: hệ thống không có danh sách thu hồi còn hạn của nơi cấp."),
        ),
    }[found.revocation]
    return Check(_("Thu hồi chứng thư số"), verdict, tone, sentence)


def _timestamp(found: Finding) -> Check:
    at = {"at": _moment(found.timestamp_at)}
    verdict, tone, sentence = {
        "none": (_("Không có"), "warning", _("Thời điểm ký do máy của người ký ghi, không có bên thứ ba xác nhận.")),
        "trusted": (_("Có"), "success", _("Tổ chức cấp dấu thời gian tin cậy xác nhận chữ ký có trước %(at)s.") % at),
        "untrusted": (
            _("Chưa xác định"),
            "warning",
            _("Có dấu thời gian %(at)s, nhưng nơi cấp không có trong danh sách tin cậy của hệ thống này.") % at,
        ),
        "broken": (_("Không khớp"), "danger", _("Dấu thời gian kèm theo không phải của chữ ký này.")),
    }[found.timestamp]
    return Check(_("Dấu thời gian"), verdict, tone, sentence)


_CHECKS: tuple[Callable[[Finding], Check], ...] = (_coverage, _chain, _term, _revocation, _timestamp)


def _day(moment: str) -> str:
    return f"{timezone.localtime(dt.datetime.fromisoformat(moment)):%d/%m/%Y}"


def _moment(moment: str) -> str:
    return f"{timezone.localtime(dt.datetime.fromisoformat(moment)):%H:%M:%S %d/%m/%Y}" if moment else ""
