"""What a document lacks before it may be issued (Decree 30/2020/NĐ-CP, article 8)."""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _

from documents.decree30.parts import OfficialDocument
from eoffice.errors import UserError


def missing(document: OfficialDocument) -> list[str]:
    """Names of the required elements that ``document`` does not have, in the order of the form; empty: it is complete."""
    required = [
        (document.issuer, _("tên cơ quan ban hành")),
        (document.number is not None and document.symbol, _("số, ký hiệu")),
        (document.place, _("địa danh")),
        (document.day, _("ngày, tháng, năm")),
        (document.subject, _("trích yếu nội dung")),
        (document.body, _("nội dung")),
        (document.signature.lines and document.signature.lines[-1], _("chức vụ người ký")),
        (document.signature.name, _("họ tên người ký")),
        (document.recipients, _("nơi nhận")),
    ]
    return [name for there, name in required if not there]


def missing_before_issue(document: OfficialDocument) -> list[str]:
    """As ``missing``, of a draft: number and day are given by the issue itself."""
    return missing(replace(document, number=document.number or 1, day=document.day or dt.date.min))


def check_complete(document: OfficialDocument) -> None:
    """Raise UserError("document-incomplete") that names what ``document`` lacks before it may be issued."""
    lacking = missing_before_issue(document)
    if lacking:
        raise UserError(
            "document-incomplete",
            _("%(type)s còn thiếu: %(parts)s.") % {"type": document.type_name, "parts": ", ".join(lacking)},
            hint=_("Bổ sung rồi ban hành. Chức vụ, họ tên người ký do quản trị viên cập nhật ở cơ cấu tổ chức."),
        )
