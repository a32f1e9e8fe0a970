"""What a person is told, in the application and by mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """One notice to one person (thông báo). The mail, if any, is a job with its own state."""

    class MailState(models.TextChoices):
        NONE = "none", _("Không gửi thư")
        WAITING = "waiting", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    """Stable code: ``meeting.invited``, ``task.assigned``."""
    title = models.CharField(_("tiêu đề"), max_length=250)
    body = models.TextField(_("nội dung"), blank=True)
    url = models.CharField(max_length=250, blank=True)
    """Path on this site that the notice opens."""
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_state = models.CharField(max_length=10, choices=MailState, default=MailState.NONE)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_error = models.CharField(max_length=250, blank=True)
    mail_next_at = models.DateTimeField(null=True, blank=True)
    """Not to be sent before this; while it is being sent, when the claim of its worker runs out."""
    bundled = models.BooleanField(default=False)
    """It waits for the morning, or for the end of quiet hours: what waits together is one mail."""
    calendar = models.TextField(blank=True)
    """iCalendar text to attach to the mail; its METHOD says how."""
    digest = models.OneToOneField(
        "Digest", on_delete=models.CASCADE, null=True, blank=True, editable=False, related_name="notification"
    )
    """Of the notice of a digest: what the mail and its page say."""

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "read_at", "-created_at"]),
            models.Index(fields=["mail_state"]),
        ]

    def __str__(self) -> str:
        return self.title


class Digest(models.Model):
    """What lay before one person on the morning of one day: one notice, one mail (nhắc việc đầu ngày)."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("ngày"))
    sections = models.JSONField(default=list)
    """As it was said: ``[{heading, count, lines: [{text, detail, url}]}]``, in the language of the person."""
    run = models.UUIDField(editable=False)
    """Which job wrote it: of two that meet, each tells only of its own rows."""

    class Meta:
        verbose_name = _("nhắc việc đầu ngày")
        verbose_name_plural = _("nhắc việc đầu ngày")
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="one_digest_per_person_and_day")]

    def __str__(self) -> str:
        return f"{self.recipient} – {self.day:%d/%m/%Y}"


class DigestDay(models.Model):
    """A day whose digests have all been written: what comes up later on that day is told by its own notices."""

    day = models.DateField(_("ngày"), unique=True)
    finished_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ngày đã gửi nhắc việc")
        verbose_name_plural = _("ngày đã gửi nhắc việc")

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class Preference(models.Model):
    """What a person wants by mail, and when not; who has none has what holds for everybody (``quiet.preference_of``)."""

    class Way(models.TextChoices):
        NOW = "now", _("Gửi thư ngay, trừ giờ yên tĩnh")
        MORNING = "morning", _("Gộp vào một thư đầu ngày làm việc")
        NONE = "none", _("Không gửi thư, chỉ báo trên hệ thống")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preference")
    quiet_from = models.TimeField(_("giờ yên tĩnh từ"))
    quiet_until = models.TimeField(_("đến"))
    """The same as ``quiet_from``: no quiet hours. Over midnight where it is earlier."""
    days_off = models.BooleanField(_("ngày nghỉ cũng yên tĩnh"), default=True)
    tasks = models.CharField(_("nhiệm vụ"), max_length=8, choices=Way, default=Way.NOW)
    documents = models.CharField(_("văn bản"), max_length=8, choices=Way, default=Way.NOW)
    digest = models.BooleanField(_("nhắc việc đầu ngày"), default=True)

    class Meta:
        verbose_name = _("cách nhận thư")
        verbose_name_plural = _("cách nhận thư")

    def __str__(self) -> str:
        return str(self.person)


class ReceivedMail(models.Model):
    """One mail that came to the mailbox for replies, and what became of it. Kept, so that it is taken in once."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("Đã ghi nhận")
        ANSWERED = "answered", _("Không ghi nhận được, đã báo người gửi")
        SET_ASIDE = "set_aside", _("Để riêng, chưa xử lý")
        IGNORED = "ignored", _("Bỏ qua")

    message_id = models.CharField(max_length=250, unique=True)
    """Its Message-ID (RFC 5322, 3.6.4); of a mail without one, the SHA-256 of its bytes."""
    received_at = models.DateTimeField(auto_now_add=True)
    sender = models.CharField(_("người gửi"), max_length=254, blank=True)
    """As its From says, which anybody may write."""
    subject = models.CharField(_("tiêu đề"), max_length=250, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=9, choices=Outcome, default=Outcome.SET_ASIDE)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """Whose reply it is, once that is sure."""
    uid = models.CharField(max_length=250, blank=True)
    stamp = models.DateTimeField(null=True, blank=True)
    """UID and DTSTAMP of the calendar object in it."""
    calendar = models.TextField(blank=True)
    """That object."""

    class Meta:
        verbose_name = _("thư trả lời")
        verbose_name_plural = _("thư trả lời")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["uid", "person"])]

    def __str__(self) -> str:
        return self.subject or self.message_id
