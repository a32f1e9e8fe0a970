"""Reminding those who have not replied: at 50 % and 90 % of the time they have, each step once (docs/domain/meetings.md, "Replies").

A sweep finds what is missing (ADR 0120). Who has several things to answer is told once in a sweep; of steps that a late sweep
finds together, the last one only.
"""

import datetime as dt
import uuid
from collections import defaultdict

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import NotAllowed
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from meetings import allotting, replies, reply_board
from meetings.models import Meeting, Reply, ReplyReminder
from meetings.scheduling import locked

STEPS = (90, 50)
"""Percent of the time between the invitation and the end of the time for replies, the later one first."""
BY_HAND = 0
"""The step of a reminder that somebody sends; its ``due`` is the beginning of the day."""
Missing = tuple[int, bool, bool]
"""A meeting's id; the person has not replied; a unit they answer for has not named everybody."""


@transaction.atomic
def sweep(now: dt.datetime) -> int:
    """Remind those of all coming meetings whose step has come; how many people are told. Rows and notices are one transaction."""
    coming = Meeting.objects.filter(state=Meeting.State.INVITED, starts_at__gt=now, issued_at__isnull=False)
    steps = {meeting: step_at(meeting, now) for meeting in coming.select_related("type", "chair", "secretary")}
    return _remind(_claimed({meeting: step for meeting, step in steps.items() if step}))


@transaction.atomic
def nudge(by: Appointment, meeting: Meeting) -> int:
    """Remind those of ``meeting`` now, once a day at most; how many people are told. Raises NotAllowed("may-not-nudge-replies")."""
    meeting = locked(meeting)
    if meeting.state != Meeting.State.INVITED or not reply_board.may_see(by.person, meeting):
        raise NotAllowed(
            "may-not-nudge-replies", _("Chỉ người chuẩn bị cuộc họp và thư ký nhắc được, khi cuộc họp chưa khai mạc.")
        )
    today = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time()))
    _row, created = ReplyReminder.objects.get_or_create(
        meeting=meeting, due=today, step=BY_HAND, defaults={"run": uuid.uuid4()}
    )
    if not created:
        return 0
    told = _remind([meeting])
    log.record("meeting.replies_nudged", by=by, target=meeting, told=told)
    return told


def _remind(due: list[Meeting]) -> int:
    missing: dict[int, list[Missing]] = defaultdict(list)
    for meeting in sorted(due, key=lambda one: (one.starts_at, one.pk)):
        silent, naming = _silent(meeting), _naming(meeting)
        for pk in silent | naming:
            missing[pk].append((meeting.pk, pk in silent, pk in naming))
    people: dict[tuple[Missing, ...], list[User]] = defaultdict(list)
    for person in User.objects.filter(pk__in=missing, is_active=True):
        people[tuple(missing[person.pk])].append(person)
    by_id = {meeting.pk: meeting for meeting in due}
    for what, told in people.items():
        _tell(told, what, by_id)
    return sum(map(len, people.values()))


def step_at(meeting: Meeting, now: dt.datetime) -> int:
    """The last step of ``meeting`` that has come, while there is time; 0: none."""
    due = replies.due(meeting)
    if meeting.issued_at is None or now >= due:
        return 0
    passed = (now - meeting.issued_at) / (due - meeting.issued_at) * 100
    return next((step for step in STEPS if passed >= step), 0)


def _claimed(steps: dict[Meeting, int]) -> list[Meeting]:
    """Those whose step nobody has spoken of."""
    spoken = set(ReplyReminder.objects.filter(meeting__in=steps).values_list("meeting", "due", "step"))
    run = uuid.uuid4()
    ReplyReminder.objects.bulk_create(
        [
            ReplyReminder(meeting=meeting, due=replies.due(meeting), step=step, run=run)
            for meeting, step in steps.items()
            if (meeting.pk, replies.due(meeting), step) not in spoken
        ],
        ignore_conflicts=True,
    )
    own = set(ReplyReminder.objects.filter(run=run).values_list("meeting", flat=True))
    return [meeting for meeting in steps if meeting.pk in own]


def _silent(meeting: Meeting) -> set[int]:
    return set(replies.asked(meeting).filter(reply=Reply.NONE).order_by().values_list("person", flat=True))


def _naming(meeting: Meeting) -> set[int]:
    units = [site.unit_id for site in allotting.unfilled(meeting.sites.all())]
    answering = Appointment.objects.current().representing().filter(unit__in=units)
    return set(answering.order_by().values_list("person", flat=True))


def _tell(people: list[User], what: tuple[Missing, ...], meetings: dict[int, Meeting]) -> None:
    first = meetings[what[0][0]]
    only = len(what) == 1

    def title() -> str:
        if only:
            return _("Nhắc trả lời giấy mời: %(title)s") % {"title": first.title}
        return _("Nhắc trả lời %(count)d giấy mời") % {"count": len(what)}

    notify.send(
        people,
        kind="meeting.reply_reminder",
        title=title,
        body=lambda: "\n".join(_line(meetings[pk], silent=silent, naming=naming) for pk, silent, naming in what),
        url=reverse("meeting-detail", args=[first.pk]) if only else reverse("today"),
        mail=True,
    )


def _line(meeting: Meeting, *, silent: bool, naming: bool) -> str:
    at = date_format(timezone.localtime(replies.due(meeting)), "H:i d/m/Y")
    what = [_("quý vị chưa trả lời")] if silent else []
    what += [_("đơn vị chưa phân công đủ người dự")] if naming else []
    return _("%(title)s: %(what)s. Hạn: %(at)s.") % {"title": meeting.title, "what": "; ".join(what), "at": at}
