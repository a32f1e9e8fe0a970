"""The letter of invitation under its number: taken, sent, delivered to the registers of the invited agencies, replaced."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import registers
from documents.circulation import delivering
from documents.decree30 import required
from documents.models import NumberAllocation
from eoffice.audit import log
from eoffice.organisation.models import Appointment, Unit
from meetings import dispatching, letters
from meetings.models import Dispatch, Meeting, Recall


def take_number(by: Appointment, meeting: Meeting) -> NumberAllocation:
    """The letter's number, the next one of the organiser's register; sent again, it is another letter. The caller saves
    ``meeting``. Raises UserError("document-incomplete")."""
    meeting.letter_number, meeting.letter_symbol = None, ""
    letter = letters.invitation(meeting)
    required.check_complete(letter)
    entry = registers.entry_of(letter, url=reverse("meeting-detail", args=[meeting.pk]))
    given = registers.assign(by, meeting.organiser, letters.INVITATION, entry)
    meeting.letter_number, meeting.letter_symbol = given.n, letter.symbol
    return given


def send(by: Appointment, meeting: Meeting, number: NumberAllocation) -> None:
    """Send the letter to everybody invited now, and to their registers."""
    _deliver(by, dispatching.send_letter(by, meeting, number))


def follow_invitees(by: Appointment, meeting: Meeting) -> None:
    """After a change to whom an issued meeting invites: the letter is sent to who came, taken back from who went."""
    dispatch = dispatching.follow_invitees(by, meeting, _("Rút khỏi thành phần mời."))
    if dispatch is not None:
        _deliver(by, dispatch)


def replace(by: Appointment, meeting: Meeting, former: Unit) -> None:
    """Another unit than ``former`` invites to an issued meeting now: its letter has a number of its own register; the former
    one is recalled and its number cancelled, each with the reason. The caller tells the invited.

    Raises UserError("document-incomplete").
    """
    sent = dispatching.latest(meeting, Dispatch.Kind.INVITATION)
    meeting.issued_at = timezone.now()
    number = take_number(by, meeting)
    meeting.save()
    if sent is not None:
        reason = _("Đổi cơ quan tổ chức từ %(former)s sang %(now)s; thay bằng giấy mời số %(number)s.") % {
            "former": former.name,
            "now": meeting.organiser.name,
            "number": number.code,
        }
        for meaning in (Recall.Meaning.RECALL, Recall.Meaning.CANCEL_NUMBER):
            dispatching.end(by, sent, meaning, reason[:300])
    send(by, meeting, number)
    log.record("meeting.letter_replaced", by=by, target=meeting, number=number.code, former=sent.code if sent else "")


def _deliver(by: Appointment, dispatch: Dispatch) -> None:
    """To the registers of the invited agencies; letters to persons are theirs alone."""
    if dispatch.number is None:
        return
    invited = dispatch.deliveries.filter(person__isnull=True, withdrawal__isnull=True)
    units = set(invited.order_by().values_list("unit", flat=True))
    delivering.deliver(by, dispatch.number, letters.invitation(dispatch.meeting), units)
    if dispatch.recalls.filter(delivery__isnull=False).exists():
        delivering.take_back(dispatch.number, keep=units)
