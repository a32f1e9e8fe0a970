"""Monthly figures as they were reported (số liệu đã chốt)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class MonthlyFigure(models.Model):
    """How the tasks stood that were due in a month and led by an agency or a unit below it; written once, never changed."""

    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="monthly_figures", verbose_name=_("cơ quan")
    )
    month = models.DateField(_("tháng"))
    """Its first day."""
    done_on_time = models.PositiveIntegerField()
    done_late = models.PositiveIntegerField()
    open_in_time = models.PositiveIntegerField()
    open_late = models.PositiveIntegerField()
    done_extended = models.PositiveIntegerField()
    """Part of ``done_on_time``."""
    frozen_at = models.DateTimeField(_("chốt lúc"))

    class Meta:
        verbose_name = _("số liệu tháng đã chốt")
        verbose_name_plural = _("số liệu tháng đã chốt")
        ordering = ["month", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="one_figure_per_unit_and_month"),
            models.CheckConstraint(condition=Q(done_extended__lte=F("done_on_time")), name="extended_part_of_on_time"),
        ]
        indexes = [models.Index(fields=["month", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit} – {self.month:%m/%Y}"
