"""What was done about a booking, told to whoever may read what it is for."""

from django.utils.translation import gettext as _

from eoffice.audit import history
from eoffice.audit.models import Entry
from eoffice.calendar.models import Booking


def tell(entry: Entry) -> str:
    """What was done, in words."""
    if entry.action == "booking.made":
        waits = entry.detail.get("state") == Booking.State.PENDING
        return _("đặt, chờ đơn vị quản lý duyệt") if waits else _("đặt")
    if entry.action == "booking.changed":
        moved = _("dời giờ hoặc đổi nơi") if entry.detail.get("moved") else _("sửa nội dung lượt đặt")
        waits = entry.detail.get("moved") and entry.detail.get("state") == Booking.State.PENDING
        return _("%(what)s, chờ duyệt lại") % {"what": moved} if waits else moved
    bare = entry.action in ("booking.cancelled", "booking.accepted") and not entry.detail.get("reason")
    return history.in_words(entry, _bare() if bare else _sentences(), _("cập nhật lượt đặt"))


def _bare() -> dict[str, str]:
    return {"booking.cancelled": _("hủy lượt đặt"), "booking.accepted": _("duyệt lượt đặt")}


def _sentences() -> dict[str, str]:
    return {
        "booking.accepted": _("duyệt lượt đặt: %(reason)s"),
        "booking.refused": _("không duyệt: %(reason)s"),
        "booking.cancelled": _("hủy lượt đặt: %(reason)s"),
        "booking.released": _("thu hồi lượt đặt: %(reason)s"),
        "booking.checked_in": _("nhận và sử dụng"),
        "booking.given_back": _("trả trước giờ"),
        "booking.confirmed": _("xác nhận còn sử dụng"),
    }
