"""Whom a meeting invites, as lines of the invitation, and who that is once it is issued."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite, Role


def part_in_words(start: dt.datetime | None, end: dt.datetime | None) -> str:
    """ "từ 09:00 đến 10:30": a part of a meeting, whose empty ends are those of the meeting; empty: all of it."""
    words = {"start": _clock(start), "end": _clock(end)}
    if start and end:
        return gettext("từ %(start)s đến %(end)s") % words
    if start:
        return gettext("từ %(start)s") % words
    return gettext("đến %(end)s") % words if end else ""


def _clock(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M}" if at else ""


class InvitationLine(models.Model):
    """One line of the invitation: a person, a unit, or a group. Groups are expanded at issue and frozen."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Cá nhân")
        UNIT = "unit", _("Đơn vị")
        GROUP = "group", _("Nhóm đơn vị")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitation_lines")
    kind = models.CharField(max_length=8, choices=Kind)
    appointment = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    group = models.ForeignKey(
        "organisation.UnitGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    role = models.CharField(_("vai trò"), max_length=10, choices=Role, default=Role.INVITED)
    """In which its people take part, unless the secretary says otherwise of a site or a person."""
    seats = models.PositiveSmallIntegerField(_("số người được cử"), null=True, blank=True)
    """How many people each unit of the line names; empty: as many as it likes, at least one."""
    lowest = models.ForeignKey(
        "organisation.Position",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chức vụ từ"),
    )
    """The lowest position that is wanted (``Position.rank``); below it only with a reason."""
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("thành phần mời")
        verbose_name_plural = _("thành phần mời")
        ordering = ["meeting", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", name], condition=Q(**{f"{name}__isnull": False}), name=f"one_line_per_{name}"
            )
            for name in ("appointment", "unit", "group")
        ]

    def __str__(self) -> str:
        return str(self.appointment or self.unit or self.group)


class ListedManager(models.Manager["Attendee"]):
    """Those on the list: not substitutes who have been taken back."""

    def get_queryset(self) -> models.QuerySet["Attendee"]:
        """Without those who were dropped."""
        return super().get_queryset().filter(dropped_at__isnull=True)


class Reply(models.TextChoices):
    """What an invited person has said; who sent somebody else has not to say anything (``Attendee.substitute``)."""

    NONE = "none", _("Chưa trả lời")
    ACCEPTED = "accepted", _("Dự họp")
    DECLINED = "declined", _("Báo vắng")


class ReplyVia(models.TextChoices):
    """By which way a reply came."""

    WEB = "web", _("Trang cuộc họp")
    MAIL = "mail", _("Thư điện tử")


