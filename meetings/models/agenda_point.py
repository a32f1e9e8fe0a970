"""What a point of any agenda says."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgendaPoint(models.Model):
    """A point of the agenda of a meeting, or of the standard agenda of a series."""

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
    key = models.UUIDField(null=True, blank=True)
    """Comes with the form, so that a double click adds one item."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title
