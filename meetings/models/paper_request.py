"""A paper that a meeting asks of a unit for an agenda item (đề nghị gửi tài liệu)."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import Paper
from meetings.models.agenda import AgendaItem
from meetings.queries import PaperRequestQuerySet

SOON = dt.timedelta(hours=24)
"""From so long before its deadline on a request that nothing came of is near its end."""


class PaperRequest(models.Model):
    """One paper asked of one unit. How far it is, the paper's state says."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="paper_requests")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    title = models.CharField(_("tài liệu cần gửi"), max_length=300)
    note = models.TextField(_("yêu cầu"), max_length=2000, blank=True)
    due_at = models.DateTimeField(_("hạn gửi"))
    due_by_rule = models.BooleanField(default=False)
    """The deadline is the meeting type's and moves with the meeting."""
    paper = models.OneToOneField(
        "documents.Paper", on_delete=models.SET_NULL, null=True, blank=True, related_name="request"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    """When it was first submitted: what counts against the deadline."""
    nudged_at = models.DateTimeField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    key = models.UUIDField()
    """Comes with the form, so that a double click asks once."""

    objects = PaperRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị gửi tài liệu")
        verbose_name_plural = _("đề nghị gửi tài liệu")
        ordering = ["due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["key", "unit"], name="paper_asked_once")]
        indexes = [models.Index(fields=["due_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def public_title(self) -> str:
        """The title as the record has it: of a confidential item, that it is one."""
        return self.item.public(self.title)

    @property
    def is_missing(self) -> bool:
        """Nothing lies before the office: not submitted, or returned."""
        if self.cancelled_at is not None:
            return False
        return self.paper is None or self.paper.state in (Paper.State.DRAFT, Paper.State.RETURNED)

    @property
    def state(self) -> str:
        """Code of how far it is; ``state_label`` in words."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.paper is None or self.paper.state == Paper.State.DRAFT:
            return "missing"
        return self.paper.state

    @property
    def state_label(self) -> str:
        """The state in words; those of a paper are its own."""
        own = {"cancelled": _("Đã thôi đề nghị"), "missing": _("Chưa gửi")}
        return str(own[self.state] if self.state in own else Paper.State(self.state).label)

    @property
    def meter(self) -> str:
        """How the deadline stands: ``done``, ``done-late``, ``ok``, ``soon`` or ``overdue``."""
        if self.submitted_at is not None and not self.is_missing:
            return "done-late" if self.is_late else "done"
        left = self.due_at - timezone.now()
        if left <= dt.timedelta():
            return "overdue"
        return "soon" if left <= SOON else "ok"

    @property
    def is_late(self) -> bool:
        """It was submitted after its deadline."""
        return self.submitted_at is not None and self.submitted_at > self.due_at
