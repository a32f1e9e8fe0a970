"""What people write to each other in the room."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class ChatMessage(models.Model):
    """One message in one channel of a meeting; who reads it is in ``meetings.chat``."""

    class Channel(models.TextChoices):
        ROOM = "room", _("Cả phòng")
        AGENCY = "agency", _("Cơ quan")
        CHAIR = "chair", _("Bàn chủ tọa")
        SECRETARY = "secretary", _("Bàn thư ký")
        TECHNICIAN = "technician", _("Bàn kỹ thuật")
        CONSULTATION = "consultation", _("Phòng hội ý")

    DESKS = (Channel.CHAIR, Channel.SECRETARY, Channel.TECHNICIAN)

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="chat_messages")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.ROOM)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Of a message to or from a desk: who wrote to it. Nobody else but the desk reads it."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Of a message within an agency: the unit whose sites read it."""
    consultation = models.ForeignKey(
        "meetings.Consultation", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    """Of a message in a consultation room."""
    during = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """The confidential item at which it was written: it is shown while the meeting is there."""
    text = models.CharField(_("nội dung"), max_length=2000, blank=True)
    """Empty once the message was removed."""
    sent_at = models.DateTimeField(db_index=True)
    key = models.UUIDField()
    """Chosen by the browser, so that sending again after a lost line does not write twice."""
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("tin nhắn")
        verbose_name_plural = _("tin nhắn")
        ordering = ["meeting", "sent_at", "pk"]
        indexes = [models.Index(fields=["meeting", "channel", "sent_at"])]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "sender", "key"], name="chat_message_once"),
            models.CheckConstraint(
                condition=Q(channel__in=["chair", "secretary", "technician"]) ^ Q(asker__isnull=True),
                name="chat_asker_iff_desk",
            ),
            models.CheckConstraint(condition=Q(channel="agency") ^ Q(unit__isnull=True), name="chat_unit_iff_agency"),
            models.CheckConstraint(
                condition=Q(channel="consultation") ^ Q(consultation__isnull=True), name="chat_consultation_iff_there"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
