"""When people are at work: hours of a person or a unit that differ from the site's."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class WorkingHours(models.Model):
    """Morning and afternoon (giờ làm việc) of one person, or of all in one unit that have none of their own."""

    unit = models.OneToOneField(
        "organisation.Unit", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người"),
    )
    morning_from = models.TimeField(_("sáng từ"), default=dt.time(8))
    morning_to = models.TimeField(_("sáng đến"), default=dt.time(12))
    afternoon_from = models.TimeField(_("chiều từ"), default=dt.time(13))
    afternoon_to = models.TimeField(_("chiều đến"), default=dt.time(17))

    class Meta:
        verbose_name = _("giờ làm việc")
        verbose_name_plural = _("giờ làm việc")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True) ^ Q(person__isnull=True), name="working_hours_of_unit_or_person"
            ),
            models.CheckConstraint(
                condition=Q(morning_from__lt=F("morning_to"))
                & Q(morning_to__lte=F("afternoon_from"))
                & Q(afternoon_from__lt=F("afternoon_to")),
                name="working_hours_in_order",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.morning_from:%H:%M}–{self.morning_to:%H:%M}, {self.afternoon_from:%H:%M}–{self.afternoon_to:%H:%M}"
        )

    @property
    def spans(self) -> tuple[tuple[dt.time, dt.time], ...]:
        """Morning and afternoon."""
        return ((self.morning_from, self.morning_to), (self.afternoon_from, self.afternoon_to))
