"""Conflicts that somebody took upon themselves, with a reason."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AcceptedConflict(models.Model):
    """One conflict of one row of a schedule was accepted (chấp nhận trùng lịch), by whom and why.

    ``source`` and ``row`` name what has the conflict, as an ``Engagement`` does: the calendar knows no product. It holds while
    the two overlap no longer than was accepted (``accepting.marked``).
    """

    source = models.CharField(max_length=20)
    row = models.PositiveBigIntegerField()
    key = models.CharField(max_length=120)
    """What it is about: its code, the other row, who (``Conflict.key``)."""
    code = models.CharField(max_length=40)
    who = models.CharField(_("ai"), max_length=200)
    starts_at = models.DateTimeField(_("từ"))
    ends_at = models.DateTimeField(_("đến"))
    reason = models.CharField(_("lý do"), max_length=500)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("trùng lịch được chấp nhận")
        verbose_name_plural = _("trùng lịch được chấp nhận")
        ordering = ["starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["source", "row", "key"], name="one_acceptance_per_conflict")]

    def __str__(self) -> str:
        return f"{self.who}: {self.reason}"
