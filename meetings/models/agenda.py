"""The agenda (chương trình họp) and the papers tabled at its items."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting


class AgendaItem(models.Model):
    """One item of the agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    title = models.CharField(_("nội dung"), max_length=300)
    minutes = models.PositiveSmallIntegerField(_("số phút"), default=15)
    presenter = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan trình bày"),
    )
    speech_minutes = models.PositiveSmallIntegerField(_("số phút mỗi lượt phát biểu"), null=True, blank=True)
    """The most a speaker is allotted at this item; empty: what was asked for, or the usual (``meetings.speaking_time``)."""

    key = models.UUIDField(null=True, blank=True)
    """Comes with the form, so that a double click adds one item."""
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""

    class Meta:
        verbose_name = _("nội dung họp")
        verbose_name_plural = _("nội dung họp")
        ordering = ["meeting", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "key"], name="agenda_item_once")]

    def __str__(self) -> str:
        return self.title


class TabledPaper(models.Model):
    """A paper put on the table at an agenda item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="tabled")
    paper = models.ForeignKey("documents.Paper", on_delete=models.PROTECT, related_name="tablings")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("tài liệu của nội dung họp")
        verbose_name_plural = _("tài liệu của nội dung họp")
        ordering = ["item", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "paper"], name="paper_tabled_once_per_item")]

    def __str__(self) -> str:
        return str(self.paper)
