"""Whom a meeting invites, as lines of the invitation, and who that is once it is issued."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite, Role


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


class Attendee(models.Model):
    """A person who takes part, in a role, at a site (đại biểu). Made at issue, by nomination and by substitution."""

    Role = Role

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

    objects = ListedManager()
    every: models.Manager["Attendee"] = models.Manager()

    class Meta:
        verbose_name = _("đại biểu")
        verbose_name_plural = _("đại biểu")
        ordering = ["meeting", "appointment__position__rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=Q(dropped_at__isnull=True), name="one_attendee_per_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def note(self) -> str:
        """What stands beside the name in lists: for whom they are here, who is here for them; mostly nothing.

        Lists select ``substitute__person`` and ``stands_for__person`` with their rows.
        """
        absent = getattr(self, "stands_for", None)
        if absent is not None:
            return gettext("dự thay cho %(person)s") % {"person": absent.person}
        if self.substitute is not None:
            return gettext("vắng, %(person)s dự thay") % {"person": self.substitute.person}
        return gettext("đã thôi dự thay") if self.dropped_at else ""


class Nomination(models.Model):
    """An invited unit names a person to attend at its site (phân công tham dự)."""

    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="nominations")
    appointment = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("phân công tham dự")
        verbose_name_plural = _("phân công tham dự")
        constraints = [models.UniqueConstraint(fields=["site", "appointment"], name="one_nomination_per_site")]

    def __str__(self) -> str:
        return f"{self.site}: {self.appointment}"


class Substitution(models.Model):
    """Somebody takes part in the place of an attendee (cử người dự thay), until it is taken back or the meeting ends.

    The record; who stands for whom now is ``Attendee.substitute``.
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
                fields=["absent"], condition=Q(ended_at__isnull=True), name="one_substitute_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment.person} → {self.absent}"
