"""What an assistant has drafted for a leader: nothing of it takes effect before the leader confirms."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from eoffice.workflow.draft_kinds import kind_of


class Draft(models.Model):
    """One act, drafted as its form was filled in (dự thảo của trợ lý). Kept after it was decided: who drafted, who confirmed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ xác nhận")
        CONFIRMED = "confirmed", _("Đã xác nhận")
        DISCARDED = "discarded", _("Không dùng")
        WITHDRAWN = "withdrawn", _("Đã rút")

    leader = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="drafts")
    """Whose act it would be."""
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    """Which act: a code of ``eoffice.workflow.drafting``."""
    target_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    """The row acted on: a task, a line of an incoming document."""
    label = models.CharField(max_length=500)
    """Name of the task or document, as it was."""
    fields = models.JSONField(default=dict)
    """The form as it was filled in: field → list of texts."""
    summary = models.JSONField(default=list)
    """The same to be read: ``[{label, text}]``, in the leader's language."""
    version = models.PositiveIntegerField(default=1)
    """Grows when it is drafted anew: the leader confirms what they have read."""
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.WAITING)
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    edited = models.BooleanField(default=False)
    """The leader has changed it before confirming."""
    remark = models.CharField(_("lý do"), max_length=500, blank=True)
    made_id = models.BigIntegerField(null=True)
    """What the act made, where it made something of its own: a sending, a sub-task."""

    class Meta:
        verbose_name = _("dự thảo của trợ lý")
        verbose_name_plural = _("dự thảo của trợ lý")
        ordering = ["-drafted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "target_id", "leader"], condition=Q(state="waiting"), name="one_waiting_draft_of_an_act"
            ),
        ]
        indexes = [
            models.Index(fields=["leader", "state"], name="draft_of_leader"),
            models.Index(fields=["target_type", "target_id"], name="draft_of_target"),
            models.Index(fields=["kind", "made_id"], name="draft_that_made"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.label}"

    @property
    def kind_label(self) -> str:
        """What the act is called."""
        kind = kind_of(self.kind)
        return str(kind.label) if kind else self.kind

    @property
    def kind_button(self) -> str:
        """What the leader presses to confirm."""
        kind = kind_of(self.kind)
        return str(kind.button) if kind else str(_("Xác nhận"))

    @property
    def data(self) -> QueryDict:
        """The form as it was filled in, to be sent again."""
        data = QueryDict(mutable=True)
        for name, values in self.fields.items():
            data.setlist(name, values)
        return data
