"""When sites are to test their lines: set by who prepares the meeting, announced, and reminded of near the end."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.worktime import deadlines
from meetings import readiness
from meetings.models import Attendee, LineTestWindow, Meeting, MeetingSite, Role
from meetings.permissions import WITH_ROOM, may_plan_tests
from meetings.scheduling import locked

USUAL = (dt.time(14, 0), dt.time(16, 0))
"""What is proposed, on the working day before."""
LONGEST = dt.timedelta(hours=12)
MOST = 5
"""Windows of one meeting."""
REMIND_BEFORE = dt.timedelta(minutes=30)
"""The end of the window; of a short one, half of it."""


def proposed(meeting: Meeting, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """14:00 to 16:00 of the working day before; when that is over, from the next full quarter hour to the start."""
    first = timezone.localdate(meeting.starts_at)
    day = _working_day_before(first)
    start, end = (timezone.make_aware(dt.datetime.combine(day, time)) for time in USUAL)
    if end > now:
        return start, end
    start = _next_quarter(now)
    return start, max(min(meeting.starts_at, start + dt.timedelta(hours=2)), start + dt.timedelta(minutes=15))


def _working_day_before(day: dt.date) -> dt.date:
    try:
        return deadlines.working_day_before(day, 1)
    except UserError:  # nobody has confirmed that year: the day before will do
        return day - dt.timedelta(days=1)


def _next_quarter(now: dt.datetime) -> dt.datetime:
    minutes = 15 - now.minute % 15
    return now.replace(second=0, microsecond=0) + dt.timedelta(minutes=minutes)


@transaction.atomic
def add(by: Appointment, meeting: Meeting, starts_at: dt.datetime, ends_at: dt.datetime) -> LineTestWindow:
    """Have sites test between these times; their people are told. The same window again is harmless.

    Raises NotAllowed, UserError("bad-window") with its fields, Conflict("too-many-windows").
    """
    meeting = locked(meeting)
    _check_may(by, meeting)
    _check_times(meeting, starts_at, ends_at)
    same = meeting.test_windows.filter(starts_at=starts_at, ends_at=ends_at).first()
    if same:
        return same
    if meeting.test_windows.count() >= MOST:
        raise Conflict("too-many-windows", _("Cuộc họp đã có đủ %(most)d khung giờ kiểm tra.") % {"most": MOST})
    window = LineTestWindow.objects.create(meeting=meeting, starts_at=starts_at, ends_at=ends_at, by=by)
    record("meeting.test_window_added", by=by, target=meeting, window=_words(window))
    title = gettext_lazy("Kiểm tra đường truyền %(window)s: %(title)s")
    _tell(testers(meeting), meeting, "meeting.test_window", title, window)
    return window


@transaction.atomic
def remove(by: Appointment, window: LineTestWindow) -> None:
    """Take a window back; sites whose people were told are told. Raises NotAllowed."""
    meeting = locked(window.meeting)
    _check_may(by, meeting)
    gone, _rows = LineTestWindow.objects.filter(pk=window.pk).delete()
    if gone:
        record("meeting.test_window_removed", by=by, target=meeting, window=_words(window))
    if gone and window.ends_at > timezone.now():
        title = gettext_lazy("Không kiểm tra đường truyền %(window)s nữa: %(title)s")
        _tell(testers(meeting), meeting, "meeting.test_window_removed", title, window)


def _check_may(by: Appointment, meeting: Meeting) -> None:
    if not may_plan_tests(by.person, meeting):
        raise NotAllowed(
            "may-not-plan-tests",
            _("Chỉ người chuẩn bị cuộc họp đặt được khung giờ kiểm tra, sau khi đã gửi giấy mời."),
        )


def _check_times(meeting: Meeting, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    faults: dict[str, str] = {}
    if ends_at <= starts_at:
        faults["ends_at"] = _("Giờ kết thúc phải sau giờ bắt đầu.")
    elif ends_at - starts_at > LONGEST:
        faults["ends_at"] = _("Khung giờ dài nhất 12 giờ.")
    elif ends_at <= timezone.now():
        faults["ends_at"] = _("Khung giờ này đã qua.")
    if starts_at >= meeting.starts_at:
        faults["starts_at"] = _("Phải bắt đầu trước giờ họp.")
    if faults:
        raise UserError("bad-window", _("Khung giờ chưa đặt được."), fields=faults)


# --- who is told ------------------------------------------------------------------------------------------


def testers(meeting: Meeting, sites: list[int] | None = None) -> list[User]:
    """Who sees to a site's machine: technician and chair of the site, who answers for its unit, a person alone.

    ``sites``: only of these. Two queries at most, whatever the number of sites.
    """
    chosen = meeting.sites.all() if sites is None else meeting.sites.filter(pk__in=sites)
    shared = chosen.exclude(kind=MeetingSite.Kind.INDIVIDUAL).order_by()
    answering = Appointment.objects.current().representing().filter(unit__in=shared.values("unit")).values("person")
    technicians = Attendee.objects.filter(site__in=chosen.order_by().values("pk"), role=Role.TECHNICIAN)
    people = (
        Q(pk__in=answering)
        | Q(pk__in=technicians.order_by().values("person"))
        | Q(pk__in=shared.filter(technician__isnull=False).values("technician__person"))
        | Q(pk__in=shared.filter(chair__isnull=False).values("chair__person"))
        | Q(pk__in=chosen.filter(person__isnull=False).order_by().values("person"))
    )
    return list(User.objects.filter(people, is_active=True))


def _words(window: LineTestWindow) -> str:
    start, end = timezone.localtime(window.starts_at), timezone.localtime(window.ends_at)
    if start.date() == end.date():
        return f"{start:%H:%M}–{end:%H:%M} {start:%d/%m/%Y}"
    return f"{start:%H:%M %d/%m/%Y} – {end:%H:%M %d/%m/%Y}"


def _tell(people: list[User], meeting: Meeting, kind: str, title: Promise, window: LineTestWindow) -> None:
    notify.send(
        people,
        kind=kind,
        title=lambda: str(title) % {"window": _words(window), "title": meeting.title},
        body=lambda: _("Mở trang kiểm tra trên máy sẽ dùng để họp. Mở sẵn trước giờ thì trang tự chạy."),
        url=reverse("meeting-line-test", args=[meeting.pk]),
        mail=True,
    )


# --- reminding --------------------------------------------------------------------------------------------


def remind(now: dt.datetime) -> int:
    """Remind the sites that have not tested in a window that nears its end, or not passed; how many windows.

    Each window once: whoever marks its row first sends, and both happen or neither.
    """
    near = LineTestWindow.objects.filter(
        reminded_at__isnull=True, ends_at__gt=now, ends_at__lte=now + REMIND_BEFORE, meeting__state__in=WITH_ROOM
    )
    due = [window for window in near.select_related("meeting__secretary__person") if _is_near(window, now)]
    return sum(_remind(window, now) for window in due)


def _is_near(window: LineTestWindow, now: dt.datetime) -> bool:
    return window.ends_at - now <= min(REMIND_BEFORE, (window.ends_at - window.starts_at) / 2)


@transaction.atomic
def _remind(window: LineTestWindow, now: dt.datetime) -> bool:
    if not LineTestWindow.objects.filter(pk=window.pk, reminded_at__isnull=True).update(reminded_at=now):
        return False
    meeting = window.meeting
    tested = Q(readiness__last_at__gte=window.starts_at, readiness__machine_changed=False)
    missing = set(meeting.sites.exclude(tested).order_by().values_list("pk", flat=True))
    lamps = readiness.states(meeting, now)
    failed = {pk for pk, (state, _why) in lamps.items() if state != readiness.State.READY} - missing
    for sites, kind, title in (
        (missing, "meeting.test_reminder", gettext_lazy("Sắp hết giờ kiểm tra đường truyền %(window)s: %(title)s")),
        (
            failed,
            "meeting.test_again",
            gettext_lazy("Điểm cầu kiểm tra chưa đạt, còn kịp làm lại %(window)s: %(title)s"),
        ),
    ):
        if sites:
            _tell(testers(meeting, sorted(sites)), meeting, kind, title, window)
    if missing or failed:
        _tell_secretary(meeting, len(missing), len(failed))
    return True


def _tell_secretary(meeting: Meeting, missing: int, failed: int) -> None:
    notify.send(
        [meeting.secretary.person],
        kind="meeting.tests_missing",
        title=lambda: (
            _("Đường truyền: %(missing)d điểm cầu chưa kiểm tra, %(failed)d chưa đạt, %(title)s")
            % {"missing": missing, "failed": failed, "title": meeting.title}
        ),
        url=f"{reverse('meeting-rehearsal', args=[meeting.pk])}?state={'untested' if missing else 'problem'}",
    )
