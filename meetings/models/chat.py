"""What people write to each other in the room."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class ChatMessage(models.Model):
    """One message to everybody in the room."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="chat_messages")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("nội dung"), max_length=2000)
    sent_at = models.DateTimeField()
    key = models.UUIDField()
    """Chosen by the browser, so that sending again after a lost line does not write twice."""

    class Meta:
        verbose_name = _("tin nhắn")
        verbose_name_plural = _("tin nhắn")
        ordering = ["meeting", "sent_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "sender", "key"], name="chat_message_once")]

    def __str__(self) -> str:
        return self.text[:60]
