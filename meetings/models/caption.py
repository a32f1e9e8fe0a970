"""Captions (phụ đề) that were typed in the room, line by line (docs/domain/meetings.md, "Captions")."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting


class CaptionLine(models.Model):
    """One line as everybody saw it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="caption_lines")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """At which item it was typed: of a confidential one nobody else reads it. Empty: at none, or the item was removed."""
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("nội dung"), max_length=200)
    at = models.DateTimeField(_("lúc"))
    """When everybody was shown it, by the server's clock."""

    class Meta:
        verbose_name = _("dòng phụ đề")
        verbose_name_plural = _("phụ đề")
        ordering = ["meeting", "at", "pk"]
        indexes = [models.Index(fields=["meeting", "at"], name="caption_lines_in_order")]

    def __str__(self) -> str:
        return self.text
