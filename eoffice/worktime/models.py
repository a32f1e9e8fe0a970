"""Working days. No fallback: a year without a confirmed calendar has no deadlines (docs/domain/worktime.md)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """A year whose days an administrator has confirmed against the notices."""

    year = models.PositiveSmallIntegerField(_("năm"), unique=True)
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    source = models.CharField(_("căn cứ"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("lịch năm")
        verbose_name_plural = _("lịch năm")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from "Monday to Friday work, Saturday and Sunday off"."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Nghỉ lễ, Tết")
        SUBSTITUTE_OFF = "substitute_off", _("Nghỉ bù, hoán đổi")
        MAKEUP_WORK = "makeup_work", _("Làm bù")

    day = models.DateField(_("ngày"), unique=True)
    kind = models.CharField(_("loại"), max_length=16, choices=Kind)
    name = models.CharField(_("tên"), max_length=120)
    basis = models.CharField(_("văn bản"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("ngày đặc biệt")
        verbose_name_plural = _("ngày đặc biệt")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"
