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
    "too-many-pages": _("Tài liệu quá nhiều trang. Chia thành nhiều tệp nhỏ hơn."),
    "interrupted": _("Việc chuyển đổi bị gián đoạn nhiều lần. Thử lại, hoặc tải lên bản PDF."),
    "internal": _("Hệ thống gặp lỗi khi chuyển đổi. Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị viên."),
}
