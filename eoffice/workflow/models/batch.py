"""One task for each of a group of units, given in one act (docs/domain/tasks.md, "For each of a group")."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskBatch(models.Model):
    """What the tasks that were given together have in common; each of them goes its own way from then on."""

    title = models.CharField(_("nội dung nhiệm vụ"), max_length=300)
    recipients = models.CharField(_("giao cho"), max_length=200)
    """As one says it: "126 phường, xã". Which units these were is frozen in the tasks."""
    assigner = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    assigner_unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    source_label = models.CharField(max_length=250, blank=True)
    source_url = models.CharField(max_length=250, blank=True)
    given_at = models.DateTimeField()
    key = models.UUIDField(unique=True, editable=False)
    """The same key, the same tasks: giving them twice is harmless."""

    class Meta:
        verbose_name = _("nhiệm vụ giao cho từng đơn vị")
        verbose_name_plural = _("nhiệm vụ giao cho từng đơn vị")
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return self.title
