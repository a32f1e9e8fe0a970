"""Keeping book of what a meeting sends out: one row for each sending, one line for each recipient (ADR 0124)."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from documents import registers
from documents.models import NumberAllocation
from eoffice.accounts.models import User
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment, UnitGroup
from eoffice.organisation.standing import standing_of
from meetings.models import ConclusionNotice, ConclusionTask, Delivery, Dispatch, Meeting, MeetingSite, Recall

Recipient = tuple[int, int | None]
"""Ids of the unit and, where it is a person, of the person."""
GONE = (Recall.Meaning.RECALL, Recall.Meaning.CANCEL_NUMBER)
"""In these meanings the document is in force no more."""


def latest(meeting: Meeting, kind: Dispatch.Kind, edition: int | None = None) -> Dispatch | None:
    """The last sending of ``kind`` (of a notice: of that edition), with what was taken back of it; None: nothing was sent.
    Two queries."""
    found = Dispatch.objects.filter(meeting=meeting, kind=kind).select_related("issuer", "number")
    found = found.filter(edition=edition) if edition else found
    dispatch = found.prefetch_related("recalls__by__person").order_by("-at", "-pk").first()
    if dispatch is not None:
        dispatch.meeting = meeting
    return dispatch


def recall_of(dispatch: Dispatch | None, *meanings: str) -> Recall | None:
    """The recall of the whole document in one of ``meanings`` (by default: after which it is not in force)."""
    rows = dispatch.recalls.all() if dispatch else []
    return next((row for row in rows if row.delivery_id is None and row.meaning in (meanings or GONE)), None)


def send_letter(by: Appointment, meeting: Meeting, number: NumberAllocation) -> Dispatch:
    """Write down that the invitation ``number`` goes out now, and to whom. Five queries, however many recipients."""
    return _send(by, Dispatch(meeting=meeting, kind=Dispatch.Kind.INVITATION, number=number, issuer=meeting.organiser))


def send_notice(by: Appointment, notice: ConclusionNotice, number: NumberAllocation) -> Dispatch:
    """The same of an edition of the notice of conclusions."""
    assert notice.issuer is not None
    made = Dispatch(meeting=notice.meeting, kind=Dispatch.Kind.NOTICE, number=number, issuer=notice.issuer)
    made.edition = notice.edition
    return _send(by, made)


def _send(by: Appointment, made: Dispatch) -> Dispatch:
    assert made.number is not None
    made.code, made.by, made.at = made.number.code, by, timezone.now()
    made.save()
    _add(made, _recipients(made))
    return made


def follow_invitees(by: Appointment, meeting: Meeting, reason: str) -> Dispatch | None:
    """After a change to whom an issued meeting invites: lines for who came, taken back from who went. The sending, if there was one."""
    dispatch = latest(meeting, Dispatch.Kind.INVITATION)
    if dispatch is None:
        return None
    called = set(_recipients(dispatch))
    lines = {_key(line): line for line in dispatch.deliveries.select_related("withdrawal")}
    _add(dispatch, [one for one in sorted(called, key=str) if one not in lines])
    gone = [line for key, line in lines.items() if key not in called and not hasattr(line, "withdrawal")]
    now = timezone.now()
    Recall.objects.bulk_create(
        Recall(dispatch=dispatch, delivery=line, meaning=Recall.Meaning.WITHDRAW, reason=reason, by=by, at=now)
        for line in gone
    )
    back = [line.pk for key, line in lines.items() if key in called and hasattr(line, "withdrawal")]
    Recall.objects.filter(delivery__in=back).delete()
    return dispatch


def call_off(by: Appointment, meeting: Meeting, reason: str) -> None:
    """The meeting is cancelled or postponed: its letter is recalled, in the register too. Who got it is told by the caller."""
    dispatch = latest(meeting, Dispatch.Kind.INVITATION)
    if dispatch is not None:
        end(by, dispatch, Recall.Meaning.RECALL, reason)


def end(by: Appointment, dispatch: Dispatch, meaning: Recall.Meaning, reason: str) -> Recall:
    """Take the whole document back in one meaning, and say so in the register. Again: what was written the first time."""
    row, created = Recall.objects.get_or_create(
        dispatch=dispatch, delivery=None, meaning=meaning, defaults={"reason": reason, "by": by, "at": timezone.now()}
    )
    if created and dispatch.number is not None:
        if meaning == Recall.Meaning.RECALL:
            registers.mark_recalled(by, dispatch.number, reason=reason)
        elif meaning == Recall.Meaning.CANCEL_NUMBER:
            registers.void_recalled(by, dispatch.number, reason=reason)
    return row


def lines_of(user: User, dispatch: Dispatch) -> QuerySet[Delivery]:
    """The lines at which ``user`` is the recipient, or answers for the unit that is."""
    own = Q(person=user) | Q(person__isnull=True, unit__in=standing_of(user).represents)
    return dispatch.deliveries.filter(own)


def people_of(lines: QuerySet[Delivery]) -> list[User]:
    """The recipients at ``lines``: persons, and who answers today for the units. One query."""
    units = lines.filter(person__isnull=True).order_by().values("unit")
    posts = Appointment.objects.current().representing().filter(unit__in=units).order_by()
    named = lines.filter(person__isnull=False).order_by().values("person")
    return list(User.objects.filter(Q(pk__in=posts.values("person")) | Q(pk__in=named), is_active=True))


def mark_of(dispatch: Dispatch | None) -> str:
    """What is printed on every page of a document that is in force no more; "" otherwise."""
    gone = recall_of(dispatch)
    if gone is None:
        return ""
    reason = gone.reason.rstrip(".")
    return f"Văn bản đã bị thu hồi ngày {date_format(timezone.localtime(gone.at), 'd/m/Y')}, không sử dụng. Lý do: {reason}."


def _recipients(dispatch: Dispatch) -> list[Recipient]:
    """Whom the meeting invites; of the notice also the units that have a task from it."""
    meeting = dispatch.meeting
    sites = meeting.sites.exclude(kind=MeetingSite.Kind.MAIN).order_by("unit__path", "pk")
    found: list[Recipient] = list(sites.values_list("unit", "person"))
    if dispatch.kind == Dispatch.Kind.NOTICE:
        given = ConclusionTask.objects.filter(
            conclusion__meeting=meeting, conclusion__edition=dispatch.edition
        ).order_by()
        pairs = given.order_by("conclusion", "pk").values_list("lead_unit", "coordinators")
        for group in UnitGroup.objects.filter(pk__in=given.values("lead_group")).order_by("order", "pk"):
            found += [(unit, None) for unit in units_of(group).order_by("path").values_list("pk", flat=True)]
        found += [(unit, None) for pair in pairs for unit in filter(None, pair) if unit != dispatch.issuer_id]
    return list(dict.fromkeys(found))


def _add(dispatch: Dispatch, recipients: Iterable[Recipient]) -> None:
    recipients = list(recipients)
    units = [unit for unit, person in recipients if person is None]
    posts = Appointment.objects.current().representing().filter(unit__in=units, person__is_active=True).order_by()
    answered = set(posts.values_list("unit", flat=True).annotate(Count("pk")))
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            dispatch=dispatch,
            unit_id=unit,
            person_id=person,
            delivered_at=now if person is not None or unit in answered else None,
        )
        for unit, person in recipients
    )


def _key(line: Delivery) -> Recipient:
    return line.unit_id, line.person_id
