"""What a document lacks before it may be issued (Decree 30/2020/NĐ-CP, article 8)."""

from django.utils.translation import gettext as _

from documents.decree30.parts import OfficialDocument


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
