"""What the economy of meetings is measured against, and its figures as they were reported (docs/domain/meeting-economy.md)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import MeetingType


class TypeBaseline(models.Model):
    """How long meetings of a type used to take, as somebody declared with a source (mức so sánh)."""

    type = models.OneToOneField(
        MeetingType, on_delete=models.CASCADE, related_name="baseline", verbose_name=_("loại phiên họp")
    )
    minutes = models.PositiveSmallIntegerField(_("thời lượng trước đây (phút)"), validators=[MinValueValidator(1)])
    year = models.PositiveSmallIntegerField(_("năm"))
    source = models.CharField(_("nguồn số liệu"), max_length=250)

    class Meta:
        verbose_name = _("mức so sánh thời lượng họp")
        verbose_name_plural = _("mức so sánh thời lượng họp")

    def __str__(self) -> str:
        return str(self.type)


class UnitDistance(models.Model):
    """How far a unit's seat is from the city's centre, one way by road: the way that an online meeting saves."""

    unit = models.OneToOneField(
        "organisation.Unit", on_delete=models.CASCADE, related_name="distance", verbose_name=_("đơn vị")
    )
    km = models.PositiveSmallIntegerField(_("khoảng cách một chiều (km)"), validators=[MinValueValidator(1)])
    source = models.CharField(_("nguồn số liệu"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("khoảng cách đến trung tâm")
        verbose_name_plural = _("khoảng cách đến trung tâm")

    def __str__(self) -> str:
        return str(self.unit)


class MonthlyEconomy(models.Model):
    """The figures of the meetings that a unit called in a month, written once after it and never changed (số đã chốt)."""

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    month = models.DateField(_("tháng"))
    """Its first day."""
    figures = models.JSONField()
    """Name of the sum → number: the fields of ``meetings.economy.figures.Sums``."""
    frozen_at = models.DateTimeField(_("chốt lúc"))

    class Meta:
        verbose_name = _("số liệu họp đã chốt")
        verbose_name_plural = _("số liệu họp đã chốt")
        ordering = ["month", "unit"]
        constraints = [models.UniqueConstraint(fields=["unit", "month"], name="one_economy_per_unit_and_month")]

    def __str__(self) -> str:
        return f"{self.unit} – {self.month:%m/%Y}"
