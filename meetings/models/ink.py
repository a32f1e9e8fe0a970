"""What was drawn on papers while they lay before everybody."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting


class InkStroke(models.Model):
    """One stroke on a page, as this meeting sees it; the paper itself is not touched."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="ink")
    version = models.ForeignKey("documents.PaperVersion", on_delete=models.CASCADE, related_name="+")
    page = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    """Chosen by the browser that draws: more of a stroke comes under the same key."""
    colour = models.CharField(max_length=8)
    points = models.JSONField(default=list)
    """x and y of one point after the other, in ten-thousandths of the page's width and height."""

    class Meta:
        verbose_name = _("nét vẽ")
        verbose_name_plural = _("nét vẽ")
        ordering = ["meeting", "version", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "version", "key"], name="ink_stroke_once")]

    def __str__(self) -> str:
        return f"{self.version}, {self.page}: {self.colour}"