class Attendee(models.Model):
    """A person who takes part, in a role, at a site (đại biểu). Made at issue, by nomination and by substitution."""

    Role = Role
    Reply = Reply

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    appointment = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="attendees")
    role = models.CharField(_("vai trò"), max_length=10, choices=Role)
    substitute = models.OneToOneField(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="stands_for",
        verbose_name=_("người dự thay"),
    )
    """Who takes part in their place now; meanwhile they neither enter, nor check in, nor vote (``meetings.substitutes``)."""
    dropped_at = models.DateTimeField(null=True, blank=True)
    """When a substitute who had been there was taken back: without any right since, kept for the attendance list."""
    reply = models.CharField(_("trả lời"), max_length=8, choices=Reply, default=Reply.NONE)
    excused = models.BooleanField(default=False)
    """Declined, and nobody's word is waited for: absent with good reason (vắng có lý do)."""
    reply_reason = models.CharField(_("lý do vắng"), max_length=500, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who said it: they themselves, somebody of their unit, or the secretary who was told."""
    reply_via = models.CharField(max_length=4, choices=ReplyVia, blank=True)
    attends_from = models.DateTimeField(_("dự từ"), null=True, blank=True)
    attends_to = models.DateTimeField(_("dự đến"), null=True, blank=True)
    """Of who accepted for a part of the meeting: half-open, an empty end is that of the meeting."""

    objects = ListedManager()
    every: models.Manager["Attendee"] = models.Manager()

    class Meta:
        verbose_name = _("đại biểu")
        verbose_name_plural = _("đại biểu")
        ordering = ["meeting", "appointment__position__rank", "pk"]
        indexes = [
            # few have a substitute: by an index of everybody SQLite, which counts the empty ones as alike, looks through all of them
            models.Index(fields=["substitute"], condition=Q(substitute__isnull=False), name="attendees_with_substitute")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=Q(dropped_at__isnull=True), name="one_attendee_per_person"
            ),
            models.CheckConstraint(condition=~Q(reply="declined") | ~Q(reply_reason=""), name="absence_has_a_reason"),
            models.CheckConstraint(
                condition=Q(excused=False) | Q(reply="declined"), name="only_the_absent_are_excused"
            ),
            models.CheckConstraint(
                condition=Q(attends_from__isnull=True)
                | Q(attends_to__isnull=True)
                | Q(attends_to__gt=F("attends_from")),
                name="part_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def note(self) -> str:
        """What stands beside the name in lists: for whom they are here, who is here for them, that they do not come;
        mostly nothing. Why somebody does not come is not for everybody, and not in it.

        Lists select ``substitute__person`` and ``stands_for__person`` with their rows.
        """
        absent = getattr(self, "stands_for", None)
        if absent is not None:
            return gettext("dự thay cho %(person)s") % {"person": absent.person}
        if self.substitute is not None:
            return gettext("vắng, %(person)s dự thay") % {"person": self.substitute.person}
        if self.dropped_at:
            return gettext("đã thôi dự thay")
        if self.reply == Reply.DECLINED:
            return gettext("vắng có lý do") if self.excused else gettext("xin vắng, chờ chủ trì đồng ý")
        return self.part

    @property
    def part(self) -> str:
        """Which part of the meeting they attend, in words; empty: all of it."""
        said = part_in_words(self.attends_from, self.attends_to)
        return gettext("dự %(part)s") % {"part": said} if said else ""

    @property
    def partstat(self) -> str:
        """Their participation status in the words of calendars (RFC 5545, section 3.2.12): NEEDS-ACTION, ACCEPTED, DECLINED,
        DELEGATED. Who chairs is not asked."""
        if self.substitute_id is not None:
            return "DELEGATED"
        if self.role == Role.CHAIR:
            return "ACCEPTED"
        return {Reply.ACCEPTED.value: "ACCEPTED", Reply.DECLINED.value: "DECLINED"}.get(self.reply, "NEEDS-ACTION")


class AbsenceRequest(models.Model):
    """Somebody whose presence is required cannot come, and asks the chair (xin vắng). Not a state of the reply (ADR 0110)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ chủ trì")
        GRANTED = "granted", _("Được vắng")
        REFUSED = "refused", _("Chưa đồng ý")
        WITHDRAWN = "withdrawn", _("Đã rút")

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="absence_requests")
    reason = models.CharField(_("lý do"), max_length=500)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    word = models.CharField(_("ý kiến"), max_length=500, blank=True)
    """What the chair said to it."""
    decided_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("xin vắng")
        verbose_name_plural = _("xin vắng")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attendee"], condition=Q(state="waiting"), name="one_absence_request_waits")
        ]

    def __str__(self) -> str:
        return f"{self.attendee}: {self.reason}"


class ReplyReminder(models.Model):
    """Those who have not replied to a meeting were reminded at one step of the time they have (ADR 0120: reminders are rows)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="reply_reminders")
    due = models.DateTimeField()
    """The end of that time, as it was then: a meeting that moves is another one."""
    step = models.PositiveSmallIntegerField()
    """How many percent of it had passed."""
    run = models.UUIDField()
    """Which sweep wrote it: of two that meet each tells of its own rows."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("nhắc trả lời giấy mời")
        verbose_name_plural = _("nhắc trả lời giấy mời")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "due", "step"], name="one_reply_reminder_for_each_step")
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.step} %"


class Nomination(models.Model):
    """An invited unit names a person to attend at its site (phân công tham dự)."""

    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="nominations")
    appointment = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    """Of somebody below ``MeetingSite.lowest``: why they come."""

    class Meta:
        verbose_name = _("phân công tham dự")
        verbose_name_plural = _("phân công tham dự")
        constraints = [models.UniqueConstraint(fields=["site", "appointment"], name="one_nomination_per_site")]

    def __str__(self) -> str:
        return f"{self.site}: {self.appointment}"


class Substitution(models.Model):
    """Somebody takes part in the place of an attendee (cử người dự thay): until it is taken back or the meeting ends, or for
    a part of the meeting.

    The record; who stands for whom now is ``Attendee.substitute``, which changes at the ends of the part (``meetings.handing_over``).
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="substitutions")
    absent = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="substitutions")
    appointment = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    """In which position the substitute takes part."""
    reason = models.CharField(_("lý do"), max_length=500)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    former_role = models.CharField(max_length=10, choices=Role, blank=True)
    """Of a substitute who attended anyway: as what, which they do again afterwards."""
    starts_at = models.DateTimeField(_("dự thay từ"), null=True, blank=True)
    ends_at = models.DateTimeField(_("dự thay đến"), null=True, blank=True)
    """Half-open; empty: from the beginning, to the end of the meeting."""
    began_at = models.DateTimeField(null=True, blank=True)
    """When the place was handed over; empty: it is to come."""
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("cử người dự thay")
        verbose_name_plural = _("cử người dự thay")
        ordering = ["meeting", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["absent"],
                condition=Q(ended_at__isnull=True, began_at__isnull=False),
                name="one_substitute_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="substitution_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment.person} → {self.absent}"

    @property
    def part(self) -> str:
        """For which part of the meeting, in words; empty: all of it."""
        return part_in_words(self.starts_at, self.ends_at)
