"""The weekly work schedule of an agency (lịch công tác tuần): registered, compiled, approved, published (docs/domain/weekly-schedule.md)."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eoffice.calendar.models.entry import Entry
from eoffice.calendar.models.resource import Booking, Resource
from eoffice.calendar.queries import RequestQuerySet


class Weekday(models.IntegerChoices):
    """As ``date.weekday`` counts."""

    MONDAY = 0, _("Thứ Hai")
    TUESDAY = 1, _("Thứ Ba")
    WEDNESDAY = 2, _("Thứ Tư")
    THURSDAY = 3, _("Thứ Năm")
    FRIDAY = 4, _("Thứ Sáu")
    SATURDAY = 5, _("Thứ Bảy")
    SUNDAY = 6, _("Chủ nhật")


class WeekSettings(models.Model):
    """How an agency goes about its week. Without a row the defaults hold."""

    unit = models.OneToOneField("organisation.Unit", on_delete=models.CASCADE, related_name="week_settings")
    cut_off_day = models.PositiveSmallIntegerField(
        _("hạn đăng ký: ngày của tuần trước"), choices=Weekday, default=Weekday.THURSDAY
    )
    cut_off_time = models.TimeField(_("hạn đăng ký: giờ"), default=dt.time(11))
    refuse_late = models.BooleanField(
        _("không nhận đăng ký sau hạn"),
        default=False,
        help_text=_("Không chọn: vẫn nhận, và ghi rõ là đăng ký muộn."),
    )
    publish_day = models.PositiveSmallIntegerField(
        _("đăng lịch: ngày của tuần trước"), choices=Weekday, default=Weekday.FRIDAY
    )
    publish_time = models.TimeField(_("đăng lịch: giờ"), default=dt.time(16))
    public = models.BooleanField(
        _("có trang lịch công khai"),
        default=True,
        help_text=_("Ai cũng xem được, không cần đăng nhập; chỉ có các mục công khai, với nội dung công khai."),
    )
    busy_in_public = models.BooleanField(
        _("trang công khai ghi “Bận” ở các mục không công khai"),
        default=False,
        help_text=_("Không chọn: trang công khai không có các mục đó."),
    )

    class Meta:
        verbose_name = _("thiết lập lịch tuần")
        verbose_name_plural = _("thiết lập lịch tuần")

    def __str__(self) -> str:
        return str(self.unit)


class WeekSchedule(models.Model):
    """One week of one agency. There is a row from the first registration on."""

    class State(models.TextChoices):
        OPEN = "registering", _("Đang đăng ký, tổng hợp")
        COMPILED = "compiled", _("Trình duyệt")
        APPROVED = "approved", _("Đã duyệt")
        PUBLISHED = "published", _("Đã đăng")
        AMENDED = "amended", _("Đã đăng, có thay đổi chưa đăng")

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="week_schedules")
    monday = models.DateField(_("tuần từ ngày"))
    state = models.CharField(_("trạng thái"), max_length=11, choices=State, default=State.OPEN)
    cut_off = models.DateTimeField(_("hạn đăng ký"))
    submitted_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lịch công tác tuần")
        verbose_name_plural = _("lịch công tác tuần")
        ordering = ["-monday", "unit"]
        constraints = [models.UniqueConstraint(fields=["unit", "monday"], name="one_schedule_per_unit_and_week")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.monday:%d/%m/%Y}"

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def number(self) -> int:
        """ISO 8601 number of the week, as offices count."""
        return self.monday.isocalendar().week

    @property
    def is_out(self) -> bool:
        """It has been published at least once: what changes now is marked and told."""
        return self.state in (self.State.PUBLISHED, self.State.AMENDED)


class WeekLine(models.Model):
    """A line of the schedule: an entry, with what the printed table has besides."""

    class Review(models.TextChoices):
        PENDING = "pending", _("Chờ duyệt")
        APPROVED = "approved", _("Đã duyệt")
        RETURNED = "returned", _("Trả lại")

    schedule = models.ForeignKey(WeekSchedule, on_delete=models.PROTECT, related_name="lines")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="week_line")
    attendees = models.CharField(_("thành phần"), max_length=1000, blank=True)
    prepared_by = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan chuẩn bị"),
    )
    car = models.CharField(_("xe"), max_length=120, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    review = models.CharField(_("duyệt"), max_length=8, choices=Review, default=Review.PENDING)
    review_reason = models.CharField(max_length=500, blank=True)
    reviewed_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    became = models.CharField(max_length=60, blank=True, editable=False, db_index=True)
    """What a product made of it, as "meeting:12" (``eoffice.calendar.weeks.products``): both are moved and called off together."""
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("dòng lịch tuần")
        verbose_name_plural = _("dòng lịch tuần")
        ordering = ["entry__starts_at", "pk"]

    def __str__(self) -> str:
        return str(self.entry)

    @property
    def rows(self) -> set[tuple[str, int]]:
        """What it is among people's engagements: (source, number) of its entry, and of what was made of it."""
        product, _colon, made = self.became.partition(":")
        return {("entry", self.entry_id)} | ({(product, int(made))} if made else set())


