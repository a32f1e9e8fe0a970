"""The floor (quyền phát biểu): who asks for it, who is asked to take it, who had it and for how long."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class SpeechRequest(models.Model):
    """A site asks for the floor (đăng ký phát biểu), before the meeting or in it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        CALLED = "called", _("Đang được mời")
        SPEAKING = "speaking", _("Đang phát biểu")
        PAUSED = "paused", _("Tạm dừng, sẽ nói tiếp")
        DONE = "done", _("Đã phát biểu")
        WITHDRAWN = "withdrawn", _("Đã rút")
        REFUSED = "refused", _("Không được chấp nhận")

    class Kind(models.TextChoices):
        SPEECH = "speech", _("Phát biểu")
        POINT_OF_ORDER = "order", _("Ý kiến về trình tự")

    IN_LINE = (State.WAITING, State.CALLED, State.PAUSED)
    OPEN = (*IN_LINE, State.SPEAKING)

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="speech_requests")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="speech_requests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("loại"), max_length=6, choices=Kind, default=Kind.SPEECH)
    item = models.ForeignKey(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="speech_requests"
    )
    """Of which agenda item; empty: of whatever is discussed."""
    topic = models.CharField(_("nội dung phát biểu"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("số phút dự kiến"), null=True, blank=True)
    statement = models.TextField(_("bài phát biểu gửi trước"), max_length=20_000, blank=True)
    """Read by the meeting's secretary and the site's own people only, until it is spoken."""
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField()
    place = models.IntegerField(default=0)
    """Order in the queue: small numbers first. Places of different meetings have nothing to do with each other."""
    seconds_left = models.PositiveIntegerField(null=True, blank=True)
    """Of a speech that was interrupted: the time it still has."""
    missed_at = models.DateTimeField(null=True, blank=True)
    """When it was called in vain (declined, or no answer): it keeps its place and is passed over until it is ready."""
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    """Why it was refused; told to the site."""

    class Meta:
        verbose_name = _("đăng ký phát biểu")
        verbose_name_plural = _("đăng ký phát biểu")
        ordering = ["meeting", "place", "requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "site", "item"],
                condition=Q(state__in=["waiting", "called", "speaking", "paused"], kind="speech"),
                name="one_open_speech_per_site_and_item",
            ),
            models.UniqueConstraint(
                fields=["meeting", "site"],
                condition=Q(state__in=["waiting", "called", "speaking", "paused"], kind="speech", item__isnull=True),
                name="one_open_speech_per_site",
            ),
            models.UniqueConstraint(
                fields=["meeting", "site"],
                condition=Q(state__in=["waiting", "called", "speaking", "paused"], kind="order"),
                name="one_open_point_of_order_per_site",
            ),
            models.UniqueConstraint(fields=["meeting"], condition=Q(state="called"), name="one_called_request"),
        ]

    def __str__(self) -> str:
        return f"{self.site}, {self.requested_at:%H:%M}"


class QuestionRequest(models.Model):
    """A site questions another one (chất vấn): a queue beside the speeches."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        ASKING = "asking", _("Đang chất vấn")
        ANSWERING = "answering", _("Đang trả lời")
        DONE = "done", _("Đã trả lời")
        WITHDRAWN = "withdrawn", _("Đã rút")
        REFUSED = "refused", _("Không được chấp nhận")

    OPEN = (State.WAITING, State.ASKING, State.ANSWERING)

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="questions")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="questions")
    target = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="questions_to_answer")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    topic = models.CharField(_("nội dung chất vấn"), max_length=500)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("lý do"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("chất vấn")
        verbose_name_plural = _("chất vấn")
        ordering = ["meeting", "requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "site", "target"],
                condition=Q(state__in=["waiting", "asking", "answering"]),
                name="one_open_question_to_a_site",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} → {self.target}"


class FloorCall(models.Model):
    """A site is asked to take the floor and has not answered: at most one per meeting. The row goes with the answer."""

    class Part(models.TextChoices):
        SPEECH = "speech", _("Phát biểu")
        QUESTION = "question", _("Chất vấn")
        ANSWER = "answer", _("Trả lời chất vấn")

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="floor_call")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=8, choices=Part, default=Part.SPEECH)
    request = models.ForeignKey(SpeechRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    question = models.ForeignKey(QuestionRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    """No answer until then is a no."""

    class Meta:
        verbose_name = _("lời mời phát biểu")
        verbose_name_plural = _("lời mời phát biểu")

    def __str__(self) -> str:
        return f"{self.site}, {self.at:%H:%M}"


class FloorTurn(models.Model):
    """A site had the floor from ``granted_at`` to ``ended_at``, less ``paused_s``."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="floor_turns")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="floor_turns")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, related_name="+")
    part = models.CharField(max_length=8, choices=FloorCall.Part, default=FloorCall.Part.SPEECH)
    request = models.ForeignKey(SpeechRequest, on_delete=models.SET_NULL, null=True, blank=True, related_name="turns")
    question = models.ForeignKey(
        QuestionRequest, on_delete=models.SET_NULL, null=True, blank=True, related_name="turns"
    )
    granted_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=300)
    """The time allotted, with what was added."""
    deadline = models.DateTimeField(null=True)
    """When that time is over; while the clock stands, as of the moment it stopped."""
    paused_at = models.DateTimeField(null=True, blank=True)
    """Since when the clock stands; empty: it runs."""
    paused_s = models.PositiveIntegerField(default=0)
    """How long the clock stood before."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lượt phát biểu")
        verbose_name_plural = _("lượt phát biểu")
        ordering = ["meeting", "granted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(ended_at__isnull=True),
                name="one_holder_of_the_floor",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site}, {self.granted_at:%H:%M}"

    @property
    def spoken_s(self) -> int:
        """How long the site has spoken in a turn that has ended, in seconds; 0 while it goes on."""
        if self.ended_at is None:
            return 0
        return max(0, round((self.ended_at - self.granted_at).total_seconds()) - self.paused_s)
