"""Conclusions (kết luận) and the tasks they give; tasks exist for others only once the notice is issued."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.decree30.parts import in_words
from eoffice.workflow.models import RecurringTask, Task, TaskBatch
from eoffice.worktime.periods import Every, Recurrence, Rule, Shift
from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting


class Conclusion(models.Model):
    """One sentence or paragraph of the conclusions, under an agenda item (none: general)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="conclusions")
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="conclusions",
    )
    edition = models.PositiveSmallIntegerField(default=1)
    """Of the notice: what replaces an issued one has sentences of its own (``ConclusionNotice.edition``)."""
    order = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("nội dung kết luận"), max_length=4000)
    written_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change of the text or of the planned task."""
    key = models.UUIDField(null=True, unique=True, editable=False)
    """Comes with the form: the second click of a double click finds the first one's conclusion."""

    class Meta:
        verbose_name = _("kết luận")
        verbose_name_plural = _("kết luận")
        ordering = ["meeting", "item__order", "order", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def tasks(self) -> "list[ConclusionTask]":
        """What it gives, in the order of its text; no query where they were read with it."""
        return sorted(self.planned_tasks.all(), key=lambda task: (self.text.find(task.quote), task.pk))

    @property
    def whole_task(self) -> "ConclusionTask | None":
        """The task that all of it gives; none: it gives none, or parts of it do."""
        return next((task for task in self.tasks if not task.quote), None)

    @property
    def pieces(self) -> "list[tuple[str, ConclusionTask | None]]":
        """Its text in pieces, those that are marked with their task."""
        pieces: list[tuple[str, ConclusionTask | None]] = []
        at = 0
        for task in self.tasks:
            begins = self.text.find(task.quote, at) if task.quote else -1
            if begins >= 0:
                pieces += [(self.text[at:begins], None), (task.quote, task)]
                at = begins + len(task.quote)
        return [piece for piece in (*pieces, (self.text[at:], None)) if piece[0]]


class ConclusionTask(models.Model):
    """A task that a conclusion, or a marked part of it, gives: planned here, made real (``task``) when the notice is issued."""

    conclusion = models.ForeignKey(Conclusion, on_delete=models.CASCADE, related_name="planned_tasks")
    quote = models.TextField(_("đoạn trong kết luận"), max_length=4000, blank=True)
    """The marked words, as they stand in the conclusion's text; empty: all of it."""
    title = models.CharField(_("nội dung nhiệm vụ"), max_length=300)
    lead_unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chủ trì"),
    )
    lead_group = models.ForeignKey(
        "organisation.UnitGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("giao cho từng đơn vị của nhóm"),
    )
    """Instead of one lead: each unit that the group holds when the notice is issued gets a task of its own."""
    coordinators = models.ManyToManyField("organisation.Unit", blank=True, related_name="+", verbose_name=_("phối hợp"))
    due_kind = models.CharField(
        _("kiểu thời hạn"),
        max_length=10,
        choices=Task.DueKind,
        default=Task.DueKind.FIXED,
    )
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("số ngày làm việc"), null=True, blank=True)
    """Working days after issue; ``due_on`` is computed then."""
    recur_every = models.CharField(_("lặp lại"), max_length=8, choices=Every, blank=True)
    """Empty: given once. Else ``eoffice.worktime.periods.Rule``, as the others that begin so."""
    recur_day = models.PositiveSmallIntegerField(_("ngày trong kỳ"), null=True, blank=True)
    recur_month = models.PositiveSmallIntegerField(_("tháng trong kỳ"), null=True, blank=True)
    recur_shift = models.CharField(_("gặp ngày nghỉ"), max_length=6, choices=Shift, blank=True)
    recur_until = models.DateField(_("kết thúc sau ngày"), null=True, blank=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(TaskBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Of a group: its tasks."""
    recurring = models.ForeignKey(RecurringTask, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Of one that recurs: what gives its tasks."""
    former = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """In a notice that replaces another: what this was there; its task goes on (``meetings.replacing``)."""

    class Meta:
        verbose_name = _("nhiệm vụ trong kết luận")
        verbose_name_plural = _("nhiệm vụ trong kết luận")
        constraints = [
            models.CheckConstraint(
                condition=Q(lead_unit__isnull=True) ^ Q(lead_group__isnull=True), name="led_by_a_unit_or_a_group"
            ),
            models.UniqueConstraint(fields=["conclusion"], condition=Q(quote=""), name="one_task_of_the_whole"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_given(self) -> bool:
        """Its task was made real, here or by the edition before."""
        return bool(self.task_id or self.batch_id or self.recurring_id)

    @property
    def recurrence(self) -> Recurrence | None:
        """When it comes back; None: it is given once."""
        if not self.recur_every:
            return None
        rule = Rule(self.recur_every, self.recur_day or 1, self.recur_month or 1, self.recur_shift or Shift.BEFORE)
        return Recurrence(rule=rule, ends_on=self.recur_until)

    @property
    def lead_name(self) -> str:
        """Who leads, as the notice has it."""
        return self.lead_unit.name if self.lead_unit else f"{self.lead_group} (từng đơn vị)"


class ConclusionNotice(models.Model):
    """An edition of the notice of conclusions (thông báo kết luận) of a meeting: the first one, or one that replaces the one before."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        SUBMITTED = "submitted", _("Chờ chủ trì duyệt")
        CONFIRMED = "confirmed", _("Chờ ký ban hành")
        ISSUED = "issued", _("Đã ban hành")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notices")
    edition = models.PositiveSmallIntegerField(default=1)
    """1, 2, … within the meeting."""
    replaces = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="replacement"
    )
    """The issued edition in whose place this one comes."""
    why = models.CharField(_("lý do ban hành lại"), max_length=500, blank=True)
    """Of one that replaces another."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    number = models.CharField(_("số, ký hiệu"), max_length=60, blank=True)
    """As printed: "05/TB-VP"."""
    issuer = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan ban hành"),
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    ordinal = models.PositiveIntegerField(null=True, blank=True)
    remark = models.CharField(_("điều cần sửa"), max_length=500, blank=True)
    """Why the conclusions were sent back."""
    returned_by = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    """Who sent them back: the chair, or who was to sign."""
    submitted_by = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    confirmed_by = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    """Who signed and issued it for the issuing unit; nobody: it was issued before that was a step of its own."""
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("thông báo kết luận")
        verbose_name_plural = _("thông báo kết luận")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year", "ordinal"], name="one_notice_per_number"),
            models.UniqueConstraint(fields=["meeting", "edition"], name="one_notice_per_edition"),
            models.UniqueConstraint(
                fields=["meeting"], condition=~Q(state="issued"), name="one_notice_drafted_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"TBKL – {self.meeting}"

    @property
    def in_words(self) -> str:
        """An issued one as official documents cite it: "Thông báo số 05/TB-VP ngày 16 tháng 6 năm 2026"."""
        assert self.issued_at is not None
        return f"Thông báo số {self.number} ngày {in_words(timezone.localdate(self.issued_at))}"
