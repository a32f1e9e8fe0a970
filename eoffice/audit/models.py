"""The append-only record of who did what, under which appointment (docs/adr/0128-the-log-is-a-chain.md)."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eoffice.audit.chain import FIRST


class Entry(models.Model):
    """One act. Never changed; once sealed, never deleted: the database refuses both."""

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
    sequence = models.BigIntegerField(_("số thứ tự"), null=True, editable=False)
    """Its place in the chain, from 1 without gaps; None until it is sealed."""
    previous = models.CharField(max_length=64, default="", editable=False)
    """The seal of the entry before it."""
    seal = models.CharField(_("dấu"), max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_type", "target_id"]),
            models.Index(fields=["id"], condition=Q(sequence__isnull=True), name="audit_entry_unsealed"),
        ]
        constraints = [models.UniqueConstraint(fields=["sequence"], name="one_entry_per_place")]

    def __str__(self) -> str:
        return f"{self.action} {self.target_label}"


class Head(models.Model):
    """The end of the chain: one row, whose lock a sealer holds."""

    sequence = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, default=FIRST)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_head_of_the_chain")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.seal}"
