"""What was done about a paper, and about a register of documents, told to whoever may know it."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.models import NumberAllocation, Paper
from documents.permissions import may_see_readership
from eoffice.accounts.models import User
from eoffice.audit import history
from eoffice.audit.models import Entry
from eoffice.organisation.models import Unit

FOR_READERS = ("paper.published", "paper.withdrawn", "paper.comments_opened", "paper.comments_closed")
"""What every reader may know: what they are shown, and when. Who else read or took it is its own people's to know."""


def entries_for(user: User, paper: Paper) -> "QuerySet[Entry]":
    """The acts on the paper, latest first: all for its own people and who approves it; to others what concerns every
    reader, and what they did themselves.
    """
    entries = history.entries_of(Paper, paper.pk)
    if may_see_readership(user, paper):
        return entries
    return entries.filter(Q(action__in=FOR_READERS) | Q(actor=user))


def of_register(unit: Unit, year: int) -> "QuerySet[Entry]":
    """What was done with the numbers of ``unit`` in ``year``, and who took its register away."""
    numbers = NumberAllocation.objects.filter(register__unit=unit, register__year=year).values("pk")
    kind = ContentType.objects.get_for_model(NumberAllocation)
    of_numbers = Q(target_type=kind, target_id__in=numbers)
    taken = Q(action="register.exported", target_id=unit.pk, detail__year=year)
    return history.related(Entry.objects.filter(of_numbers | taken))


def tell(entry: Entry) -> str:
    """What was done to a paper."""
    return history.in_words(entry, _of_papers() | _of_comments(), _("cập nhật tài liệu"))


def tell_of_number(entry: Entry) -> str:
    """What was done with a number of a register."""
    if entry.action == "register.exported":
        return _("tải sổ về dưới dạng bảng tính")
    sentences = {
        "number.reserved": _("lấy số %(code)s"),
        "number.assigned": _("ghi văn bản số %(code)s vào sổ"),
        "number.void": _("hủy số %(code)s: %(reason)s"),
    }
    sentences |= of_signatures()
    entry.detail = {**entry.detail, "code": entry.target_label}
    return history.in_words(entry, sentences, _("cập nhật sổ"))


def of_signatures() -> dict[str, str]:
    """Acts of signing a document digitally."""
    return {
        "signature.pending": _("gửi yêu cầu ký số"),
        "signature.signed": _("ký số văn bản"),
        "signature.refused": _("từ chối ký số"),
        "signature.failed": _("ký số chưa thành công"),
        "signature.cancelled": _("hủy yêu cầu ký số"),
    }


def _of_papers() -> dict[str, str]:
    return {
        "paper.created": _("tải tài liệu lên (%(file)s)"),
        "paper.version_added": _("tải lên bản %(version)s (%(file)s)"),
        "paper.renamed": _("đổi tên từ “%(earlier)s”"),
        "paper.planned": _("đặt thời điểm phát hành, thu hồi"),
        "paper.submitted": _("trình duyệt bản %(version)s"),
        "paper.returned": _("trả lại để sửa: %(reason)s"),
        "paper.approved": _("duyệt bản %(version)s"),
        "paper.published": _("phát hành bản %(version)s"),
        "paper.withdrawn": _("thu hồi tài liệu"),
        "paper.opened": _("mở đọc bản %(version)s"),
        "paper.downloaded": _("tải về bản %(version)s"),
        "paper.original_taken": _("tải tệp gốc của bản %(version)s"),
        "paper.kept_offline": _("lưu bản %(version)s để đọc khi không có mạng"),
        "paper.viewed_as": _("xem thử với vai trò của %(person)s"),
        "paper.conversion_retried": _("chuyển lại bản %(version)s sang PDF"),
        "paper.conversion_failed": _("bản %(version)s chưa chuyển được sang PDF"),
        "paper.recognition_retried": _("nhận dạng lại chữ của bản %(version)s"),
        "paper.recognised_anew": _("nhận dạng lại chữ của bản %(version)s"),
        "paper.recognition_failed": _("chưa nhận dạng được chữ của bản %(version)s"),
    }


def _of_comments() -> dict[str, str]:
    return {
        "paper.comments_opened": _("mở góp ý"),
        "paper.comments_closed": _("đóng góp ý"),
        "paper.commented": _("góp ý ở trang %(page)s"),
        "paper.comment_edited": _("sửa góp ý ở trang %(page)s"),
        "paper.comment_deleted": _("xóa góp ý ở trang %(page)s"),
        "paper.comment_restored": _("khôi phục góp ý ở trang %(page)s"),
        "paper.comment_settled": _("trả lời góp ý ở trang %(page)s"),
        "paper.comments_exported": _("tải bảng góp ý về"),
    }
