"""Another time that somebody invited proposes (đề nghị đổi giờ họp), by the COUNTER of their mail program (RFC 5546, 3.2.7)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from meetings.models.invitation import Attendee
from meetings.models.meeting import Meeting


class CounterProposal(models.Model):
    """Waits for those who prepare the meeting: they move it, or decline. It is over as well once the meeting has another time."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ trả lời")
        ACCEPTED = "accepted", _("Đã đổi theo đề nghị")
        DECLINED = "declined", _("Không đổi")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="counter_proposals")
    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="counter_proposals")
    sequence = models.PositiveIntegerField()
    """Of the meeting when it was proposed: a higher one means that the meeting was moved since."""
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    comment = models.CharField(_("lý do"), max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("đề nghị đổi giờ họp")
        verbose_name_plural = _("đề nghị đổi giờ họp")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="proposal_ends_after_start"),
            models.UniqueConstraint(
                fields=["attendee"], condition=Q(state="waiting"), name="one_proposal_waits_per_attendee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendee}: {self.starts_at:%H:%M %d/%m/%Y}"
