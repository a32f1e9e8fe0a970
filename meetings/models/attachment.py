"""One meeting attached to another as one of its sites (nối cầu)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite
from meetings.queries import AttachmentQuerySet


class Attachment(models.Model):
    """From being asked for to its end. The *guest* is the agency's own meeting, the *host* the one it is a site of."""

    class Side(models.TextChoices):
        GUEST = "guest", _("Cuộc họp xin nối cầu")
        HOST = "host", _("Cuộc họp mời nối cầu")

    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="attachments")
    """Of the host; what it sees and hears of the guest."""
    guest = models.ForeignKey(Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    """Empty while the host has invited the agency and none of its meetings has accepted."""
    asked_by_side = models.CharField(max_length=5, choices=Side)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    attached_at = models.DateTimeField(null=True, blank=True)
    """When the other side accepted."""
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("lượt nối cầu")
        verbose_name_plural = _("lượt nối cầu")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["guest"], condition=Q(ended_at__isnull=True), name="one_open_attachment_per_guest"
            ),
            models.UniqueConstraint(
                fields=["site"], condition=Q(ended_at__isnull=True), name="one_open_attachment_per_site"
            ),
            models.CheckConstraint(
                condition=Q(attached_at__isnull=True) | Q(guest__isnull=False), name="attached_is_some_meeting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guest or '?'} → {self.site}"

    @property
    def host_id(self) -> int:
        """The meeting whose site it is."""
        return self.site.meeting_id
