"""Agencies and units as a tree of free depth, positions, and who holds them (docs/domain/organisation.md)."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from eoffice.accounts.names import folded, normalised
from eoffice.organisation.managers import AppointmentQuerySet, UnitManager


class Unit(MP_Node):
    """A node of the organisation (đơn vị): an agency, or a division inside one.

    Created through ``tree.add_unit``; never deleted, only given a ``valid_to``.
    """

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("Ủy ban nhân dân")
        OFFICE = "office", _("Văn phòng")
        DEPARTMENT = "department", _("Sở, ban, ngành")
        DIVISION = "division", _("Phòng, ban, đơn vị trực thuộc")
        DISTRICT = "district", _("Quận, huyện, thị xã")
        COMMUNE = "commune", _("Phường, xã")
        BOARD = "board", _("Ban chỉ đạo, hội đồng, tổ công tác")
        OTHER = "other", _("Đơn vị khác")

    class Level(models.TextChoices):
        CENTRAL = "central", _("Trung ương")
        CITY = "city", _("Thành phố")
        DEPARTMENT = "department", _("Sở, ngành")
        DISTRICT = "district", _("Cấp huyện")
        COMMUNE = "commune", _("Cấp xã")

    name = models.CharField(_("tên"), max_length=200)
    short_name = models.CharField(
        _("tên gọn"),
        max_length=80,
        help_text=_("Hiện trên ô hình và trong danh sách hẹp."),
    )
    search_name = models.CharField(max_length=200, editable=False, db_index=True)
    kind = models.CharField(_("loại"), max_length=20, choices=Kind)
    level = models.CharField(_("cấp"), max_length=20, choices=Level)
    symbol = models.CharField(_("ký hiệu"), max_length=30, blank=True)
    code = models.CharField(_("mã"), max_length=30, blank=True, db_index=True)
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    address = models.CharField(_("địa chỉ"), max_length=250, blank=True)
    valid_from = models.DateField(_("có hiệu lực từ"))
    valid_to = models.DateField(_("đến hết"), null=True, blank=True)
    predecessors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="successors",
        verbose_name=_("đơn vị tiền thân"),
    )
    legal_body = models.ForeignKey(
        "Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("cơ quan"),
    )
    """The agency this unit is, or belongs to."""
    paper_quota_mb = models.PositiveIntegerField(
        _("dung lượng tài liệu (MB)"),
        null=True,
        blank=True,
        help_text=_(
            "Tài liệu của đơn vị được chiếm nhiều nhất bao nhiêu. Để trống: theo mức chung của hệ thống; 0: không giới hạn."
        ),
    )

    objects: ClassVar[UnitManager] = UnitManager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="unit_valid_to_after_from",
            ),
        ]
        indexes = [models.Index(fields=["kind", "valid_to"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = normalised(self.name)
        self.short_name = normalised(self.short_name) or self.name[:80]
        self.search_name = folded(self.name)
        super().save(*args, **kwargs)


class Agency(models.Model):
    """A legal body (cơ quan) that a unit is: it has a seal, a symbol and registers of its own."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="agency", verbose_name=_("đơn vị"))
    symbol = models.CharField(_("ký hiệu văn bản"), max_length=30, blank=True)
    edoc_code = models.CharField(_("mã định danh điện tử"), max_length=13, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("cơ quan")
        verbose_name_plural = _("cơ quan")

    def __str__(self) -> str:
        return self.unit.name


class Position(models.Model):
    """An entry of the catalogue of positions (chức vụ)."""

    class Duty(models.TextChoices):
        HEAD = "head", _("Người đứng đầu")
        DEPUTY = "deputy", _("Cấp phó")
        CLERK = "clerk", _("Văn thư")
        OFFICER = "officer", _("Chuyên viên, công chức")

    code = models.SlugField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    rank = models.PositiveSmallIntegerField(_("thứ bậc"), help_text=_("Số nhỏ đứng trước trong danh sách."))
    duty = models.CharField(_("vai trò"), max_length=10, choices=Duty)

    class Meta:
        verbose_name = _("chức vụ")
        verbose_name_plural = _("chức vụ")
        ordering = ["rank", "name"]

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A person holds a position in a unit for a time (giữ chức vụ). Every act is stored with one."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("Chính thức")
        CONCURRENT = "concurrent", _("Kiêm nhiệm")
        ACTING = "acting", _("Quyền")
        IN_CHARGE = "in_charge", _("Phụ trách")
        DELEGATED = "delegated", _("Được ủy quyền")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("người"),
    )
    position = models.ForeignKey(
        Position,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("chức vụ"),
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("đơn vị"),
    )
    kind = models.CharField(_("hình thức"), max_length=12, choices=Kind, default=Kind.PRIMARY)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết"), null=True, blank=True)
    for_collective = models.BooleanField(
        _("ký thay mặt tập thể (TM.)"),
        default=False,
        help_text=_("Ở cơ quan làm việc theo chế độ tập thể; dòng “TM.” và tên cơ quan đứng trên chức vụ."),
    )
    """Decree 30/2020/NĐ-CP, article 13."""
    basis = models.CharField(_("quyết định"), max_length=120, blank=True)
    in_place_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="lent", editable=False
    )
    """The appointment whose holder is absent: of a delegated one only (docs/adr/0129-a-delegation-is-an-appointment.md)."""
    whose_place = models.CharField(max_length=250, blank=True, editable=False)
    """Position and name of the absent holder, as printed: "Giám đốc Nguyễn Văn A"."""
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True, editable=False)
    """From this moment on it is held no more, whatever its days."""

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("bổ nhiệm")
        verbose_name_plural = _("bổ nhiệm")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "position", "unit", "valid_from"],
                condition=Q(revoked_at__isnull=True, in_place_of__isnull=True),
                name="one_appointment_per_start",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="appointment_valid_to_after_from",
            ),
            models.CheckConstraint(
                condition=Q(kind="delegated", in_place_of__isnull=False, valid_to__isnull=False)
                | (~Q(kind="delegated") & Q(in_place_of__isnull=True)),
                name="delegated_in_place_of_somebody_for_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "valid_to"]),
            models.Index(fields=["unit", "valid_to"]),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.title}"

    def is_valid_on(self, day: dt.date) -> bool:
        """It is held on ``day``."""
        return self.revoked_at is None and self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)

    @property
    def is_delegated(self) -> bool:
        """Its holder acts for somebody who is absent."""
        return self.kind == self.Kind.DELEGATED

    @property
    def position_title(self) -> str:
        """The position alone, as printed: "Chủ tịch"; "Quyền" before an acting one; "thay Giám đốc Nguyễn Văn A, theo
        ủy quyền đến ngày 05/12/2026" of a delegated one.
        """
        if self.is_delegated:
            day = f"{self.valid_to:%d/%m/%Y}"
            return _("thay %(who)s, theo ủy quyền đến ngày %(day)s") % {"who": self.whose_place, "day": day}
        prefix = {
            self.Kind.ACTING: _("Quyền"),
            self.Kind.IN_CHARGE: _("Phụ trách"),
        }.get(self.Kind(self.kind))
        return f"{prefix} {self.position.name}" if prefix else self.position.name

    @property
    def title(self) -> str:
        """Position and unit as printed: "Chủ tịch – UBND phường Ba Đình"."""
        return f"{self.position_title} – {self.unit.name}"


