"""How each figure of the economy of meetings is computed, in words that stand beside it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from meetings.models import TypeBaseline


def formulas(baselines: Iterable[TypeBaseline]) -> list[tuple[str, str]]:
    """Name of the figure and how it comes about."""
    return [
        (
            _("Tỷ lệ họp trực tuyến đến cấp xã"),
            _(
                "Số cuộc họp diện rộng đã họp theo hình thức trực tuyến hoặc kết hợp, có điểm cầu cấp xã, chia cho số cuộc họp"
                " diện rộng đã họp. Họp diện rộng là cuộc họp có mời ít nhất một đơn vị cấp xã. Tính riêng cuộc họp do thành"
                " phố tổ chức và cuộc họp do sở, ngành (trước đây cả cấp huyện) tổ chức."
            ),
        ),
        (
            _("Thời gian tiết kiệm so với dự kiến"),
            _(
                "(Thời gian dự kiến − thời gian thực tế) chia cho thời gian dự kiến, của các cuộc họp có giờ khai mạc và giờ kết thúc."
            ),
        ),
        (
            _("Thời gian tiết kiệm so với trước đây"),
            _("(Mức so sánh − thời gian thực tế) chia cho mức so sánh, chỉ của loại phiên họp đã khai mức so sánh.")
            + " "
            + (_declared(baselines) or _("Chưa loại phiên họp nào được khai mức so sánh nên không tính.")),
        ),
        (
            _("Giờ-người"),
            _("Tổng thời gian có mặt của từng đại biểu đã điểm danh, trong khoảng từ lúc khai mạc đến lúc kết thúc."),
        ),
        (
            _("Giấy tiết kiệm"),
            _("Số trang của mỗi tài liệu nhân với số đại biểu đã mở đọc tài liệu đó trên máy."),
        ),
        (
            _("Quãng đường không phải đi"),
            _(
                "Mỗi điểm cầu đã vào phòng họp trực tuyến được tính một lượt xe đi và về: 2 × khoảng cách từ đơn vị đến trung"
                " tâm thành phố. Điểm cầu chưa khai khoảng cách không được tính."
            ),
        ),
    ]


def _declared(baselines: Iterable[TypeBaseline]) -> str:
    return "; ".join(
        _("%(type)s: %(minutes)d phút (năm %(year)d, nguồn: %(source)s)")
        % {"type": each.type.name, "minutes": each.minutes, "year": each.year, "source": each.source}
        for each in baselines
    )
