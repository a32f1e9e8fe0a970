"""Votes (biểu quyết): the question, who may answer it, and what they answered (docs/domain/votes.md).

An open vote keeps each ``Ballot`` with its seat. A secret one keeps no ballots at all: one ``BallotBox`` holds
sums under a seal whose key is not in the database, and a seat knows only that it has voted
(docs/adr/0063-secret-ballots.md).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.invitation import Attendee
from meetings.models.meeting import Meeting

APPOINTMENT = "organisation.Appointment"


class Choice(models.TextChoices):
    """What a ballot can say."""

    AGREE = "agree", _("Đồng ý")
    DISAGREE = "disagree", _("Không đồng ý")
    OTHER = "other", _("Ý kiến khác")


class Poll(models.Model):
    """One question put to the vote (nội dung biểu quyết)."""

    class Kind(models.TextChoices):
        OPEN = "open", _("Biểu quyết công khai")
        SECRET = "secret", _("Bỏ phiếu kín")

    class Threshold(models.TextChoices):
        MAJORITY = "majority", _("Quá nửa")
        TWO_THIRDS = "two_thirds", _("Ít nhất hai phần ba")
        ALL = "all", _("Tuyệt đối (tất cả)")

    class Base(models.TextChoices):
        MEMBERS = "members", _("Tổng số thành viên")
        PRESENT = "present", _("Số thành viên có mặt")
        CAST = "cast", _("Số phiếu đã bỏ")

    class Quorum(models.TextChoices):
        NONE = "none", _("Không yêu cầu")
        MAJORITY = "majority", _("Có mặt quá nửa số thành viên")
        TWO_THIRDS = "two_thirds", _("Có mặt ít nhất hai phần ba số thành viên")

    class State(models.TextChoices):
        PREPARED = "prepared", _("Đã chuẩn bị")
        READY = "ready", _("Kiểm tra sẵn sàng")
        OPEN = "open", _("Đang biểu quyết")
        PAUSED = "paused", _("Tạm dừng")
        CLOSED = "closed", _("Chờ công bố")
        PUBLISHED = "published", _("Đã công bố")
        ANNULLED = "annulled", _("Đã hủy")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="polls")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="polls", verbose_name=_("nội dung")
    )
    question = models.CharField(_("câu hỏi biểu quyết"), max_length=500)
    kind = models.CharField(_("hình thức"), max_length=6, choices=Kind, default=Kind.OPEN)
    with_other = models.BooleanField(_("cho phép ý kiến khác"), default=True)
    may_change = models.BooleanField(_("được đổi ý khi đang biểu quyết"), default=False)
    """Of open votes only: a secret ballot that lies in the box cannot be found again."""
    threshold = models.CharField(_("tỷ lệ thông qua"), max_length=10, choices=Threshold, default=Threshold.MAJORITY)
    base = models.CharField(_("tính trên"), max_length=7, choices=Base, default=Base.MEMBERS)
    quorum = models.CharField(_("điều kiện tiến hành"), max_length=10, choices=Quorum, default=Quorum.MAJORITY)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.PREPARED)
    key = models.UUIDField(default=uuid.uuid4)
    """Comes with the form, so that a double click makes one poll."""
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(APPOINTMENT, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(APPOINTMENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(APPOINTMENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Empty although closed: it was closed by the end of the meeting."""
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(APPOINTMENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    annulled_reason = models.CharField(_("lý do hủy"), max_length=500, blank=True)

    # --- frozen at opening and at closing ---
    members = models.PositiveIntegerField(null=True, blank=True)
    """Seats entitled to vote, at opening."""
    present_at_opening = models.PositiveIntegerField(null=True, blank=True)
    """Of them checked in, at opening: the quorum."""
    present = models.PositiveIntegerField(null=True, blank=True)
    """Of them checked in at any time while the vote was open."""
    agreed = models.PositiveIntegerField(null=True, blank=True)
    disagreed = models.PositiveIntegerField(null=True, blank=True)
    others = models.PositiveIntegerField(null=True, blank=True)
    opinions = models.JSONField(default=list)
    """Texts of "other" of a secret vote, in the order of the alphabet."""
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("nội dung biểu quyết")
        verbose_name_plural = _("nội dung biểu quyết")
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "key"], name="poll_once"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state__in=["ready", "open", "paused"]), name="one_poll_at_a_time"
            ),
            models.CheckConstraint(condition=Q(kind="open") | Q(may_change=False), name="secret_ballots_stay"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def public_question(self) -> str:
        """The question as the record has it: of a confidential item, that it is one."""
        return self.item.public(self.question) if self.item else self.question

    @property
    def cast(self) -> int:
        """Ballots counted at closing."""
        return (self.agreed or 0) + (self.disagreed or 0) + (self.others or 0)


class PollSeat(models.Model):
    """One line of the list of those who may vote (danh sách biểu quyết): made at the ready check, frozen at opening."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="seats")
    attendee = models.ForeignKey(Attendee, on_delete=models.SET_NULL, null=True, related_name="poll_seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    """Position and unit, as they were."""
    stands_for = models.CharField(max_length=200, blank=True)
    """Whose seat it is, where a substitute votes on it."""
    site = models.CharField(max_length=120)
    rank = models.PositiveIntegerField(default=0)
    """Place in the order of protocol."""
    present = models.BooleanField(default=False)
    ready = models.BooleanField(default=False)
    voted = models.BooleanField(default=False)
    receipt = models.UUIDField(null=True, blank=True)
    """A number that the voter's browser made up, so that sending again is harmless; emptied at closing."""

    class Meta:
        verbose_name = _("đại biểu biểu quyết")
        verbose_name_plural = _("đại biểu biểu quyết")
        ordering = ["poll", "rank", "name"]
        constraints = [models.UniqueConstraint(fields=["poll", "person"], name="one_seat_per_person_in_a_poll")]

    def __str__(self) -> str:
        return self.name


class Ballot(models.Model):
    """One cast vote of an open poll (phiếu biểu quyết). Secret polls have none."""

    seat = models.OneToOneField(PollSeat, on_delete=models.CASCADE, related_name="ballot")
    choice = models.CharField(max_length=8, choices=Choice)
    text = models.CharField(max_length=1000, blank=True)
    cast_at = models.DateTimeField()
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(APPOINTMENT, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Who entered it for the seat (nhập tay)."""
    witness = models.CharField(max_length=200, blank=True)
    """Name of the attendee who saw it, of a ballot entered by hand."""

    class Meta:
        verbose_name = _("phiếu biểu quyết")
        verbose_name_plural = _("phiếu biểu quyết")
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True) | ~Q(witness=""), name="ballot_by_hand_has_a_witness"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat}: {self.get_choice_display()}"


class BallotBox(models.Model):
    """The sealed sums of a secret poll while it runs (``meetings.ballot_box``); gone once it is closed."""

    poll = models.OneToOneField(Poll, on_delete=models.CASCADE, related_name="box")
    seal = models.UUIDField(default=uuid.uuid4, unique=True)
    """Name of the key, which is kept outside the database."""
    contents = models.BinaryField()

    class Meta:
        verbose_name = _("hòm phiếu")
        verbose_name_plural = _("hòm phiếu")

    def __str__(self) -> str:
        return str(self.poll)
