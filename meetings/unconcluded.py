"""Meetings that were held and whose conclusions nobody has issued (họp xong chưa có kết luận): for the office, and for who prepared them."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.calendar.weeks.desks import desks_of
from eoffice.errors import NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Appointment
from eoffice.worktime import deadlines
from meetings.models import Conclusion, ConclusionNotice, Meeting
from meetings.queries import MeetingQuerySet
from meetings.scheduling import locked

CHOICES = (0, 1, 3, 5, 10)
"""Working days that may have passed since, to choose from."""
USUAL = 3
KIND = "meeting.conclusions_missing"
_State = ConclusionNotice.State


@dataclass(frozen=True)
class Missing:
    """One of them, as somebody sees it."""

    meeting: Meeting
    known: bool
    """They may open it."""
    step: str
    """How far its conclusions are."""
    opened: bool
    """Somebody opened its session here; else only its time has passed."""
    reminded: bool
    """Its secretary was told today."""


def followed_by(user: User) -> MeetingQuerySet:
    """Meetings without issued conclusions that ``user`` prepares, or whose organiser's week is compiled at their desk; latest first."""
    over = Q(state=Meeting.State.ENDED) | Q(state=Meeting.State.INVITED, ends_at__lt=timezone.now())
    desk = Meeting.objects.filter(organiser__in=desks_of(user)).order_by().values("pk")
    mine = Meeting.objects.prepared_by(user).order_by().values("pk")
    return Meeting.objects.filter(over & (Q(pk__in=desk) | Q(pk__in=mine))).order_by("-ends_at", "-pk")


def since(meetings: MeetingQuerySet, days: int) -> MeetingQuerySet:
    """Of ``meetings`` those that ended at least ``days`` working days ago; days of the week where no calendar is confirmed."""
    if not days:
        return meetings
    today = timezone.localdate()
    try:
        last = deadlines.working_day_before(today, days)
    except UserError:
        last = _weekday_before(today, days)
    return meetings.filter(ends_at__lt=_midnight(last + dt.timedelta(days=1)))


def shown(user: User, meetings: list[Meeting]) -> list[Missing]:
    """``meetings`` for a page. Four queries."""
    keys = [meeting.pk for meeting in meetings]
    known = set(Meeting.objects.visible_to(user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    notices = dict(ConclusionNotice.objects.filter(meeting__in=keys).values_list("meeting", "state"))
    begun = set(Conclusion.objects.filter(meeting__in=keys).order_by().values_list("meeting", flat=True))
    told = set(_told_today().values_list("url", flat=True))
    return [
        Missing(
            meeting,
            known=meeting.pk in known,
            step=_step(notices.get(meeting.pk), begun=meeting.pk in begun),
            opened=meeting.state == Meeting.State.ENDED,
            reminded=_url(meeting.pk) in told,
        )
        for meeting in meetings
    ]


@transaction.atomic
def remind(by: Appointment, meeting: Meeting) -> bool:
    """Tell its secretary that conclusions are missing, once a day; whether they were told now.

    Raises NotAllowed where ``by`` does not follow it, or it has conclusions by now.
    """
    meeting = locked(meeting)
    if not followed_by(by.person).filter(pk=meeting.pk).exists():
        raise NotAllowed("may-not-remind", _("Cuộc họp này đã ban hành kết luận, hoặc không do cơ quan bạn theo dõi."))
    if _told_today().filter(url=_url(meeting.pk)).exists():
        return False
    notify.send(
        [meeting.secretary.person],
        kind=KIND,
        title=lambda: _("Chưa ban hành kết luận: %(title)s") % {"title": meeting.title},
        body=lambda: (
            _("Họp ngày %(day)s. %(who)s nhắc hoàn thành và trình thông báo kết luận.")
            % {"day": f"{timezone.localtime(meeting.ends_at):%d/%m/%Y}", "who": by.person}
        ),
        url=_url(meeting.pk),
        mail=True,
    )
    log.record("meeting.conclusions_reminded", by=by, target=meeting)
    return True


def _told_today() -> QuerySet[Notification]:
    return Notification.objects.filter(kind=KIND, created_at__gte=_midnight(timezone.localdate()))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _url(meeting: int) -> str:
    return reverse("meeting-conclusions", args=[meeting])


def _step(state: str | None, *, begun: bool) -> str:
    if state in (_State.SUBMITTED, _State.CONFIRMED):
        return str(_State(state).label)
    return _("Đang soạn kết luận") if begun else _("Chưa soạn kết luận")


def _weekday_before(day: dt.date, days: int) -> dt.date:
    while days:
        day -= dt.timedelta(days=1)
        days -= day.weekday() < 5
    return day
