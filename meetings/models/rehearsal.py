"""Line tests (kiểm tra đường truyền): when sites are to test, what they found, and who sees to what failed."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class Check(models.TextChoices):
    """The eleven checks of a line test, in the order in which they run."""

    BROWSER = "browser", _("Trình duyệt")
    CAMERA = "camera", _("Camera")
    MICROPHONE = "microphone", _("Micro")
    SPEAKER = "speaker", _("Loa")
    SOCKET = "socket", _("Kết nối phòng họp")
    UDP = "udp", _("Đường truyền UDP")
    TCP = "tcp", _("Đường truyền TCP")
    RELAY = "relay", _("Đường trung chuyển")
    UPLINK = "uplink", _("Tốc độ gửi đi")
    DOWNLINK = "downlink", _("Tốc độ nhận về")
    RECONNECT = "reconnect", _("Tự nối lại")


class Outcome(models.TextChoices):
    """What a check found."""

    OK = "ok", _("Đạt")
    WEAK = "weak", _("Đạt, cần lưu ý")
    FAILED = "failed", _("Lỗi")
    SKIPPED = "skipped", _("Không áp dụng")


class LineTestWindow(models.Model):
    """When the sites of a meeting are to test their lines, normally the day before."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="test_windows")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)
    """When sites that had not tested were reminded; once per window."""

    class Meta:
        verbose_name = _("khung giờ kiểm tra")
        verbose_name_plural = _("khung giờ kiểm tra")
        ordering = ["starts_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="window_ends_after_start")]
        indexes = [models.Index(fields=["reminded_at", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.starts_at:%H:%M %d/%m}"


class LineTest(models.Model):
    """One run at one machine of a site. Kept for ever: later runs do not change it."""

    run = models.UUIDField(default=uuid.uuid4, unique=True)
    """Chosen by the page: the same run is recorded once."""
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="line_tests")
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    machine = models.UUIDField()
    """Of the browser profile in which the page ran."""
    machine_label = models.CharField(max_length=120)
    unattended = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lượt kiểm tra")
        verbose_name_plural = _("lượt kiểm tra")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["site", "-at"])]

    def __str__(self) -> str:
        return f"{self.site}, {self.at:%H:%M %d/%m}"


class LineTestResult(models.Model):
    """What one check of a run found."""

    test = models.ForeignKey(LineTest, on_delete=models.CASCADE, related_name="results")
    check_name = models.CharField(max_length=12, choices=Check)
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=30, blank=True)
    """Stable code; the sentence is in ``meetings.readiness_words``."""
    value = models.FloatField(null=True, blank=True)
    """Milliseconds for paths and socket, seconds for reconnect, kbit/s for up- and downlink."""
    note = models.CharField(max_length=120, blank=True)
    """What was tested: the device's name, the picture's size."""

    class Meta:
        verbose_name = _("kết quả kiểm tra")
        verbose_name_plural = _("kết quả kiểm tra")
        ordering = ["test", "pk"]
        constraints = [models.UniqueConstraint(fields=["test", "check_name"], name="check_once_per_test")]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.outcome}"


class SiteReadiness(models.Model):
    """What holds of a site now: the last finding of each check on its present machine.

    Worked out from the runs when one is recorded, so that a board of 632 sites reads one row of each.
    """

    site = models.OneToOneField(MeetingSite, on_delete=models.CASCADE, related_name="readiness")
    findings = models.JSONField(default=dict)
    """Check → {outcome, reason, value, note, at}."""
    tested_at = models.DateTimeField()
    """Time of the oldest finding: from this the findings grow old."""
    last_at = models.DateTimeField()
    machine = models.UUIDField()
    machine_label = models.CharField(max_length=120)
    machine_changed = models.BooleanField(default=False)
    """Somebody said that the machine or its devices are others now: nothing of this holds any more."""

    class Meta:
        verbose_name = _("tình trạng sẵn sàng")
        verbose_name_plural = _("tình trạng sẵn sàng")

    def __str__(self) -> str:
        return str(self.site)


class SiteProblem(models.Model):
    """Who sees to a check that failed at a site."""

    class State(models.TextChoices):
        OPEN = "open", _("Đang xử lý")
        SOLVED = "solved", _("Đã xử lý")

    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="problems")
    check_name = models.CharField(max_length=12, choices=Check)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    owner = models.CharField(_("người xử lý"), max_length=120, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    opened_at = models.DateTimeField()
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    """Who wrote it last."""
    solved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sự cố của điểm cầu")
        verbose_name_plural = _("sự cố của điểm cầu")
        ordering = ["site", "opened_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["site", "check_name"], name="one_problem_per_check")]

    def __str__(self) -> str:
        return f"{self.site}: {self.get_check_name_display()}"
