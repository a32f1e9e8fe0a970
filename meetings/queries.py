"""Queries on meetings: who may know of them, which are coming."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from eoffice.accounts.names import folded
from eoffice.organisation.managers import reaching
from eoffice.organisation.standing import standing_of

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from meetings.models import AgendaItem, Attachment, Meeting, MeetingSeries, PaperRequest, Recusal


def _upcoming(now: dt.datetime) -> Q:
    return Q(state="postponed") | Q(state__in=["invited", "cancelled"], ends_at__gte=now)


def _past(now: dt.datetime) -> Q:
    return Q(state__in=["ended", "concluded"]) | Q(state__in=["invited", "cancelled"], ends_at__lt=now)


def _prepared(user: "User") -> Q:
    standing = standing_of(user)
    leading = Q(chair__in=standing.ever) | Q(secretary__in=standing.ever) | Q(created_by__in=standing.ever)
    return leading | Q(organiser__in=standing.represents) | Q(created_by__unit__in=standing.represents)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings."""

    def visible_to(self, user: "User") -> "MeetingQuerySet":
        """Meetings ``user`` may know about.

        Those of which they are chair, secretary or author; those that a unit they answer for organises or
        prepares; and, once issued, those they attend, in which they are to stand for somebody for a part, or a unit they
        answer for is invited to. A superior
        unit does not see the meetings below it by rank alone (docs/domain/meetings.md).
        """
        from meetings.models import Attendee, MeetingSite, Substitution

        represented = standing_of(user).represents
        attending = Attendee.objects.filter(person=user).order_by().values("meeting")
        invited = MeetingSite.objects.filter(unit__in=represented, person__isnull=True).order_by().values("meeting")
        coming = Substitution.objects.filter(appointment__person=user, began_at=None, ended_at=None).order_by()
        concerned = Q(pk__in=attending) | Q(pk__in=invited) | Q(pk__in=coming.values("meeting"))
        issued = ~Q(state="draft") & concerned
        return self.filter(_prepared(user) | issued)

    def prepared_by(self, user: "User") -> "MeetingQuerySet":
        """Meetings that ``user`` is among those to prepare (``permissions.may_prepare``)."""
        return self.filter(_prepared(user))

    def between(self, start: dt.datetime, end: dt.datetime) -> "MeetingQuerySet":
        """Meetings that touch the time from ``start`` to ``end``."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def upcoming(self, now: dt.datetime) -> "MeetingQuerySet":
        """Issued and not begun; called-off ones stay, until their time has passed or for want of a new one."""
        return self.filter(_upcoming(now)).order_by("starts_at", "pk")

    def in_session(self) -> "MeetingQuerySet":
        """Sitting now."""
        return self.filter(state="in_session").order_by("starts_at", "pk")

    def past(self, now: dt.datetime) -> "MeetingQuerySet":
        """Ended, or their time has passed; latest first."""
        return self.filter(_past(now)).order_by("-starts_at", "-pk")

    def drafts(self) -> "MeetingQuerySet":
        """Not issued yet."""
        return self.filter(state="draft").order_by("starts_at", "pk")

    def tab_counts(self, now: dt.datetime) -> dict[str, int]:
        """How many are upcoming, live, past and draft; one query."""
        return self.aggregate(
            upcoming=Count("pk", filter=_upcoming(now)),
            live=Count("pk", filter=Q(state="in_session")),
            past=Count("pk", filter=_past(now)),
            draft=Count("pk", filter=Q(state="draft")),
        )

    def matching(self, words: str) -> "MeetingQuerySet":
        """Meetings whose title contains each of ``words``, with or without diacritics."""
        condition = Q()
        for word in folded(words)[:200].split():
            condition &= Q(search_title__contains=word)
        return self.filter(condition)


class SeriesQuerySet(models.QuerySet["MeetingSeries"]):
    """Recurring meetings."""

    def visible_to(self, user: "User") -> "SeriesQuerySet":
        """Those that ``user`` prepares, and those of which they know a meeting."""
        from meetings.models import Meeting, SeriesOccurrence

        known = Meeting.objects.visible_to(user).order_by().values("pk")
        attended = SeriesOccurrence.objects.filter(meeting__in=known).order_by().values("series")
        return self.filter(_prepared(user) | Q(pk__in=attended))

    def running(self) -> "SeriesQuerySet":
        """Not ended."""
        return self.filter(ended_at__isnull=True)


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Items of agendas."""

    def hidden_from(self, user: "User") -> "AgendaItemQuerySet":
        """The confidential ones of which ``user`` is not to know what they are about (docs/domain/meetings.md)."""
        return self.filter(confidential=True).exclude(_told(user)).order_by()

    def known_to(self, user: "User") -> "AgendaItemQuerySet":
        """All but those hidden from ``user``."""
        return self.filter(Q(confidential=False) | _told(user))


