"""Giving the minutes their number (docs/domain/official-documents.md)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import registers
from documents.decree30 import required
from documents.signatures.signing import Signable
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment
from meetings.minutes import MINUTES, minutes
from meetings.models import Meeting
from meetings.permissions import may_number_minutes, may_prepare
from meetings.scheduling import locked


def signable(meeting: Meeting, *, url: str) -> Signable | None:
    """The numbered minutes as they are signed, by who wrote them and by the chair; None: without a number. One text for all who
    sign: of confidential items it says no more than that there are such."""
    if meeting.minutes_line is None:
        return None
    hidden = frozenset(meeting.items.filter(confidential=True).values_list("pk", flat=True))
    document = minutes(meeting, hidden=hidden)
    return Signable(meeting.minutes_line, document, meeting.chair, url, writer=meeting.secretary)


@transaction.atomic
def number_minutes(by: Appointment, meeting: Meeting) -> Meeting:
    """Give the minutes the next number of the organiser's register, under the day of today. Again: harmless.

    Raises NotAllowed, Conflict("meeting-not-ended"), UserError("document-incomplete").
    """
    meeting = locked(meeting)
    if not may_prepare(by.person, meeting):
        raise NotAllowed("may-not-number", _("Chỉ người chuẩn bị cuộc họp cấp số được biên bản."))
    if meeting.minutes_line_id is not None:
        return meeting
    if not may_number_minutes(by.person, meeting):
        raise Conflict("meeting-not-ended", _("Biên bản được cấp số sau khi cuộc họp kết thúc."))
    document = minutes(meeting)
    required.check_complete(document)
    entry = registers.entry_of(document, url=reverse("meeting-detail", args=[meeting.pk]))
    meeting.minutes_line = registers.assign(by, meeting.organiser, MINUTES, entry)
    meeting.save(update_fields=["minutes_line"])
    log.record("minutes.numbered", by=by, target=meeting, number=meeting.minutes_line.code)
    return meeting
