"""Meetings that come back (họp định kỳ): one plan, a rule, and a meeting of its own for each time (docs/domain/meetings.md, "Recurring meetings")."""

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.names import normalised
from eoffice.worktime import recurrence, recurrence_words
from meetings.models.agenda_point import AgendaPoint
from meetings.models.meeting import Meeting, MeetingType
from meetings.models.site import Role
from meetings.queries import MeetingQuerySet, SeriesQuerySet


class MeetingSeries(models.Model):
    """What the meetings of a series have in common until somebody changes one of them; and when they are held."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Comes with the form, so that a double click begins one series."""
    title = models.CharField(_("tên cuộc họp"), max_length=300)
    type = models.ForeignKey(MeetingType, on_delete=models.PROTECT, related_name="+", verbose_name=_("loại phiên họp"))
    form = models.CharField(_("hình thức"), max_length=10, choices=Meeting.Form, default=Meeting.Form.HYBRID)
    room = models.ForeignKey(
        "calendar.Resource",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("phòng họp"),
    )
    """Of the catalogue, booked for each meeting that is made; the place is then written from it."""
    place = models.CharField(_("địa điểm"), max_length=250, blank=True)
    note = models.TextField(_("yêu cầu chuẩn bị"), max_length=4000, blank=True)
    lobby_minutes = models.PositiveSmallIntegerField(_("mở phòng họp trước (phút)"), default=30)
    late_entry = models.CharField(
        _("người đến muộn"), max_length=4, choices=Meeting.LateEntry, default=Meeting.LateEntry.FREE
    )
    organiser = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan tổ chức")
    )
    chair = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, related_name="+", verbose_name=_("chủ trì")
    )
    secretary = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, related_name="+", verbose_name=_("thư ký")
    )
    rrule = models.CharField(max_length=200, editable=False)
    """RFC 5545, as ``eoffice.worktime.recurrence`` writes it."""
    starts_on = models.DateField(_("kể từ ngày"))
    """From which day the rule counts."""
    on_day_off = models.CharField(_("gặp ngày nghỉ"), max_length=6, choices=recurrence.OnDayOff)
    start_time = models.TimeField(_("từ giờ"))
    """In the site's time zone."""
    minutes = models.PositiveSmallIntegerField(_("số phút"))
    problem = models.CharField(max_length=500, blank=True, default="", editable=False)
    """Why the last sweep could not make the next meetings; "" when it could."""
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(_("lý do"), max_length=500, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("lịch họp định kỳ")
        verbose_name_plural = _("lịch họp định kỳ")
        ordering = [F("ended_at").asc(nulls_first=True), "title", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = normalised(self.title)
        super().save(*args, **kwargs)

    def meetings(self) -> MeetingQuerySet:
        """Those that were made."""
        return Meeting.objects.filter(occurrence__series=self)

    @property
    def rule(self) -> recurrence.Rule:
        """When, as a rule."""
        return recurrence.read(self.rrule, starts_on=self.starts_on, on_day_off=self.on_day_off)

    @property
    def in_words(self) -> str:
        """ "thứ Hai tuần đầu tháng, nghỉ lễ thì lùi"."""
        return recurrence_words.in_words(self.rule)

    @property
    def end_time(self) -> dt.time:
        """When a meeting ends."""
        return (dt.datetime.combine(self.starts_on, self.start_time) + dt.timedelta(minutes=self.minutes)).time()


class SeriesLine(models.Model):
    """Whom each new meeting of a series invites: a person, a unit or a group."""

    series = models.ForeignKey(MeetingSeries, on_delete=models.CASCADE, related_name="lines")
    appointment = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(
        "organisation.UnitGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(_("vai trò"), max_length=10, choices=Role, default=Role.INVITED)

    class Meta:
        verbose_name = _("thành phần mời thường kỳ")
        verbose_name_plural = _("thành phần mời thường kỳ")
        ordering = ["series", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", name], condition=Q(**{f"{name}__isnull": False}), name=f"series_line_per_{name}"
            )
            for name in ("appointment", "unit", "group")
        ]

    def __str__(self) -> str:
        return str(self.invitee)

    @property
    def invitee(self) -> Any:
        """The appointment, unit or group."""
        return self.appointment or self.unit or self.group


class SeriesItem(AgendaPoint):
    """An item of the standard agenda, copied into each new meeting of a series."""

    series = models.ForeignKey(MeetingSeries, on_delete=models.CASCADE, related_name="items")

    class Meta:
        verbose_name = _("nội dung thường kỳ")
        verbose_name_plural = _("nội dung thường kỳ")
        ordering = ["series", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["series", "key"], name="series_item_once")]


class SeriesOccurrence(models.Model):
    """One time of a series: its meeting, or that it is left out. However many sweeps run, a day has one."""

    series = models.ForeignKey(MeetingSeries, on_delete=models.CASCADE, related_name="occurrences")
    day = models.DateField()
    """The day that the rule names, whenever it is held (RFC 5545 RECURRENCE-ID)."""
    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="occurrence")
    """None: left out (EXDATE)."""
    applied = models.CharField(max_length=64, blank=True, default="")
    """Fingerprint of the plan as the series gave it: a meeting that has another one was changed singly."""
    reason = models.CharField(_("lý do"), max_length=500, blank=True, default="")
    """Why it is left out."""
    asked = models.CharField(max_length=10, blank=True, default="", editable=False)
    """For which day, by an edited calendar, those who prepare it were asked to move it."""

    class Meta:
        verbose_name = _("kỳ họp")
        verbose_name_plural = _("kỳ họp")
        ordering = ["series", "day"]
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="series_occurs_once_a_day")]

    def __str__(self) -> str:
        return f"{self.series} {self.day:%d/%m/%Y}"