def _told(user: "User") -> Q:
    """Who knows what a confidential item is about: who leads the meeting, and who was chosen to take part in it, by name
    or with a unit; of a unit those who answer for it, and those who attend at its site without running a machine there."""
    from meetings.models import Attendee, ItemParticipant

    mine = Attendee.objects.filter(person=user).order_by()
    leading = mine.filter(role__in=["co_chair", "secretary"]).values("meeting")
    represented = standing_of(user).represents
    attending = mine.exclude(role__in=["technician", "operator"]).filter(site__person__isnull=True)
    sitting = attending.filter(site__meeting=OuterRef("item__meeting"), site__unit=OuterRef("unit"))
    chosen = ItemParticipant.objects.order_by()
    by_unit = chosen.filter(Q(unit__in=represented) | Exists(sitting))
    presenting = attending.filter(site__meeting=OuterRef("meeting"), site__unit=OuterRef("presenter"))
    return (
        Q(meeting__chair__person=user)
        | Q(meeting__secretary__person=user)
        | Q(meeting__in=leading)
        | Q(pk__in=chosen.filter(person=user).values("item"))
        | Q(pk__in=by_unit.values("item"))
        | Q(presenter__in=represented)
        | Q(Exists(presenting))
    )


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Meetings attached to others, and those that are about to be."""

    def open(self) -> "AttachmentQuerySet":
        """Asked for, or attached."""
        return self.filter(ended_at__isnull=True)

    def attached(self) -> "AttachmentQuerySet":
        """See and hear each other now."""
        return self.open().filter(attached_at__isnull=False)


def _reaching_absent(user: "User") -> Q:
    from eoffice.organisation.models import Appointment
    from meetings.models import Attendee

    by_name = Attendee.objects.filter(substitute__person=user, meeting=OuterRef("item__meeting"))
    absent = Attendee.objects.filter(substitute__person=user, meeting=OuterRef(OuterRef("item__meeting")))
    by_unit = Appointment.objects.current().filter(
        person__in=absent.order_by().values("person"), unit__path__startswith=OuterRef("unit__path")
    )
    return Q(Exists(by_name.filter(person=OuterRef("person")))) | Q(Exists(by_unit))


class RecusalQuerySet(models.QuerySet["Recusal"]):
    """Who is kept out of the papers of items."""

    def in_force(self) -> "RecusalQuerySet":
        """Not lifted."""
        return self.filter(lifted_at__isnull=True)

    def reaching(self, user: "User") -> "RecusalQuerySet":
        """Those of ``user`` by name, or of a unit to or below which they belong; and of whom they stand for at the meeting."""
        return self.filter(reaching(user) | _reaching_absent(user))


class PaperRequestQuerySet(models.QuerySet["PaperRequest"]):
    """Papers asked for."""

    def asked_of(self, user: "User") -> "PaperRequestQuerySet":
        """Those of units that ``user`` answers for."""
        return self.filter(unit__in=standing_of(user).represents)

    def followed_by(self, user: "User") -> "PaperRequestQuerySet":
        """Those of meetings that ``user`` prepares, but for items whose papers they are not to see."""
        from meetings.models import AgendaItem, Meeting, Recusal

        kept_out = Recusal.objects.in_force().reaching(user).order_by().values("item")
        prepared = Meeting.objects.prepared_by(user).order_by().values("pk")
        hidden = AgendaItem.objects.hidden_from(user).values("pk")
        return self.filter(item__meeting__in=prepared).exclude(item__in=kept_out).exclude(item__in=hidden)

    def visible_to(self, user: "User") -> "PaperRequestQuerySet":
        """Those ``user`` may know of: asked of a unit they answer for, or of a meeting they prepare."""
        return self.filter(
            Q(pk__in=self.asked_of(user).order_by().values("pk"))
            | Q(pk__in=self.followed_by(user).order_by().values("pk"))
        )

    def open(self) -> "PaperRequestQuerySet":
        """Not called off, of meetings that are still to be held or sit."""
        live = ["draft", "invited", "postponed", "in_session"]
        return self.filter(cancelled_at__isnull=True, item__meeting__state__in=live)

    def missing(self) -> "PaperRequestQuerySet":
        """Open ones of which nothing lies before the office: not submitted, or returned."""
        return self.open().filter(Q(paper__isnull=True) | Q(paper__state__in=["draft", "returned"]))

    def to_approve(self) -> "PaperRequestQuerySet":
        """Open ones whose paper, or a newer version of it, waits to be approved."""
        return self.open().filter(paper__submitted_version__isnull=False)
