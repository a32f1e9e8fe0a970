"""Why a file is not taken, in words that tell what to do. One function per stable code."""

from django.conf import settings
from django.utils.translation import gettext as _

from eoffice.errors import UserError


def missing() -> UserError:
    return UserError("file-missing", _("Chưa chọn tệp nào."), hint=_("Chọn một tệp trên máy rồi gửi lại."))


def empty() -> UserError:
    return UserError(
        "file-empty",
        _("Tệp rỗng, không có nội dung."),
        hint=_("Mở lại tệp trên máy để kiểm tra, lưu lại rồi tải lên lần nữa."),
    )


def too_large() -> UserError:
    limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
    return UserError(
        "file-too-large",
        _("Tệp lớn hơn mức cho phép (%(limit)s MB).") % {"limit": limit},
        hint=_("Giảm dung lượng ảnh trong tệp hoặc chia thành nhiều tệp nhỏ hơn."),
    )


def not_allowed(found: str, wanted: str) -> UserError:
    """``found``: the ending that fits the content, "" when it is unknown; ``wanted``: endings, with commas."""
    said = (
        _("Không nhận loại tệp này (nội dung là .%(found)s).") % {"found": found}
        if found
        else _("Không nhận ra loại của tệp này.")
    )
    return UserError("file-not-allowed", said, hint=_("Các loại tệp được nhận: %(wanted)s.") % {"wanted": wanted})


def ending_differs(ending: str, found: str) -> UserError:
    """The name says ``ending``, the content is ``found`` ("" when it is unknown)."""
    said = (
        _("Tên tệp ghi .%(ending)s nhưng nội dung là .%(found)s.") % {"ending": ending, "found": found}
        if found
        else _("Tên tệp ghi .%(ending)s nhưng nội dung không phải loại đó.") % {"ending": ending}
    )
    return UserError(
        "file-ending-differs",
        said,
        hint=_("Mở tệp bằng chương trình đã soạn ra nó, lưu lại đúng loại rồi tải lên."),
    )


def old_office() -> UserError:
    return UserError(
        "file-old-office",
        _("Đây là tệp Office kiểu cũ (.doc, .xls, .ppt)."),
        hint=_("Mở tệp, chọn Lưu thành… (Save As) kiểu .docx, .xlsx hoặc .pptx rồi tải lên."),
    )


def locked() -> UserError:
    return UserError(
        "file-locked",
        _("Tệp có đặt mật khẩu nên không mở được."),
        hint=_("Bỏ mật khẩu của tệp rồi tải lên lại."),
    )


def damaged() -> UserError:
    return UserError(
        "file-damaged",
        _("Tệp bị hỏng, không mở được."),
        hint=_("Mở thử tệp trên máy. Nếu mở được, lưu thành tệp mới rồi tải lên; nếu không, xin lại bản gốc."),
    )


def swollen() -> UserError:
    return UserError(
        "file-swollen",
        _("Tệp nén quá lớn so với dung lượng thật, có thể gây hại cho hệ thống."),
        hint=_("Kiểm tra nguồn của tệp. Nếu là tệp thật, lưu thành PDF rồi tải lên."),
    )


def has_macros() -> UserError:
    return UserError(
        "file-has-macros",
        _("Tệp có chứa macro (chương trình nhúng)."),
        hint=_("Lưu tệp thành loại không có macro (.docx, .xlsx, .pptx) rồi tải lên."),
    )
