"""Recurring tasks (nhiệm vụ định kỳ): a template, and what it has given in each period (docs/domain/tasks.md)."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from eoffice.workflow.models.batch import TaskBatch
from eoffice.worktime.periods import Every, Recurrence, Rule, Shift


class RecurringTask(models.Model):
    """What is given anew in each period, to whom, and the rule of its due day."""

    title = models.CharField(_("nội dung nhiệm vụ"), max_length=300)
    recipients = models.CharField(_("giao cho"), max_length=200)
    leads = models.ManyToManyField("organisation.Unit", related_name="+", verbose_name=_("chủ trì"))
    """Each gets a task of its own in each period."""
    coordinators = models.ManyToManyField("organisation.Unit", related_name="+", blank=True, verbose_name=_("phối hợp"))
    monitors = models.ManyToManyField("organisation.Unit", related_name="+", blank=True, verbose_name=_("theo dõi"))
    assigner = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    assigner_unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    source_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_id = models.BigIntegerField(null=True, blank=True)
    source = GenericForeignKey("source_type", "source_id")
    source_label = models.CharField(max_length=250, blank=True)
    source_url = models.CharField(max_length=250, blank=True)
    source_quote = models.TextField(blank=True)

    every = models.CharField(_("lặp lại"), max_length=8, choices=Every)
    day = models.PositiveSmallIntegerField(_("ngày"))
    month = models.PositiveSmallIntegerField(_("tháng"), default=1)
    shift = models.CharField(_("gặp ngày nghỉ"), max_length=6, choices=Shift, default=Shift.BEFORE)
    ends_on = models.DateField(_("đến hết ngày"), null=True, blank=True)
    """No period is given that would be due later."""
    next_start = models.DateField(null=True, blank=True, db_index=True)
    """First day of the period that is given next, on that day; None: there is none any more."""
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stop_reason = models.CharField(_("lý do dừng"), max_length=500, blank=True)
    began_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    key = models.UUIDField(unique=True, editable=False)
    """The same key, the same template; the keys of what it gives are made from it."""

    class Meta:
        verbose_name = _("nhiệm vụ định kỳ")
        verbose_name_plural = _("nhiệm vụ định kỳ")
        ordering = ["next_start", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def rule(self) -> Rule:
        """Of its due days."""
        return Rule(self.every, self.day, self.month, self.shift)

    @property
    def recurrence(self) -> Recurrence:
        """The rule, and until when."""
        return Recurrence(rule=self.rule, ends_on=self.ends_on)


class Occurrence(models.Model):
    """One period of a recurring task, given once."""

    recurring = models.ForeignKey(RecurringTask, on_delete=models.PROTECT, related_name="occurrences")
    start = models.DateField(_("ngày đầu kỳ"))
    due_on = models.DateField(_("thời hạn"))
    batch = models.OneToOneField(TaskBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="occurrence")
    """None: none of its units existed any more."""
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kỳ của nhiệm vụ định kỳ")
        verbose_name_plural = _("kỳ của nhiệm vụ định kỳ")
        ordering = ["recurring", "-start"]
        constraints = [models.UniqueConstraint(fields=["recurring", "start"], name="one_occurrence_per_period")]

    def __str__(self) -> str:
        return f"{self.recurring} ({self.start:%d/%m/%Y})"
