"""Tasks (nhiệm vụ): who must do what by when, and how far they are (docs/domain/tasks.md).

Workflow knows no product: the source of a task is a generic reference with its own words.
"""

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.names import folded, normalised
from eoffice.workflow.handing_in import WorkingDate
from eoffice.workflow.parts import PartyQuerySet
from eoffice.workflow.queries import TaskQuerySet


class Task(models.Model):
    """One task of one lead: a unit, or the person the unit gave it to."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("Chờ tiếp nhận")
        ACKNOWLEDGED = "acknowledged", _("Đã tiếp nhận")
        IN_PROGRESS = "in_progress", _("Đang thực hiện")
        REVIEW = "review", _("Chờ duyệt trong đơn vị")
        SUBMITTED = "submitted", _("Chờ duyệt hoàn thành")
        RETURNED = "returned", _("Trả lại làm tiếp")
        COMPLETED = "completed", _("Hoàn thành")
        CANCELLED = "cancelled", _("Đã thu hồi")

    OPEN_STATES = (
        State.ASSIGNED,
        State.ACKNOWLEDGED,
        State.IN_PROGRESS,
        State.REVIEW,
        State.SUBMITTED,
        State.RETURNED,
    )
    CLOSED_STATES = (State.COMPLETED, State.CANCELLED)

    class DueKind(models.TextChoices):
        FIXED = "fixed", _("Có thời hạn")
        OPEN = "open", _("Không ấn định ngày")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("Thường")
        URGENT = "urgent", _("Khẩn")
        VERY_URGENT = "very_urgent", _("Thượng khẩn")
        FLASH = "flash", _("Hỏa tốc")

    title = models.CharField(_("nội dung nhiệm vụ"), max_length=300)
    search_title = models.CharField(max_length=300, editable=False, default="")
    detail = models.TextField(_("yêu cầu cụ thể"), blank=True)
    urgency = models.CharField(_("mức độ khẩn"), max_length=12, choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField(_("trạng thái"), max_length=14, choices=State, default=State.ASSIGNED)

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subtasks",
        verbose_name=_("nhiệm vụ cha"),
    )
    """The task of which this is a part: its lead gave this one, within its own due day."""

    batch = models.ForeignKey(
        "TaskBatch", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("giao cùng")
    )
    """The act in which each of a group of units was given one of these."""

    source_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_id = models.BigIntegerField(null=True, blank=True)
    source = GenericForeignKey("source_type", "source_id")
    source_label = models.CharField(_("nguồn giao"), max_length=250, blank=True)
    source_url = models.CharField(max_length=250, blank=True)
    source_quote = models.TextField(_("trích nguyên văn"), blank=True)

    assigner = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        related_name="assigned_tasks",
        verbose_name=_("người giao"),
    )
    assigner_unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        related_name="assigned_tasks",
        verbose_name=_("cơ quan giao"),
    )
    lead_unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        related_name="led_tasks",
        verbose_name=_("chủ trì"),
    )
    officer = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("người thực hiện"),
    )

    due_kind = models.CharField(_("kiểu thời hạn"), max_length=10, choices=DueKind, default=DueKind.FIXED)
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    original_due_on = models.DateField(_("thời hạn ban đầu"), null=True, blank=True)
    """The first due day, once it was extended: "đúng hạn (đã gia hạn)"."""
    due_rule = models.CharField(_("quy tắc thời hạn"), max_length=120, blank=True)
    """As it was entered: "5 ngày làm việc"."""
    due_explanation = models.JSONField(default=list, blank=True)
    """Sentences: which days were skipped, which worked in lieu."""

    assigned_at = models.DateTimeField(_("giao lúc"))
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    presented_at = models.DateTimeField(null=True, blank=True)
    """When the officer handed the result in to the head of the lead; None when it went to the assigner at once."""
    submitted_at = models.DateTimeField(null=True, blank=True)
    """When the lead unit handed it in to the assigner: what counts for lateness."""
    handed_in_on = models.GeneratedField(
        expression=WorkingDate("submitted_at"), output_field=models.DateField(null=True), db_persist=True
    )
    """The working date of ``submitted_at``, kept by the database for counting."""
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("lý do thu hồi"), max_length=500, blank=True)
    percent = models.PositiveSmallIntegerField(_("tiến độ"), default=0)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""
    key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    """Comes with the form that gives a sub-task: two clicks give one."""

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent_at_most_100"),
            models.CheckConstraint(
                condition=Q(due_kind="open") | Q(due_on__isnull=False),
                name="task_fixed_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="review") | Q(presented_at__isnull=False, submitted_at__isnull=True),
                name="task_in_review_was_presented",
            ),
        ]
        indexes = [
            models.Index(fields=["lead_unit", "state", "due_on"]),
            models.Index(fields=["officer", "state", "due_on"]),
            models.Index(fields=["assigner_unit", "state", "due_on"]),
            models.Index(fields=["source_type", "source_id"]),
            # figures of a period read the index alone, of the units that are counted
            models.Index(
                fields=["lead_unit", "due_on", "state", "handed_in_on", "original_due_on"],
                name="task_figures_by_due_day",
            ),
            models.Index(
                fields=["lead_unit", "assigned_at", "state", "due_on", "handed_in_on", "original_due_on"],
                name="task_figures_by_given_day",
            ),
            # open tasks of many units are counted, searched and put late first by the index alone
            models.Index(
                fields=[
                    "due_on",
                    "-id",
                    "state",
                    "lead_unit",
                    "assigner_unit",
                    "assigner",
                    "officer",
                    "parent",
                    "handed_in_on",
                    "search_title",
                ],
                condition=Q(state__in=["assigned", "acknowledged", "in_progress", "review", "submitted", "returned"]),
                name="task_open_late_first",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = normalised(self.title)
        self.search_title = folded(self.title)
        super().save(*args, **kwargs)


class TaskParty(models.Model):
    """A unit beside the lead: it coordinates, watches, or is informed."""

    class Role(models.TextChoices):
        COORDINATE = "coordinate", _("Phối hợp")
        MONITOR = "monitor", _("Theo dõi")
        INFORM = "inform", _("Nhận để biết")
        FORMER = "former", _("Chủ trì trước đây")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="parties")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="task_parties")
    role = models.CharField(_("vai trò"), max_length=10, choices=Role)
    due_on = models.DateField(_("hạn gửi phần phối hợp"), null=True, blank=True)
    """Of a coordinator: the lead's own day for its part, never after the task's."""
    answer = models.ForeignKey("Report", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Of a coordinator: its part as it was last handed in; None while it is missing."""
    answered_at = models.DateTimeField(null=True, blank=True)
    """Of a coordinator: when its part first came, which counts for lateness."""
    nudged_on = models.DateField(null=True, blank=True)
    """When the lead last asked for the missing part: once a day at most."""

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị tham gia")
        verbose_name_plural = _("đơn vị tham gia")
        constraints = [models.UniqueConstraint(fields=["task", "unit", "role"], name="one_party_per_role")]
        indexes = [models.Index(fields=["unit", "role", "task"], name="task_party_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit} ({self.get_role_display()})"