class Delegation(models.Model):
    """An absent leader has somebody act for them, for a time (ủy quyền). While it counts, ``appointment`` says so everywhere."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Chờ người ủy quyền xác nhận")
        CONFIRMED = "confirmed", _("Đã xác nhận")
        DECLINED = "declined", _("Không xác nhận")
        REVOKED = "revoked", _("Đã thu hồi")

    giver = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="delegations", verbose_name=_("người ủy quyền")
    )
    to = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="+", verbose_name=_("người được ủy quyền")
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"))
    scope = models.CharField(_("nội dung ủy quyền"), max_length=500)
    basis = models.CharField(_("văn bản ủy quyền"), max_length=120, blank=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.PROPOSED)
    registered_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    """When it was declined or revoked."""
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="delegation")
    """What the delegate holds by it, from the confirmation on."""

    class Meta:
        verbose_name = _("ủy quyền")
        verbose_name_plural = _("ủy quyền")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="delegation_valid_to_after_from"),
        ]

    def __str__(self) -> str:
        return f"{self.giver.person} → {self.to.person}"


class AssistantLink(models.Model):
    """Somebody helps a leader for a time (thư ký, trợ lý): reads what lies before them, and drafts what they confirm
    (docs/domain/organisation.md, "Assistants"). It gives no right to act in the leader's place.
    """

    leader = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+", verbose_name=_("lãnh đạo"))
    assistant = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="assists", verbose_name=_("trợ lý")
    )
    documents = models.BooleanField(_("văn bản đến"), default=True)
    tasks = models.BooleanField(_("nhiệm vụ"), default=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"))
    registered_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    """From this moment on it counts no more, whatever its days."""

    class Meta:
        verbose_name = _("trợ lý lãnh đạo")
        verbose_name_plural = _("trợ lý lãnh đạo")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="assistant_valid_to_after_from"),
            models.CheckConstraint(condition=Q(documents=True) | Q(tasks=True), name="assistant_helps_with_something"),
        ]

    def __str__(self) -> str:
        return f"{self.assistant.person} → {self.leader.person}"


class UnitGroup(models.Model):
    """A named group of units to invite together ("126 phường, xã"), by rule or by list."""

    name = models.CharField(_("tên nhóm"), max_length=120, unique=True)
    below = models.ForeignKey(
        Unit,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("thuộc"),
    )
    kind = models.CharField(_("loại đơn vị"), max_length=20, choices=Unit.Kind, blank=True)
    members = models.ManyToManyField(Unit, blank=True, related_name="groups", verbose_name=_("đơn vị trong nhóm"))
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("nhóm đơn vị")
        verbose_name_plural = _("nhóm đơn vị")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name
