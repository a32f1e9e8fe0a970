"""Why a paper could not be converted, in words; ``code`` is stable."""

from django.utils.translation import gettext_lazy as _


class ConversionError(Exception):
    """The reading copy cannot be made. ``code`` is a key of ``SENTENCES``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


SENTENCES = {
    "office-missing": _("Máy chủ chưa có LibreOffice nên chưa chuyển đổi được. Báo quản trị viên."),
    "office-timeout": _("Chuyển đổi quá lâu nên đã dừng. Lưu tệp thành PDF rồi tải lên bản mới."),
    "office-failed": _("LibreOffice không mở được tệp này. Lưu tệp thành PDF rồi tải lên bản mới."),
    "pdf-unreadable": _("Không đọc được bản PDF. Xuất lại PDF từ chương trình soạn thảo rồi tải lên bản mới."),
    "pdf-too-heavy": _(
        "Bản PDF quá nặng: hiển thị một trang cần quá nhiều bộ nhớ hoặc thời gian. Giảm độ phân giải ảnh trong tệp, xuất lại "
        "PDF rồi tải lên bản mới."
    ),
    "too-many-pages": _("Tài liệu quá nhiều trang. Chia thành nhiều tệp nhỏ hơn."),
    "interrupted": _("Việc chuyển đổi bị gián đoạn nhiều lần. Thử lại, hoặc tải lên bản PDF."),
    "internal": _("Hệ thống gặp lỗi khi chuyển đổi. Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị viên."),
}

RECOGNITION_SENTENCES = {
    "pages": _("Có trang không nhận dạng được chữ. Thử lại; nếu vẫn vậy, quét lại rõ hơn rồi tải lên bản mới."),
    "interrupted": _("Việc nhận dạng chữ bị gián đoạn nhiều lần. Thử lại; nếu vẫn vậy, báo quản trị viên."),
    "internal": _("Hệ thống gặp lỗi khi nhận dạng chữ. Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị viên."),
}
"""Why the words of a scan could not be recognised."""
