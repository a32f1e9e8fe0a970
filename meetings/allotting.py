"""How many people an invited unit names, from which position on, and how many it has named (docs/domain/meetings.md, "Seats of units")."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment, Position
from meetings import permissions
from meetings.models import Attendee, InvitationLine, MeetingSite, Reply, Role
from meetings.realtime import roster_changed
from meetings.scheduling import locked, refusal

MOST = 99
REASON_LIMIT = 500
COMING = (Reply.NONE, Reply.ACCEPTED)


@transaction.atomic
def allot(by: Appointment, line: InvitationLine, *, seats: int | None, lowest: Position | None) -> InvitationLine:
    """Each unit of ``line`` names ``seats`` people (None: as many as it likes), from the position ``lowest`` on; whoever is
    named already stays. The same again is harmless.

    Raises NotAllowed("may-not-invite"), UserError("bad-seats") with ``fields``.
    """
    from meetings import casting

    meeting = locked(line.meeting)
    if not permissions.may_invite(by.person, meeting):
        raise refusal(meeting, "invite")
    if line.kind == InvitationLine.Kind.PERSON or (seats is not None and not 1 <= seats <= MOST):
        sentence = _("Số người được cử của đơn vị là một số từ 1 đến %(most)d.") % {"most": MOST}
        raise UserError("bad-seats", sentence, fields={"seats": sentence})
    if (line.seats, line.lowest_id) == (seats, lowest.pk if lowest else None):
        return line
    line.seats, line.lowest = seats, lowest
    line.save(update_fields=["seats", "lowest"])
    sites = [site.pk for site in casting.sites_of_line(meeting, line)]
    MeetingSite.objects.filter(pk__in=sites).update(seats=seats, lowest=lowest)
    log.record("meeting.seats_set", by=by, target=meeting, line=str(line), seats=seats)
    roster_changed(meeting.pk, sites)
    return line


def counted(sites: "QuerySet[MeetingSite]") -> "QuerySet[Any]":
    """``sites`` with ``wanted``, how many people each is to name, ``filled``, how many come, and ``missing``."""
    wanted, filled = Coalesce("seats", 1), Count("attendees", filter=_filling("attendees__"))
    return sites.annotate(wanted=wanted, filled=filled, missing=wanted - filled)


def unfilled(sites: "QuerySet[MeetingSite]") -> "QuerySet[Any]":
    """Those of ``sites`` whose unit has not named everybody."""
    return counted(sites.filter(kind=MeetingSite.Kind.BRANCH)).filter(missing__gt=0)


def checked(site: MeetingSite, appointment: Appointment, reason: str) -> str:
    """Why ``appointment`` may be named for ``site``: its clean reason where they are below what is wanted, else nothing.

    Raises Conflict("seats-full"), UserError("below-rank") with ``fields``.
    """
    if site.seats is not None and Attendee.objects.filter(_filling(), site=site).count() >= site.seats:
        raise Conflict(
            "seats-full",
            _("%(unit)s được mời %(seats)d người và đã phân công đủ.") % {"unit": site, "seats": site.seats},
            hint=_("Thôi phân công một người trước, hoặc đề nghị thư ký cuộc họp thêm chỗ."),
        )
    lowest = site.lowest
    if lowest is None or appointment.position.rank <= lowest.rank:
        return ""
    reason = normalised(reason)
    if not reason or len(reason) > REASON_LIMIT:
        sentence = _("%(person)s là %(position)s; giấy mời cần từ %(lowest)s trở lên.") % {
            "person": appointment.person,
            "position": appointment.position.name,
            "lowest": lowest.name,
        }
        hint = _("Cử người khác, hoặc ghi lý do (tối đa %(limit)d ký tự): thư ký sẽ đọc.") % {"limit": REASON_LIMIT}
        raise UserError("below-rank", sentence, hint=hint, fields={"reason": f"{sentence} {hint}"})
    return reason


def _filling(prefix: str = "") -> Q:
    """Who fills a seat: not who stays away, nor in whose place another one comes, nor who looks after the machine."""
    roles = [role for role in Role.values if role != Role.TECHNICIAN]
    conditions = {"substitute__isnull": True, "dropped_at__isnull": True, "reply__in": COMING, "role__in": roles}
    return Q(**{prefix + name: value for name, value in conditions.items()})
