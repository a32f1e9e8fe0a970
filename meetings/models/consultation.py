"""Consultation rooms (phòng hội ý): some sites of a meeting talk among themselves for a while, beside its main room."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class Consultation(models.Model):
    """One room of that kind. Who is in it now is ``Connection.consultation``."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("Một cơ quan và các đơn vị trực thuộc")
        GROUP = "group", _("Nhóm điểm cầu tự chọn")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="consultations")
    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(_("tên phòng hội ý"), max_length=120)
    host = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="+")
    """The site that opened it, or the first of those for which it was opened: its people extend it and call everybody back."""
    sites = models.ManyToManyField(MeetingSite, related_name="consultations")
    """Whose people may enter."""
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """When whoever is still inside is brought back."""
    recalled_at = models.DateTimeField(null=True, blank=True)
    """Everybody was called back then; ``ends_at`` is the end of their time to come by themselves."""
    closed_at = models.DateTimeField(null=True, blank=True)
    node = models.CharField(max_length=200, blank=True)
    """Control address of the media node that carries its sound and pictures; empty before anybody in it offered any."""

    class Meta:
        verbose_name = _("phòng hội ý")
        verbose_name_plural = _("phòng hội ý")
        ordering = ["meeting", "opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=Q(closed_at__isnull=True), name="one_open_consultation_per_host"
            )
        ]
        indexes = [models.Index(fields=["closed_at", "ends_at"])]

    def __str__(self) -> str:
        return self.name


class ConsultationVisit(models.Model):
    """Chair or secretary has told those inside that they are about to come in."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="visits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    announced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lượt ghé phòng hội ý")
        verbose_name_plural = _("lượt ghé phòng hội ý")
        constraints = [
            models.UniqueConstraint(fields=["consultation", "person"], name="one_visit_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.consultation}"
