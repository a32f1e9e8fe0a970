"""How an incoming document goes round: who sent it on with which words, and a line for each who received it."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Sending(models.Model):
    """One act of sending a document on, with its words. Never changed: a correction is another one."""

    class Kind(models.TextChoices):
        SUBMISSION = "submission", _("Trình")
        DIRECTIVE = "directive", _("Bút phê")
        FORWARD = "forward", _("Chuyển tiếp")

    document = models.ForeignKey("documents.IncomingDocument", on_delete=models.PROTECT, related_name="sendings")
    parent = models.ForeignKey(
        "documents.Routing", on_delete=models.PROTECT, null=True, blank=True, related_name="sendings"
    )
    """The line on which its author had the document; none: the clerk who registered it."""
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(_("nội dung"), max_length=2000, blank=True)
    key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("lượt chuyển văn bản")
        verbose_name_plural = _("lượt chuyển văn bản")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.by}"


class Routing(models.Model):
    """The line of one recipient (luồng nhận): the line carries the state, not the document."""

    class Role(models.TextChoices):
        SUBMIT = "submit", _("Cho ý kiến")
        LEAD = "lead", _("Chủ trì")
        COORDINATE = "coordinate", _("Phối hợp")
        INFORM = "inform", _("Nhận để biết")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ xử lý")
        IN_HAND = "in_progress", _("Đang xử lý")
        DONE = "completed", _("Đã xử lý")
        RETURNED = "returned", _("Trả lại")
        WITHDRAWN = "withdrawn", _("Đã thu hồi")

    LIVE = (State.WAITING, State.IN_HAND)

    document = models.ForeignKey("documents.IncomingDocument", on_delete=models.PROTECT, related_name="lines")
    sending = models.ForeignKey(Sending, on_delete=models.PROTECT, related_name="lines")
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="incoming_lines"
    )
    person = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="incoming_lines"
    )
    role = models.CharField(max_length=10, choices=Role)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    """Handed on, or made a task: ``IN_HAND``. Who is only informed: ``DONE`` once they have looked."""
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    due_explanation = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    """When somebody who received it first opened it; that it was read does not mean that it was dealt with."""
    task = models.ForeignKey(
        "workflow.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="incoming_lines"
    )
    """What the line became; its end is the line's."""
    closed_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("kết quả, lý do"), max_length=1000, blank=True)
    """What came of it; why it was returned or withdrawn."""
    reply = models.ForeignKey(
        "documents.NumberAllocation", on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    """The reply, in the register of outgoing documents."""

    class Meta:
        verbose_name = _("luồng xử lý văn bản đến")
        verbose_name_plural = _("luồng xử lý văn bản đến")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit=None, person__isnull=False) | Q(unit__isnull=False, person=None),
                name="routing_to_a_unit_or_a_person",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="routing_of_unit"),
            models.Index(fields=["person", "state"], name="routing_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} ({self.get_role_display()})"

    @property
    def recipient(self) -> str:
        """The unit, or the person with their position."""
        if self.unit is not None:
            return self.unit.name
        assert self.person is not None
        return f"{self.person.person} – {self.person.position_title}"

    @property
    def is_live(self) -> bool:
        """Somebody still has it in hand; never so of who is only informed."""
        return self.state in self.LIVE and self.role != self.Role.INFORM

    @property
    def state_label(self) -> str:
        """As it is shown; who is informed has looked or not."""
        if self.role == self.Role.INFORM and self.state in (self.State.WAITING, self.State.DONE):
            return str(_("Đã xem") if self.state == self.State.DONE else _("Chưa xem"))
        return str(self.get_state_display())

    def is_late(self, today: dt.date) -> bool:
        """Its day is over and it is still in hand."""
        return self.is_live and self.due_on is not None and self.due_on < today
