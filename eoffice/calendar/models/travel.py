"""How long it takes from one place to another. Places are free text; words in them say in which zone they lie."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Zone(models.Model):
    """Places near each other (khu vực): who goes from one to another there needs no time worth counting."""

    name = models.CharField(_("khu vực"), max_length=80, unique=True)
    words = models.TextField(
        _("từ nhận biết"),
        max_length=2000,
        help_text=_("Mỗi dòng một cụm từ; địa điểm có cụm từ đó thuộc khu vực này. Không phân biệt dấu."),
    )

    class Meta:
        verbose_name = _("khu vực di chuyển")
        verbose_name_plural = _("khu vực di chuyển")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Journey(models.Model):
    """Minutes between two zones, in either direction."""

    first = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="+", verbose_name=_("khu vực"))
    second = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="+", verbose_name=_("và khu vực"))
    minutes = models.PositiveSmallIntegerField(_("số phút di chuyển"))

    class Meta:
        verbose_name = _("thời gian di chuyển")
        verbose_name_plural = _("thời gian di chuyển")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_journey_per_pair"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="journey_between_two"),
            models.CheckConstraint(condition=Q(minutes__lte=240), name="journey_of_four_hours_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}: {self.minutes}"