class ScheduleRequest(models.Model):
    """A unit asks for a leader's time in a week (đăng ký lịch). What was asked stays as it was, whatever becomes of it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        SUBMITTED = "submitted", _("Chờ xử lý")
        ACCEPTED = "accepted", _("Đã xếp lịch")
        MERGED = "merged", _("Đã gộp")
        MOVED = "moved", _("Đã xếp, đổi giờ hoặc lãnh đạo")
        DECLINED = "declined", _("Không xếp lịch")

    class Priority(models.TextChoices):
        NORMAL = "normal", _("Thường")
        HIGH = "high", _("Quan trọng")
        URGENT = "urgent", _("Khẩn")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """The form that wrote it: sent twice it is written once."""
    schedule = models.ForeignKey(WeekSchedule, on_delete=models.PROTECT, related_name="requests")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="schedule_requests")
    """Which unit asks."""
    leader = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, related_name="+", verbose_name=_("lãnh đạo chủ trì")
    )
    kind = models.CharField(_("loại"), max_length=12, choices=Entry.Kind, default=Entry.Kind.WORK)
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    title = models.CharField(_("nội dung"), max_length=500)
    place = models.CharField(_("địa điểm"), max_length=250, blank=True)
    attendees = models.CharField(_("thành phần"), max_length=1000, blank=True)
    papers_by = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan chuẩn bị"),
    )
    car = models.CharField(_("xe"), max_length=120, blank=True)
    room = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    vehicle = models.ForeignKey(Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Of the catalogue, as asked for: booked once the desk gives it time (``eoffice.calendar.weeks.resources``)."""
    priority = models.CharField(_("mức độ"), max_length=6, choices=Priority, default=Priority.NORMAL)
    alternatives = models.CharField(_("thời gian khác có thể"), max_length=500, blank=True)
    visibility = models.CharField(
        _("ai xem được"), max_length=10, choices=Entry.Visibility, default=Entry.Visibility.AGENCY
    )
    public_text = models.CharField(_("nội dung công khai"), max_length=500, blank=True)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.DRAFT)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    """Why it was declined."""
    late = models.BooleanField(default=False)
    """Sent after the cut-off."""
    line = models.ForeignKey(WeekLine, on_delete=models.PROTECT, null=True, related_name="requests")
    """Where it stands in the schedule."""
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("đăng ký lịch")
        verbose_name_plural = _("đăng ký lịch")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="schedule_request_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "merged", "moved"], line__isnull=False)
                | (~Q(state__in=["accepted", "merged", "moved"]) & Q(line__isnull=True)),
                name="schedule_request_placed_has_a_line",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-starts_at"])]

    def __str__(self) -> str:
        return self.title


class LineResource(models.Model):
    """A room or a car of the catalogue that a line wants; it has it while ``booking`` holds."""

    line = models.ForeignKey(WeekLine, on_delete=models.CASCADE, related_name="resources")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    booking = models.OneToOneField(Booking, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("phòng, xe của dòng lịch tuần")
        verbose_name_plural = _("phòng, xe của dòng lịch tuần")
        constraints = [models.UniqueConstraint(fields=["line", "resource"], name="one_wish_per_line_and_resource")]

    def __str__(self) -> str:
        return f"{self.line}: {self.resource}"


class WeekEdition(models.Model):
    """What was published, as it was then (bản đã đăng)."""

    schedule = models.ForeignKey(WeekSchedule, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    rows = models.JSONField()
    """``eoffice.calendar.weeks.rows.Row`` as data."""
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("bản lịch đã đăng")
        verbose_name_plural = _("bản lịch đã đăng")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["schedule", "number"], name="one_edition_per_number")]

    def __str__(self) -> str:
        return f"{self.schedule} ({self.number})"


class ScheduleChange(models.Model):
    """A change after the first publication (bổ sung, điều chỉnh, hoãn), with its reason."""

    class Kind(models.TextChoices):
        ADDED = "added", _("Bổ sung")
        CHANGED = "changed", _("Điều chỉnh")
        POSTPONED = "postponed", _("Hoãn")

    line = models.ForeignKey(WeekLine, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.CharField(_("lý do"), max_length=500)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("thay đổi lịch tuần")
        verbose_name_plural = _("thay đổi lịch tuần")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.line}"
