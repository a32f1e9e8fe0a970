"""Who is there (điểm danh). Media presence is not attendance: joining the room checks nobody in."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.invitation import Attendee
from meetings.models.meeting import Meeting


def new_token() -> str:
    """What the QR code on the wall holds."""
    return secrets.token_urlsafe(16)


class RollCall(models.Model):
    """The chair has check-in opened, or has closed it again."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="roll_call")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=40, default=new_token)

    class Meta:
        verbose_name = _("điểm danh")
        verbose_name_plural = _("điểm danh")

    def __str__(self) -> str:
        return str(self.meeting)


class CheckIn(models.Model):
    """One stay of an attendee: from arrival to leaving. Who comes back has another one."""

    class Method(models.TextChoices):
        SELF = "self", _("Tự điểm danh")
        QR = "qr", _("Quét mã QR")
        BY_SITE = "by_site", _("Điểm cầu điểm danh")
        BY_SECRETARY = "by_secretary", _("Thư ký điểm danh")

    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="check_ins")
    method = models.CharField(max_length=12, choices=Method)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("lượt điểm danh")
        verbose_name_plural = _("lượt điểm danh")
        ordering = ["attendee", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attendee"], condition=Q(left_at__isnull=True), name="present_once")
        ]

    def __str__(self) -> str:
        return f"{self.attendee}, {self.at:%H:%M}"
