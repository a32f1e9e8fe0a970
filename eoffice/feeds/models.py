"""An address under which somebody's calendar programs read a calendar (docs/domain/calendar-feeds.md)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FeedToken(models.Model):
    """One calendar that one person subscribed to (địa chỉ đăng ký lịch): whoever has the address reads it, until it is revoked.

    The database keeps the token's hash only (``eoffice.feeds.tokens``, docs/adr/0135-feeds-are-read-by-an-address.md).
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Lịch của tôi")
        FREE_BUSY = "free_busy", _("Giờ bận của tôi, không nêu nội dung")
        LEADER = "leader", _("Lịch của lãnh đạo")
        UNIT = "unit", _("Lịch của đơn vị")
        RESOURCE = "resource", _("Lịch phòng họp, xe, thiết bị")
        WEEK = "week", _("Lịch tuần đã đăng")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_tokens")
    """Whose rights decide, each time it is read, what stands in it."""
    kind = models.CharField(max_length=9, choices=Kind)
    appointment = models.ForeignKey(
        "organisation.Appointment", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    """Of a leader's calendar; of the published weeks of a unit those of one leader, if any."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """Of a unit's calendar, and of its published weeks."""
    resource = models.ForeignKey("calendar.Resource", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """Of the calendar of what is booked."""
    label = models.CharField(_("dùng ở đâu"), max_length=60, blank=True)
    seed = models.CharField(max_length=64, editable=False)
    """Gives the token again, together with the site's secret key."""
    digest = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 of the token."""
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    """When a program read it last, to the minute."""
    content = models.CharField(max_length=64, blank=True, editable=False)
    """SHA-256 of what was read last: the ETag."""
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When that was first read: Last-Modified, and DTSTAMP of what stands in it."""

    class Meta:
        verbose_name = _("địa chỉ đăng ký lịch")
        verbose_name_plural = _("địa chỉ đăng ký lịch")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="leader", appointment__isnull=False, unit__isnull=True, resource__isnull=True)
                | Q(kind="unit", appointment__isnull=True, unit__isnull=False, resource__isnull=True)
                | Q(kind="week", unit__isnull=False, resource__isnull=True)
                | Q(kind="resource", appointment__isnull=True, unit__isnull=True, resource__isnull=False)
                | Q(
                    kind__in=["person", "free_busy"],
                    appointment__isnull=True,
                    unit__isnull=True,
                    resource__isnull=True,
                ),
                name="feed_names_what_its_kind_needs",
            ),
        ]

    def __str__(self) -> str:
        subject = self.appointment or self.unit or self.resource
        return f"{self.get_kind_display()}: {subject}" if subject else self.get_kind_display()
