"""Correcting an issued notice of conclusions: another edition is drafted, confirmed and issued in its place (ADR 0141).

The former one stays in force, and its tasks go on, until then; it may have been recalled before.
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import NotAllowed
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from meetings import conclusions, permissions, recalls
from meetings.models import Conclusion, ConclusionNotice, ConclusionTask, Meeting
from meetings.scheduling import locked

_NOT_COPIED = ("id", "conclusion", "task", "batch", "recurring", "former")


@transaction.atomic
def begin(by: Appointment, meeting: Meeting, *, reason: str) -> ConclusionNotice:
    """Draft the edition that replaces the issued one, with its sentences and planned tasks to begin with; chair and
    secretary are told. While one is being drafted: that one.

    Raises NotAllowed, UserError("reason-missing").
    """
    meeting = locked(meeting)
    notice = conclusions.lock_notice(meeting)
    former = notice.replaces if notice.state != ConclusionNotice.State.ISSUED else None
    if former is not None and permissions.may_replace_notice(by.person, meeting, former):
        return notice
    if not permissions.may_replace_notice(by.person, meeting, notice):
        raise NotAllowed(
            "may-not-replace",
            _("Bạn không sửa và ban hành lại được thông báo này."),
            hint=_("Chủ trì, thư ký hoặc lãnh đạo cơ quan ban hành làm được việc này sau khi thông báo đã ban hành."),
        )
    made = ConclusionNotice.objects.create(
        meeting=meeting, edition=notice.edition + 1, replaces=notice, why=recalls.checked_reason(reason)
    )
    _copy(by, meeting, notice.edition, made.edition)
    log.record("conclusions.replacing", by=by, target=meeting, number=notice.number, reason=made.why)
    notify.send(
        [one for one in (meeting.secretary.person, meeting.chair.person) if one.pk != by.person_id],
        kind="conclusions.replacing",
        title=lambda: _("Thông báo kết luận cần sửa và ban hành lại: %(title)s") % {"title": meeting.title},
        body=f"{by.person}: {made.why}",
        url=reverse("meeting-conclusions", args=[meeting.pk]),
        mail=True,
    )
    return made


@transaction.atomic
def drop(by: Appointment, meeting: Meeting) -> None:
    """Give the drafted edition up; the issued one stays as it is. Again: harmless. Raises NotAllowed."""
    meeting = locked(meeting)
    notice = conclusions.lock_notice(meeting)
    if notice.state == ConclusionNotice.State.ISSUED and permissions.may_chair(by.person, meeting):
        return
    if not permissions.may_drop_replacement(by.person, meeting, notice):
        raise NotAllowed("may-not-drop", _("Bạn không bỏ được bản thay thế này."))
    assert notice.replaces is not None
    meeting.conclusions.filter(edition=notice.edition).delete()
    notice.delete()
    log.record("conclusions.replacing_dropped", by=by, target=meeting, number=notice.replaces.number)


def _copy(by: Appointment, meeting: Meeting, edition: int, onto: int) -> None:
    names = [one.attname for one in ConclusionTask._meta.concrete_fields if one.name not in _NOT_COPIED]
    for stored in conclusions.of_meeting(meeting, edition):
        twin = Conclusion.objects.create(
            meeting=meeting, edition=onto, item=stored.item, order=stored.order, text=stored.text, written_by=by
        )
        for row in stored.tasks:
            planned = ConclusionTask(conclusion=twin, former=row, **{name: getattr(row, name) for name in names})
            if row.due_on:  # the day that came of the days counted from the former issue
                planned.due_days = None
            planned.save()
            planned.coordinators.set(row.coordinators.all())
