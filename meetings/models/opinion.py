"""What agencies named in the conclusions say of their paragraphs before the notice is issued (docs/domain/conclusions.md)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.conclusion import Conclusion


class Opinion(models.Model):
    """One agency is asked about one paragraph as it stood then; a paragraph that was changed is asked about anew."""

    class Answer(models.TextChoices):
        AGREES = "agrees", _("Thống nhất")
        PROPOSES = "proposes", _("Đề nghị sửa")

    class Decision(models.TextChoices):
        TAKEN = "taken", _("Đã tiếp thu")
        DECLINED = "declined", _("Không tiếp thu")

    conclusion = models.ForeignKey(Conclusion, on_delete=models.CASCADE, related_name="opinions")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    asked_text = models.TextField(max_length=4000)
    """The paragraph as it was sent."""
    asked_version = models.PositiveIntegerField()
    """Of the conclusion."""
    asked_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("trả lời trước khi hết ngày"))

    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    """Empty: the agency has said nothing."""
    wording = models.TextField(_("đề nghị viết lại"), max_length=4000, blank=True)
    reason = models.CharField(_("lý do"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    """Of a proposal: what the secretary did with it."""
    remark = models.CharField(_("giải trình"), max_length=500, blank=True)
    """Why a proposal was declined."""
    decided_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("ý kiến về dự thảo kết luận")
        verbose_name_plural = _("ý kiến về dự thảo kết luận")
        ordering = ["conclusion", "unit__path", "asked_version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conclusion", "unit", "asked_version"], name="one_opinion_per_version"),
            models.CheckConstraint(condition=Q(decision="") | Q(answer="proposes"), name="only_proposals_are_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_answer_display() or '–'}"
