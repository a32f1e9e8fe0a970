"""How many people sit at a site, as its own people count them: the room is larger than the list (docs/domain/votes.md)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, UserError
from meetings.entitled import may_keep_attendance, sites_kept_by
from meetings.models import MeetingSite
from meetings.permissions import WITH_ROOM
from meetings.realtime import attendance_counted

MOST = 2000


@transaction.atomic
def report(site: MeetingSite, number: int | None, *, by: User) -> MeetingSite:
    """``number`` people are in the room of ``site``; the last report holds.

    Raises NotAllowed("not-your-site"), Conflict("meeting-over"), UserError("headcount-range").
    """
    if not may_report(by, site):
        raise NotAllowed("not-your-site", _("Quý vị không phụ trách điểm cầu này."))
    if site.meeting.state not in WITH_ROOM:
        raise Conflict("meeting-over", _("Cuộc họp đã kết thúc."))
    if number is None or not 0 <= number <= MOST:
        raise UserError(
            "headcount-range",
            _("Số người có mặt chưa đúng."),
            hint=_("Nhập một số từ 0 đến %(most)d.") % {"most": MOST},
        )
    site.headcount, site.headcount_at = number, timezone.now()
    site.save(update_fields=["headcount", "headcount_at"])
    record("meeting.headcount_reported", user=by, target=site.meeting, site=site.name, number=number)
    attendance_counted(site.meeting_id)
    return site


def may_report(user: User, site: MeetingSite) -> bool:
    """The people who answer for the site's unit, and who keeps the attendance."""
    return may_keep_attendance(user, site.meeting) or sites_kept_by(user, site.meeting).filter(pk=site.pk).exists()
