"""Slips that urge late tasks (phiếu đôn đốc): a document to one lead unit, as it was issued."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eoffice.organisation.standing import standing_of

if TYPE_CHECKING:
    from eoffice.accounts.models import User


class UrgingSlipQuerySet(models.QuerySet["UrgingSlip"]):
    """Slips."""

    def visible_to(self, user: "User") -> "UrgingSlipQuerySet":
        """Who issued it; who answers for the unit that sent or got it; officers of the tasks in it."""
        standing = standing_of(user)
        units = Q(assigner_unit__in=standing.represents) | Q(issuer__in=standing.represents)
        addressed = Q(lead_unit__in=standing.represents)
        named = UrgedTask.objects.filter(task__officer__in=standing.ever).values("slip")
        return self.filter(units | addressed | Q(by__in=standing.ever) | Q(pk__in=named))


class UrgingSlip(models.Model):
    """One issued slip. What it says of the tasks is kept as it was on its day."""

    issuer = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The agency in whose name it is issued, and whose number it bears."""
    assigner_unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    lead_unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="urging_slips", verbose_name=_("chủ trì")
    )
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(_("số"), null=True)
    symbol = models.CharField(_("ký hiệu"), max_length=40)
    answer_by = models.DateField(_("báo cáo chậm nhất ngày"))
    note = models.TextField(_("yêu cầu thêm"), max_length=2000, blank=True)
    key = models.UUIDField(unique=True, editable=False)
    """Comes with the form: two clicks issue one."""

    objects = UrgingSlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiếu đôn đốc")
        verbose_name_plural = _("phiếu đôn đốc")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.code} – {self.lead_unit}"

    @property
    def code(self) -> str:
        """Number and symbol as printed."""
        return f"{self.number:02d}/{self.symbol}" if self.number is not None else f"……/{self.symbol}"


class UrgedTask(models.Model):
    """One line of a slip."""

    slip = models.ForeignKey(UrgingSlip, on_delete=models.CASCADE, related_name="lines")
    task = models.ForeignKey("workflow.Task", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=250, blank=True)
    due_on = models.DateField()
    days_late = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("nhiệm vụ được đôn đốc")
        verbose_name_plural = _("nhiệm vụ được đôn đốc")
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["slip", "task"], name="one_line_per_urged_task")]

    def __str__(self) -> str:
        return self.title
