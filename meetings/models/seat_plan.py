"""Who sits on which chair (sơ đồ chỗ ngồi): of the room in which a meeting sits, not of its sites."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.invitation import Attendee
from meetings.models.meeting import Meeting


class SeatPlan(models.Model):
    """How the chairs stand for one meeting: taken from its room, or drawn for it."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="seat_plan")
    layout = models.TextField(_("sơ đồ ghế"), max_length=4000)
    """As ``eoffice.calendar.seat_layout`` reads it."""

    class Meta:
        verbose_name = _("sơ đồ chỗ ngồi")
        verbose_name_plural = _("sơ đồ chỗ ngồi")

    def __str__(self) -> str:
        return str(self.meeting)


class Seat(models.Model):
    """One chair that somebody was given: ``row`` and ``number`` count from 1, from the front and from the left."""

    plan = models.ForeignKey(SeatPlan, on_delete=models.CASCADE, related_name="seats")
    row = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("chỗ ngồi")
        verbose_name_plural = _("chỗ ngồi")
        ordering = ["plan", "row", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "row", "number"], name="one_person_per_seat"),
            models.UniqueConstraint(fields=["plan", "attendee"], name="one_seat_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.row}-{self.number}: {self.attendee}"
