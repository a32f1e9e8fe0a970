"""The append-only record of who did what, under which appointment."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act. Never changed, never deleted."""

    at = models.DateTimeField(_("lúc"), auto_now_add=True, db_index=True)
    action = models.CharField(_("hành động"), max_length=60, db_index=True)
    """Dotted verb: ``meeting.issued``, ``task.accepted``."""
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    appointment = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, related_name="+")
    target_id = models.BigIntegerField(null=True)
    target_label = models.CharField(max_length=250, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.action} {self.target_label}"
