"""Whose hand a task needs now."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, DateField, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from eoffice.organisation.standing import standing_of
from eoffice.workflow.models.task import Task, TaskParty

if TYPE_CHECKING:
    from eoffice.accounts.models import User


class DutyQuerySet(models.QuerySet["Duty"]):
    """Duties."""

    def of(self, user: "User") -> "DutyQuerySet":
        """What needs the hand of ``user``, each with its ``day``: the task's due day, of a missing part the unit's own."""
        lines = TaskParty.objects.filter(task=OuterRef("task"), role=TaskParty.Role.COORDINATE, answer=None)
        own = lines.filter(unit__in=standing_of(user).represents, due_on__isnull=False).order_by("due_on")
        part = Case(When(need="contribute", then=Subquery(own.values("due_on")[:1])), output_field=DateField())
        return self.filter(person=user).annotate(day=Coalesce(part, F("task__due_on")))


class Duty(models.Model):
    """A row per person and task that needs this person's hand now: what the Today page counts.

    Kept by the operations of this app, so that the page is one indexed query.
    """

    class Need(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("Tiếp nhận")
        ASSIGN = "assign", _("Giao người thực hiện")
        DO = "do", _("Thực hiện")
        REVIEW = "review", _("Duyệt trong đơn vị")
        APPROVE = "approve", _("Duyệt kết quả")
        ANSWER = "answer", _("Trả lời đề nghị")
        CONTRIBUTE = "contribute", _("Gửi phần phối hợp")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duties")
    need = models.CharField(max_length=12, choices=Need)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc cần làm")
        verbose_name_plural = _("việc cần làm")
        constraints = [models.UniqueConstraint(fields=["task", "person", "need"], name="one_duty_per_need")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_need_display()}"
