"""Making an agenda item confidential, choosing who takes part in it, and opening it to everybody again."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from meetings import closed_session, conduct, confidential, tabling
from meetings.models import AgendaItem, ConclusionTask, ItemParticipant, LiveState, Meeting
from meetings.realtime import door_changed

REVIEWED = (
    "paper",
    "item__meeting__chair__person",
    "item__meeting__secretary__person",
    "item__meeting__organiser",
    "item__meeting__created_by__person",
    "item__meeting__created_by__unit",
)


def check(item: AgendaItem, *, confidential: bool) -> None:
    """The item, as it is stored, may become confidential, or no longer be.

    Raises UserError(opened-already, at-it-now, tasks-planned) with ``fields``.
    """
    if confidential == item.confidential:
        return
    if not confidential and LiveState.objects.filter(item=item, meeting__state=Meeting.State.IN_SESSION).exists():
        raise _on_box("at-it-now", _("Cuộc họp đang bàn mục này. Chuyển sang mục khác rồi mới bỏ chế độ kín."))
    if confidential and item.opened_at is not None:
        raise _on_box("opened-already", _("Nội dung này đã bàn trước mọi người nên không chuyển thành mục kín được."))
    if confidential and ConclusionTask.objects.filter(conclusion__item=item).exists():
        raise _on_box(
            "tasks-planned", _("Kết luận của nội dung này đã giao nhiệm vụ nên không chuyển thành mục kín được.")
        )


def _on_box(code: str, sentence: str) -> UserError:
    return UserError(code, sentence, fields={"confidential": sentence})


def choose(by: Appointment, item: AgendaItem, *, units: Iterable[int], people: Iterable[int]) -> None:
    """Exactly these take part in ``item``; whoever makes it confidential goes on knowing it. The caller has checked."""
    if not item.confidential:
        item.participants.all().delete()
        return
    before = set(item.participants.values_list("unit", "person"))
    wanted: set[tuple[int | None, int | None]] = {(unit, None) for unit in units} | {(None, one) for one in people}
    for unit, person in before - wanted:
        item.participants.filter(unit=unit, person=person).delete()
    ItemParticipant.objects.bulk_create(
        ItemParticipant(item=item, unit_id=unit, person_id=person) for unit, person in wanted - before
    )
    if confidential.is_hidden(by.person, item):
        ItemParticipant.objects.create(item=item, person=by.person)
    if before != wanted:
        who = [str(each) for each in item.participants.select_related("unit", "person").order_by("pk")]
        log.record("agenda.item_confided", by=by, target=item.meeting, who=who)


def follow(meeting: Meeting, item: AgendaItem) -> None:
    """Papers, and the room if it is at ``item``, are only for those who take part in it now."""
    tabling.share(meeting)
    for request in item.paper_requests.filter(paper__submitted_version__isnull=False).select_related(*REVIEWED):
        tabling.let_review(request)
    live = LiveState.objects.filter(meeting=meeting, item=item).exists()
    if live and meeting.state == Meeting.State.IN_SESSION:
        closed_session.clear(conduct.lock(meeting.pk))
        door_changed(meeting.pk)
